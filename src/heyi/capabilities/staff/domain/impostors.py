"""Reports of impostors: the states of a report and what may follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from heyi.kit.problems import Conflict, Invalid, NotFound

REPORT_STATES: Final = ("received", "looking", "closed")
REPORT_OUTCOMES: Final = ("impostor", "ours", "unclear")
"""Somebody else · one of us after all, and it was put right · could not be told."""
REPORT_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "received": ("looking", "closed"),
    "looking": ("closed",),
    "closed": ("looking",),
}
REPORT_FILES_MOST: Final = 3


class UnknownReport(NotFound):
    """No report has this number."""

    code = "staff.unknown_report"


class ReportState(Conflict):
    """The report stands elsewhere than this act needs; ``state`` says where."""

    code = "staff.report_state"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file of a report. ``size`` in bytes."""

    id: UUID
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ReportStep:
    """One step of handling. ``words`` are for the reporter, ``note`` for the bank only."""

    state: str
    at: datetime
    by: str
    outcome: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class ImpostorView:
    """One report, opened. ``by_day``: the day by which the bank answers."""

    number: str
    at: datetime
    words: str
    reach: str
    state: str
    outcome: str
    by_day: date
    files: tuple[ReportFile, ...] = ()
    steps: tuple[ReportStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """What the holder of a number may know: where it stands, since when, what the bank says, and by when it answers."""

    number: str
    received_at: datetime
    state: str
    since: datetime
    outcome: str
    words: str
    by_day: date


def check_step(*, standing: str, state: str, outcome: str, words: str) -> None:
    """Raise ReportState or Invalid when a report that stands in ``standing`` cannot go on like this."""
    if state not in REPORT_NEXT.get(standing, ()):
        raise ReportState(state=standing)
    if state == "closed" and outcome not in REPORT_OUTCOMES:
        raise Invalid(fields={"outcome": "missing"})
    if state == "closed" and not words.strip():
        raise Invalid(fields={"words": "missing"})


def answer_day(received: date, answer_within: timedelta) -> date:
    """The last day for the bank's answer."""
    return received + answer_within
