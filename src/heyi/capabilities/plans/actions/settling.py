"""Writes down where a plan stands: promises, allocations, breach, end. Everything is worked out anew each time, so it
may be repeated at will; only what changed is written and told."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.journal import api as journal
from heyi.capabilities.plans.domain import (
    PlanBroken,
    PlanCompleted,
    PlanReopened,
    PlanRestored,
    PlanStatus,
    Promise,
    PromiseKept,
    PromiseLate,
    PromiseMadeGood,
    PromiseReopened,
    PromiseState,
    PromiseStatus,
    Receipt,
    Standing,
    Tolerance,
    next_status,
    standing,
)
from heyi.capabilities.plans.models import BreachRecord, Plan, PlanAllocation, PlanInstalment, PlanPayment
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, outbox


def settle(row: Plan, *, at: datetime) -> None:
    """Bring a locked plan up to date. Called inside the transaction that locked it."""
    instalments = list(row.instalments.order_by("number"))
    payments = list(row.payments.filter(reversed_at__isnull=True))
    receipts = [Receipt(one.payment_id, one.received_on, one.amount_minor) for one in payments]
    promises = [Promise(one.number, one.due_on, one.payable_until, one.amount_minor) for one in instalments]
    now = standing(promises, receipts, tolerance=tolerance_of(row), on=clock.bank_day(at), not_before=row.counted_from)
    breach = row.breaches.filter(withdrawn_at__isnull=True).first()
    then = _standing_at(breach, row, promises, receipts) if breach else None
    status = next_status(row.status, now, then)  # type: ignore[arg-type]
    _write_allocations(row, now, payments, instalments, at)
    _write_promises(row, now, instalments, at, broken=status == "broken")
    if breach and then and not then.breach:
        _withdraw(row, breach, at, runs_on=status != "broken")
        breach = None
    _write_plan(row, now, status, breach, at)


def tolerance_of(row: Plan) -> Tolerance:
    """The tolerance that was in force when the plan was adopted."""
    return Tolerance(
        days=row.tolerance_days,
        amount_minor=row.tolerance_minor,
        missed_instalments=row.missed_limit,
        overdue_days=row.overdue_limit,
    )


def _standing_at(breach: BreachRecord, row: Plan, promises: list[Promise], receipts: list[Receipt]) -> Standing:
    """As the day of the breach should have been seen."""
    until = [receipt for receipt in receipts if receipt.received_on <= breach.happened_on]
    return standing(promises, until, tolerance=tolerance_of(row), on=breach.happened_on, not_before=row.counted_from)


def _write_allocations(
    row: Plan, now: Standing, payments: list[PlanPayment], instalments: list[PlanInstalment], at: datetime
) -> None:
    payment_of = {one.payment_id: one for one in payments}
    instalment_of = {one.number: one for one in instalments}
    kept = {
        (one.payment.payment_id, one.instalment.number, one.amount_minor)
        for one in PlanAllocation.objects.filter(instalment__plan=row).select_related("payment", "instalment")
    }
    if kept == {(one.payment_id, one.number, one.amount_minor) for one in now.allocations}:
        return
    PlanAllocation.objects.filter(instalment__plan=row).delete()
    PlanAllocation.objects.bulk_create(
        PlanAllocation(
            created_at=at,
            payment=payment_of[one.payment_id],
            instalment=instalment_of[one.number],
            amount_minor=one.amount_minor,
        )
        for one in now.allocations
    )


def _write_promises(row: Plan, now: Standing, instalments: list[PlanInstalment], at: datetime, *, broken: bool) -> None:
    changed = []
    for one, state in zip(instalments, now.promises, strict=True):
        status: PromiseStatus = "broken" if broken and state.status == "late" and not state.settled_on else state.status
        if (one.status, one.paid_minor, one.settled_on) == (status, state.paid_minor, state.settled_on):
            continue
        _tell_promise(row, one, state, status, at)
        one.status, one.paid_minor, one.settled_on = status, state.paid_minor, state.settled_on
        changed.append(one)
    PlanInstalment.objects.bulk_update(changed, ["status", "paid_minor", "settled_on"], batch_size=200)


def _tell_promise(row: Plan, one: PlanInstalment, state: PromiseState, status: PromiseStatus, at: datetime) -> None:
    """An event for what changed, and an entry in the journal. One that was late but is paid already worries nobody."""
    plan_id, case_id, number = row.id, row.case_id, one.number
    if status != one.status and (one.status == "kept" or (one.status, status) == ("late", "pending")):
        outbox.emit(PromiseReopened(plan_id=plan_id, case_id=case_id, number=number, was=one.status), at=at)
    if status == "kept" and one.status != "kept":
        outbox.emit(PromiseKept(plan_id=plan_id, case_id=case_id, number=number), at=at)
    elif status == "late" and state.settled_on and not one.settled_on:
        outbox.emit(PromiseMadeGood(plan_id=plan_id, case_id=case_id, number=number), at=at)
    elif status in ("late", "broken") and not state.settled_on and one.status not in ("late", "broken"):
        unpaid = one.amount_minor - state.paid_minor
        outbox.emit(PromiseLate(plan_id=plan_id, case_id=case_id, number=number, unpaid_minor=unpaid), at=at)
    if status != one.status:
        _record(row, "promise", at, result=status, number=one.number)


def _withdraw(row: Plan, breach: BreachRecord, at: datetime, *, runs_on: bool) -> None:
    """Money that was received in time came to light after the breach was recorded."""
    breach.withdrawn_at = at
    breach.save(update_fields=["withdrawn_at"])
    _record(row, "withdraw_breach", at, result="withdrawn", breach=str(breach.id))
    if runs_on:
        outbox.emit(PlanRestored(plan_id=row.id, case_id=row.case_id, breach_id=breach.id), at=at)


def _write_plan(row: Plan, now: Standing, status: PlanStatus, breach: BreachRecord | None, at: datetime) -> None:
    before = row.status
    row.status = status
    row.unpaid_minor, row.surplus_minor = now.unpaid_minor, now.surplus_minor
    row.completed_on = now.completed_on if status == "completed" else None
    row.next_check_on = now.next_check_on if status == "active" else None
    row.ended_at = None if status == "active" else row.ended_at if status == before else at
    row.save(update_fields=["status", "unpaid_minor", "surplus_minor", "completed_on", "next_check_on", "ended_at"])
    if status == "broken" and breach is None:
        _break(row, now, at)
    if status == before:
        return
    if status == "completed" and now.completed_on:
        outbox.emit(PlanCompleted(plan_id=row.id, case_id=row.case_id, completed_on=now.completed_on), at=at)
    if before == "completed":
        outbox.emit(PlanReopened(plan_id=row.id, case_id=row.case_id), at=at)
    _record(row, "status", at, result=status, before=before)


def _break(row: Plan, now: Standing, at: datetime) -> None:
    """Only this record lets collection start again (CN-CC-70c)."""
    found = now.breach
    if found is None:
        raise AssertionError("a plan is broken by a breach only")
    breach = BreachRecord.objects.create(
        created_at=at,
        plan=row,
        rule=found.rule,
        happened_on=found.happened_on,
        oldest_number=found.oldest_number,
        missed=found.missed,
        overdue_days=found.overdue_days,
        unpaid_minor=found.unpaid_minor,
    )
    outbox.emit(
        PlanBroken(
            plan_id=row.id,
            case_id=row.case_id,
            breach_id=breach.id,
            rule=found.rule,
            unpaid_minor=found.unpaid_minor,
        ),
        at=at,
    )
    _record(
        row,
        "breach",
        at,
        result=found.rule,
        breach=str(breach.id),
        missed=found.missed,
        overdue_days=found.overdue_days,
        oldest=found.oldest_number,
    )


def _record(row: Plan, verb: str, at: datetime, *, result: str, **facts: str | int) -> None:
    journal.record(
        actor=SYSTEM,
        act=f"plans.{verb}",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"plans_plan:{row.id}",
        result=result,
        facts=facts,
    )
