"""Letters as tagged PDF/A-2a through typst, with the open font inside the file. The same letter is the same bytes."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import noto_cjk
import typst

from heyi.capabilities.contact.leave import Leave
from heyi.capabilities.contact.ports import CarrierRefused, Parcel, Receipt

LANGUAGES: Final = {"zh": "zh", "en": "en"}


class LetterPress:
    """Makes the document; the delivery puts it into the vault, where the post room finds it."""

    def __init__(self, *, bank: str) -> None:
        self.bank = bank

    def carry(self, parcel: Parcel, *, leave: Leave) -> Receipt:
        leave.spend(parcel.key)
        return Receipt(provider_id=parcel.key, document=typeset(parcel, bank=self.bank))


def typeset(parcel: Parcel, *, bank: str) -> bytes:
    """The PDF. Raises CarrierRefused when the letter cannot be set."""
    letter = {
        "title": parcel.title,
        "bank": bank,
        "address": parcel.to,
        "language": LANGUAGES.get(parcel.language, "zh"),
        "blocks": [text for _, text in parcel.blocks],
    }
    compiler = typst.Compiler(_source(), font_paths=_fonts(), sys_inputs={"letter": json.dumps(letter)})
    try:
        pdf = compiler.compile(format="pdf", pdf_standards="a-2a", timestamp=int(parcel.at.timestamp()))
    except typst.TypstError as error:
        raise CarrierRefused("letter_not_typeset") from error
    if not isinstance(pdf, bytes):
        raise CarrierRefused("letter_not_typeset")
    return pdf


@lru_cache(maxsize=1)
def _source() -> bytes:
    return (resources.files("heyi") / "packs" / "cn" / "letters" / "letter.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the font that ships with the package: the same page on every machine."""
    folder = Path(noto_cjk.otc_path("sans")).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
