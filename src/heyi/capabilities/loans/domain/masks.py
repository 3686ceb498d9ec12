"""How identity data looks when nobody asked to see it in full. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from heyi.capabilities.loans.domain.identity import is_female

STAR: Final = "＊"
UNREADABLE: Final = STAR * 3
"""Stands for a value whose key was destroyed."""

_DOUBLE_SURNAMES: Final = frozenset(
    {
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "司空",
        "夏侯", "端木", "长孙", "宇文", "轩辕", "南宫", "百里", "呼延", "万俟", "闻人", "申屠", "赫连",
        "独孤",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Salutation:
    """How a letter or message addresses somebody without the full name."""

    family_name: str
    title: Literal["mr", "ms", "none", "company"]

    @property
    def zh(self) -> str:
        return self.family_name + {"mr": "先生", "ms": "女士", "none": "客户", "company": ""}[self.title]

    @property
    def en(self) -> str:
        return {"mr": "Mr ", "ms": "Ms ", "none": "", "company": ""}[self.title] + self.family_name

    def __str__(self) -> str:
        return self.zh


def name(text: str, *, enterprise: bool = False) -> str:
    """``林＊晴``, ``林＊``, ``J＊＊＊ S＊＊＊＊``; an enterprise keeps its first two and last two characters."""
    if not text:
        return ""
    if enterprise:
        return text[:2] + STAR * max(len(text) - 4, 2) + (text[-2:] if len(text) > 4 else "")
    if text.isascii():
        return " ".join(word[:1] + STAR * min(len(word) - 1, 4) for word in text.split())
    if len(text) <= 2:
        return text[:1] + STAR
    return text[:1] + STAR * (len(text) - 2) + text[-1:]


def id_number(text: str) -> str:
    """``3301**********2816``: four at each end of a long number, otherwise the last two."""
    if len(text) >= 12:
        return text[:4] + "*" * (len(text) - 8) + text[-4:]
    return "*" * max(len(text) - 2, 0) + text[-2:] if text else ""


def mobile(text: str) -> str:
    """``138****2816``."""
    return text[:3] + "****" + text[-4:] if len(text) == 11 else "*" * len(text)


def email(text: str) -> str:
    """``l***@example.cn``."""
    local, _, domain = text.partition("@")
    return f"{local[:1]}***@{domain}" if domain else ""


def address(text: str) -> str:
    """The first six characters, which is province and city."""
    return text[:6] + STAR * 4 if text else ""


def account(text: str) -> str:
    """The last four of an account or card number."""
    return "*" * 4 + text[-4:] if text else ""


def salutation(full_name: str, *, enterprise: bool, id_number: str = "") -> Salutation:
    """Family name and title; the title comes from the citizen number where there is one."""
    if enterprise:
        return Salutation(family_name=full_name, title="company")
    if full_name.isascii():
        family = full_name.split()[-1] if full_name.split() else ""
    else:
        family = full_name[:2] if full_name[:2] in _DOUBLE_SURNAMES and len(full_name) > 2 else full_name[:1]
    if len(id_number) == 18 and id_number[16].isdigit():
        return Salutation(family_name=family, title="ms" if is_female(id_number) else "mr")
    return Salutation(family_name=family, title="none")
