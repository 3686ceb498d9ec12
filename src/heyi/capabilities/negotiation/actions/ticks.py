"""Periodic work: offers expire, reminders go out, figures are copied from the loan book, silent cases end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import agreement
from heyi.capabilities.negotiation.actions import asking, desk, follow, notices, versions
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.plans import api as plans
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock

BATCH: Final = 500


def expire_offers(at: datetime) -> int:
    """End versions whose date is over. The bank's earlier version opens again when only a counter expired."""
    due = Offer.objects.filter(status__in=("open", "awaiting_approval"), expires_at__lt=at, number__isnull=False)
    return sum(_expire(offer_id, at) for offer_id in list(due.values_list("id", flat=True)[:BATCH]))


def _expire(offer_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        case_id = Offer.objects.values_list("case_id", flat=True).get(id=offer_id)
        case = desk.take(case_id, act="expire_offer", actor=SYSTEM, at=at)
        offer = Offer.objects.select_for_update().get(id=offer_id)
        standing = offer.status == "open" or (offer.status == "awaiting_approval" and offer.proposed_by == "borrower")
        if not standing or offer.expires_at is None or offer.expires_at >= at:
            return 0
        asking.drop([offer], at=at)
        offer.status, offer.answered_at = "expired", at
        offer.save(update_fields=["status", "answered_at"])
        again = versions.reinstate(offer, at=at) if offer.proposed_by == "borrower" else None
        desk.put(case, at=at, status="offer_open" if again else "negotiating")
        desk.write(
            case,
            act="expire_offer",
            actor=SYSTEM,
            at=at,
            subject=f"negotiation_offer:{offer.id}",
            facts={"number": offer.number, "reopened": again.number if again else None},
        )
        notices.send(case, "offer_expired", at=at, version=offer.number or 0)
    return 1


def remind_of_offers(at: datetime) -> int:
    """Tell the borrower two days before an open offer of the bank ends, once."""
    soon = Offer.objects.filter(
        status="open", proposed_by="bank", expires_at__gte=at, expires_at__lt=at + timedelta(days=2)
    ).select_related("case")
    count = 0
    for offer in soon.iterator(chunk_size=BATCH):
        if offer.expires_at is not None:
            notices.send(
                offer.case,
                "offer_expiring",
                at=at,
                dedupe=f"{offer.id}:{offer.expires_at:%Y%m%d}",
                version=offer.number or 0,
                expires_on=clock.bank_day(offer.expires_at),
            )
            count += 1
    return count


def remind_of_instalments(at: datetime) -> int:
    """Reminders before and on the due date (CN-CC-67), once each; days from policy."""
    today, days = clock.bank_day(at), policy().reminder_days
    count = 0
    for due in plans.due_soon(at=at, days=max(days)):
        ahead = (due.due_on - today).days
        case = Case.objects.filter(plan_id=due.plan_id).exclude(status__in=ENDED).first() if ahead in days else None
        if case is not None:
            dedupe = f"{due.plan_id}:{due.number}:T-{ahead}"
            notices.send(case, "due_reminder", at=at, dedupe=dedupe, due_on=due.due_on, amount=due.unpaid)
            count += 1
    return count


def send_progress(at: datetime) -> int:
    """Once a month: how many instalments are paid, how much is left."""
    month = f"{clock.bank_day(at):%Y-%m}"
    count = 0
    for case in Case.objects.filter(status="active", sealed_at__lt=at - timedelta(days=28)).iterator(chunk_size=BATCH):
        if case.plan_id is not None:
            told = agreement.so_far(plans.plan(plan_id=case.plan_id))
            notices.send(case, "progress", at=at, dedupe=f"{case.plan_id}:{month}", **told)
            count += 1
    return count


def copy_figures(at: datetime) -> int:
    """Copy due amount, balance and days past due of live cases from the loan book, so that lists can sort by them."""
    today = clock.bank_day(at)
    stale = Case.objects.exclude(status__in=ENDED).filter(figures_on__lt=today).order_by("figures_on")
    count = 0
    for case in stale[: BATCH * 4]:
        copy_figures_of(case.id, at=at)
        count += 1
    return count


def copy_figures_of(case_id: UUID, *, at: datetime) -> None:
    """The same for one case, in one statement."""
    row = Case.objects.only("contract_id").get(id=case_id)
    contract = loans.contract(contract_id=row.contract_id, day=clock.bank_day(at), actor=SYSTEM)
    Case.objects.filter(id=case_id).update(
        due_minor=contract.due_now.amount_minor,
        balance_minor=contract.balance.total.amount_minor,
        days_past_due=contract.days_past_due,
        bucket=contract.bucket,
        figures_on=clock.bank_day(at),
    )


def note_late(at: datetime) -> int:
    """Put on record, once for each date, that the bank did not act in its time; lists show it by themselves."""
    late = Case.objects.exclude(status__in=ENDED).filter(turn="bank", due_at__lt=at)
    unnoted = late.exclude(late_noted_for=F("due_at")) | late.filter(late_noted_for__isnull=True)
    return sum(_note_late(case_id, at) for case_id in list(unnoted.values_list("id", flat=True)[:BATCH]))


def _note_late(case_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(id=case_id)
        if case.turn != "bank" or case.due_at is None or case.due_at >= at or case.late_noted_for == case.due_at:
            return 0
        case.late_noted_for = case.due_at
        case.save(update_fields=["late_noted_for"])
        facts = {"next_act": case.next_act, "due_at": case.due_at.isoformat()}
        desk.write(case, act="late", actor=SYSTEM, at=at, facts=facts)
    return 1


def close_silent(at: datetime) -> int:
    """End drafts and requests for more that nobody came back to, and refusals without an appeal in time."""
    return sum(
        _close(case_id, status, at)
        for status, days in policy().limits.close_after_days.items()
        for case_id in list(
            Case.objects.filter(status=status, due_at__lt=at - timedelta(days=days)).values_list("id", flat=True)[
                :BATCH
            ]
        )
    )


def _close(case_id: UUID, status: str, at: datetime) -> int:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(id=case_id)
        if case.status != status:
            return 0
        follow.end(case, reason="refused" if status == "refused" else "no_answer", actor=SYSTEM, at=at)
    return 1
