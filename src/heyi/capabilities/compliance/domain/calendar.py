"""Days of rest and working days as the State Council's yearly notice sets them (CN-HOL-1…4). Pure; years are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from heyi.kit.problems import Problem

SATURDAY: Final = 5
LONGEST_REST: Final = 31
"""Days after which a search for a working day is a defect of the data, not a holiday."""


class CalendarUnknown(Problem):
    """The notice for this year is not published, or not entered: nobody can say whether this day is worked."""

    code = "compliance.calendar_unknown"
    status = 503


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year: weekdays that are days of rest, weekend days that are worked, and where that stands.

    ``published`` is False while only the statutory days are known and the shifted days are not.
    """

    year: int
    published: bool
    off_days: frozenset[date]
    working_days: frozenset[date]
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that are known. Asking for another one raises CalendarUnknown, never guesses."""

    years: Mapping[int, CalendarYear]

    def knows(self, day: date) -> bool:
        """Whether ``day`` can be answered for sure."""
        year = self.years.get(day.year)
        return year is not None and (year.published or day in year.off_days)

    def is_working(self, day: date) -> bool:
        """True on a working day. Raises CalendarUnknown."""
        year = self.years.get(day.year)
        if year is None or not self.knows(day):
            raise CalendarUnknown(year=day.year)
        return self._worked(year, day)

    def is_probably_working(self, day: date) -> bool:
        """For plans that may be corrected later: what is known, else Monday to Friday. Never for a verdict."""
        year = self.years.get(day.year)
        return self._worked(year, day) if year else day.weekday() < SATURDAY

    def kinds(self, day: date) -> frozenset[str] | None:
        """What the day is, in the words of rules: ``working_day`` or ``rest_day``, and ``weekend``, ``holiday`` (a
        weekday off), ``make_up_day`` (a weekend day worked). None where nobody can say.
        """
        year = self.years.get(day.year)
        if year is None or not self.knows(day):
            return None
        told = {
            "weekend": day.weekday() >= SATURDAY,
            "holiday": day in year.off_days,
            "make_up_day": day in year.working_days,
            "working_day" if self._worked(year, day) else "rest_day": True,
        }
        return frozenset(name for name, true in told.items() if true)

    def next_working(self, day: date) -> date:
        """``day``, or the first working day after it (Civil Code, article 203). Raises CalendarUnknown."""
        for ahead in range(LONGEST_REST):
            later = day + timedelta(days=ahead)
            if self.is_working(later):
                return later
        raise CalendarUnknown(year=day.year)

    def next_probably_working(self, day: date) -> date:
        """As ``next_working``, for plans that may be corrected later."""
        while not self.is_probably_working(day):
            day += timedelta(days=1)
        return day

    @staticmethod
    def _worked(year: CalendarYear, day: date) -> bool:
        return day in year.working_days or (day.weekday() < SATURDAY and day not in year.off_days)
