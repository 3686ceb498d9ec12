"""What is due and since when, from what the bank reported and what was paid since. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from heyi.capabilities.loans.domain.balance import Due, oldest_unpaid


@dataclass(frozen=True, slots=True)
class Standing:
    """The parts of a contract that decide its arrears; amounts in minor units. ``due_minor`` None: not reported."""

    total_minor: int
    due_minor: int | None
    due_paid_minor: int
    reported_due_on: date | None
    settled: bool = False


def reported_since(oldest_due_on: date | None, days_past_due: int | None, *, seen_on: date) -> date | None:
    """The oldest unpaid due date as reported; from the days past due where only these were told."""
    if oldest_due_on is not None:
        return oldest_due_on
    return seen_on - timedelta(days=days_past_due) if days_past_due else None


def oldest_due_on(standing: Standing, instalments: Sequence[Due] = (), *, day: date) -> date | None:
    """The due date from which the contract counts as late on ``day``; None when nothing due is unpaid."""
    if standing.settled or standing.total_minor <= 0:
        return None
    if instalments:
        return oldest_unpaid(instalments, day=day)
    if standing.due_minor is not None and standing.due_minor <= standing.due_paid_minor:
        return None
    return standing.reported_due_on


def due_now_minor(standing: Standing, instalments: Sequence[Due] = (), *, extras_minor: int = 0, day: date) -> int:
    """What is due and unpaid on ``day``; never more than the whole debt.

    From the instalments (with ``extras_minor``: penalty, fees and costs outside them), else as reported less what was
    paid since, else the whole debt of a contract that is late, else nothing.
    """
    if instalments:
        due = sum(max(item.open_minor, 0) for item in instalments if item.due_on <= day) + extras_minor
    elif standing.due_minor is not None:
        due = max(standing.due_minor - standing.due_paid_minor, 0)
    else:
        due = standing.total_minor if oldest_due_on(standing, day=day) else 0
    return min(due, max(standing.total_minor, 0))
