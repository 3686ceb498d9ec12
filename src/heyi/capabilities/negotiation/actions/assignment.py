"""Who works on a case: placed by load, branch and skill; changed by a person with a reason; handed over with a note."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from heyi.capabilities.negotiation.actions import desk, notices
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.placing import Candidate, choose
from heyi.capabilities.negotiation.domain.problems import FourEyes, NobodyToAssign, NotYourAct
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.models import Assignment, Case, Decision
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid

NOTE = "assignment.note"
_FIELDS = {"manager": "assignee", "reviewer": "reviewer"}


def place(case: Case, *, role: str, at: datetime, without: frozenset[UUID] = frozenset()) -> UUID | None:
    """Name the colleague with the fewest open cases who has the skill; within the caller's lock, unsaved.

    Nobody fit: the case stays unassigned and shows up as such in the branch's list.
    """
    if getattr(case, f"{_FIELDS[role]}_id") is not None and not without:
        return None
    chosen = choose(_candidates(case, role, without), product=case.product)
    if chosen is None:
        return None
    hold(case, role, chosen, SYSTEM, at, reason="by_load", note="")
    return chosen


def _candidates(case: Case, role: str, without: frozenset[UUID]) -> list[Candidate]:
    members = [m for m in staff.members(branch=case.branch, role=role) if m.id not in without]
    field = _FIELDS[role]
    open_cases = Case.objects.exclude(status__in=ENDED).filter(**{f"{field}_id__in": [m.id for m in members]})
    load = dict(open_cases.values_list(f"{field}_id").annotate(n=Count("id")))
    return [Candidate(id=m.id, load=load.get(m.id, 0), skills=m.skills, staff_no=m.staff_no) for m in members]


def hold(case: Case, role: str, member_id: UUID, actor: Actor, at: datetime, *, reason: str, note: str) -> Assignment:
    """Let a colleague hold the case in ``role`` from now on; within the caller's lock, the case itself unsaved."""
    Assignment.objects.filter(case=case, role=role, until__isnull=True).update(until=at)
    setattr(case, f"{_FIELDS[role]}_id", member_id)
    return Assignment.objects.create(
        created_at=at,
        case=case,
        role=role,
        member_id=member_id,
        assigned_by=actor.label,
        reason=reason,
        note_sealed=Envelope(case.party_id, at=at).close(note, NOTE),
    )


def assign(*, case_id: UUID, actor: Actor, at: datetime, role: str = "manager", member_id: UUID | None = None) -> Done:
    """Name the colleague for ``role`` (manager or reviewer), or let load and skill decide. Raises NobodyToAssign."""
    _known(role)
    with transaction.atomic():
        case = desk.take(case_id, act="assign", actor=actor, at=at)
        if member_id is None:
            chosen = choose(_candidates(case, role, frozenset()), product=case.product)
            if chosen is None:
                raise NobodyToAssign(branch=case.branch, role=role)
            member_id = chosen
        row = _given(case, role, member_id, actor, at, reason="named", note="")
    return desk.done(case, row.id)


def reassign(
    *,
    case_id: UUID,
    member_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
    role: str = "manager",
    note: str = "",
    seen_version: int | None = None,
) -> Done:
    """Give the case to another colleague of the branch, with a reason and, for the colleague, a note."""
    desk.needs_reason("reassign", reason)
    _known(role)
    with transaction.atomic():
        case = desk.take(case_id, act="reassign", actor=actor, at=at, seen_version=seen_version)
        if actor.has("manager") and not actor.has("lead", "administrator") and case.assignee_id != actor.id:
            raise NotYourAct(act="reassign")
        row = _given(case, role, member_id, actor, at, reason=reason, note=note)
    return desk.done(case, row.id)


def hand_over(*, case_id: UUID, member_id: UUID, note: str, actor: Actor, at: datetime) -> Done:
    """The assignee gives the case to a colleague with a note of what was said and what was promised."""
    desk.needs_reason("hand_over", note)
    return reassign(case_id=case_id, member_id=member_id, reason="hand_over", note=note, actor=actor, at=at)


def _known(role: str) -> None:
    if role not in _FIELDS:
        raise Invalid(fields={"role": "unknown"})


def _given(case: Case, role: str, member_id: UUID, actor: Actor, at: datetime, *, reason: str, note: str) -> Assignment:
    member = staff.member(staff_id=member_id)
    if not member.active or member.branch != case.branch or not member.roles & {role, "lead"}:
        raise NobodyToAssign(branch=case.branch, role=role)
    decided = Decision.objects.filter(case=case, kind__in=("first", "second"), decided_by_id=member_id)
    if role == "reviewer" and case.status in ("second_review", "appealed") and decided.exists():
        raise FourEyes(act="reassign")
    row = hold(case, role, member_id, actor, at, reason=reason[:200], note=note)
    desk.put(case, at=at, restart_clock=False)
    desk.write(
        case,
        act="hand_over" if note else "assign",
        actor=actor,
        at=at,
        subject=f"negotiation_assignment:{row.id}",
        facts={"role": role, "member": str(member_id)},
        texts={"reason": reason, "note": note},
    )
    if role == "manager" and reason != "named":
        notices.send(case, "manager_assigned", at=at)
    return row
