"""Taking a case up and putting it back: who may, locked, in the state that the act needs; then one consistent write.

Every action of this room goes through ``take`` and ``put``, so that ``status``, ``turn``, ``next_act``, ``due_at`` and
``version`` never part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation.domain import progress, states
from heyi.capabilities.negotiation.domain.problems import CaseNotFound, Moved, NotYourAct, ReasonNeeded
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import outbox


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left behind: hand ``version`` back with the next act as ``seen_version``."""

    case_id: UUID
    number: str
    status: str
    version: int
    subject_id: UUID | None = None


def visible(actor: Actor, case: Case, *, at: datetime) -> bool:
    """May this actor know that the case exists? A draft is the borrower's own until it is handed in."""
    if actor.kind == "borrower":
        return case.party_id == actor.id
    if actor.kind == "staff":
        return case.submitted_at is not None and staff.may_see(actor=actor, branch=case.branch, case_id=case.id, at=at)
    return actor.kind == "system" or actor.sees(case.branch)


def take(case_id: UUID, *, act: str, actor: Actor, at: datetime, seen_version: int | None = None) -> Case:
    """The case, locked until the transaction ends.

    Raises CaseNotFound (not there, or not yours), NotYourAct (wrong role, or a pass that only lets look), WrongState,
    Moved (``seen_version`` is not the version that stands).
    """
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None or not visible(actor, case, at=at):
        raise CaseNotFound(case_id=str(case_id))
    if actor.kind == "staff" and not actor.sees(case.branch):
        raise NotYourAct(act=act)
    if seen_version is not None and seen_version != case.version:
        raise Moved(seen=seen_version, now=case.version)
    states.require(actor, act, case.status)
    return case


def put(case: Case, *, at: datetime, status: str | None = None, restart_clock: bool = True) -> None:
    """Write the case with its new status, whose turn it is and by when. Raises if the table knows no such status."""
    if status is not None:
        case.status = status
    if case.status in states.ENDED and case.ended_at is None:
        case.ended_at = at
    now = _situation(case)
    changed = (now.turn, now.next_act) != (case.turn, case.next_act)
    case.turn, case.next_act = now.turn, now.next_act
    if changed or restart_clock:
        case.due_at = _due(case, now, at)
    case.version += 1
    case.save()


def _situation(case: Case) -> progress.Situation:
    waiting = case.status in states.TALKING and Offer.objects.filter(case=case, status="awaiting_approval").exists()
    return progress.situation(
        case.status,
        waiting_approval=waiting,
        open_problem=case.open_problems > 0,
        borrower_signed=case.borrower_signed_at is not None,
    )


def _due(case: Case, now: progress.Situation, at: datetime) -> datetime | None:
    if now.turn == "none":
        return None
    if now.next_act == "answer_offer":
        return Offer.objects.filter(case=case, status="open").values_list("expires_at", flat=True).first()
    if now.level is None:
        return case.due_at if case.status == "active" else None
    since = case.submitted_at if now.level == "first_answer" and case.submitted_at else at
    days = compliance.working_calendar()
    return progress.deadline(policy().levels[now.level], since, is_working=days.is_probably_working)


def write(
    case: Case,
    *,
    act: str,
    actor: Actor,
    at: datetime,
    subject: str | None = None,
    result: str = "done",
    facts: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
) -> UUID:
    """One journal entry about the case. ``texts`` go in as digests salted with the borrower's key."""
    salted = {}
    if texts:
        salt = Envelope(case.party_id, at=at).key
        salted = {name: journal.salted(text, salt=salt) for name, text in texts.items() if text}
    return journal.record(
        actor=actor,
        act=f"negotiation.{act}",
        at=at,
        case_id=case.id,
        party_id=case.party_id,
        subject=subject or f"negotiation_case:{case.id}",
        result=result,
        facts={"status": case.status, "version": case.version, **(facts or {})},
        digests={**salted, **(digests or {})},
    )


def emit(event: Any, *, at: datetime) -> None:
    """Tell those above, and this room's own subscribers, in the same transaction."""
    outbox.emit(event, at=at)


def done(case: Case, subject_id: UUID | None = None) -> Done:
    """The result of an act."""
    return Done(case_id=case.id, number=case.number, status=case.status, version=case.version, subject_id=subject_id)


def needs_reason(act: str, *reasons: str) -> None:
    """Raises ReasonNeeded when all are empty."""
    if not any(reason.strip() for reason in reasons):
        raise ReasonNeeded(act=act, fields={"reason": "required"})


def person(actor: Actor, *, act: str) -> UUID:
    """The colleague who acts. Raises NotYourAct for everybody who is no named person of the bank."""
    if actor.kind != "staff" or actor.id is None:
        raise NotYourAct(act=act)
    return actor.id


def member_id(actor: Actor) -> UUID | None:
    """The colleague's id, None for borrower, system and integration."""
    return actor.id if actor.kind == "staff" else None
