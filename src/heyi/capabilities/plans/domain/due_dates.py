"""When each instalment falls due: the same day each month, on the last day where a month lacks it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from heyi.capabilities.plans.domain.terms import Method, PlanTerms
from heyi.kit.dates import add_months

_FIRST_YEAR: Final = 1990
_MONTHS: Final = 12 * 200


def due_dates(first_due_on: date, due_day: int, periods: int) -> tuple[date, ...]:
    """``periods`` dates, one a month from ``first_due_on`` (Civil Code of the PRC, article 202; kit.dates)."""
    start = (first_due_on.year - _FIRST_YEAR) * 12 + first_due_on.month - 1
    if start >= 0 and start + periods <= _MONTHS:
        return _calendar(due_day)[start : start + periods]
    return tuple(add_months(first_due_on, month, due_day=due_day) for month in range(periods))


@lru_cache(maxsize=31)
def _calendar(due_day: int) -> tuple[date, ...]:
    """Every due date of two centuries, worked out once per due day: a schedule then only takes its slice."""
    origin = date(_FIRST_YEAR, 1, 1)
    return tuple(add_months(origin, month, due_day=due_day) for month in range(_MONTHS))


def months_waited(terms: PlanTerms) -> int:
    """Whole months from the start to the last payment, and at least the number of monthly payments: the time that the
    bank waits, whether many payments, a late first one or free dates make it long.
    """
    if terms.method is Method.CUSTOM:
        return max(1, whole_months(terms.start_on, terms.custom[-1].due_on))
    return terms.periods + max(0, whole_months(terms.start_on, terms.first_due_on) - 1)


def whole_months(start: date, end: date) -> int:
    """Full months from ``start`` to ``end``; a day that a month lacks is its last one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
