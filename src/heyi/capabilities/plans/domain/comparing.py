"""Two versions side by side: what differs, and who gave way in what. Values only; the surface finds the words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from heyi.capabilities.plans.domain.contracts import Side
from heyi.capabilities.plans.domain.schedules import Schedule
from heyi.capabilities.plans.domain.terms import COMPONENTS
from heyi.kit.dates import days_between

By = Literal["bank", "borrower"]
Unit = Literal["minor", "months", "days", "rate"]


@dataclass(frozen=True, slots=True)
class Concession:
    """One thing that one side gave the other between two versions.

    ``kind``: annual_rate, months, first_due, grace, or waiver_principal … waiver_costs. ``unit`` says what ``before``,
    ``after`` and ``size`` (never negative) count; dates are told as a distance in days only.
    """

    kind: str
    by: By
    unit: Unit
    before: Decimal
    after: Decimal

    @property
    def size(self) -> Decimal:
        return abs(self.after - self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``after`` seen from ``before``: every difference is after − before; amounts in minor units."""

    before: Side
    after: Side
    total_minor: int
    interest_minor: int
    monthly_minor: int
    due_now_minor: int
    forgiven_minor: int
    months: int
    first_due_days: int
    last_due_days: int
    annual_rate: Decimal
    concessions: tuple[Concession, ...]

    def conceded_by(self, side: By) -> tuple[Concession, ...]:
        return tuple(concession for concession in self.concessions if concession.by == side)


def side_of(plan: Schedule) -> Side:
    """A version's figures."""
    terms = plan.terms
    return Side(
        monthly_minor=plan.typical_payment_minor,
        due_now_minor=0,
        months=terms.periods,
        first_due_on=plan.due_on[0],
        last_due_on=plan.last_due_on,
        annual_rate=terms.annual_rate,
        total_minor=plan.total_minor,
        interest_minor=plan.interest_total_minor,
        forgiven=terms.forgiven,
        grace_months=terms.grace_periods,
        currency=terms.currency,
    )


def compare(before: Schedule | Side, after: Schedule | Side) -> Comparison:
    """The differences from ``before`` (today's contract or an earlier version) to ``after``."""
    a = side_of(before) if isinstance(before, Schedule) else before
    b = side_of(after) if isinstance(after, Schedule) else after
    return Comparison(
        before=a,
        after=b,
        total_minor=b.total_minor - a.total_minor,
        interest_minor=b.interest_minor - a.interest_minor,
        monthly_minor=b.monthly_minor - a.monthly_minor,
        due_now_minor=b.due_now_minor - a.due_now_minor,
        forgiven_minor=b.forgiven.total_minor - a.forgiven.total_minor,
        months=b.months - a.months,
        first_due_days=days_between(a.first_due_on, b.first_due_on),
        last_due_days=days_between(a.last_due_on, b.last_due_on),
        annual_rate=b.annual_rate - a.annual_rate,
        concessions=_concessions(a, b),
    )


def _concessions(a: Side, b: Side) -> tuple[Concession, ...]:
    """A change that is easier on the borrower was given by the bank, and the other way round."""
    later = days_between(a.first_due_on, b.first_due_on)
    told: list[tuple[str, Unit, Decimal, Decimal, bool]] = [
        ("annual_rate", "rate", a.annual_rate, b.annual_rate, b.annual_rate < a.annual_rate),
        ("months", "months", Decimal(a.months), Decimal(b.months), b.months > a.months),
        ("first_due", "days", Decimal(max(0, -later)), Decimal(max(0, later)), later > 0),
        ("grace", "months", Decimal(a.grace_months), Decimal(b.grace_months), b.grace_months > a.grace_months),
    ]
    for name in COMPONENTS:
        was, now = a.forgiven.of(name), b.forgiven.of(name)
        told.append((f"waiver_{name}", "minor", Decimal(was), Decimal(now), now > was))
    return tuple(
        Concession(kind=kind, by="bank" if easier else "borrower", unit=unit, before=was, after=now)
        for kind, unit, was, now, easier in told
        if was != now
    )
