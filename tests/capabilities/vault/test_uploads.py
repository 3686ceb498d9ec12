"""Files from outside: what is kept, what is refused and why, what is shown."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.capabilities.vault import inspection
from heyi.kit.actors import Actor

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PARTY = uuid4()
BORROWER = Actor(kind="borrower", id=PARTY, roles=frozenset({"borrower"}))
PLACE = "22.5431N 114.0579E"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, objects_url=tmp_path.as_uri()))


def upload(data: bytes, file_name: str = "proof") -> vault.StoredObject:
    return vault.accept_upload(data=data, file_name=file_name, kind="proof", subject_id=PARTY, actor=BORROWER, at=AT)


def reason(data: bytes) -> str:
    with pytest.raises(vault.UnsafeFile) as refused:
        upload(data)
    assert refused.value.code == "vault.unsafe_file"
    return str(refused.value.facts["reason"])


def picture(form: str, size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **more)
    return out.getvalue()


def photo(size: tuple[int, int] = (640, 480)) -> bytes:
    """A phone's photo, lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE
    return picture("JPEG", size, exif=exif)


def pdf(*spoil: Callable[[PdfWriter], object], pages: int = 2) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    for each in spoil:
        each(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def action(kind: str) -> Callable[[PdfWriter], object]:
    """An action hidden in an annotation of a page."""

    def spoil(writer: PdfWriter) -> None:
        told = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("x")})
        note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link")})
        note[NameObject("/A")] = writer._add_object(told)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return spoil


def script(writer: PdfWriter) -> None:
    """A script among the document's names."""
    told = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/Any"): writer._add_object(told)})


@pytest.mark.req("E1")
@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (photo(), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (pdf(), "application/pdf"),
        (pdf(action("/URI")), "application/pdf"),
    ],
)
def test_a_sound_file_is_kept_as_it_came(data: bytes, media_type: str) -> None:
    kept = upload(data, "不管叫什么.exe")
    assert kept.media_type == media_type
    assert vault.get(object_id=kept.id, actor=BORROWER, at=AT, purpose="own_file") == data


@pytest.mark.req("E1")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(100), "wrong_type"),
        (b"<html><script>alert(1)</script>", "wrong_type"),
        (b"PK\x03\x04" + bytes(100), "wrong_type"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "wrong_type"),
        (b" " + photo(), "wrong_type"),
        (b"\xff\xd8\xff" + bytes(200), "damaged"),
        (photo()[:-2000], "damaged"),
        (picture("PNG")[:-2000], "damaged"),
        (picture("WEBP")[:-2000], "damaged"),
        (b"%PDF-1.7\n" + bytes(200), "damaged"),
        (b"%PDF-1.7\nsome text", "damaged"),
        (photo() + bytes(10 * 2**20), "too_large"),
        (pdf(pages=201), "too_large"),
        (pdf(lambda writer: writer.encrypt("secret")), "encrypted"),
        (pdf(script), "active_content"),
        (pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "active_content"),
        (pdf(action("/Launch")), "active_content"),
        (pdf(action("/JavaScript")), "active_content"),
        (pdf(action("/SubmitForm")), "active_content"),
    ],
)
def test_an_unfit_file_is_refused_with_its_reason(data: bytes, why: str) -> None:
    assert reason(data) == why
    assert vault.objects_of(subject_id=PARTY) == []


def test_a_damaged_picture_in_the_middle_is_found() -> None:
    data = bytearray(picture("PNG"))
    data[len(data) // 2] ^= 0xFF
    assert reason(bytes(data)) == "damaged"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    """A PNG of 1.6 GB when unpacked, of a few hundred bytes as it comes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    assert reason(bomb) == "too_large"
    out = BytesIO()
    Image.new("L", (8000, 7000)).save(out, "JPEG", quality=1)
    assert reason(out.getvalue()) == "too_large"


def test_moving_pictures_are_refused() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "green")]
    for form in ("PNG", "WEBP"):
        out = BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        assert reason(out.getvalue()) == "active_content"


@pytest.mark.req("E1", "C9")
@pytest.mark.parametrize("data", [photo((3200, 1200)), picture("PNG", (1200, 3200))])
def test_a_preview_is_small_upright_and_says_nothing_else(data: bytes) -> None:
    kept = upload(data)
    copy = vault.preview(object_id=kept.id, actor=BORROWER, at=AT)
    with Image.open(BytesIO(copy)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (600, 1600))
        assert not shown.getexif()
    assert PLACE.encode() not in copy
    assert journal.entries(party_id=PARTY, limit=1)[0].facts["purpose"] == "preview"


def test_a_clear_background_turns_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(inspection.fresh_copy(out.getvalue()))) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_has_no_preview() -> None:
    kept = upload(pdf())
    with pytest.raises(vault.NoPreview):
        vault.preview(object_id=kept.id, actor=BORROWER, at=AT)


@hypothesis_settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_spoiled_file_does_more_than_be_refused(data: st.DataObject) -> None:
    spoiled = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 12))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    with suppress(vault.UnsafeFile):
        assert inspection.inspect(bytes(spoiled)) in ("image/jpeg", "image/png", "image/webp", "application/pdf")


SAMPLES = [picture("JPEG", (64, 48)), picture("PNG", (32, 32)), picture("WEBP", (64, 48)), pdf()]
