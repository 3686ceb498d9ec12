"""Calls that borrowers wish for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.domain.states import ENDED
from heyi.capabilities.negotiation.models import CallWish, Case
from heyi.capabilities.negotiation.queries.views import CallWishView
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing.clock import bank_day

MOST: Final = 50


def calls_wanted(*, actor: Actor, at: datetime) -> tuple[CallWishView, ...]:
    """The calls that this manager's borrowers want today, and those that were missed; the earliest first."""
    rows = (
        CallWish.objects.filter(settled_at__isnull=True, case__assignee_id=actor.id, on__lte=bank_day(at))
        .exclude(case__status__in=ENDED)
        .select_related("case")
        .order_by("on", "wanted_from", "id")[:MOST]
    )
    found = list(rows)
    names = loans.party_names([row.case.party_id for row in found], actor=SYSTEM)
    return tuple(wish_view(row, names.get(row.case.party_id, ""), at) for row in found)


def wish_of(case: Case, name: str, at: datetime) -> CallWishView | None:
    """The wish that stands on a case."""
    row = CallWish.objects.filter(case=case, settled_at__isnull=True).select_related("case").first()
    return wish_view(row, name, at) if row else None


def wish_view(row: CallWish, name: str, at: datetime) -> CallWishView:
    """The row as a value."""
    return CallWishView(
        case_id=row.case_id,
        number=row.case.number,
        party_name=name,
        on=row.on,
        window=row.window,
        wanted_from=row.wanted_from,
        wanted_until=row.wanted_until,
        asked_at=row.created_at,
        missed=at > datetime.combine(row.on, row.wanted_until, SHANGHAI),
    )
