"""The job that lets time speak: promises become late and plans broken by the bank's tolerance."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from heyi.capabilities.plans.actions.settling import settle
from heyi.capabilities.plans.models import Plan
from heyi.plumbing import clock


def assess(at: datetime) -> int:
    """Bring every plan up to date on which today can change something. Returns how many; safe to repeat.

    Each plan in its own transaction: one that fails does not hold up the others, and is raised at the end.
    """
    faults: list[Exception] = []
    ids = list(_due(at).values_list("id", flat=True))
    for plan_id in ids:
        try:
            _assess(plan_id, at)
        except Exception as error:
            faults.append(error)
    if faults:
        raise ExceptionGroup("plans that could not be assessed", faults)
    return len(ids)


def _due(at: datetime) -> QuerySet[Plan]:
    return Plan.objects.filter(status="active", next_check_on__lte=clock.bank_day(at)).order_by("next_check_on", "id")


def _assess(plan_id: UUID, at: datetime) -> None:
    with transaction.atomic():
        row = _due(at).select_for_update().filter(id=plan_id).first()
        if row is not None:
            settle(row, at=at)
