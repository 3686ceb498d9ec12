"""Time limits start, are extended where the rule allows it, and end by an act with an outcome."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import ApprovalGranted
from heyi.capabilities.compliance.adapters import clock_files
from heyi.capabilities.compliance.domain.clocks import Deadline, Extension, due_on
from heyi.capabilities.compliance.models import ClockRecord
from heyi.capabilities.compliance.problems import (
    ClockEnded,
    ClockNotFound,
    ClockUnclear,
    NoMoreExtension,
    NotYourClock,
    ReasonMissing,
)
from heyi.capabilities.compliance.queries.clocks import Clock, clock_of, deadline_kind
from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.domain import looks_personal
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.clock import bank_day

KEEPERS: Final = ("manager", "reviewer", "lead", "compliance", "administrator", "system", "integration")
SUBJECT: Final = "compliance_clock"
EXTENSION_APPROVALS: Final = frozenset({"complaint_extension"})


def start_clock(
    *,
    kind: str,
    subject: str,
    starts_on: date,
    actor: Actor,
    at: datetime,
    ends_on: date | None = None,
    branch: str = "",
    party_id: UUID | None = None,
    contract_id: UUID | None = None,
    case_id: UUID | None = None,
    evidence: str = "",
    reason: str = "",
) -> Clock:
    """Let a time limit run. ``subject`` names the thing (``staff_certificate:…``); a second start returns the first.

    ``ends_on`` is for kinds whose last day is told, and for no other. ``reason`` says in words why a person starts it.
    Raises NotYourClock, ClockUnclear, ClockNotFound.
    """
    _may(actor)
    rule = deadline_kind(kind)
    if branch and not actor.sees(branch):
        raise ClockNotFound(branch=branch)
    if looks_personal(subject) or looks_personal(evidence):
        raise ClockUnclear(fields={"evidence": "personal"})
    if reason:
        _reason(reason)
    if starts_on > bank_day(at):
        raise ClockUnclear(fields={"starts_on": "does_not_fit"})
    if (rule.unit == "given") != (ends_on is not None) or (ends_on is not None and ends_on < starts_on):
        raise ClockUnclear(fields={"ends_on": "does_not_fit"})
    end = Deadline(ends_on) if ends_on else due_on(rule, starts_on, clock_files.calendar("cn"))
    with transaction.atomic():
        standing = ClockRecord.objects.filter(kind=kind, subject=subject, ended_at__isnull=True).first()
        if standing is not None:
            return clock_of(standing)
        try:
            with transaction.atomic():
                row = ClockRecord.objects.create(
                    created_at=at,
                    kind=kind,
                    subject=subject,
                    party_id=party_id,
                    contract_id=contract_id,
                    case_id=case_id,
                    branch=branch,
                    starts_on=starts_on,
                    due_on=end.due_on,
                    provisional=end.provisional,
                    evidence=evidence[:160],
                    started_by=actor.label,
                )
        except IntegrityError:
            return clock_of(ClockRecord.objects.get(kind=kind, subject=subject, ended_at__isnull=True))
        _tell("start_clock", row, actor, at, reason=reason)
    return clock_of(row)


def extend_clock(*, clock_id: UUID, reason: str, actor: Actor, at: datetime) -> Clock:
    """Give the longer time that the rule allows; where the rule asks for an approval, one must stand for this clock.

    Raises NotYourClock, ReasonMissing, ClockNotFound, ClockEnded, NoMoreExtension.
    """
    _may(actor)
    _reason(reason)
    with transaction.atomic():
        row = _running(clock_id, actor)
        rule = deadline_kind(row.kind)
        needed = _extension(row).approval
        if needed and not approvals.standing(kind=needed, subject=_subject(row), at=at):
            raise NoMoreExtension(clock=str(clock_id), why="approval_missing", approval=needed)
        row.extended += 1
        end = due_on(rule, row.starts_on, clock_files.calendar("cn"), extended=row.extended)
        row.due_on, row.provisional = end.due_on, end.provisional
        row.save(update_fields=["extended", "due_on", "provisional"])
        _tell("extend_clock", row, actor, at, reason=reason)
    return clock_of(row)


def ask_extension(*, clock_id: UUID, reason: str, actor: Actor, at: datetime) -> UUID:
    """Ask for the approval that the next longer time needs; granted, it extends the clock by itself.

    Returns the request's id. Raises NotYourClock, ReasonMissing, ClockUnclear, ClockNotFound, ClockEnded,
    NoMoreExtension, and what ``approvals.ask`` raises.
    """
    _may(actor)
    _reason(reason)
    with transaction.atomic():
        row = _running(clock_id, actor)
        step = _extension(row)
        if not step.approval:
            raise NoMoreExtension(clock=str(clock_id), why="no_approval_needed")
        title = deadline_kind(row.kind).title_zh
        asked = approvals.ask(
            kind=step.approval,
            subject=_subject(row),
            branch=row.branch,
            facts={"title": f"{title} {row.evidence or row.subject} · {step.length}天"},
            assessment={"why": reason.strip()},
            actor=actor,
            at=at,
        )
    return asked.id


def hear_extension_granted(event: ApprovalGranted, at: datetime) -> None:
    """The longer time was approved. A clock that ended in the meantime stays as it is."""
    table, _, key = event.subject.partition(":")
    if table != SUBJECT or event.kind not in EXTENSION_APPROVALS:
        return
    try:
        extend_clock(clock_id=UUID(key), reason=f"approvals_request:{event.approval_id}", actor=SYSTEM, at=at)
    except ClockEnded:
        return  # what it asked for was done before the committee answered


def end_clock(*, clock_id: UUID, outcome: str, actor: Actor, at: datetime) -> Clock:
    """What it asked for was done, or is no longer needed.

    Raises NotYourClock, ReasonMissing, ClockUnclear, ClockNotFound, ClockEnded.
    """
    _may(actor)
    _reason(outcome)
    with transaction.atomic():
        row = _running(clock_id, actor)
        row.ended_at, row.ended_by, row.outcome = at, actor.label, outcome.strip()[:160]
        row.save(update_fields=["ended_at", "ended_by", "outcome"])
        _tell("end_clock", row, actor, at, late=bank_day(at) > row.due_on)
    return clock_of(row)


def _running(clock_id: UUID, actor: Actor) -> ClockRecord:
    row = ClockRecord.objects.select_for_update().filter(id=clock_id).first()
    if row is None or (row.branch and not actor.sees(row.branch)):
        raise ClockNotFound(clock=str(clock_id))
    if row.ended_at is not None:
        raise ClockEnded(clock=str(clock_id), at=row.ended_at.isoformat())
    return row


def _extension(row: ClockRecord) -> Extension:
    step = deadline_kind(row.kind).extension(row.extended)
    if step is None:
        raise NoMoreExtension(clock=str(row.id), why="none_left")
    return step


def _subject(row: ClockRecord) -> str:
    return f"{SUBJECT}:{row.id}"


def _may(actor: Actor) -> None:
    if not actor.has(*KEEPERS):
        raise NotYourClock(act="clock")


def _reason(text: str) -> None:
    """Said in words, without anybody's number or address: these words are not sealed."""
    if not text.strip():
        raise ReasonMissing(fields={"reason": "missing"})
    if looks_personal(text):
        raise ClockUnclear(fields={"reason": "personal"})


def _tell(verb: str, row: ClockRecord, actor: Actor, at: datetime, **facts: object) -> None:
    reason = facts.pop("reason", None)
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=_subject(row),
        facts={"kind": row.kind, "of": row.subject, "due_on": row.due_on.isoformat(), **facts},
        digests={"reason": journal.salted(str(reason), salt=str(row.id).encode())} if reason else None,
    )
