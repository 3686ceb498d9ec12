"""Every other time limit: complaints, objections, letters of authority, certificates, retention. One mechanism. Pure.

A kind says how its length is counted; ``packs/<jurisdiction>/clocks/deadlines.yaml`` holds them with their sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from heyi.capabilities.compliance.domain.calendar import Calendar, CalendarUnknown
from heyi.kit.dates import add_months

UNITS: Final = frozenset({"days", "working_days", "months", "years", "given"})
"""``given``: whoever starts the clock says the last day (a certificate, a letter of authority)."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer length that the rule allows, in all from the start; ``approval`` names who must agree, or is empty."""

    length: int
    approval: str


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of time limit as the pack states it."""

    kind: str
    rule_id: str
    title_zh: str
    title_en: str
    source: str
    confidence: str
    unit: str
    length: int
    moves_off_rest_days: bool
    extensions: tuple[Extension, ...]
    warn_days: tuple[int, ...]
    action_zh: str
    action_en: str
    overdue_zh: str
    overdue_en: str
    """What holds, and what to do, once the last day is past."""
    by_hand: bool
    """Whether people start it, because no room of the product does."""

    def extension(self, granted: int) -> Extension | None:
        """The next longer time that the rule allows after ``granted`` of them."""
        return self.extensions[granted] if granted < len(self.extensions) else None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, and whether it may still move because the calendar of its year is not published."""

    due_on: date
    provisional: bool = False


def due_on(kind: DeadlineKind, starts_on: date, calendar: Calendar, *, extended: int = 0) -> Deadline:
    """The last day of a limit that began on ``starts_on``; the first day does not count (Civil Code, article 201).

    ``extended`` is how many of the kind's extensions were granted.
    """
    length = kind.extensions[extended - 1].length if extended else kind.length
    if kind.unit == "working_days":
        return _working(starts_on, length, calendar)
    last = _natural(kind.unit, starts_on, length)
    if not kind.moves_off_rest_days:
        return Deadline(last)
    try:
        return Deadline(calendar.next_working(last))
    except CalendarUnknown:
        return Deadline(last, provisional=True)


def _natural(unit: str, starts_on: date, length: int) -> date:
    if unit == "days":
        return starts_on + timedelta(days=length)
    return add_months(starts_on, length if unit == "months" else 12 * length)


def _working(starts_on: date, length: int, calendar: Calendar) -> Deadline:
    day, left, sure = starts_on, length, True
    while left:
        day += timedelta(days=1)
        sure = sure and calendar.knows(day)
        left -= calendar.is_probably_working(day)
    return Deadline(day, provisional=not sure)
