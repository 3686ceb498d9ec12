"""Which part of a debt a payment pays. Pure: integers of minor units, no rounding anywhere.

Civil Code of the PRC, article 561: where a payment does not cover all, it pays the costs of enforcing the claim, then
the interest, then the principal, unless the parties agreed otherwise. The orders are data (packs/cn/allocation.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from heyi.capabilities.loans.domain.balance import COMPONENTS

Order = tuple[str, ...]
STATUTORY: Final = "statutory"


@dataclass(frozen=True, slots=True)
class Step:
    """One order of components, in force from ``from_days_past_due`` on."""

    from_days_past_due: int
    order: Order


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """A named way to allocate: its steps by days past due, and the source that allows it."""

    code: str
    steps: tuple[Step, ...]
    source: str
    products: frozenset[str] = frozenset()

    def order_at(self, days_past_due: int) -> Order:
        """The order of components for a contract that is so many days past due."""
        return [step for step in self.steps if step.from_days_past_due <= max(days_past_due, 0)][-1].order


@dataclass(frozen=True, slots=True)
class Allocated:
    """The parts that a payment pays, in order and without zeros; and what is left over as credit."""

    parts: tuple[tuple[str, int], ...]
    credit_minor: int

    def of(self, component: str) -> int:
        return dict(self.parts).get(component, 0)


@dataclass(frozen=True, slots=True)
class OpenInstalment:
    """What one instalment still asks for, by component, in minor units."""

    number: int
    due_on: date
    open_minor: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of a payment: component, instalment number (None: the contract at large), minor units."""

    component: str
    number: int | None
    amount_minor: int


def check_order(order: Iterable[str]) -> Order:
    """The order as a tuple. Raises ValueError unless it names each component exactly once."""
    result = tuple(order)
    if sorted(result) != sorted(COMPONENTS):
        raise ValueError(f"an order names each of {', '.join(COMPONENTS)} once, got {', '.join(result)}")
    return result


def allocate(amount_minor: int, *, owed_minor: Mapping[str, int], order: Order) -> Allocated:
    """Pay the components of a debt one after the other. What exceeds the debt stays as credit.

    ``owed_minor`` maps component → minor units, none negative. The parts and the credit sum to the amount, always.
    """
    if amount_minor < 0 or any(owed < 0 for owed in owed_minor.values()):
        raise ValueError("neither a payment nor a debt is negative")
    rest = amount_minor
    parts = []
    for component in order:
        paid = min(rest, owed_minor.get(component, 0))
        if paid:
            parts.append((component, paid))
            rest -= paid
    return Allocated(parts=tuple(parts), credit_minor=rest)


def spread(allocated: Allocated, *, instalments: Iterable[OpenInstalment]) -> tuple[Share, ...]:
    """Put each part on the instalments that ask for it, oldest due date first; the rest on the contract at large."""
    in_turn = sorted(instalments, key=lambda item: (item.due_on, item.number))
    shares: list[Share] = []
    for component, amount in allocated.parts:
        rest = amount
        for item in in_turn:
            paid = min(rest, item.open_minor.get(component, 0))
            if paid:
                shares.append(Share(component=component, number=item.number, amount_minor=paid))
                rest -= paid
        if rest:
            shares.append(Share(component=component, number=None, amount_minor=rest))
    return tuple(shares)
