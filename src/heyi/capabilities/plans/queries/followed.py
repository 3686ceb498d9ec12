"""Reads of plans that are followed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Sum

from heyi.capabilities.plans.domain import (
    BreachView,
    DueSoon,
    InstalmentView,
    Kept,
    NoSuchPlan,
    PaymentLine,
    PlanView,
)
from heyi.capabilities.plans.models import BreachRecord, Plan, PlanInstalment, PlanPayment
from heyi.capabilities.plans.sealed import open_terms
from heyi.kit.money import Money
from heyi.plumbing import clock
from heyi.plumbing.once import once

MOST_DUE = 10_000


def plan(*, plan_id: UUID) -> PlanView:
    """One plan. Raises NoSuchPlan."""
    row = Plan.objects.filter(id=plan_id).first()
    if row is None:
        raise NoSuchPlan(plan=str(plan_id))
    return view_of(row)


def plan_of_case(*, case_id: UUID) -> PlanView | None:
    """The newest plan of a negotiation; None before the first was sealed."""
    row = Plan.objects.filter(case_id=case_id).order_by("-created_at", "-id").first()
    return view_of(row) if row else None


def plans_of_case(*, case_id: UUID) -> list[PlanView]:
    """All plans of a negotiation, oldest first: one for each sealed round."""
    return [view_of(row) for row in Plan.objects.filter(case_id=case_id).order_by("created_at", "id")]


def plan_of_contract(*, contract_id: UUID) -> PlanView | None:
    """The plan that runs on a contract; None when none does."""
    row = Plan.objects.filter(contract_id=contract_id, status="active").first()
    return view_of(row) if row else None


def due_soon(*, at: datetime, days: int, limit: int = MOST_DUE) -> list[DueSoon]:
    """Unpaid promises of running plans that fall due from today to ``days`` days on, soonest first (CN-CC-67)."""
    today = clock.bank_day(at)
    rows = (
        PlanInstalment.objects.filter(
            plan__status="active", status="pending", due_on__gte=today, due_on__lte=today + timedelta(days=days)
        )
        .select_related("plan")
        .order_by("due_on", "plan_id", "number")[:limit]
    )
    return [
        DueSoon(
            plan_id=row.plan_id,
            case_id=row.plan.case_id,
            contract_id=row.plan.contract_id,
            party_id=row.plan.party_id,
            number=row.number,
            due_on=row.due_on,
            payable_until=row.payable_until,
            unpaid=Money(row.amount_minor - row.paid_minor, row.plan.currency),
        )
        for row in rows
    ]


def restructured(*, branch: str, currency: str = "CNY") -> Money:
    """What is still unpaid under the running plans of a branch."""
    found = Plan.objects.filter(branch=branch, status="active", currency=currency).aggregate(sum=Sum("unpaid_minor"))
    return Money(found["sum"] or 0, currency)


@once
def added_to_book(*, contract_id: UUID, plan_minor: int) -> int:
    """By how much a plan of this size changes what is restructured: one that runs on the contract makes room for it."""
    running = Plan.objects.filter(contract_id=contract_id, status="active").values_list("unpaid_minor", flat=True)
    return plan_minor - sum(running)


def kept_rate(*, branch: str | None = None) -> Kept:
    """Promises kept, late and broken over all plans of a branch, or of the bank (E8)."""
    rows = PlanInstalment.objects.exclude(status="pending")
    if branch is not None:
        rows = rows.filter(plan__branch=branch)
    counts = dict(rows.values_list("status").annotate(count=Count("id")))
    return Kept(kept=counts.get("kept", 0), late=counts.get("late", 0), broken=counts.get("broken", 0))


def view_of(row: Plan) -> PlanView:
    """A plan with its promises, payments and breaches: four queries, whatever its length."""
    return PlanView(
        id=row.id,
        case_id=row.case_id,
        contract_id=row.contract_id,
        party_id=row.party_id,
        document_id=row.document_id,
        branch=row.branch,
        product=row.product,
        status=row.status,  # type: ignore[arg-type]
        terms=open_terms(row),
        total=Money(row.total_minor, row.currency),
        unpaid=Money(row.unpaid_minor, row.currency),
        surplus=Money(row.surplus_minor, row.currency),
        started_on=row.started_on,
        tolerance_days=row.tolerance_days,
        policy_version=row.policy_version,
        completed_on=row.completed_on,
        ended_at=row.ended_at,
        superseded_by=row.superseded_by_id,
        instalments=tuple(_instalment(one, row.currency) for one in row.instalments.order_by("number")),
        payments=tuple(
            _payment(one, row.currency)
            for one in row.payments.order_by("received_on", "payment_id").prefetch_related("allocations__instalment")
        ),
        breaches=tuple(_breach(one, row.currency) for one in row.breaches.order_by("created_at", "id")),
    )


def _instalment(row: PlanInstalment, currency: str) -> InstalmentView:
    return InstalmentView(
        number=row.number,
        due_on=row.due_on,
        payable_until=row.payable_until,
        principal=Money(row.principal_minor, currency),
        interest=Money(row.interest_minor, currency),
        carried=Money(row.carried_minor, currency),
        payment=Money(row.amount_minor, currency),
        paid=Money(row.paid_minor, currency),
        status=row.status,  # type: ignore[arg-type]
        settled_on=row.settled_on,
    )


def _payment(row: PlanPayment, currency: str) -> PaymentLine:
    went_to = sorted((one.instalment.number, one.amount_minor) for one in row.allocations.all())
    return PaymentLine(
        payment_id=row.payment_id,
        received_on=row.received_on,
        amount=Money(row.amount_minor, currency),
        reversed_at=row.reversed_at,
        went_to=tuple((number, Money(amount, currency)) for number, amount in went_to),
    )


def _breach(row: BreachRecord, currency: str) -> BreachView:
    return BreachView(
        id=row.id,
        rule=row.rule,  # type: ignore[arg-type]
        happened_on=row.happened_on,
        oldest_number=row.oldest_number,
        missed=row.missed,
        overdue_days=row.overdue_days,
        unpaid=Money(row.unpaid_minor, currency),
        withdrawn_at=row.withdrawn_at,
    )
