"""Is this file what it says, whole, and harmless? Decided by opening it completely, never by its name.

Trusted: Pillow and pypdf, with limits on bytes, pixels, pages and objects before they start.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from heyi.capabilities.vault.domain import PAGE_LIMIT, PIXEL_LIMIT, PREVIEW_SIDE, UnsafeFile

PDF: Final = "application/pdf"
_OBJECT_LIMIT: Final = 100_000
_PICTURES: Final = {"image/jpeg": {"JPEG", "MPO"}, "image/png": {"PNG"}, "image/webp": {"WEBP"}}
_ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
_ACTIVE_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE"})


def upload_limit() -> int:
    """The most bytes that a file from outside may have (HEYI_UPLOAD_MB)."""
    limit: int = settings.HEYI.upload_mb * 2**20
    return limit


def inspect(data: bytes) -> str:
    """The media type of an acceptable file. Raises UnsafeFile with the reason."""
    if not data:
        raise UnsafeFile(reason="empty")
    if len(data) > upload_limit():
        raise UnsafeFile(reason="too_large", bytes_limit=upload_limit())
    media_type = _by_magic(data)
    if media_type is None:
        raise UnsafeFile(reason="wrong_type")
    if media_type == PDF:
        _open_pdf(data)
    else:
        _open_picture(data, media_type)
    return media_type


def fresh_copy(data: bytes, side: int = PREVIEW_SIDE) -> bytes:
    """The picture drawn anew as JPEG: upright, on white, at most ``side`` pixels a side, with nothing but pixels."""
    with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as source:
        source.draft("RGB", (side, side))
        picture = ImageOps.exif_transpose(source).convert("RGBA")
    picture.thumbnail((side, side))
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    out = BytesIO()
    page.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _by_magic(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return PDF if data.startswith(b"%PDF-") else None


def _open_picture(data: bytes, media_type: str) -> None:
    """Structure first, then every pixel of the first frame."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
                _measure(picture, media_type)
                picture.verify()
            with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
                picture.load()
    except UnsafeFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnsafeFile(reason="too_large", pixels_limit=PIXEL_LIMIT) from None
    except Exception:  # a decoder facing hostile bytes may raise anything; every such file is damaged to us
        raise UnsafeFile(reason="damaged") from None


def _measure(picture: Image.Image, media_type: str) -> None:
    width, height = picture.size
    if width * height > PIXEL_LIMIT:
        raise UnsafeFile(reason="too_large", pixels_limit=PIXEL_LIMIT)
    if picture.format not in _PICTURES[media_type]:
        raise UnsafeFile(reason="wrong_type")
    if media_type != "image/jpeg" and getattr(picture, "n_frames", 1) > 1:
        raise UnsafeFile(reason="active_content")


def _open_pdf(data: bytes) -> None:
    """Every reachable object is looked at; every page's content is unpacked."""
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise UnsafeFile(reason="encrypted")
        pages = len(reader.pages)
        if pages > PAGE_LIMIT:
            raise UnsafeFile(reason="too_large", pages_limit=PAGE_LIMIT)
        if not pages:
            raise UnsafeFile(reason="empty")
        _refuse_active(reader.trailer)
        for page in reader.pages:
            if (contents := page.get_contents()) is not None:
                contents.get_data()
    except UnsafeFile:
        raise
    except Exception:  # as above
        raise UnsafeFile(reason="damaged") from None


def _refuse_active(trailer: DictionaryObject) -> None:
    """Walk the whole graph once. Raises UnsafeFile for scripts, programs to start, forms to send, files inside."""
    waiting: list[Any] = [trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if (place := (each.idnum, each.generation)) in seen:
                continue
            seen.add(place)
            if len(seen) > _OBJECT_LIMIT:
                raise UnsafeFile(reason="too_large", objects_limit=_OBJECT_LIMIT)
            each = each.get_object()
        if isinstance(each, DictionaryObject):
            if _ACTIVE_KEYS & each.keys() or each.get("/S") in _ACTIVE_ACTIONS:
                raise UnsafeFile(reason="active_content")
            waiting.extend(each.raw_get(key) for key in each)
        elif isinstance(each, ArrayObject):
            waiting.extend(list.__iter__(each))
