"""Who may contact borrowers, as the public may know it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

NAMES_SHOWN: Final = ("surname", "full")
"""How the bank publishes its people: surname and staff number, or the full name."""


@dataclass(frozen=True, slots=True)
class PublishedPerson:
    """Somebody who may contact borrowers today. ``name`` as the bank publishes it; ``agency_id``: of that agency."""

    id: UUID
    name: str
    number: str
    branch: str
    branch_en: str
    agency_id: UUID | None = None
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an asked word was found to be: ``person`` · ``agency`` · ``number`` (of the bank or of one of its parts)."""

    kind: str
    people: tuple[PublishedPerson, ...] = ()
    owner: str = ""
    owner_en: str = ""


def shown_name(full: str, shown: str) -> str:
    """The name as it is published: 周 for 周敏, 欧阳 for 欧阳兰, Li for Li Wei."""
    if shown == "full" or not full:
        return full
    if full.isascii():
        return full.split()[0]
    return full[:2] if full[:2] in DOUBLE_SURNAMES and len(full) > 2 else full[:1]


def same_name(one: str, other: str) -> bool:
    """Equal but for width, case and white space."""
    return _plain(one) == _plain(other)


def phone_digits(text: str) -> str:
    """The digits of a telephone number without the country code; empty for what is no number."""
    plain = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[+\d\s()\-—–·.]+", plain):
        return ""
    digits = re.sub(r"\D", "", plain)
    if digits.startswith("0086"):
        digits = digits[4:]
    elif digits.startswith("86") and len(digits) > 11:
        digits = digits[2:]
    return digits.lstrip("0") if len(digits) >= 5 else ""


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


DOUBLE_SURNAMES: Final = frozenset(
    {
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"),  # i18n:off
        *("端木", "南宫", "西门", "百里", "东郭", "呼延", "赫连", "澹台", "宇文", "长孙", "轩辕", "闻人"),  # i18n:off
    }
)
"""The common surnames of two characters."""
