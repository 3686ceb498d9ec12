"""When each instalment falls due: the same day each month, on the last day where a month lacks it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

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
