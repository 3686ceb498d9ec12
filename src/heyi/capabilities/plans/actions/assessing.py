"""The job that lets time speak: promises become late and plans broken by the bank's tolerance."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.plans.actions.settling import settle
from heyi.capabilities.plans.models import Plan, PlanInstalment
from heyi.plumbing import clock

LONGEST_REST: Final = timedelta(days=12)
"""No run of days of rest is longer; older due days cannot move any more."""


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
            _move_off_rest_days(row, at)
            settle(row, at=at)


def _move_off_rest_days(plan: Plan, at: datetime) -> None:
    """A notice on days of rest that came out after the signature gives later last days, never earlier ones."""
    days, today = compliance.working_calendar(), clock.bank_day(at)
    for one in PlanInstalment.objects.filter(plan=plan, due_on__gte=today - LONGEST_REST, due_on__lte=today):
        moved = days.next_probably_working(one.due_on)
        if moved > one.payable_until:
            one.payable_until = moved
            one.save(update_fields=["payable_until"])
