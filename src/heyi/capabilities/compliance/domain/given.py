"""Facts written down by people: an example says only what differs from a quiet day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Final

from heyi.capabilities.compliance.domain.facts import SERIES, ContactFacts, Days, Window

QUIET_DAY: Final = ContactFacts(
    purpose="",
    channel="",
    recipient="debtor",
    discloses_debt=True,
    holds=frozenset(),
    connected_today=0,
    effective_today=0,
    unanswered_today=0,
    same_purpose_today=0,
    actor_kind="bank",
    agency_announced=True,
    agency_reporting=True,
    caller_reporting=True,
    certificate_valid=True,
    recorder_active=True,
    unlock=frozenset(),
    opted_out=False,
    stopped_channels=frozenset(),
    staff_count=2,
    consents=frozenset(),
    notices=frozenset(),
    approvals=frozenset(),
    time_barred=False,
    wording="neutral",
    history=dict.fromkeys(SERIES, ()),
    day_kinds=lambda day: frozenset(),
)
"""An ordinary working day of a debtor whom nobody contacted, and of two colleagues with everything in order."""


def facts_of(given: Mapping[str, Any], at: datetime) -> ContactFacts:
    """The facts of an example at ``at``.

    Sets are written as lists; ``agreed_window: ["19:00", "21:00"]``; ``planned_end`` as a quoted time with its zone;
    ``history: {calls: [quoted times]}``, series that are not named are empty; ``day_kinds`` are those of the day of
    ``at``. ``null`` says that a fact is unknown. Raises TypeError, ValueError, KeyError for what cannot be read.
    """
    read = {key: _READ[key](value, at) if key in _READ else value for key, value in given.items()}
    return replace(QUIET_DAY, **read)


def _set(value: Any, at: datetime) -> frozenset[str] | None:
    return None if value is None else frozenset(value)


def _window(value: Any, at: datetime) -> Window | None:
    if value is None:
        return None
    start, end = value
    return Window(time.fromisoformat(start), time.fromisoformat(end), evidence="example")


def _instant(value: Any, at: datetime) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _history(value: Any, at: datetime) -> Mapping[str, tuple[datetime, ...]] | None:
    if value is None:
        return None
    if not set(value) <= SERIES:
        raise KeyError(", ".join(sorted(set(value) - SERIES)))
    told = {
        name: sorted((datetime.fromisoformat(time) for time in times), reverse=True) for name, times in value.items()
    }
    return {name: tuple(told.get(name, ())) for name in SERIES}


def _days(value: Any, at: datetime) -> Days | None:
    if value is None:
        return None
    kinds, day = frozenset(value), at.date()

    def kinds_of(asked: date) -> frozenset[str]:
        return kinds if asked == day else frozenset()

    return kinds_of


_READ: Final[Mapping[str, Callable[[Any, datetime], Any]]] = {
    "holds": _set,
    "unlock": _set,
    "stopped_channels": _set,
    "consents": _set,
    "notices": _set,
    "approvals": _set,
    "agreed_window": _window,
    "planned_end": _instant,
    "last_contact_at": _instant,
    "history": _history,
    "day_kinds": _days,
}
