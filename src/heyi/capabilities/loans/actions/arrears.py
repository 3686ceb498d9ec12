"""Keeping days past due and buckets true as the days go by and payments come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q

from heyi.capabilities.loans.domain.arrears import Standing, oldest_due_on
from heyi.capabilities.loans.domain.balance import Due, bucket_of, days_past_due
from heyi.capabilities.loans.models import Contract, Instalment
from heyi.plumbing import bulk
from heyi.plumbing.clock import bank_day

CHUNK: Final = 2_000


def refresh_arrears(at: datetime) -> int:
    """Bring every contract's arrears to the bank's day of ``at``. Safe to repeat. Returns how many contracts changed.

    Contracts with the same oldest due date change together, so a book of any size takes one update for each day of
    arrears in it.
    """
    day = bank_day(at)
    return _newly_late(day, at) + _aged(day)


def recount(contract_ids: Iterable[UUID], *, at: datetime) -> None:
    """Work out the arrears of these contracts from their instalments, reports and payments."""
    day = bank_day(at)
    ids = list(contract_ids)
    dues = _dues(ids)
    rows = []
    for contract in Contract.objects.filter(id__in=ids):
        oldest = oldest_due_on(standing_of(contract), dues[contract.id], day=day)
        rows.append((contract.id, oldest, *_late(oldest, day)))
    bulk.update(Contract, ("oldest_due_on", "days_past_due", "bucket"), rows)


def standing_of(contract: Contract) -> Standing:
    """The parts of a stored contract that decide its arrears."""
    return Standing(
        total_minor=contract.principal_minor
        + contract.interest_minor
        + contract.penalty_minor
        + contract.fees_minor
        + contract.costs_minor,
        due_minor=contract.due_minor,
        due_paid_minor=contract.due_paid_minor,
        reported_due_on=contract.reported_due_on,
        settled=contract.status == "settled",
    )


def _late(oldest: date | None, day: date) -> tuple[int, str]:
    days = days_past_due(oldest, day=day)
    return days, bucket_of(days)


def _dues(contract_ids: list[UUID]) -> dict[UUID, list[Due]]:
    dues: dict[UUID, list[Due]] = defaultdict(list)
    rows = Instalment.objects.filter(contract_id__in=contract_ids).values_list("contract_id", "due_on", "open_minor")
    for contract_id, due_on, open_minor in rows:
        dues[contract_id].append(Due(due_on, open_minor))
    return dues


def _newly_late(day: date, at: datetime) -> int:
    """Contracts one of whose instalments fell due unpaid since the last look."""
    found = (
        Instalment.objects.filter(open_minor__gt=0, due_on__lt=day)
        .exclude(contract__status="settled")
        .values("contract_id", "contract__oldest_due_on")
        .annotate(oldest=Min("due_on"))
        .filter(Q(contract__oldest_due_on__isnull=True) | ~Q(contract__oldest_due_on=F("oldest")))
        .values_list("contract_id", flat=True)
    )
    ids = list(found)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            bulk.one_at_a_time("loans.book")
            recount(ids[start : start + CHUNK], at=at)
    return len(ids)


def _aged(day: date) -> int:
    changed = 0
    groups = Contract.objects.filter(oldest_due_on__isnull=False).values_list("oldest_due_on", "days_past_due")
    for oldest, stored in groups.distinct().order_by():
        days, bucket = _late(oldest, day)
        if days != stored:
            same = Contract.objects.filter(oldest_due_on=oldest, days_past_due=stored)
            changed += same.update(days_past_due=days, bucket=bucket)
    return changed
