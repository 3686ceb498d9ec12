"""The bank's first answer: accept, ask for more, refuse; a second person where policy says so; the appeal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.negotiation.actions import assignment, desk, findings, fit, notices
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.events import CaseEnded, ReviewDecided
from heyi.capabilities.negotiation.domain.problems import AppealTooLate, AuthorityTooLow, FourEyes
from heyi.capabilities.negotiation.domain.progress import deadline
from heyi.capabilities.negotiation.models import Appeal, Case, Decision, Round
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock

WORDS = "decision.words"
APPEAL = "appeal.words"
_ACTS = {"accept": "accept", "request_more": "request_more", "refuse": "refuse"}


def take_up(*, case_id: UUID, actor: Actor, at: datetime) -> Done:
    """A reviewer opens the application: the borrower sees that somebody is reading it."""
    with transaction.atomic():
        case = desk.take(case_id, act="take_up", actor=actor, at=at)
        if case.reviewer_id is None and actor.id is not None:
            assignment.hold(case, "reviewer", actor.id, actor, at, reason="took_up", note="")
        desk.put(case, at=at, status="in_review", restart_clock=False)
        desk.write(case, act="take_up", actor=actor, at=at)
    return desk.done(case)


def review(
    *,
    case_id: UUID,
    outcome: str,
    actor: Actor,
    at: datetime,
    reasons: Sequence[str] = (),
    words: str = "",
    seen_version: int | None = None,
) -> Done:
    """Decide about an application. ``outcome``: accept | request_more | refuse.

    ``reasons`` are codes of the policy (more_items for request_more, review_reasons otherwise) and must be there unless
    the answer is yes; ``words`` go to the borrower. Where policy wants four eyes, accept and refuse wait for
    ``second_review``. Raises AuthorityTooLow when the balance is above the reviewer's limit.
    """
    if outcome not in _ACTS:
        raise Invalid(fields={"outcome": "unknown"})
    _known_reasons(outcome, reasons)
    fit.require(case_id, words, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act=outcome, actor=actor, at=at, seen_version=seen_version)
        _authorised(case, actor)
        row = _decide(case, "first", outcome, reasons, words, actor, at)
        second = outcome != "request_more" and policy().needs_second(
            balance_minor=case.balance_minor, product=case.product, findings=findings.codes(case)
        )
        if second:
            assignment.place(case, role="reviewer", at=at, without=frozenset({row.decided_by_id}))
            desk.put(case, at=at, status="second_review")
        else:
            _effect(case, row, reasons, at)
        _tell(case, outcome, row, actor, at, second=second)
    return desk.done(case, row.id)


def second_review(
    *, case_id: UUID, confirm: bool, actor: Actor, at: datetime, words: str = "", seen_version: int | None = None
) -> Done:
    """Another person confirms the first decision, or sends it back with words. Raises FourEyes for the same person."""
    if not confirm:
        desk.needs_reason("second_review", words)
    else:
        fit.require(case_id, words, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act="second_review", actor=actor, at=at, seen_version=seen_version)
        _authorised(case, actor)
        first = Decision.objects.filter(case=case, kind="first").order_by("-created_at").first()
        if first is None or first.decided_by_id == actor.id:
            raise FourEyes(act="second_review")
        outcome = first.outcome if confirm else "send_back"
        row = _decide(case, "second", outcome, first.reasons, words, actor, at, confirms=first)
        if confirm:
            _effect(case, row, first.reasons, at)
        else:
            assignment.place(case, role="reviewer", at=at, without=frozenset({row.decided_by_id}))
            desk.put(case, at=at, status="in_review")
        _tell(case, outcome, row, actor, at, second=False)
    return desk.done(case, row.id)


def appeal(*, case_id: UUID, words: str, actor: Actor, at: datetime) -> Done:
    """The borrower asks for another look. Once for each refusal, within the policy's days. Raises AppealTooLate."""
    desk.needs_reason("appeal", words)
    with transaction.atomic():
        case = desk.take(case_id, act="appeal", actor=actor, at=at)
        refused = (
            Decision.objects.filter(case=case, outcome="refuse", effective_at__isnull=False)
            .order_by("-created_at")
            .first()
        )
        until = appeal_until(refused) if refused else None
        if refused is None or until is None or at > until:
            raise AppealTooLate(until=until.isoformat() if until else None)
        row = Appeal.objects.create(
            created_at=at,
            case=case,
            against=refused,
            words_sealed=Envelope(case.party_id, at=at).close(words, APPEAL),
        )
        assignment.place(case, role="reviewer", at=at, without=deciders(case))
        desk.put(case, at=at, status="appealed")
        desk.write(
            case, act="appeal", actor=actor, at=at, subject=f"negotiation_appeal:{row.id}", texts={"words": words}
        )
        notices.send(case, "appeal_received", at=at)
    return desk.done(case, row.id)


def decide_appeal(
    *,
    case_id: UUID,
    overturn: bool,
    words: str,
    actor: Actor,
    at: datetime,
    reasons: Sequence[str] = (),
    seen_version: int | None = None,
) -> Done:
    """Somebody who had no part in the refusal decides: overturn opens the talks, else the case ends with reasons."""
    desk.needs_reason("decide_appeal", words)
    fit.require(case_id, words, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act="decide_appeal", actor=actor, at=at, seen_version=seen_version)
        if actor.id in deciders(case):
            raise FourEyes(act="decide_appeal")
        outcome = "accept" if overturn else "refuse"
        row = _decide(case, "appeal", outcome, reasons, words, actor, at)
        if overturn:
            _effect(case, row, (), at)
        else:
            row.effective_at = at
            row.save(update_fields=["effective_at"])
            case.end_reason = "appeal_refused"
            desk.put(case, at=at, status="closed")
            desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="closed"), at=at)
            notices.send(case, "appeal_refused", at=at, reason=words)
        _tell(case, outcome, row, actor, at, second=False)
    return desk.done(case, row.id)


def deciders(case: Case) -> frozenset[UUID]:
    """Everybody who decided about this application before."""
    return frozenset(Decision.objects.filter(case=case).values_list("decided_by_id", flat=True))


def appeal_until(refused: Decision) -> datetime:
    """The last instant for an appeal against this refusal."""
    days = compliance.working_calendar()
    return deadline(policy().levels["appeal"], refused.created_at, is_working=days.is_probably_working)


def _known_reasons(outcome: str, reasons: Sequence[str]) -> None:
    known = policy().keys("more_items" if outcome == "request_more" else "review_reasons")
    if outcome != "accept":
        desk.needs_reason(outcome, *reasons)
    if not known.issuperset(reasons):
        raise Invalid(fields={"reasons": "unknown"})


def _authorised(case: Case, actor: Actor) -> None:
    roles = policy().review_roles(case.balance_minor)
    if not actor.has(*roles):
        raise AuthorityTooLow(needed=sorted(roles), held=sorted(actor.roles))


def _decide(
    case: Case,
    kind: str,
    outcome: str,
    reasons: Sequence[str],
    words: str,
    actor: Actor,
    at: datetime,
    *,
    confirms: Decision | None = None,
) -> Decision:
    return Decision.objects.create(
        created_at=at,
        case=case,
        submission=case.submissions.count(),
        kind=kind,
        outcome=outcome,
        reasons=list(reasons),
        words_sealed=Envelope(case.party_id, at=at).close(words[:2000], WORDS),
        decided_by_id=desk.person(actor, act=outcome),
        confirms=confirms,
        policy_version=policy().version,
    )


def _effect(case: Case, row: Decision, reasons: Sequence[str], at: datetime) -> None:
    """What the decision does, once it stands."""
    outcome = row.outcome
    row.effective_at = at
    row.save(update_fields=["effective_at"])
    case.first_answer_at = case.first_answer_at or at
    if outcome == "accept":
        case.accepted_at = at
        assignment.place(case, role="manager", at=at)
        Round.objects.get_or_create(
            case=case, number=case.round, defaults={"created_at": at, "opened_by": "bank", "reason": "accepted"}
        )
        desk.put(case, at=at, status="negotiating")
        notices.send(case, "application_accepted", at=at)
    elif outcome == "request_more":
        desk.put(case, at=at, status="more_requested")
        notices.send(case, "application_needs_more", at=at, missing=_in_words("more_items", reasons))
    else:
        desk.put(case, at=at, status="refused")
        appeal_by = clock.bank_day(case.due_at) if case.due_at else clock.bank_day(at)
        words = _in_words("review_reasons", reasons)
        notices.send(case, "application_refused", at=at, reason=words, appeal_by=appeal_by)
        applied = clock.bank_day(case.submitted_at or at)
        notices.send(case, "refusal_letter", at=at, reason=words, appeal_by=appeal_by, applied_on=applied)
    desk.emit(ReviewDecided(case_id=case.id, party_id=case.party_id, outcome=outcome), at=at)


def _in_words(listed: str, reasons: Sequence[str]) -> str:
    """Reason codes in the words of the policy, for a message to the borrower."""
    return "；".join(item.zh for item in getattr(policy(), listed) if item.key in reasons)


def _tell(case: Case, outcome: str, row: Decision, actor: Actor, at: datetime, *, second: bool) -> None:
    desk.write(
        case,
        act={"first": outcome, "second": "second_review", "appeal": "decide_appeal"}[row.kind],
        actor=actor,
        at=at,
        subject=f"negotiation_decision:{row.id}",
        facts={"outcome": outcome, "reasons": row.reasons, "second_needed": second, "policy": row.policy_version},
    )
