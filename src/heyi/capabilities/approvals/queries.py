"""Reads: one approval, what stands for a subject, what waits for somebody, lists, and the sealed papers of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from heyi.capabilities.approvals import sealed
from heyi.capabilities.approvals.adapters import kind_files
from heyi.capabilities.approvals.domain import (
    Approval,
    ApprovalNotFound,
    Condition,
    Kind,
    Papers,
    UnknownKind,
    Vote,
    decide,
    may_vote,
    rule_of,
)
from heyi.capabilities.approvals.models import ConditionRecord, Request, VoteRecord
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing.once import once

PAGE = 200
"""Approvals that one list shows at most."""
OVERSEERS = ("compliance", "auditor")
"""Roles that may look at every approval."""


def kinds() -> tuple[Kind, ...]:
    """All kinds of the pack, in their written order."""
    return kind_files.load().kinds


def kind(key: str) -> Kind:
    """One kind. Raises UnknownKind."""
    found = kind_files.load().get(key)
    if found is None:
        raise UnknownKind(fields={"kind": "unknown"}, kind=key)
    return found


@once
def approval(*, approval_id: UUID, at: datetime) -> Approval:
    """One approval, for other rooms: whoever shows it to a person asks ``seen_by``. Raises ApprovalNotFound."""
    row = _whole(Request.objects.filter(id=approval_id)).first()
    if row is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    return view(row, at=at)


def standing(*, kind: str, subject: str, at: datetime) -> tuple[Approval, ...]:
    """The approvals of this kind for this subject that hold at ``at``: granted, in date, conditions confirmed."""
    return tuple(found for found in of_subject(subject=subject, kind=kind, at=at) if found.stands)


def of_subject(*, subject: str, at: datetime, kind: str | None = None) -> tuple[Approval, ...]:
    """Everything ever asked for this subject, the newest first."""
    rows = Request.objects.filter(subject=subject, **({"kind": kind} if kind else {}))
    return tuple(view(row, at=at) for row in _whole(rows).order_by("-created_at", "-id")[:PAGE])


@once
def waiting(*, actor: Actor, at: datetime) -> tuple[Approval, ...]:
    """What waits for this person's vote, the first to expire first."""
    if actor.kind != "staff" or actor.id is None:
        return ()
    rows = _whole(_within(Request.objects.filter(waiting__decide_by__gt=at), actor).exclude(votes__voter_id=actor.id))
    found = (view(row, at=at) for row in rows.order_by("decide_by", "id").iterator(PAGE))
    return tuple(islice((one for one in found if may_vote(one, actor, sees=reaches(one, actor))), PAGE))


def approvals(
    *,
    actor: Actor,
    at: datetime,
    kind: str | None = None,
    status: str | None = None,
    asked_by: str | None = None,
) -> tuple[Approval, ...]:
    """What the actor may look at, the newest first, at most 200; filtered as told."""
    rows = _within(Request.objects.all(), actor)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(asked_by=asked_by) if asked_by else rows
    if status == "waiting":
        rows = rows.filter(waiting__isnull=False)
    elif status:
        rows = rows.filter(waiting__isnull=True)
    found = (view(row, at=at) for row in _whole(rows).order_by("-created_at", "-id").iterator(PAGE))
    kept = []
    for one in found:
        if (status is None or one.status == status) and seen_by(one, actor, at=at):
            kept.append(one)
        if len(kept) == PAGE:
            break
    return tuple(kept)


def seen_by(found: Approval, actor: Actor, *, at: datetime) -> bool:
    """True when the actor asked for it, may vote on its kind or oversees, and sees the branch."""
    if actor.label == found.asked_by or actor.has("system"):
        return True
    asks = kind_files.load().get(found.kind)
    roles = {*found.rule.roles, *(asks.ask if asks else ()), *OVERSEERS}
    return actor.kind == "staff" and actor.has(*roles) and sees(found, actor, at=at)


def sees(found: Approval, actor: Actor, *, at: datetime) -> bool:
    """True for what concerns the whole bank, the actor's branch, or a case that the actor has a pass for."""
    return not found.branch or staff.may_see(actor=actor, branch=found.branch, case_id=found.case_id, at=at)


def reaches(found: Approval, actor: Actor) -> bool:
    """True when it lies within the actor's own branches: a pass for one case lets somebody look, not decide."""
    return not found.branch or actor.sees(found.branch)


def may_revoke(found: Approval, actor: Actor) -> bool:
    """True for those whom the kind names, within their branches, for who asked, and for the system."""
    named = actor.has(*kind(found.kind).revoke) and reaches(found, actor)
    return named or actor.label == found.asked_by or actor.has("system")


def papers(*, approval_id: UUID, actor: Actor, at: datetime) -> Papers:
    """The sealed texts, opened for who may see them; the reading is journaled. Raises ApprovalNotFound.

    Texts about a person whose key was shredded read as empty.
    """
    row = _whole(Request.objects.filter(id=approval_id)).first()
    found = view(row, at=at) if row is not None else None
    if row is None or found is None or not seen_by(found, actor, at=at):
        raise ApprovalNotFound(approval_id=str(approval_id))
    journal.record(
        actor=actor,
        act="approvals.read_papers",
        at=at,
        subject=f"approvals_request:{row.id}",
        case_id=row.case_id,
        party_id=row.party_id,
    )
    return _opened(row, at)


def papers_beside(*, approval_id: UUID, at: datetime) -> Papers:
    """The same for the room that asked, which shows them beside their subject to whoever may see that; no entry.

    Raises ApprovalNotFound.
    """
    row = _whole(Request.objects.filter(id=approval_id)).first()
    if row is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    return _opened(row, at)


def view(row: Request, *, at: datetime) -> Approval:
    """The rows as one value."""
    ending = getattr(row, "ending", None)
    lapse = getattr(ending, "lapse", None) if ending else None
    conditions = tuple(_condition(one) for one in row.conditions.all())
    last = lapse or ending
    return Approval(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        branch=row.branch,
        facts=row.facts,
        asked_by=row.asked_by,
        asked_at=row.created_at,
        case_id=row.case_id,
        party_id=row.party_id,
        apart=frozenset(UUID(one) for one in row.apart),
        rule=rule_of(row.rule),
        decide_by=row.decide_by,
        status=decide.status(
            ended_as=ending.outcome if ending else "",
            gone_as=lapse.how if lapse else "",
            valid_until=ending.valid_until if ending else None,
            decide_by=row.decide_by,
            unconfirmed=sum(one.confirmed_at is None for one in conditions),
            at=at,
        ),
        decided_at=ending.created_at if ending else None,
        valid_until=ending.valid_until if ending else None,
        ended_at=last.created_at if last else None,
        ended_by=last.ended_by if last else "",
        votes=tuple(_vote(one) for one in row.votes.all()),
        conditions=conditions,
    )


def _opened(row: Request, at: datetime) -> Papers:
    try:
        key: bytes | None = sealed.key_for(row.party_id, at=at)
    except vault.Shredded:
        key = None
    ending = getattr(row, "ending", None)
    lapse = getattr(ending, "lapse", None) if ending else None
    conditions = list(row.conditions.all())
    return Papers(
        assessment=sealed.open_answers(key, row.assessment_sealed, sealed.ASSESSMENT),
        impact=sealed.open_answers(sealed.room_key(), row.impact_sealed, sealed.IMPACT),
        reasons={one.id: sealed.open_text(key, one.reason_sealed, sealed.REASON) for one in row.votes.all()},
        conditions={one.id: sealed.open_text(key, one.text_sealed, sealed.CONDITION) for one in conditions},
        confirmations={
            one.id: sealed.open_text(key, one.confirmation.proof_sealed, sealed.PROOF)
            for one in conditions
            if hasattr(one, "confirmation")
        },
        ending=sealed.open_text(key, lapse.reason_sealed, sealed.LAPSE)
        if lapse
        else sealed.open_text(key, ending.reason_sealed, sealed.ENDING)
        if ending
        else "",
    )


def _within(rows: QuerySet[Request], actor: Actor) -> QuerySet[Request]:
    """Rows of the actor's branches, of the whole bank, and their own; ``seen_by`` looks closer at each."""
    if "*" in actor.branches:
        return rows
    passes = [one.case_id for one in staff.passes_of(actor=actor)]
    own = Q(asked_by=actor.label) | Q(branch="") | Q(branch__in=list(actor.branches)) | Q(case_id__in=passes)
    return rows.filter(own)


def _whole(rows: QuerySet[Request]) -> QuerySet[Request]:
    conditions = ConditionRecord.objects.select_related("vote", "confirmation").order_by("created_at", "id")
    votes = VoteRecord.objects.prefetch_related("conditions").order_by("created_at", "id")
    return rows.select_related("ending", "ending__lapse").prefetch_related(
        Prefetch("votes", queryset=votes), Prefetch("conditions", queryset=conditions)
    )


def _vote(row: VoteRecord) -> Vote:
    return Vote(
        id=row.id,
        voter_id=row.voter_id,
        role=row.role,
        word=row.word,  # type: ignore[arg-type]  # the table allows only the three
        at=row.created_at,
        conditions=tuple(one.id for one in row.conditions.all()),
    )


def _condition(row: ConditionRecord) -> Condition:
    confirmation = getattr(row, "confirmation", None)
    return Condition(
        id=row.id,
        set_by=row.vote.voter_id,
        set_at=row.created_at,
        confirmed_at=confirmation.created_at if confirmation else None,
        confirmed_by=confirmation.confirmed_by if confirmation else "",
    )


def names_of(found: Iterable[Approval]) -> dict[UUID, str]:
    """Display names of everybody who voted, set a condition or asked, for lists."""
    people: set[UUID] = set()
    for one in found:
        people |= {vote.voter_id for vote in one.votes}
        people |= {UUID(label.partition(":")[2]) for label in (one.asked_by, one.ended_by) if ":" in label}
    return staff.member_names(staff_ids=people)
