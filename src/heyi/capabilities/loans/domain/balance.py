"""What is owed, by component; how late it is; in which bucket that stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from heyi.kit.money import CurrencyMismatch, Money

COMPONENTS: Final = ("principal", "interest", "penalty", "fees", "costs")
"""Principal, ordinary interest, penalty interest (罚息、复利), fees (违约金、年费 …), costs of enforcing the claim."""

BUCKETS: Final = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")
"""Arrears by months of thirty days: M1 is day 1 to 30, M2 day 31 to 60 … M7+ from day 181."""


@dataclass(frozen=True, slots=True)
class Balance:
    """An amount of money for each component, all in one currency. Raises CurrencyMismatch when made of several."""

    principal: Money
    interest: Money
    penalty: Money
    fees: Money
    costs: Money

    def __post_init__(self) -> None:
        currency = self.principal.currency
        same = self.interest.currency == self.penalty.currency == self.fees.currency == self.costs.currency == currency
        if not same:
            raise CurrencyMismatch(f"a balance is in one currency, {currency}")

    @classmethod
    def of(cls, currency: str = "CNY", **minor: int) -> Balance:
        """From minor units by component name; components not named are zero."""
        unknown = minor.keys() - set(COMPONENTS)
        if unknown:
            raise TypeError(f"no such component: {', '.join(sorted(unknown))}")
        return cls(*(Money(minor.get(name, 0), currency) for name in COMPONENTS))

    @property
    def currency(self) -> str:
        return self.principal.currency

    @property
    def total(self) -> Money:
        """The exact sum of the components."""
        minor = (
            self.principal.amount_minor
            + self.interest.amount_minor
            + self.penalty.amount_minor
            + self.fees.amount_minor
            + self.costs.amount_minor
        )
        return Money(minor, self.principal.currency)

    def part(self, component: str) -> Money:
        """The amount of one component by its name."""
        if component not in COMPONENTS:
            raise KeyError(component)
        amount: Money = getattr(self, component)
        return amount


def bucket_of(days_past_due: int) -> str:
    """The bucket of a number of days past due, as Chinese banks count it."""
    if days_past_due <= 0:
        return "M0"
    return BUCKETS[min((days_past_due + 29) // 30, 7)]


def days_past_due(oldest_due_on: date | None, *, day: date) -> int:
    """Whole days since the oldest unpaid due date; the day itself is not yet late."""
    return max((day - oldest_due_on).days, 0) if oldest_due_on else 0


@dataclass(frozen=True, slots=True)
class Due:
    """What one instalment still asks for, by component, on its due date."""

    due_on: date
    open_minor: int


def oldest_unpaid(instalments: Iterable[Due], *, day: date) -> date | None:
    """The earliest due date before ``day`` with something still open."""
    return min((due.due_on for due in instalments if due.open_minor > 0 and due.due_on < day), default=None)
