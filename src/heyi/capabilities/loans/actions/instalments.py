"""Instalments of contracts as the bank reports them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.loans.actions import arrears
from heyi.capabilities.loans.domain.rows import InstalmentRow
from heyi.capabilities.loans.models import Instalment
from heyi.plumbing import bulk
from heyi.plumbing.ids import new_id

_STATED: Final = (
    "due_on", "principal_minor", "interest_minor", "fees_minor",
    "principal_paid_minor", "interest_paid_minor", "fees_paid_minor",
)  # fmt: skip


def replace_all(told: Mapping[UUID, tuple[InstalmentRow, ...]], *, at: datetime) -> None:
    """Make the instalments of these contracts what the bank tells, and their arrears with them."""
    numbers = {(contract_id, item.number) for contract_id, items in told.items() for item in items}
    gone = [pk for pk, contract_id, number in _stored(told) if (contract_id, number) not in numbers]
    Instalment.objects.filter(id__in=gone).delete()
    put(told, at=at)


def put(told: Mapping[UUID, tuple[InstalmentRow, ...]], *, at: datetime) -> None:
    """Add or correct the instalments told, leave the others, and work out the arrears anew."""
    there = {(contract_id, number): pk for pk, contract_id, number in _stored(told)}
    fresh: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    for contract_id, items in told.items():
        for item in items:
            pk = there.get((contract_id, item.number))
            if pk is None:
                fresh.append((new_id(), at, contract_id, item.number, *_values(item)))
            else:
                changed.append((pk, *_values(item)))
    bulk.insert(Instalment, ("id", "created_at", "contract_id", "number", *_STATED), fresh)
    if changed:
        bulk.update(Instalment, _STATED, changed)
    arrears.recount(list(told), at=at)


def _stored(told: Mapping[UUID, object]) -> list[tuple[UUID, UUID, int]]:
    return list(Instalment.objects.filter(contract_id__in=list(told)).values_list("id", "contract_id", "number"))


def _values(item: InstalmentRow) -> tuple[Any, ...]:
    return (
        item.due_on,
        item.principal.amount_minor,
        item.interest.amount_minor,
        item.fees.amount_minor,
        item.principal_paid.amount_minor,
        item.interest_paid.amount_minor,
        item.fees_paid.amount_minor,
    )


def says_the_same(known: Instalment, row: InstalmentRow) -> bool:
    """True when the stored instalment is what the row tells."""
    return tuple(getattr(known, name) for name in _STATED) == _values(row)
