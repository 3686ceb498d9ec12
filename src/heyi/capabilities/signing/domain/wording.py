"""Figures, dates and amounts as a contract writes them, in Chinese and English. Pure, exact."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from heyi.capabilities.signing.domain.agreement import Language
from heyi.kit.money import Money

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
UNITS: Final = ("", "拾", "佰", "仟")
BLOCKS: Final = ("", "万", "亿", "万亿")
CURRENCY_ZH: Final = {"CNY": "人民币", "HKD": "港元", "USD": "美元", "EUR": "欧元", "JPY": "日元"}
LEFT_GAP: Final = re.compile(r"([㐀-鿿])([0-9A-Za-z])")
RIGHT_GAP: Final = re.compile(r"([0-9A-Za-z%])([㐀-鿿])")
MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def amount(money: Money, language: Language) -> str:
    """``5,184.60 元`` for yuan, ``USD 5,184.60`` otherwise and in English."""
    if language == "zh":
        return f"{money} 元" if money.currency == "CNY" else f"{CURRENCY_ZH[money.currency]} {money}"
    return f"{money.currency} {money}"


def currency_name(currency: str, language: Language) -> str:
    """The currency in words."""
    if language == "zh":
        return CURRENCY_ZH[currency]
    return "renminbi (CNY)" if currency == "CNY" else currency


def day(value: date, language: Language) -> str:
    """``2027 年 1 月 15 日`` or ``15 January 2027``."""
    if language == "zh":
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def spaced(text: str) -> str:
    """One space between Chinese characters and Latin letters or figures, as the pages of the portal have it."""
    return LEFT_GAP.sub(r"\1 \2", RIGHT_GAP.sub(r"\1 \2", text))


def percent(rate: Decimal) -> str:
    """A fraction as a percentage with two to four decimals: ``4.80%``, ``4.8125%``. Rounded half up at the fourth."""
    shown = (rate * 100).quantize(Decimal("0.0001"))
    text = f"{shown:f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}%"


def capitals(money: Money) -> str:
    """The amount in Chinese banking capitals: ``伍万贰仟捌佰肆拾贰元壹角整``.

    Source: 《支付结算办法》, annex 1 (正确填写票据和结算凭证的基本规定).
    Raises ValueError for negative amounts and for currencies without two decimals.
    """
    if money.amount_minor < 0 or money.major.as_tuple().exponent != -2:
        raise ValueError(f"no capitals for {money.amount_minor} {money.currency}")
    yuan, cents = divmod(money.amount_minor, 100)
    jiao, fen = divmod(cents, 10)
    head = f"{_whole(yuan)}元" if yuan else ""
    if not cents:
        return f"{head or '零元'}整"
    tail = f"{DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return f"{head}{tail}{DIGITS[fen]}分" if fen else f"{head}{tail}整"


def _whole(number: int) -> str:
    """A positive whole number in capitals, zeros read as the annex wants them."""
    blocks = []
    while number:
        number, rest = divmod(number, 10_000)
        blocks.append(rest)
    text = ""
    for index in reversed(range(len(blocks))):
        block = blocks[index]
        if not block:
            text += "零" if text and not text.endswith("零") else ""
            continue
        if text and block < 1000 and not text.endswith("零"):
            text += "零"
        text += _block(block) + BLOCKS[index]
    return text.rstrip("零")


def _block(number: int) -> str:
    """One group of four digits, without leading or trailing zeros."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + UNITS[power]
            gap = False
        else:
            gap = True
    return text
