"""A sealed agreement becomes a plan that is followed; a plan ends because another one takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.plans.actions.settling import settle
from heyi.capabilities.plans.domain import (
    PLAN_MOVES,
    MayNotAdopt,
    NoSuchPlan,
    PlanAdopted,
    PlanAlreadyActive,
    PlanNotActive,
    PlanStatus,
    PlanTerms,
    PlanView,
    Schedule,
    plain_terms,
    schedule,
)
from heyi.capabilities.plans.models import Plan, PlanInstalment, PlanPayment
from heyi.capabilities.plans.queries.followed import view_of
from heyi.capabilities.plans.queries.policies import policy
from heyi.capabilities.plans.sealed import seal_terms
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import canonical_bytes, digest
from heyi.plumbing import clock, outbox

ADOPTERS = ("system", "manager", "lead")


def adopt(
    *,
    case_id: UUID,
    contract_id: UUID,
    party_id: UUID,
    terms: PlanTerms,
    document_id: UUID,
    balance_at: datetime,
    actor: Actor,
    at: datetime,
) -> PlanView:
    """Follow the plan of a sealed agreement from now on. The same document again gives the same plan.

    ``balance_at``: when the balance of the terms was last held against the book. Money booked since counts already.
    Raises MayNotAdopt, PlanAlreadyActive, BadTerms, UnknownProduct.
    """
    _may(actor)
    with _one_winner(contract_id), transaction.atomic():
        standing = Plan.objects.select_for_update().filter(document_id=document_id).first()
        if standing is not None:
            return view_of(standing)
        if Plan.objects.select_for_update().filter(contract_id=contract_id, status="active").exists():
            raise PlanAlreadyActive(contract=str(contract_id))
        contract, plan = loans.contract(contract_id=contract_id, day=clock.bank_day(at), actor=SYSTEM), schedule(terms)
        row = _row(plan, at=at, case_id=case_id, contract_id=contract_id, party_id=party_id, document_id=document_id)
        row.branch, row.product = contract.branch, contract.product
        row.save(force_insert=True)
        PlanInstalment.objects.bulk_create(_instalments(row, plan, at))
        _link_predecessors(row)
        _take_over_payments(row, balance_at, at)
        _tell(
            row,
            "adopt",
            actor,
            at,
            terms=terms,
            periods=terms.periods,
            method=terms.method.value,
            last_due_on=plan.last_due_on.isoformat(),
            limitation="interrupted",  # CN-LIM-7
        )
        outbox.emit(
            PlanAdopted(
                plan_id=row.id,
                case_id=case_id,
                contract_id=contract_id,
                party_id=party_id,
                document_id=document_id,
                last_due_on=plan.last_due_on,
            ),
            at=at,
        )
        compliance.record_limitation_event(
            contract_id=contract_id,
            kind="plan_agreed",
            on=clock.bank_day(at),
            until=plan.last_due_on,
            evidence=f"vault_object:{document_id}",
            actor=SYSTEM,
            at=at,
        )
        settle(row, at=at)
    return view_of(row)


@contextmanager
def _one_winner(contract_id: UUID) -> Iterator[None]:
    """Two adoptions at the same moment: the database lets one through, the other may load again."""
    try:
        yield
    except IntegrityError as error:
        raise PlanAlreadyActive(contract=str(contract_id)) from error


def supersede(*, plan_id: UUID, actor: Actor, at: datetime) -> PlanView:
    """End a plan because a new round replaces it. Raises MayNotAdopt, NoSuchPlan, PlanNotActive."""
    return _end(plan_id, "superseded", actor, at)


def cancel(*, plan_id: UUID, actor: Actor, at: datetime) -> PlanView:
    """End a plan that both sides gave up, or whose agreement does not hold. Raises as ``supersede``."""
    return _end(plan_id, "cancelled", actor, at)


def _end(plan_id: UUID, status: PlanStatus, actor: Actor, at: datetime) -> PlanView:
    _may(actor)
    with transaction.atomic():
        row = Plan.objects.select_for_update().filter(id=plan_id).first()
        if row is None:
            raise NoSuchPlan(plan=str(plan_id))
        if status not in PLAN_MOVES[row.status]:
            raise PlanNotActive(plan=str(plan_id), status=row.status)
        row.status, row.ended_at, row.ended_by, row.next_check_on = status, at, actor.label, None
        row.save(update_fields=["status", "ended_at", "ended_by", "next_check_on"])
        _tell(row, "supersede" if status == "superseded" else "cancel", actor, at)
    return view_of(row)


def _may(actor: Actor) -> None:
    if actor.kind == "borrower" or not actor.has(*ADOPTERS):
        raise MayNotAdopt(needs=list(ADOPTERS))


def _row(plan: Schedule, *, at: datetime, case_id: UUID, contract_id: UUID, party_id: UUID, document_id: UUID) -> Plan:
    rules = policy(at=at)
    return Plan(
        created_at=at,
        case_id=case_id,
        contract_id=contract_id,
        party_id=party_id,
        document_id=document_id,
        currency=plan.terms.currency,
        terms_sealed=seal_terms(plan.terms, party_id=party_id, at=at),
        total_minor=plan.total_minor,
        unpaid_minor=plan.total_minor,
        started_on=clock.bank_day(at),
        tolerance_days=rules.tolerance.days,
        tolerance_minor=rules.tolerance.amount_minor,
        missed_limit=rules.tolerance.missed_instalments,
        overdue_limit=rules.tolerance.overdue_days,
        policy_version=rules.version,
    )


def _instalments(row: Plan, plan: Schedule, at: datetime) -> list[PlanInstalment]:
    """A month of grace without payment promises nothing, so it makes no row.

    The last day of a period moves on to the next working day (Civil Code, article 203), in the borrower's favour only.
    """
    days = compliance.working_calendar()
    return [
        PlanInstalment(
            created_at=at,
            plan=row,
            number=one.number,
            due_on=one.due_on,
            payable_until=days.next_probably_working(one.due_on),
            principal_minor=one.principal_minor,
            interest_minor=one.interest_minor,
            carried_minor=one.carried_minor,
            amount_minor=one.payment_minor,
        )
        for one in plan.rows
        if one.payment_minor
    ]


def _link_predecessors(row: Plan) -> None:
    Plan.objects.filter(
        contract_id=row.contract_id, case_id=row.case_id, status="superseded", superseded_by__isnull=True
    ).update(superseded_by=row)


def _take_over_payments(row: Plan, balance_at: datetime, at: datetime) -> None:
    """Payments booked while the agreement was being signed are not in the balance of its terms, so they count here."""
    PlanPayment.objects.bulk_create(
        PlanPayment(
            created_at=at,
            plan=row,
            payment_id=payment.id,
            amount_minor=payment.amount.amount_minor,
            received_on=payment.received_on,
        )
        for payment in loans.payments_of(contract_id=row.contract_id, actor=SYSTEM)
        if payment.state == "matched" and payment.settled_at and payment.settled_at > balance_at
    )


def _tell(
    row: Plan,
    verb: str,
    actor: Actor,
    at: datetime,
    *,
    terms: PlanTerms | None = None,
    **facts: str | int,
) -> None:
    journal.record(
        actor=actor,
        act=f"plans.{verb}",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"plans_plan:{row.id}",
        facts={"contract": str(row.contract_id), "policy": row.policy_version, **facts},
        digests={"terms": digest(canonical_bytes(plain_terms(terms)))} if terms else None,
    )
