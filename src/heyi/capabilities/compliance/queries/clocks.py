"""Where debts and other time limits stand, explained step by step, and what is due when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from heyi.capabilities.compliance.adapters import clock_files
from heyi.capabilities.compliance.domain.calendar import Calendar
from heyi.capabilities.compliance.domain.clocks import DeadlineKind, Limitation, LimitationEvent, Step, limitation
from heyi.capabilities.compliance.domain.rules import Both
from heyi.capabilities.compliance.models import ClockRecord, LimitationEventRecord, LimitationStanding, PermissionRecord
from heyi.capabilities.compliance.problems import ClockNotFound
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing.clock import bank_day
from heyi.plumbing.once import once

PAGE = 50
NOWHERE = UUID(int=0)
Row = TypeVar("Row", LimitationStanding, ClockRecord)


@dataclass(frozen=True, slots=True)
class StepView:
    """One step with its words, its source, and what counsel has to decide about it."""

    step: Step
    says: Both
    source: str
    doubt: Both | None


@dataclass(frozen=True, slots=True)
class LimitationView:
    """A debt's limitation as people read it. ``next_says``: the next lawful act, or the neutral statement if barred."""

    contract_id: UUID
    party_id: UUID
    branch: str
    standing: Limitation
    steps: tuple[StepView, ...]
    next_says: Both | None
    next_rule: str


@dataclass(frozen=True, slots=True)
class Expiring:
    """One debt in the list of what runs out. ``days_left`` is negative once it is barred."""

    contract_id: UUID
    contract_no: str
    party_id: UUID
    branch: str
    expires_on: date
    days_left: int
    provisional: bool
    doubtful: bool
    """Counsel has something to decide; the day is the earlier reading."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or ended time limit."""

    id: UUID
    kind: DeadlineKind
    subject: str
    party_id: UUID | None
    contract_id: UUID | None
    case_id: UUID | None
    branch: str
    starts_on: date
    due_on: date
    provisional: bool
    extended: int
    started_by: str
    ended_at: datetime | None
    outcome: str
    evidence: str = ""
    derived: bool = False
    """Read from its own record, which ends it: a certificate that is renewed, a contract that is prolonged."""

    def days_left(self, today: date) -> int:
        """Days until the last day; negative when it is past."""
        return (self.due_on - today).days


def working_calendar(name: str = "cn") -> Calendar:
    """The working days of the jurisdiction, as far as they are published."""
    return clock_files.calendar(name)


def deadline_kind(kind: str, name: str = "cn") -> DeadlineKind:
    """What the pack says of one kind of time limit. Raises ClockNotFound."""
    found = clock_files.deadline_kinds(name).get(kind)
    if found is None:
        raise ClockNotFound(kind=kind)
    return found


def kinds_by_hand(name: str = "cn") -> tuple[DeadlineKind, ...]:
    """The time limits that people start themselves."""
    return tuple(kind for kind in clock_files.deadline_kinds(name).values() if kind.by_hand)


def limitation_events(contract_ids: Iterable[UUID]) -> dict[UUID, list[LimitationEvent]]:
    """The events that stand, by contract; withdrawn ones are left out."""
    rows = list(LimitationEventRecord.objects.filter(contract_id__in=list(contract_ids)).order_by("on", "id"))
    withdrawn = {row.withdraws for row in rows if row.withdraws}
    found: dict[UUID, list[LimitationEvent]] = defaultdict(list)
    for row in rows:
        if row.kind != "withdrawn" and row.id not in withdrawn:
            found[row.contract_id].append(LimitationEvent(row.id, row.kind, row.on, row.until, row.evidence))
    return found


def limitation_of(*, contract_id: UUID, actor: Actor, at: datetime) -> LimitationView | None:
    """Where one debt stands, with every step; None when nothing is owed, no day is known, or it is not the actor's."""
    found = loans.last_dues(contract_ids=[contract_id]).rows
    if not found or not (actor.sees(found[0].branch) or (actor.kind == "borrower" and actor.id == found[0].party_id)):
        return None
    debt, pack = found[0], clock_files.limitation_pack("cn")
    events = limitation_events([contract_id])[contract_id]
    now = _computed(debt, events, at)
    act = None if now.state == "barred" or now.days_left is None else pack.next_act(now.days_left)
    return LimitationView(
        contract_id=contract_id,
        party_id=debt.party_id,
        branch=debt.branch,
        standing=now,
        steps=tuple(
            StepView(
                step,
                pack.words[step.what.partition(".")[0]],
                pack.sources[step.rule_id],
                pack.doubts[step.doubt] if step.doubt else None,
            )
            for step in now.steps
        ),
        next_says=pack.barred if now.state == "barred" else act.says if act else None,
        next_rule="CN-LIM-3" if now.state == "barred" else act.rule_id if act else "",
    )


def _computed(debt: loans.LastDue, events: list[LimitationEvent], at: datetime) -> Limitation:
    rules, calendar = clock_files.limitation_pack("cn").rules, clock_files.calendar("cn")
    return limitation(due_on=debt.due_on, events=events, as_of=bank_day(at), rules=rules, calendar=calendar)


@once
def time_barred(*, contract_id: UUID, at: datetime) -> bool | None:
    """Whether the debt is time-barred; None when nobody can say, which closes the gate for rules that ask.

    What the last look over the whole book kept; a debt that came since is computed.
    """
    row = LimitationStanding.objects.filter(contract_id=contract_id).values_list("expires_on", "stopped").first()
    if row is None:
        found = loans.last_dues(contract_ids=[contract_id]).rows
        events = limitation_events([contract_id])[contract_id]
        return _computed(found[0], events, at).state == "barred" if found else None
    expires_on, stopped = row
    return False if stopped or expires_on is None else expires_on < bank_day(at)


def expiring(*, actor: Actor, at: datetime, within_days: int, limit: int = PAGE * 4) -> tuple[Expiring, ...]:
    """Debts whose limitation runs out within so many days, the most pressing first; barred ones are not among them."""
    today = bank_day(at)
    rows = _of_branches(LimitationStanding.objects.all(), actor).filter(
        expires_on__gte=today, expires_on__lte=today + timedelta(days=within_days)
    )
    return _expiring(rows.order_by("expires_on", "contract_id")[:limit], today)


def expiring_on(*, actor: Actor, at: datetime, day: date, limit: int = PAGE * 4) -> tuple[Expiring, ...]:
    """Debts whose last day is ``day``, past or to come."""
    rows = _of_branches(LimitationStanding.objects.all(), actor).filter(expires_on=day)
    return _expiring(rows.order_by("contract_id")[:limit], bank_day(at))


def barred(*, actor: Actor, at: datetime, limit: int = PAGE * 4) -> tuple[Expiring, ...]:
    """Debts that are time-barred, the latest first."""
    today = bank_day(at)
    rows = _of_branches(LimitationStanding.objects.all(), actor).filter(expires_on__lt=today)
    return _expiring(rows.order_by("-expires_on", "contract_id")[:limit], today)


def expiring_counts(*, actor: Actor, at: datetime) -> dict[int, int]:
    """How many debts run out within each of the pack's warning spans; 0 stands for those already barred."""
    today, rows = bank_day(at), _of_branches(LimitationStanding.objects.all(), actor)
    spans = clock_files.limitation_pack("cn").warn_days
    counts = {
        days: rows.filter(expires_on__gte=today, expires_on__lte=today + timedelta(days=days)).count() for days in spans
    }
    return {**counts, 0: rows.filter(expires_on__lt=today).count()}


def most_pressing(*, actor: Actor, at: datetime) -> int:
    """How many debts run out within the pack's shortest warning span: the number beside the menu."""
    today, days = bank_day(at), clock_files.limitation_pack("cn").warn_days[-1]
    rows = LimitationStanding.objects.filter(expires_on__gte=today, expires_on__lte=today + timedelta(days=days))
    return _of_branches(rows, actor).count()


def clocks_due(*, actor: Actor, at: datetime, until: date, limit: int = PAGE * 4) -> tuple[Clock, ...]:
    """Running time limits whose last day is ``until`` or before, missed ones included, the oldest first."""
    rows = _of_branches(ClockRecord.objects.filter(ended_at__isnull=True, due_on__lte=until), actor, blank=True)
    own = [clock_of(row) for row in rows.order_by("due_on", "id")[:limit]]
    notices = notices_ending(actor=actor, at=at, first=bank_day(at), last=until)
    return _by_day([*own, *notices, *(one for one in standing_limits(actor=actor, at=at) if one.due_on <= until)])


def clocks_between(*, actor: Actor, at: datetime, first: date, last: date, limit: int = 1000) -> tuple[Clock, ...]:
    """Running time limits that end within a span, by day: a calendar page."""
    rows = ClockRecord.objects.filter(ended_at__isnull=True, due_on__range=(first, last))
    own = [clock_of(row) for row in _of_branches(rows, actor, blank=True).order_by("due_on", "id")[:limit]]
    notices = notices_ending(actor=actor, at=at, first=max(first, bank_day(at)), last=last)
    standing = (one for one in standing_limits(actor=actor, at=at) if first <= one.due_on <= last)
    return _by_day([*own, *notices, *standing])


def notices_ending(*, actor: Actor, at: datetime, first: date, last: date, limit: int = 1000) -> list[Clock]:
    """Notices on record whose validity ends within a span, of people whom the actor sees. ``subject`` is what about."""
    span = datetime.combine(first, time.min, SHANGHAI), datetime.combine(last + timedelta(days=1), time.min, SHANGHAI)
    rows = PermissionRecord.objects.filter(sort="notice", ended_at__isnull=True, until__gte=span[0], until__lt=span[1])
    found = list(rows.defer("evidence_sealed").order_by("until", "id")[:limit])
    seen = loans.parties_seen(actor=actor, party_ids={row.party_id for row in found})
    return [
        replace(
            _standing("notice_validity", row.about, bank_day(row.until)),
            party_id=row.party_id,
            contract_id=row.contract_id,
            starts_on=bank_day(row.given_at),
        )
        for row in found
        if row.party_id in seen
    ]


def standing_limits(*, actor: Actor, at: datetime) -> list[Clock]:
    """Limits that stand in the registers themselves: certificates of people, contracts and evaluations of agencies."""
    found = [
        _standing("certificate", f"{member.display_name} · {one.kind.zh}", bank_day(one.until), member.branch)
        for member, standings in staff.certificate_standings(actor=actor, at=at)
        for one in standings
        if one.until is not None
    ]
    for agency in staff.agencies(actor=actor, day=bank_day(at)):
        if agency.status != "ended":
            found.append(_standing("agency_contract", agency.entry.name, agency.entry.contract_until))
            found.append(_standing("agency_evaluation", agency.entry.name, agency.evaluation_due))
    return found


def _standing(kind: str, subject: str, due_on: date, branch: str = "") -> Clock:
    return Clock(
        id=NOWHERE,
        kind=deadline_kind(kind),
        subject=subject,
        party_id=None,
        contract_id=None,
        case_id=None,
        branch=branch,
        starts_on=due_on,
        due_on=due_on,
        provisional=False,
        extended=0,
        started_by="system",
        ended_at=None,
        outcome="",
        derived=True,
    )


def _by_day(found: list[Clock]) -> tuple[Clock, ...]:
    return tuple(sorted(found, key=lambda one: one.due_on))


def expiring_between(*, actor: Actor, first: date, last: date) -> dict[date, int]:
    """How many debts reach their last day on each day of a span."""
    rows = _of_branches(LimitationStanding.objects.filter(expires_on__range=(first, last)), actor)
    found: dict[date, int] = defaultdict(int)
    for day in rows.values_list("expires_on", flat=True):
        if day is not None:
            found[day] += 1
    return dict(found)


def clocks_of(*, subject: str) -> tuple[Clock, ...]:
    """Every time limit of one thing, newest first."""
    return tuple(clock_of(row) for row in ClockRecord.objects.filter(subject=subject).order_by("-created_at"))


def clock_of(row: ClockRecord) -> Clock:
    """The row as a value."""
    return Clock(
        id=row.id,
        kind=deadline_kind(row.kind),
        subject=row.subject,
        party_id=row.party_id,
        contract_id=row.contract_id,
        case_id=row.case_id,
        branch=row.branch,
        starts_on=row.starts_on,
        due_on=row.due_on,
        provisional=row.provisional,
        extended=row.extended,
        started_by=row.started_by,
        ended_at=row.ended_at,
        outcome=row.outcome,
        evidence=row.evidence,
    )


def _expiring(rows: Iterable[LimitationStanding], today: date) -> tuple[Expiring, ...]:
    return tuple(
        Expiring(
            row.contract_id,
            row.contract_no,
            row.party_id,
            row.branch,
            row.expires_on,
            (row.expires_on - today).days,
            row.provisional,
            row.doubtful,
        )
        for row in rows
        if row.expires_on is not None
    )


def _of_branches(rows: QuerySet[Row], actor: Actor, *, blank: bool = False) -> QuerySet[Row]:
    if "*" in actor.branches:
        return rows
    mine = Q(branch__in=actor.branches)
    return rows.filter(mine | Q(branch="") if blank else mine)
