"""One case as its reader may see it; the borrower's own cases; where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.actions.review import WORDS, appeal_until
from heyi.capabilities.negotiation.domain import states
from heyi.capabilities.negotiation.domain.problems import CaseNotFound
from heyi.capabilities.negotiation.domain.progress import Progress
from heyi.capabilities.negotiation.models import (
    Appeal,
    Assignment,
    Case,
    Decision,
    Offer,
    ProblemReport,
    Proof,
    Round,
    SensitiveAnswer,
)
from heyi.capabilities.negotiation.models import Finding as FindingRow
from heyi.capabilities.negotiation.queries.calls import wish_of
from heyi.capabilities.negotiation.queries.offers import offer_view, shown_to_borrower
from heyi.capabilities.negotiation.queries.reading import colleagues, milestones_of, progress_of, seen
from heyi.capabilities.negotiation.queries.views import (
    AssignmentView,
    CaseView,
    Colleague,
    DecisionView,
    FindingView,
    OfferView,
    ProblemView,
    ProofView,
)
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing.clock import bank_day
from heyi.plumbing.once import once

People = dict[UUID, Colleague]


def case(*, case_id: UUID, actor: Actor, at: datetime) -> CaseView:
    """The whole case. Raises CaseNotFound."""
    return view(seen(case_id, actor, at), actor, at)


def case_by_number(*, number: str, actor: Actor, at: datetime) -> CaseView:
    """The same by its number. Raises CaseNotFound."""
    row = Case.objects.filter(number=number.strip().upper()).only("id").first()
    return case(case_id=row.id if row else UUID(int=0), actor=actor, at=at)


def case_of_contract(*, contract_id: UUID, actor: Actor, at: datetime) -> UUID | None:
    """The live case on this contract, if the actor may know of it."""
    row = Case.objects.filter(contract_id=contract_id).exclude(status__in=states.ENDED).first()
    if row is None:
        return None
    try:
        return seen(row.id, actor, at).id
    except CaseNotFound:
        return None


def cases_of(*, party_id: UUID, actor: Actor, at: datetime) -> tuple[CaseView, ...]:
    """All cases of a borrower that the actor may see, the newest first."""
    rows = Case.objects.filter(party_id=party_id).order_by("-created_at")
    if actor.kind == "borrower":
        rows = rows.filter(party_id=actor.id) if actor.id else rows.none()
    elif not actor.sees("*"):
        rows = rows.filter(branch__in=actor.branches)
    return tuple(view(row, actor, at) for row in rows[:50])


def progress(*, case_id: UUID, actor: Actor, at: datetime) -> Progress:
    """The five steps, whose turn it is, and by when."""
    return progress_of(seen(case_id, actor, at), at)


def stamps(*, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """A text for each case that changes with every act, message and read mark. For live pages; no rights are asked."""
    fields = ("id", "version", "last_message_at", "unread_by_bank", "unread_by_borrower")
    rows = Case.objects.filter(id__in=case_ids).values_list(*fields)
    return {row[0]: ":".join(map(str, row[1:])) for row in rows}


def view(row: Case, actor: Actor, at: datetime) -> CaseView:
    """The row as this actor may see it; the caller has checked that they may."""
    bank = actor.kind == "staff"
    envelope = Envelope(row.party_id, at=at)
    offers = list(Offer.objects.filter(case=row).select_related("previous").order_by("created_at"))
    decisions = list(Decision.objects.filter(case=row).order_by("created_at"))
    problems = list(ProblemReport.objects.filter(case=row).order_by("-created_at"))
    held = list(Assignment.objects.filter(case=row).order_by(F("until").desc(nulls_first=True), "-id")) if bank else []
    people = dict(
        colleagues(
            [
                row.assignee_id,
                row.reviewer_id,
                *(o.author_id for o in offers),
                *(d.decided_by_id for d in decisions),
                *(p.answered_by_id for p in problems),
                *(a.member_id for a in held),
            ]
        )
    )
    told = [offer_view(o, envelope, people) for o in offers if bank or shown_to_borrower(o)]
    refused = any(decision.outcome == "refuse" for decision in decisions)
    appeal = Appeal.objects.filter(case=row).order_by("-created_at").first() if refused else None
    opened = Round.objects.filter(case=row, number=row.round).first()
    name = _name(row, bank=bank)
    return CaseView(
        id=row.id,
        number=row.number,
        version=row.version,
        party_id=row.party_id,
        party_name=name,
        contract=loans.contract(contract_id=row.contract_id, actor=SYSTEM, day=bank_day(at)),
        branch=row.branch,
        branch_name=staff.branch(row.branch).name,
        status=row.status,
        round=row.round,
        channel=row.channel,
        progress=progress_of(row, at),
        milestones=milestones_of(row),
        acts=_acts(row, actor),
        manager=people.get(row.assignee_id) if row.assignee_id else None,
        reviewer=people.get(row.reviewer_id) if row.reviewer_id else None,
        offers=tuple(told),
        open_offer=_with(told, "open") or (None if bank else _with(told, "awaiting_approval")),
        waiting_offer=_with(told, "awaiting_approval"),
        draft_offer=_with(told, "draft"),
        decisions=tuple(_decision(d, envelope, people) for d in decisions if bank or d.effective_at),
        appealed_at=appeal.created_at if appeal else None,
        appeal_words=envelope.open(appeal.words_sealed, "appeal.words") if appeal else "",
        appeal_until=_appeal_until(row, decisions),
        problems=tuple(_problem(p, envelope, people) for p in problems),
        proofs=proofs_of(row, envelope),
        unread=row.unread_by_bank if bank else row.unread_by_borrower,
        plan_id=row.plan_id,
        ceremony_id=row.ceremony_id,
        document_id=row.document_id,
        end_reason=row.end_reason,
        round_reason=opened.reason if opened else "",
        round_words=envelope.open(opened.reason_sealed, "round.reason") if opened else "",
        call_wish=wish_of(row, name, at),
        findings=findings_of(row, envelope) if bank else (),
        assignments=tuple(_assignment(a, envelope, people) for a in held),
        has_sensitive=sensitive_of(row) is not None,
        looked_beyond_branch=bank and not actor.sees(row.branch),
    )


def _name(row: Case, *, bank: bool) -> str:
    if bank:
        return loans.party(party_id=row.party_id, actor=SYSTEM).name_masked
    return str(loans.salutation(row.party_id, actor=SYSTEM))


def _acts(row: Case, actor: Actor) -> frozenset[str]:
    if actor.kind == "staff" and not actor.sees(row.branch):
        return frozenset()
    return states.acts_for(actor, row.status)


def _with(offers: list[OfferView], status: str) -> OfferView | None:
    return next((one for one in offers if one.status == status), None)


def _decision(row: Decision, envelope: Envelope, people: People) -> DecisionView:
    return DecisionView(
        id=row.id,
        at=row.created_at,
        kind=row.kind,
        outcome=row.outcome,
        reasons=tuple(row.reasons),
        words=envelope.open(row.words_sealed, WORDS),
        by=people[row.decided_by_id],
        submission=row.submission,
    )


def _appeal_until(row: Case, decisions: list[Decision]) -> datetime | None:
    if row.status != "refused":
        return None
    refused = [d for d in decisions if d.outcome == "refuse"]
    return appeal_until(refused[-1]) if refused else None


def _problem(row: ProblemReport, envelope: Envelope, people: People) -> ProblemView:
    return ProblemView(
        id=row.id,
        at=row.created_at,
        kind=row.kind,
        words=envelope.open(row.words_sealed, "problem_report.words"),
        answered_at=row.answered_at,
        answered_by=people.get(row.answered_by_id) if row.answered_by_id else None,
        answer=envelope.open(row.answer_sealed, "problem_report.answer"),
        outcome=row.outcome,
    )


def proofs_of(row: Case, envelope: Envelope) -> tuple[ProofView, ...]:
    """The proofs that stand, oldest first."""
    return tuple(
        ProofView(
            id=proof.id,
            kind=proof.kind,
            object_id=proof.object_id,
            file_name=envelope.open(proof.file_name_sealed, "proof.file_name"),
            size=proof.size,
            media_type=proof.media_type,
            sha256=proof.sha256,
            at=proof.created_at,
        )
        for proof in _proof_rows(row)
    )


@once
def _proof_rows(row: Case) -> tuple[Proof, ...]:
    return tuple(Proof.objects.filter(case=row, removed_at__isnull=True).order_by("created_at"))


def findings_of(row: Case, envelope: Envelope) -> tuple[FindingView, ...]:
    """What the checks of the latest submission found."""
    rows = list(FindingRow.objects.filter(case=row).order_by("-submission", "position"))
    return tuple(
        FindingView(
            area=found.area,
            code=found.code,
            verdict=found.verdict,
            facts=envelope.open_values(found.facts_sealed, "finding.facts"),
            found_at=found.created_at,
        )
        for found in rows
        if found.submission == rows[0].submission
    )


@once
def sensitive_of(row: Case) -> SensitiveAnswer | None:
    """What the borrower told about health or family and did not take back, sealed."""
    return SensitiveAnswer.objects.filter(case=row, revoked_at__isnull=True).first()


def _assignment(row: Assignment, envelope: Envelope, people: People) -> AssignmentView:
    return AssignmentView(
        at=row.created_at,
        until=row.until,
        role=row.role,
        member=people[row.member_id],
        reason=row.reason,
        note=envelope.open(row.note_sealed, "assignment.note"),
    )
