"""Many schedules at once: level payments go through NumPy, a whole batch a month; every fen is that of ``schedule``.

Amounts are int64 and cannot overflow: interest comes from quotient and remainder of the balance by the denominator of
the rate (at most 1.2 × 10⁹), so that no product passes 10¹⁸ for balances up to 10¹⁵. What is not level, or cannot be
made, is worked out on its own. See docs/decisions/0006-integer-schedules.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from heyi.capabilities.plans.domain.due_dates import due_dates
from heyi.capabilities.plans.domain.methods import Rate, equal_part, interest_by_days, level_payment, monthly_rate
from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.schedules import Schedule, schedule
from heyi.capabilities.plans.domain.terms import Method, PlanTerms

_LEVEL: Final = (Method.EQUAL_INSTALMENTS, Method.FROZEN_BALANCE)
_NO_RATE: Final = Rate(0, 1)

Ints = Any  # numpy.ndarray of int64: its type parameters say nothing here


class Schedules:
    """A batch in the order of its terms. ``batch[3]`` is that schedule, or the BadTerms why it cannot be made.

    The columns are int64 arrays in minor units, one row a schedule, one column a period, zero after the last one and
    for what cannot be made: 24 bytes a cell, so 10,000 schedules of 60 periods take 14 MB.
    """

    def __init__(self, terms: Sequence[PlanTerms]) -> None:
        self.terms = tuple(terms)
        self.refusals: dict[int, BadTerms] = {}
        shape = (len(self.terms), max((each.periods for each in self.terms), default=0))
        self.principal_minor, self.interest_minor, self.carried_minor = (np.zeros(shape, np.int64) for _ in range(3))

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Schedule | BadTerms]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> Schedule | BadTerms:
        if place in self.refusals:
            return self.refusals[place]
        terms = self.terms[place]

        def column(values: Ints) -> tuple[int, ...]:
            return tuple(values[place, : terms.periods].tolist())

        custom = terms.method is Method.CUSTOM
        days = tuple(each.due_on for each in terms.custom) if custom else self.due_on(place)
        return Schedule(
            terms=terms,
            due_on=days,
            principal_minor=column(self.principal_minor),
            interest_minor=column(self.interest_minor),
            carried_minor=column(self.carried_minor),
            payment_minor=column(self.payment_minor),
            balance_after_minor=column(self.balance_after_minor),
        )

    def due_on(self, place: int) -> tuple[Any, ...]:
        """The due dates of one schedule."""
        terms = self.terms[place]
        return due_dates(terms.first_due_on, terms.due_day, terms.periods)

    @cached_property
    def payment_minor(self) -> Ints:
        return self.principal_minor + self.interest_minor + self.carried_minor

    @cached_property
    def balance_after_minor(self) -> Ints:
        """Principal and carried amount still open after each payment."""
        back = self.principal_minor + self.carried_minor
        return back.sum(axis=1, keepdims=True) - back.cumsum(axis=1)

    @cached_property
    def total_minor(self) -> Ints:
        """Everything paid under each plan."""
        return self.payment_minor.sum(axis=1)

    @cached_property
    def interest_total_minor(self) -> Ints:
        return self.interest_minor.sum(axis=1)


class _Job(NamedTuple):
    """One level schedule to work out."""

    place: int
    periods: int
    principal_minor: int
    payment: int
    num: int
    den: int


def schedules_of(many: Sequence[PlanTerms]) -> Schedules:
    """The schedules of all these terms; no refusal of one stops the others."""
    batch = Schedules(many)
    jobs = sorted((_job(place, terms) for place, terms in enumerate(batch.terms) if _is_level(terms)), key=_periods)
    _work_out(batch, jobs)
    level = {job.place for job in jobs}
    for place, terms in enumerate(batch.terms):
        if place not in level:
            _alone(batch, place, terms)
        elif terms.first_period == "days" and place not in batch.refusals:
            batch.interest_minor[place, 0] = interest_by_days(
                terms, terms.owed.principal_minor, terms.start_on, terms.first_due_on
            )
    return batch


def _is_level(terms: PlanTerms) -> bool:
    return terms.method in _LEVEL and terms.owed.principal_minor > 0


def _periods(job: _Job) -> int:
    return job.periods


def _job(place: int, terms: PlanTerms) -> _Job:
    rate = _NO_RATE if terms.method is Method.FROZEN_BALANCE else monthly_rate(terms.annual_rate)
    principal = terms.owed.principal_minor
    return _Job(place, terms.periods, principal, level_payment(principal, rate, terms.periods), rate.num, rate.den)


def _work_out(batch: Schedules, jobs: list[_Job]) -> None:
    """Month by month, as ``methods._amortise`` does for one. ``jobs`` come sorted by their periods."""
    if not jobs:
        return
    places, periods, owed, payment, num, den = (np.array(column, np.int64) for column in zip(*jobs, strict=True))
    lengths, rows = [job.periods for job in jobs], np.arange(len(jobs))
    before = np.zeros((lengths[-1] + 1, len(jobs)), np.int64)
    before[0] = owed
    for month in range(1, lengths[-1]):
        done = bisect_right(lengths, month)  # these have only their last payment left
        left = before[month - 1, done:]
        before[month, done:] = left + _interest(left, num[done:], den[done:]) - payment[done:]
    last = before[periods - 1, rows]
    charged = _interest(last, num, den)
    principal = (before[:-1] - before[1:]).T
    interest = np.where(np.arange(lengths[-1]) < periods[:, None], payment[:, None] - principal, 0)
    principal[rows, periods - 1], interest[rows, periods - 1] = last, charged
    fits = (principal[:, 0] >= 0) & (last + charged > 0) & (last + charged <= 2 * payment)
    for row in np.flatnonzero((num > 0) & ~fits).tolist():
        batch.refusals[jobs[row].place] = BadTerms(fields={"periods": "remainder_exceeds_instalment"})
        principal[row] = interest[row] = 0
    width = slice(0, lengths[-1])
    batch.principal_minor[places, width], batch.interest_minor[places, width] = principal, interest
    _carry(batch, [job.place for job in jobs])


def _interest(left: Ints, num: Ints, den: Ints) -> Ints:
    """One month's interest, HALF_UP: ``Rate.on`` without a product that could overflow."""
    whole = left // den
    return whole * num + ((left - whole * den) * (2 * num) + den) // (2 * den)


def _carry(batch: Schedules, places: list[int]) -> None:
    """The carried amounts in equal parts, the remainder in the last one."""
    for place in places:
        terms = batch.terms[place]
        carried = terms.owed.carried_minor
        if carried and place not in batch.refusals:
            part, last = equal_part(carried, terms.periods), terms.periods - 1
            batch.carried_minor[place, :last] = part
            batch.carried_minor[place, last] = carried - part * last


def _alone(batch: Schedules, place: int, terms: PlanTerms) -> None:
    try:
        made = schedule(terms)
    except BadTerms as refusal:
        batch.refusals[place] = refusal
        return
    width = slice(0, terms.periods)
    batch.principal_minor[place, width] = made.principal_minor
    batch.interest_minor[place, width] = made.interest_minor
    batch.carried_minor[place, width] = made.carried_minor
