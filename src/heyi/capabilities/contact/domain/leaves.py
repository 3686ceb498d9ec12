"""Leaves to dial or knock, reports of what became of them, and placements with agencies. Values; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.compliance.domain import Verdict

LEAVE_CHANNELS: Final = frozenset({"call", "visit"})
"""Contacts that people or machines outside of this house make; messages leave through ``send`` alone."""
REPORTED: Final = frozenset({"connected", "unanswered", "invalid", "not_sent"})
"""What may be told about a contact: answered, not answered, the number is dead, it was not made after all."""
THIRD: Final = frozenset({"contact_person", "third_person"})
RECALLS: Final = frozenset({"hold", "bank", "paid", "contract_over", "agency"})


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """The bank's figures for leaves, reports, notices and third persons (``packs/cn/contact.yaml``)."""

    leave: timedelta
    report_within: timedelta
    report_oldest: timedelta
    report_batch: int
    notice_wait: timedelta
    placement_longest: timedelta
    failures: int
    failures_apart: timedelta
    failures_within: timedelta
    stop_numbers_an_hour: int
    stop_checks_an_hour: int
    stop_words: frozenset[str]
    script: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A contact that somebody is about to make. ``party_id`` None: the borrower of the contract."""

    contract_id: UUID
    channel: str
    purpose: str
    party_id: UUID | None = None
    agent_no: str = ""
    recorder_active: bool | None = None
    staff_count: int | None = None
    planned_end: datetime | None = None
    language: str = "zh"
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LeaveView:
    """A place that was counted for one contact. ``script``: the words to be said, for third persons only.

    ``reported_at`` None: nobody said yet what became of it.
    """

    id: UUID
    party_id: UUID
    contract_id: UUID
    channel: str
    purpose: str
    recipient: str
    destination_masked: str
    valid_until: datetime
    report_by: datetime
    outcome: str
    taken_at: datetime
    case_id: UUID | None
    reported_at: datetime | None
    script: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The gate's answer; ``leave`` when it is yes."""

    verdict: Verdict
    leave: LeaveView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one contact. Without a ``leave_id`` the contact itself is described: it was made without asking.

    ``reference`` is the reporter's own mark; the same mark again is the same report. ``opted_out``: a third person
    asked not to be contacted again. ``note``: what was said, kept sealed.
    """

    outcome: str
    started_at: datetime
    leave_id: UUID | None = None
    reference: str = ""
    effective: bool = False
    minutes: int = 0
    opted_out: bool = False
    recording_digest: str = ""
    note: str = ""
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What was done with a report: ``kept``, ``again`` (told before) or ``refused`` with a code."""

    result: str
    entry_id: UUID | None = None
    code: str = ""
    facts: Mapping[str, Any] | None = None
    breached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacementView:
    """A contract that lies with an agency, or lay there. ``handed_over_at``: when the agency may begin."""

    id: UUID
    agency_id: UUID
    contract_id: UUID
    party_id: UUID
    branch: str
    placed_at: datetime
    placed_by: str
    until: datetime
    noticed_at: datetime | None
    handed_over_at: datetime | None
    recalled_at: datetime | None
    recalled_by: str
    recall_reason: str
    purged_at: datetime | None

    def works(self, at: datetime) -> bool:
        """True while the agency may ask for leaves: handed over, in time, not recalled."""
        begun = self.handed_over_at is not None and self.handed_over_at <= at
        return begun and at < self.until and self.recalled_at is None


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """What an agency did and owes: counted over its leaves and reports of the last ``days``."""

    leaves: int
    reported: int
    overdue: int
    connected: int
    effective: int
    without_leave: int
    refused: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Something to be left alone: ``what`` is ``hold``, ``channel`` or ``number``; ``code`` says which."""

    contract_id: UUID
    party_id: UUID
    what: str
    code: str
    channel: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How often somebody, or one contact point, was tried on a day: all parties together."""

    attempts: int
    connections: int
    effective: int


def failed_in_a_row(tries: Iterable[tuple[datetime, str, str]], at: datetime, policy: ContactPolicy) -> int:
    """How many failures in a row at different times, the newest first; (when, direction, outcome).

    An answered call, or one that came from the person, ends the row; so does one whose end nobody knows. Two failures
    less than ``failures_apart`` apart are one (CBA guideline: three consecutive failures).
    """
    counted, last = 0, None
    for when, direction, outcome in sorted(tries, reverse=True):
        if outcome == "not_sent":
            continue
        if direction == "in" or outcome not in ("unanswered", "invalid"):
            break
        if last is None and at - when > policy.failures_within:
            break
        if last is None or last - when >= policy.failures_apart:
            counted, last = counted + 1, when
    return counted
