"""Money as an integer of minor units (fen for CNY) with its currency. No float ever touches it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

MINOR_DIGITS: Final = {"CNY": 2, "HKD": 2, "USD": 2, "EUR": 2, "JPY": 0}

HALF_UP: Final = ROUND_HALF_UP
HALF_EVEN: Final = ROUND_HALF_EVEN


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount. ``Money(518460)`` is 5,184.60 yuan."""

    amount_minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not isinstance(self.amount_minor, int) or isinstance(self.amount_minor, bool):
            raise TypeError(f"amount_minor must be an int, got {type(self.amount_minor).__name__}")
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"unknown currency {self.currency!r}")

    @classmethod
    def zero(cls, currency: str = "CNY") -> Money:
        return cls(0, currency)

    @classmethod
    def from_decimal(cls, value: Decimal, currency: str = "CNY", *, rounding: str = HALF_UP) -> Money:
        """``value`` in major units (yuan). The rounding is written at the call."""
        scaled = value.scaleb(MINOR_DIGITS[currency])
        return cls(int(scaled.quantize(Decimal(1), rounding=rounding)), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-MINOR_DIGITS[self.currency])

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, factor: int) -> Money:
        return Money(self.amount_minor * factor, self.currency)

    def scaled(self, factor: Decimal, *, rounding: str) -> Money:
        """This amount times a decimal factor, rounded once, the way that the caller writes down."""
        exact = Decimal(self.amount_minor) * factor
        return Money(int(exact.quantize(Decimal(1), rounding=rounding)), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        """Figures only, grouped: ``5,184.60``. The surface adds the unit."""
        return f"{self.major:,.{MINOR_DIGITS[self.currency]}f}"


def total(amounts: list[Money], currency: str = "CNY") -> Money:
    """The exact sum; zero of ``currency`` for an empty list."""
    result = Money.zero(amounts[0].currency if amounts else currency)
    for amount in amounts:
        result = result + amount
    return result


def split_evenly(amount: Money, parts: int) -> list[Money]:
    """``parts`` amounts that differ by at most one minor unit and sum to ``amount``; the larger ones come first."""
    if parts < 1:
        raise ValueError("parts must be at least 1")
    each, rest = divmod(amount.amount_minor, parts)
    return [Money(each + (1 if i < rest else 0), amount.currency) for i in range(parts)]
