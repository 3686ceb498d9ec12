"""Calendar arithmetic that contracts need: month steps that keep the due day, and whole days between dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def add_months(start: date, months: int, *, due_day: int | None = None) -> date:
    """The date ``months`` later on ``due_day`` (default: the day of ``start``).

    A due day of 29, 30 or 31 falls on the last day of a shorter month and comes back in a longer one
    (Civil Code of the PRC, article 202: a period by months ends on its last day where the day is missing).
    """
    day = due_day or start.day
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


def midnight(day: date) -> datetime:
    """The instant at which ``day`` begins at the bank."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def days_between(earlier: date, later: date) -> int:
    """Whole days from ``earlier`` to ``later``; negative when they stand the other way round."""
    return (later - earlier).days
