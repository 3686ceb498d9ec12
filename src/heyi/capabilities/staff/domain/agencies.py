"""Agencies that collect for the bank: what the register holds, and what an agency lacks on a day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from heyi.capabilities.staff.domain.people import WHOLE_BANK
from heyi.kit.actors import Actor
from heyi.kit.problems import Conflict, Invalid, NotFound

AGENCY_NEXT: Final[Mapping[str, frozenset[str]]] = {
    "active": frozenset({"suspended", "ended"}),
    "suspended": frozenset({"active", "ended"}),
    "ended": frozenset(),
}
"""The life of an agency in the register; ended is for good, a new contract is a new entry."""
AGENCY_STATUSES: Final = frozenset(AGENCY_NEXT)
EVALUATION_OUTCOMES: Final = frozenset({"passed", "conditions", "failed"})
AGENCY_KEEPERS: Final = ("compliance", "administrator", "system")
"""Who keeps the register: those who answer for outsourcing, and those who open accounts."""


class UnknownAgency(NotFound):
    """The register has no such agency, or not for you."""

    code = "staff.unknown_agency"


class AgencyState(Conflict):
    """The agency's state does not allow this; ``status`` says where it stands."""

    code = "staff.agency_state"


class AgencyDates(Invalid):
    """Dates of an agency, an evaluation or a certificate that make no sense; ``fields`` names them."""

    code = "staff.agency_dates"


@dataclass(frozen=True, slots=True)
class AgencyPolicy:
    """How often an agency is evaluated, how long an agent's certificate may run, and when to warn. Days."""

    evaluation_every: timedelta
    evaluation_warn: timedelta
    certificate_longest: timedelta
    certificate_warn: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyEntry:
    """What the register takes in about an agency. ``branches``: codes that may place with it, or ``*``."""

    code: str
    name: str
    name_en: str
    credit_code: str
    licence_no: str
    contact_name: str
    phone: str
    complaint_phone: str
    address: str
    contract_no: str
    contract_from: date
    contract_until: date
    branches: frozenset[str]
    announced_on: date | None = None


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """One evaluation: compliance, quality and security of an agency on a day."""

    id: UUID
    on: date
    outcome: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentView:
    """Somebody of an agency who may call or visit, and until when they are certified."""

    id: UUID
    number: str
    name: str
    certificate_no: str
    certificate_until: date
    ended_at: datetime | None

    def certified(self, day: date) -> bool:
        """True while they work for the agency and the certificate runs."""
        return self.ended_at is None and day <= self.certificate_until


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as other rooms see it. ``lacks`` are codes of what forbids it to work on the day of the read."""

    id: UUID
    entry: AgencyEntry
    status: str
    status_reason: str
    evaluated_on: date | None
    evaluation_due: date
    lacks: tuple[str, ...]

    @property
    def may_work(self) -> bool:
        """True when nothing is lacking."""
        return not self.lacks


def check_entry(entry: AgencyEntry) -> None:
    """Raise AgencyDates or Invalid for what cannot be kept."""
    if entry.contract_until < entry.contract_from:
        raise AgencyDates(fields={"contract_until": "before_start"})
    missing = [name for name in ("code", "name", "name_en", "credit_code", "phone") if not getattr(entry, name).strip()]
    if missing:
        raise Invalid(fields=dict.fromkeys(missing, "missing"))
    if not entry.branches:
        raise Invalid(fields={"branches": "missing"})


def check_extension(before: AgencyEntry, after: AgencyEntry, *, due: date) -> None:
    """A contract is not prolonged beyond an overdue evaluation (GB/T 45251: evaluated before the contract ends)."""
    if after.contract_until > before.contract_until and due < before.contract_until:
        raise AgencyState(status="evaluation_needed", due=due.isoformat())


def evaluation_due(contract_from: date, evaluated_on: date | None, policy: AgencyPolicy) -> date:
    """The last day for the next evaluation."""
    return (evaluated_on or contract_from) + policy.evaluation_every


def lacks(
    *, entry: AgencyEntry, status: str, outcome: str | None, evaluated_on: date | None, day: date, policy: AgencyPolicy
) -> tuple[str, ...]:
    """Why the agency may not work on ``day``; empty when it may."""
    found = (
        ("not_active", status != "active"),
        ("contract_not_begun", day < entry.contract_from),
        ("contract_over", day > entry.contract_until),
        ("not_published", entry.announced_on is None or entry.announced_on > day),
        ("evaluation_failed", outcome == "failed"),
        ("evaluation_overdue", day > evaluation_due(entry.contract_from, evaluated_on, policy)),
    )
    return tuple(code for code, lacking in found if lacking)


def sees_agency(actor: Actor, branches: frozenset[str], agency_id: UUID) -> bool:
    """The agency itself, those who work for the whole bank, and the branches that may place with it."""
    if actor.kind == "agency":
        return actor.agency_id == agency_id
    if actor.has(*WHOLE_BANK) or "*" in actor.branches:
        return True
    return actor.kind == "staff" and ("*" in branches or bool(actor.branches & branches))
