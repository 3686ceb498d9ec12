"""Hears what the loans room receives and takes back. Safe to hear twice, late, or in the wrong order."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans.domain import PaymentReceived, PaymentReversed
from heyi.capabilities.plans.actions.settling import settle
from heyi.capabilities.plans.domain import MoneyCounted, MoneyTakenBack
from heyi.capabilities.plans.models import Plan, PlanPayment
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, outbox

FOLLOWED = ("active", "broken", "completed")


def hear_payment(event: PaymentReceived, at: datetime) -> None:
    """Money came in on a contract: it counts for the plan on it, oldest promise first. Without a plan nothing happens.

    Everything heard after the adoption counts, whatever day it was received on: it cannot be in the plan's balance.
    """
    with transaction.atomic():
        row = _followed(event.contract_id)
        if row is None or row.currency != event.currency:
            return
        _, new = PlanPayment.objects.get_or_create(
            plan=row,
            payment_id=event.payment_id,
            defaults={"created_at": at, "amount_minor": event.amount_minor, "received_on": event.received_on},
        )
        if new:
            _tell(row, "hear_payment", event.payment_id, at)
            settle(row, at=at)
            outbox.emit(MoneyCounted(**_money(row, event)), at=at)


def hear_reversal(event: PaymentReversed, at: datetime) -> None:
    """A payment was taken back: its promises are open again, with the days of tolerance counted anew from today,
    unless the plan was broken before."""
    with transaction.atomic():
        row = _paid_by(event.payment_id) or _followed(event.contract_id)
        if row is None or row.currency != event.currency:
            return
        payment, new = PlanPayment.objects.select_for_update().get_or_create(
            plan=row,
            payment_id=event.payment_id,
            defaults={"created_at": at, "amount_minor": 0, "received_on": event.received_on, "reversed_at": at},
        )
        if new or payment.reversed_at is not None:
            return
        payment.reversed_at = at
        payment.save(update_fields=["reversed_at"])
        _tell(row, "hear_reversal", event.payment_id, at)
        if row.status in FOLLOWED and not _replaced(row):
            if not row.breaches.filter(withdrawn_at__isnull=True).exists():
                row.counted_from = clock.bank_day(at)
                row.save(update_fields=["counted_from"])
            settle(row, at=at)
            outbox.emit(MoneyTakenBack(**_money(row, event)), at=at)


def _followed(contract_id: UUID) -> Plan | None:
    """The plan that runs on a contract, else the last one that was not replaced; locked."""
    rows = Plan.objects.select_for_update().filter(contract_id=contract_id, status__in=FOLLOWED)
    return rows.filter(status="active").first() or rows.order_by("-created_at", "-id").first()


def _paid_by(payment_id: UUID) -> Plan | None:
    """The plan that heard of this payment, locked."""
    found = PlanPayment.objects.filter(payment_id=payment_id).order_by("-created_at").first()
    return Plan.objects.select_for_update().get(id=found.plan_id) if found else None


def _replaced(row: Plan) -> bool:
    """An ended plan stays as it is once another one runs on the contract."""
    return Plan.objects.filter(contract_id=row.contract_id, status="active").exclude(id=row.id).exists()


def _money(row: Plan, event: PaymentReceived | PaymentReversed) -> dict[str, Any]:
    return {
        "plan_id": row.id,
        "case_id": row.case_id,
        "payment_id": event.payment_id,
        "amount_minor": event.amount_minor,
        "received_on": event.received_on,
    }


def _tell(row: Plan, verb: str, payment_id: UUID, at: datetime) -> None:
    journal.record(
        actor=SYSTEM,
        act=f"plans.{verb}",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"plans_plan:{row.id}",
        facts={"payment": str(payment_id)},
    )
