"""Agreement → PDF/A pages by typst: same input and time, same bytes.

Trusted for: showing exactly the agreement that it is given. Its compromise would put other words on the page than
those in the ceremony; the content digest printed on each page and the stored agreement would then disagree.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import noto_cjk
import qrcode
import qrcode.image.svg
import typst

from heyi.capabilities.signing.adapters.page_data import agreement_page, stamp_page
from heyi.capabilities.signing.domain.agreement import Agreement, Language
from heyi.capabilities.signing.domain.pack import AgreementPack

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates_typst"
STANDARD: Final = "a-2u"
"""PDF/A-2 with every character mapped to Unicode: readable by eye, by search and by screen reader in decades."""
A4_HEIGHT: Final = 841.89
BOX_HEIGHT: Final = 34 / 25.4 * 72
BOX_WIDTH: Final = (162 - 11) / 2 / 25.4 * 72

Side = Literal["borrower", "bank"]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a signature stands: page from 0, corners in points from the lower left."""

    page: int
    left: int
    bottom: int
    right: int
    top: int


@dataclass(frozen=True, slots=True)
class Pages:
    """A rendered agreement: PDF bytes, number of pages, and the boxes for the two signatures."""

    pdf: bytes
    count: int
    boxes: dict[Side, Box]


def render_agreement(
    agreement: Agreement, pack: AgreementPack, *, language: Language, fingerprint: str, verify_url: str, at: datetime
) -> Pages:
    """The agreement as PDF/A in one language. About 50 ms once the fonts are loaded."""
    data = agreement_page(agreement, pack, language=language)
    data |= {"fingerprint": fingerprint, "verify_url": verify_url, "qr": _qr(verify_url), "mark": _mark()}
    with _lock:
        pdf = _compile("agreement.typ", data, at)
        found = json.loads(_compiler("agreement.typ").query("<signature>", field="value"))
        count = max(item["page"] for item in found)
    return Pages(pdf=pdf, count=count, boxes={item["side"]: _box(item) for item in found})


def render_stamp(pack: AgreementPack, *, side: Side, name: str, certificate: str, signed_at: datetime) -> bytes:
    """What a signature shows inside its box, as a one-page PDF that is embedded into the field."""
    data = stamp_page(pack, side=side, name=name, certificate=certificate, signed_at=signed_at)
    data |= {"width": BOX_WIDTH, "height": BOX_HEIGHT}
    with _lock:
        return _compile("stamp.typ", data, signed_at)


_lock = threading.Lock()


def _compile(template: str, data: dict[str, Any], at: datetime) -> bytes:
    pdf = _compiler(template).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=STANDARD,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    """The open font that comes with the installation; the machine's own fonts never change a page."""
    return typst.Fonts(include_system_fonts=False, font_paths=[noto_cjk.otc_path("sans").parent])


@cache
def _mark() -> str:
    return (TEMPLATES / "mark.svg").read_text(encoding="utf-8")


def _box(item: dict[str, Any]) -> Box:
    left, top = round(item["x"]), round(A4_HEIGHT - item["y"])
    return Box(item["page"] - 1, left, top - round(BOX_HEIGHT), left + round(BOX_WIDTH), top)


def _qr(text: str) -> str:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    target = io.BytesIO()
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(target)
    return target.getvalue().decode()
