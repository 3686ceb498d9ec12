"""Following the agreement: promises, breach, problems, change requests, the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.negotiation import agreement
from heyi.capabilities.negotiation.actions import assignment, desk, notices
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.events import BreachRecorded, CaseEnded, ProblemRaised
from heyi.capabilities.negotiation.domain.problems import Moved, WrongState
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.models import Case, Message, Offer, ProblemReport, Round
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanBroken, PlanCompleted, PlanRestored, PromiseKept, PromiseLate
from heyi.capabilities.signing import api as signing
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock

PROBLEM = "problem_report.words"
ANSWER = "problem_report.answer"
ROUND = "round.reason"


def raise_problem(*, case_id: UUID, kind: str, actor: Actor, at: datetime, words: str = "") -> Done:
    """«I have a problem», at any time. The bank is to move from now on, within its service level."""
    if kind not in policy().keys("problems"):
        raise Invalid(fields={"kind": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="raise_problem", actor=actor, at=at)
        row = ProblemReport.objects.create(
            created_at=at,
            case=case,
            kind=kind,
            words_sealed=Envelope(case.party_id, at=at).close(words.strip()[:2000], PROBLEM),
        )
        case.open_problems += 1
        if case.assignee_id is None:
            assignment.place(case, role="manager", at=at)
        desk.put(case, at=at)
        subject = f"negotiation_problem:{row.id}"
        desk.write(case, act="raise_problem", actor=actor, at=at, subject=subject, facts={"kind": kind},
                   texts={"words": words})  # fmt: skip
        desk.emit(ProblemRaised(case_id=case.id, party_id=case.party_id, kind=kind), at=at)
        notices.send(case, "problem_heard", at=at)
    return desk.done(case, row.id)


def answer_problem(
    *, case_id: UUID, problem_id: UUID, words: str, actor: Actor, at: datetime, outcome: str = "answered"
) -> Done:
    """Answer a problem in words; the borrower gets them as a message. Raises Moved when it was answered already."""
    desk.needs_reason("answer_problem", words)
    with transaction.atomic():
        case = desk.take(case_id, act="answer_problem", actor=actor, at=at)
        row = ProblemReport.objects.filter(case=case, id=problem_id, answered_at__isnull=True).first()
        if row is None:
            raise Moved(problem=str(problem_id))
        envelope = Envelope(case.party_id, at=at)
        row.answered_at, row.answered_by_id, row.outcome = at, actor.id, outcome[:20]
        row.answer_sealed = envelope.close(words.strip()[:2000], ANSWER)
        row.save()
        Message.objects.create(
            created_at=at,
            case=case,
            side="bank",
            author_id=actor.id,
            body_sealed=envelope.close(words.strip()[:2000], "message.body"),
        )
        case.open_problems -= 1
        case.unread_by_borrower += 1
        desk.put(case, at=at)
        subject = f"negotiation_problem:{row.id}"
        desk.write(case, act="answer_problem", actor=actor, at=at, subject=subject, facts={"outcome": outcome},
                   texts={"words": words})  # fmt: skip
        notices.send(case, "problem_answered", at=at)
    return desk.done(case, row.id)


def request_change(
    *, case_id: UUID, reason: str, actor: Actor, at: datetime, words: str = "", seen_version: int | None = None
) -> Done:
    """Ask for other terms after signing: a new round on the same case. The plan holds until a new one is sealed.

    ``reason`` is a code of the policy's reasons or «other».
    """
    if reason not in policy().keys("reasons"):
        raise Invalid(fields={"reason": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="request_change", actor=actor, at=at, seen_version=seen_version)
        Round.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
        case.round += 1
        opened = Round.objects.create(
            created_at=at,
            case=case,
            number=case.round,
            opened_by=actor.kind,
            reason=reason,
            reason_sealed=Envelope(case.party_id, at=at).close(words.strip()[:2000], ROUND),
            rests_on=case.status,
        )
        case.agreed_at = None
        desk.put(case, at=at, status="negotiating")
        desk.write(case, act="request_change", actor=actor, at=at, subject=f"negotiation_round:{opened.id}",
                   facts={"round": case.round, "reason": reason}, texts={"words": words})  # fmt: skip
        notices.send(case, "change_received", at=at)
    return desk.done(case, opened.id)


def complete(*, case_id: UUID, actor: Actor, at: datetime) -> Done:
    """End a case whose plan is paid off. Raises WrongState while something is still owed under it."""
    with transaction.atomic():
        case = desk.take(case_id, act="complete", actor=actor, at=at)
        if case.plan_id is None or plans.plan(plan_id=case.plan_id).status != "completed":
            raise WrongState(act="complete", status=case.status, possible=[])
        _completed(case, actor, at)
    return desk.done(case)


def close(*, case_id: UUID, reason: str, actor: Actor, at: datetime, seen_version: int | None = None) -> Done:
    """End a case without an agreement, with a reason of the policy's decline_reasons. It can be applied for again."""
    desk.needs_reason("close", reason)
    with transaction.atomic():
        case = desk.take(case_id, act="close", actor=actor, at=at, seen_version=seen_version)
        end(case, reason=reason, actor=actor, at=at)
    return desk.done(case)


def end(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Close within the caller's lock; versions in the making end with it."""
    Offer.objects.filter(case=case, status__in=("draft", "awaiting_approval", "open")).update(
        status="withdrawn", answered_at=at
    )
    case.end_reason = reason[:30]
    desk.put(case, at=at, status="closed")
    desk.write(case, act="close", actor=actor, at=at, facts={"reason": case.end_reason})
    desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="closed"), at=at)
    if case.submitted_at is not None:
        notices.send(case, "case_closed", at=at)


def hear_promise_kept(event: PromiseKept, at: datetime) -> None:
    """An instalment was paid: count it; the next one is what the borrower does next."""
    case = _of_plan(event.plan_id)
    if case is None:
        return
    case.promises_kept = F("promises_kept") + 1
    case.save(update_fields=["promises_kept"])
    case.refresh_from_db()
    if case.status == "active" and not case.open_problems:
        case.due_at = agreement.next_due(plans.plan(plan_id=event.plan_id))
        desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="promise_kept", actor=SYSTEM, at=at, facts={"number": event.number})


def hear_promise_late(event: PromiseLate, at: datetime) -> None:
    """An instalment is past the tolerance: a reminder that offers to talk."""
    case = _of_plan(event.plan_id)
    if case is None:
        return
    case.promises_late = F("promises_late") + 1
    case.save(update_fields=["promises_late"])
    case.refresh_from_db()
    desk.write(case, act="promise_late", actor=SYSTEM, at=at, facts={"number": event.number})
    row = agreement.instalment(plans.plan(plan_id=event.plan_id), event.number)
    notices.send(
        case,
        "payment_late",
        at=at,
        dedupe=f"{event.plan_id}:{event.number}",
        due_on=row.due_on,
        amount=row.payment - row.paid,
        grace_until=clock.bank_day(at) + timedelta(days=policy().limits.late_grace_days),
    )


def hear_plan_broken(event: PlanBroken, at: datetime) -> None:
    """The breach goes on record and the hold is lifted, so that the rules on contact apply again (CN-CC-70c)."""
    case = _of_plan(event.plan_id)
    if case is None:
        return
    lift_agreement_hold(case, reason="plan_broken", at=at)
    case.broken_at = at
    if case.status == "active":
        desk.put(case, at=at, status="broken")
    else:
        Round.objects.filter(case=case, number=case.round).update(rests_on="broken")
        desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="record_breach", actor=SYSTEM, at=at, subject=f"plans_plan:{event.plan_id}")
    desk.emit(
        BreachRecorded(case_id=case.id, party_id=case.party_id, contract_id=case.contract_id, plan_id=event.plan_id),
        at=at,
    )
    notices.send(case, "plan_broken", at=at, broken_on=clock.bank_day(at))


def hear_plan_restored(event: PlanRestored, at: datetime) -> None:
    """Money paid in time turned up after the breach was recorded: the breach is withdrawn, the hold stands again."""
    case = _of_plan(event.plan_id)
    if case is None:
        return
    place_agreement_hold(case, at=at)
    case.broken_at = None
    if case.status == "broken":
        case.due_at = agreement.next_due(plans.plan(plan_id=event.plan_id))
        desk.put(case, at=at, status="active")
    else:
        Round.objects.filter(case=case, number=case.round).update(rests_on="active")
        desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="plan_restored", actor=SYSTEM, at=at, subject=f"plans_plan:{event.plan_id}")


def hear_plan_completed(event: PlanCompleted, at: datetime) -> None:
    """Everything is paid: the case ends with a completion letter."""
    case = _of_plan(event.plan_id)
    if case is not None:
        _completed(case, SYSTEM, at)


def _completed(case: Case, actor: Actor, at: datetime) -> None:
    if case.status == "signing" and case.ceremony_id is not None:
        signing.refuse(ceremony_id=case.ceremony_id, reason="paid_off", actor=SYSTEM, at=at)
    lift_agreement_hold(case, reason="plan_completed", at=at)
    Offer.objects.filter(case=case, status__in=("draft", "awaiting_approval", "open")).update(
        status="withdrawn", answered_at=at
    )
    case.completed_at, case.end_reason = at, "completed"
    desk.put(case, at=at, status="completed")
    desk.write(case, act="complete", actor=actor, at=at)
    desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="completed"), at=at)
    notices.send(case, "plan_completed", at=at)


def place_agreement_hold(case: Case, *, at: datetime) -> None:
    """From the signature on nobody collects on this contract (rule CN-CC-70c)."""
    compliance.place_hold(
        kind="agreement_active",
        party_id=case.party_id,
        contract_id=case.contract_id,
        reason=f"agreement {case.number}",
        actor=SYSTEM,
        at=at,
    )


def lift_agreement_hold(case: Case, *, reason: str, at: datetime) -> None:
    """Lift the hold that the sealed agreement placed on this contract."""
    for hold in compliance.holds(party_id=case.party_id, contract_id=case.contract_id, at=at):
        if hold.kind == "agreement_active" and hold.contract_id == case.contract_id:
            compliance.lift_hold(hold_id=hold.id, reason=f"{reason} {case.number}", actor=SYSTEM, at=at)


def _of_plan(plan_id: UUID) -> Case | None:
    """The live case that follows this plan, locked."""
    return Case.objects.select_for_update().filter(plan_id=plan_id).exclude(status__in=ENDED).first()
