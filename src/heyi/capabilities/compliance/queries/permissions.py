"""Consents and notices that stand about a person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.compliance.domain.permissions import Permission, permission_kinds
from heyi.capabilities.compliance.models import PermissionRecord
from heyi.capabilities.compliance.queries.packs import packs
from heyi.plumbing.once import once


@once
def permissions(*, party_id: UUID, at: datetime, contract_id: UUID | None = None) -> tuple[Permission, ...]:
    """What stands at ``at``, the newest last. With a contract: what is about it, or about all debts.

    Without one only what is about all debts: a consent for one debt opens nothing for another.
    """
    about = Q(contract_id__isnull=True)
    if contract_id is not None:
        about |= Q(contract_id=contract_id)
    return _standing(about, party_id=party_id, at=at)


def permissions_of(*, party_id: UUID, at: datetime) -> tuple[Permission, ...]:
    """Everything that stands about a person, whichever debt it is about, for themselves to read and take back."""
    return _standing(Q(), party_id=party_id, at=at)


def _standing(about: Q, *, party_id: UUID, at: datetime) -> tuple[Permission, ...]:
    lasting = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    rows = PermissionRecord.objects.filter(about, lasting, party_id=party_id, given_at__lte=at, until__gt=at)
    return tuple(permission_of(row) for row in rows.defer("evidence_sealed").order_by("given_at", "id"))


def permission_choices(*, at: datetime) -> tuple[tuple[str, str], ...]:
    """(sort, about) that the rules in force ask for. Raises PackMissing, BadPack."""
    return permission_kinds(packs(at=at))


def permission_of(row: PermissionRecord) -> Permission:
    """The row as a value, without its sealed proof."""
    return Permission(
        id=row.id,
        sort=row.sort,
        about=row.about,
        party_id=row.party_id,
        contract_id=row.contract_id,
        given_at=row.given_at,
        until=row.until,
        recorded_by=row.recorded_by,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
