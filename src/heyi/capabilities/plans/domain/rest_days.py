"""The last day of a period moves on to the next working day: Civil Code of the PRC, article 203 (CN-HOL-4).

Used in the borrower's favour only: the due date in the agreement stays, the day until which payment is in time moves.
Public holidays and make-up working days come from the ``holidays`` tables; for years whose State Council notice is
not out yet they know weekends and the fixed days.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=1)
def _mainland() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def next_working_day(day: date) -> date:
    """``day`` itself, or the first working day after it when it is a day of rest."""
    while not _mainland().is_working_day(day):
        day += timedelta(days=1)
    return day
