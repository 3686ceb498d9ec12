"""Following the agreement: promises, breach, and the end of a case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import agreement
from heyi.capabilities.negotiation.actions import desk, notices, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.events import BreachRecorded, CaseEnded
from heyi.capabilities.negotiation.domain.problems import WrongState
from heyi.capabilities.negotiation.domain.states import ENDED, TALKING
from heyi.capabilities.negotiation.models import Case, Offer, Round
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import (
    MoneyCounted,
    MoneyTakenBack,
    PlanBroken,
    PlanCompleted,
    PlanReopened,
    PlanRestored,
    PlanView,
    PromiseKept,
    PromiseLate,
    PromiseMadeGood,
    PromiseReopened,
)
from heyi.capabilities.signing import api as signing
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.kit.problems import Invalid
from heyi.plumbing import clock

IN_THE_MAKING: Final = ("draft", "awaiting_approval", "open")


def complete(*, case_id: UUID, actor: Actor, at: datetime) -> Done:
    """End a case whose plan is paid off. Raises WrongState while something is still owed under it."""
    with transaction.atomic():
        case = desk.take(case_id, act="complete", actor=actor, at=at)
        if case.plan_id is None or plans.plan(plan_id=case.plan_id).status != "completed":
            raise WrongState(act="complete", status=case.status, possible=[])
        _completed(case, actor, at)
    return desk.done(case)


def close(*, case_id: UUID, reason: str, actor: Actor, at: datetime, seen_version: int | None = None) -> Done:
    """End a case without an agreement, with a reason of the policy's decline_reasons. It can be applied for again.

    Talks about a change of a signed plan end in the same way, and the plan is followed on.
    """
    desk.needs_reason("close", reason)
    if reason not in policy().keys("decline_reasons"):
        raise Invalid(fields={"reason": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="close", actor=actor, at=at, seen_version=seen_version)
        back_to = end_round(case, at=at) if case.status in TALKING else ""
        if back_to:
            versions.withdraw_all(Offer.objects.filter(case=case, status__in=IN_THE_MAKING), at=at)
            rest(case, back_to, at=at)
            desk.write(case, act="close", actor=actor, at=at, facts={"reason": reason, "round": case.round})
        else:
            end(case, reason=reason, actor=actor, at=at)
    return desk.done(case)


def end_round(case: Case, *, at: datetime) -> str:
    """End the running round; the state on which it rests when it was about a change of a signed plan, else empty."""
    opened = Round.objects.filter(case=case, number=case.round, ended_at__isnull=True).first()
    if opened is None:
        return ""
    opened.ended_at = at
    opened.save(update_fields=["ended_at"])
    return opened.rests_on


def rest(case: Case, status: str, *, at: datetime) -> None:
    """Put the case where it rests: a plan that runs names the day of its next payment."""
    if status == "active" and case.plan_id is not None:
        case.due_at = agreement.next_due(plans.plan(plan_id=case.plan_id))
    desk.put(case, at=at, status=status)


def end(case: Case, *, reason: str, actor: Actor, at: datetime) -> None:
    """Close within the caller's lock; versions in the making end with it."""
    versions.withdraw_all(Offer.objects.filter(case=case, status__in=IN_THE_MAKING), at=at)
    case.end_reason = reason[:30]
    desk.put(case, at=at, status="closed")
    desk.write(case, act="close", actor=actor, at=at, facts={"reason": case.end_reason})
    desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="closed"), at=at)
    if case.submitted_at is not None:
        notices.send(case, "case_closed", at=at)


def hear_promise_kept(event: PromiseKept, at: datetime) -> None:
    """An instalment was paid: count it; the next one is what the borrower does next."""
    case = _carrying(event.plan_id)
    if case is None:
        return
    case.promises_kept = F("promises_kept") + 1
    case.save(update_fields=["promises_kept"])
    case.refresh_from_db()
    if case.status == "active" and not case.open_problems:
        case.due_at = agreement.next_due(plans.plan(plan_id=event.plan_id))
        desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="promise_kept", actor=SYSTEM, at=at, facts={"number": event.number})


def hear_promise_made_good(event: PromiseMadeGood, at: datetime) -> None:
    """A late instalment was paid after all: the next one is what the borrower does next."""
    case = _of_plan(event.plan_id)
    if case is None:
        return
    if case.status == "active" and not case.open_problems:
        case.due_at = agreement.next_due(plans.plan(plan_id=event.plan_id))
        desk.put(case, at=at, restart_clock=False)
    desk.write(case, act="promise_made_good", actor=SYSTEM, at=at, facts={"number": event.number})


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


def hear_promise_reopened(event: PromiseReopened, at: datetime) -> None:
    """Money was taken back: an instalment counts neither as kept nor as late any more."""
    case = _carrying(event.plan_id)
    if case is None:
        return
    figure = "promises_kept" if event.was == "kept" else "promises_late"
    Case.objects.filter(id=case.id, **{f"{figure}__gt": 0}).update(**{figure: F(figure) - 1})
    desk.write(case, act="promise_reopened", actor=SYSTEM, at=at, facts={"number": event.number})


def hear_money_counted(event: MoneyCounted, at: datetime) -> None:
    """The borrower hears that the money has come, and what is left."""
    case, plan = _of_plan(event.plan_id), plans.plan(plan_id=event.plan_id)
    if case is not None and plan.unpaid.amount_minor:
        _tell_of_money(case, "payment_received", event, plan, at, remaining=plan.unpaid)


def hear_money_taken_back(event: MoneyTakenBack, at: datetime) -> None:
    """The oldest unpaid instalment is next again, and the borrower hears until when it can be made good."""
    case, plan = _carrying(event.plan_id), plans.plan(plan_id=event.plan_id)
    if case is None or plan.status != "active":
        return
    due = agreement.next_due(plan)
    grace_until = max(clock.bank_day(due or at), clock.bank_day(at)) + timedelta(days=plan.tolerance_days)
    if case.status == "active" and not case.open_problems:
        case.due_at = due
        desk.put(case, at=at, restart_clock=False)
    _tell_of_money(case, "payment_taken_back", event, plan, at, grace_until=grace_until)


def _tell_of_money(
    case: Case, key: str, event: MoneyCounted | MoneyTakenBack, plan: PlanView, at: datetime, **more: date | Money
) -> None:
    amount = Money(event.amount_minor, plan.total.currency)
    dedupe = str(event.payment_id)
    notices.send(case, key, at=at, dedupe=dedupe, received_on=event.received_on, amount=amount, **more)


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
    versions.withdraw_all(Offer.objects.filter(case=case, status__in=IN_THE_MAKING), at=at)
    case.completed_at, case.end_reason = at, "completed"
    desk.put(case, at=at, status="completed")
    desk.write(case, act="complete", actor=actor, at=at)
    desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="completed"), at=at)
    notices.send(case, "plan_completed", at=at)
    _completion_letter(case, at)


def _completion_letter(case: Case, at: datetime) -> None:
    if case.plan_id is None or case.sealed_at is None:
        return
    plan = plans.plan(plan_id=case.plan_id)
    notices.send(
        case,
        "completion_letter",
        at=at,
        dedupe=str(case.plan_id),
        total=plan.total,
        remaining=plan.unpaid,
        completed_on=plan.completed_on or clock.bank_day(at),
        signed_on=clock.bank_day(case.sealed_at),
        contract_tail=loans.contract(contract_id=case.contract_id, actor=SYSTEM).contract_tail,
    )


def hear_plan_reopened(event: PlanReopened, at: datetime) -> None:
    """A payment was taken back after the end: the plan runs again, unless a newer case is open on the contract."""
    case = Case.objects.select_for_update().filter(plan_id=event.plan_id, status="completed").first()
    if case is None or Case.objects.filter(contract_id=case.contract_id).exclude(status__in=ENDED).exists():
        return
    case.completed_at, case.ended_at, case.end_reason = None, None, ""
    case.due_at = agreement.next_due(plans.plan(plan_id=event.plan_id))
    place_agreement_hold(case, at=at)
    desk.put(case, at=at, status="active")
    desk.write(case, act="reopen", actor=SYSTEM, at=at, subject=f"plans_plan:{event.plan_id}")


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


def _carrying(plan_id: UUID) -> Case | None:
    """The case with this plan, locked, also when it has ended: what is counted may arrive after the end."""
    return Case.objects.select_for_update().filter(plan_id=plan_id).first()


def _of_plan(plan_id: UUID) -> Case | None:
    """The live case that follows this plan, locked."""
    return Case.objects.select_for_update().filter(plan_id=plan_id).exclude(status__in=ENDED).first()
