"""The bank's working days: mainland public holidays and the weekends worked to make up for them.

Years for which the State Council has not published its notice yet count statutory holidays and weekends only.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


@cache
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def is_working(day: date) -> bool:
    """True when the bank works on ``day``."""
    return bool(_china().is_working_day(day))
