"""One cell as a person typed it → one value, or BadCell with the reason. Pure; what can be read two ways is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from heyi.capabilities.loans.domain.faults import BadCell

EMPTY_WORDS: Final = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "空", "暂无", "n/a", "na", "null", "none", "nil"}
)
FORMULA_MARK: Final = "\x00f"
"""The reader of workbooks puts this before a formula cell, so that no later step takes its text for a value."""
LIVE: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a text (CWE-1236)."""

_MARKS: Final = ("=", "'", FORMULA_MARK[0])
TOO_LARGE_MINOR: Final = 10**15

_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_PLAIN: Final = re.compile(r"\d{1,15}(?:\.\d+)?")
_USUAL: Final = re.compile(r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(\.\d\d)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNITS: Final = (("亿元", 10**8), ("万元", 10**4), ("亿", 10**8), ("万", 10**4), ("元", 1))
_CURRENCY_MARKS: Final = re.compile(r"^(?:人民币|CNY|RMB|[¥￥])\s*|\s*(?:CNY|RMB)$", re.IGNORECASE)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")

EXCEL_EPOCH: Final = date(1899, 12, 30)
MAC_EPOCH: Final = date(1904, 1, 1)


def clean(text: str) -> str:
    """The text without outer space, full-width forms made plain (NFKC), without Excel's text mark; "" for «nothing».

    Raises BadCell for a formula: it is never run.
    """
    plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if plain[:1] in _MARKS:
        plain = plain.removeprefix("'").lstrip()
        if plain.startswith(("=", FORMULA_MARK)):
            raise BadCell("formula")
    return "" if len(plain) < 5 and plain.lower() in EMPTY_WORDS else plain


def disarm(text: str) -> str:
    """The text as it may stand in an exported cell: a leading = + - @ tab or CR gets an apostrophe."""
    bare = text[len(FORMULA_MARK) :] if text.startswith(FORMULA_MARK) else text
    return "'" + bare if bare.startswith(LIVE) or bare.lstrip().startswith(LIVE) else bare


@lru_cache(maxsize=20_000)
def day(text: str, *, epoch: date = EXCEL_EPOCH) -> date:
    """``2026-01-03``, ``2026/1/3``, ``2026.1.3``, ``2026年1月3日``, ``20260103`` or an Excel serial (45295).

    Two-digit years and day-first dates fit two readings and are refused.
    """
    found = _DATE.fullmatch(text)
    if found:
        year, *parts = [int(part) for part in found.groups() if part is not None]
        try:
            value = date(year, parts[0], parts[1])
        except ValueError:
            raise BadCell("date_impossible") from None
    elif _SERIAL.fullmatch(text):
        value = epoch + timedelta(days=int(text.partition(".")[0]))
    else:
        raise BadCell("date_unclear")
    if not 1950 <= value.year <= 2199:
        raise BadCell("date_out_of_range")
    return value


def amount_minor(text: str, *, scale: int = 1, digits: int = 2) -> int:
    """Minor units from ``1,234.56``, ``¥1234.5``, ``1.2万元``, ``(1,234.56)``; ``scale`` is the unit of the heading.

    ``digits`` is how many decimal digits the currency has. Raises BadCell; nothing is rounded.
    """
    if scale == 1 and digits == 2:
        usual = _USUAL.fullmatch(text)
        if usual:
            return int(text.replace(",", "").replace(".", "")) if usual.group(1) else int(text.replace(",", "")) * 100
    bare, negative = _unsigned(text)
    for word, factor in _UNITS:
        if bare.endswith(word):
            bare = bare[: -len(word)].rstrip()
            scale = factor if word != "元" else 1
            break
    if "," in bare:
        if not _GROUPED.fullmatch(bare):
            raise BadCell("amount_unclear")
        bare = bare.replace(",", "")
    if not _PLAIN.fullmatch(bare):
        raise BadCell("precision_lost" if _SCIENTIFIC.fullmatch(bare) else "amount_unclear")
    minor = _exact(bare, scale, digits)
    return -minor if negative else minor


def _unsigned(text: str) -> tuple[str, bool]:
    """The figure without currency and sign; accountants write a negative as (1,234.56), some systems as 1234.56-."""
    bare = _CURRENCY_MARKS.sub("", text)
    if bare.startswith("(") and bare.endswith(")"):
        return _CURRENCY_MARKS.sub("", bare[1:-1].strip()), True
    if bare.startswith(("-", "−")) or bare.endswith("-"):
        return _CURRENCY_MARKS.sub("", bare.strip("-−").strip()), True
    return bare.removeprefix("+").replace(" ", ""), False


def _exact(figure: str, scale: int, digits: int) -> int:
    whole, _, fraction = figure.partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) <= digits and scale == 1:
        minor = int(whole + fraction.ljust(digits, "0"))
    else:
        exact = Decimal(f"{whole}.{fraction or '0'}") * scale * 10**digits
        if exact != exact.to_integral_value():
            raise BadCell("amount_too_fine")
        minor = int(exact)
    if minor >= TOO_LARGE_MINOR:
        raise BadCell("amount_too_large")
    return minor


@lru_cache(maxsize=20_000)
def rate(text: str, *, percent: bool = False) -> Decimal:
    """An annual rate as a fraction from ``4.8%``, ``0.048`` or, above one or under a heading in %, ``4.8``."""
    figure = text
    if figure.endswith(("%", "％")):
        figure, percent = figure[:-1].rstrip(), True
    try:
        value = Decimal(figure)
    except InvalidOperation:
        raise BadCell("rate_unclear") from None
    if not value.is_finite() or value < 0:
        raise BadCell("rate_unclear")
    fraction = value / 100 if percent or value > 1 else value
    if fraction > 1:
        raise BadCell("rate_out_of_range")
    try:
        return fraction.quantize(Decimal("0.00000001"))
    except InvalidOperation:
        raise BadCell("rate_unclear") from None


@lru_cache(maxsize=5_000)
def count(text: str, *, least: int = 0, most: int = 100_000) -> int:
    """A whole number such as days past due or a due day: ``35``, ``35天``, ``35.0``."""
    figure = text.rstrip("天日期个月 ").removesuffix("days").rstrip()
    whole, _, fraction = figure.partition(".")
    if not (whole.isascii() and whole.isdigit()) or fraction.strip("0"):
        raise BadCell("number_unclear")
    value = int(whole[:9])
    if not least <= value <= most:
        raise BadCell("number_out_of_range", least=str(least), most=str(most))
    return value


def number_text(text: str) -> str:
    """An ID, account or telephone number as text, upper case, without spaces.

    Raises BadCell when a spreadsheet has turned it into a rounded figure (3.30102E+17).
    """
    if _SCIENTIFIC.fullmatch(text):
        raise BadCell("precision_lost")
    return text.replace(" ", "").upper()


def plain_number(text: str) -> str:
    """A number of the bank's as files are read, whoever tells it: half width, upper case, without spaces."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).replace(" ", "").upper()
