"""What stands about a person: holds and agreed hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.compliance.domain import Hold, Window
from heyi.capabilities.compliance.models import AgreedHours, HoldRecord
from heyi.plumbing.once import once


@once
def holds(*, party_id: UUID, at: datetime, contract_id: UUID | None = None) -> tuple[Hold, ...]:
    """Holds that stand at ``at``, oldest first.

    With a contract: those on it and those on the person. Without: all of the person's, because a contact that names no
    contract may be about any of them.
    """
    rows = HoldRecord.objects.filter(
        Q(until__isnull=True) | Q(until__gt=at),
        Q(lifted_at__isnull=True) | Q(lifted_at__gt=at),
        party_id=party_id,
        created_at__lte=at,
    )
    if contract_id is not None:
        rows = rows.filter(Q(contract_id__isnull=True) | Q(contract_id=contract_id))
    return tuple(hold_of(row) for row in rows.order_by("created_at", "id"))


@once
def agreed_window(*, party_id: UUID) -> Window | None:
    """The hours that the person chose, if any."""
    row = AgreedHours.objects.filter(party_id=party_id, ended_at__isnull=True).first()
    return Window(start=row.start, end=row.end, evidence=row.evidence) if row else None


def hold_of(row: HoldRecord) -> Hold:
    """The row as a value, without its sealed reason."""
    return Hold(
        id=row.id,
        kind=row.kind,
        party_id=row.party_id,
        contract_id=row.contract_id,
        placed_at=row.created_at,
        placed_by=row.placed_by,
        until=row.until,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )
