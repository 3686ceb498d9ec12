"""What stands about a person: holds and agreed hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.compliance.adapters import hold_files
from heyi.capabilities.compliance.domain import Hold, HoldLine, HoldPolicy, Window
from heyi.capabilities.compliance.models import AgreedHours, HoldRecord
from heyi.capabilities.compliance.problems import HoldNotFound
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor
from heyi.plumbing.once import once

MOST: Final = 200
LOOKED_THROUGH: Final = 5_000
"""How many holds of other branches a list steps over before it gives up for this page."""
SEALED: Final = ("reason_sealed", "lift_reason_sealed")


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


def hold_kinds() -> Mapping[str, HoldPolicy]:
    """Every kind of hold with its policy, in the order of the table."""
    return hold_files.load()


def hold_lines(
    *,
    actor: Actor,
    at: datetime,
    kind: str = "",
    party_id: UUID | None = None,
    standing: bool | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[HoldLine]:
    """Holds on people whom the actor may see, newest first, ended ones too; ``before`` is the last id of a page."""
    rows = HoldRecord.objects.order_by("-id")
    for name, value in (("kind", kind), ("party_id", party_id), ("id__lt", before)):
        rows = rows.filter(**{name: value}) if value else rows
    stands = Q(lifted_at__isnull=True) & (Q(until__isnull=True) | Q(until__gt=at))
    if standing is not None:
        rows = rows.filter(stands if standing else ~stands)
    limit, found = min(limit, MOST), []
    for start in range(0, LOOKED_THROUGH, MOST):
        part = list(rows[start : start + MOST])
        seen = loans.parties_seen(actor=actor, party_ids={row.party_id for row in part})
        found += [_line(row, at) for row in part if row.party_id in seen]
        if len(found) >= limit or len(part) < MOST:
            break
    return found[:limit]


def hold_line(*, hold_id: UUID, actor: Actor, at: datetime) -> HoldLine:
    """One hold, standing or ended. Raises HoldNotFound (also for «not yours»)."""
    row = HoldRecord.objects.filter(id=hold_id).first()
    if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=None, at=at):
        raise HoldNotFound(hold=str(hold_id))
    return _line(row, at)


@once
def agreed_window(*, party_id: UUID) -> Window | None:
    """The hours that the person chose, if any."""
    row = AgreedHours.objects.filter(party_id=party_id, ended_at__isnull=True).first()
    return Window(start=row.start, end=row.end, evidence=row.evidence) if row else None


def _line(row: HoldRecord, at: datetime) -> HoldLine:
    lapsed = row.until is not None and row.until <= at
    ended_at = row.lifted_at or (row.until if lapsed else None)
    return HoldLine(
        id=row.id,
        kind=row.kind,
        party_id=row.party_id,
        contract_id=row.contract_id,
        placed_at=row.created_at,
        placed_by=row.placed_by,
        until=row.until,
        ended_at=ended_at,
        ended_by=row.lifted_by or ("date" if lapsed else ""),
    )


def all_holds() -> Iterator[Hold]:
    """Every hold that ever stood, of everybody, as a stream; for replays of a pack over the past."""
    yield from (hold_of(row) for row in HoldRecord.objects.defer(*SEALED).iterator(chunk_size=10_000))


def all_agreed_hours() -> Iterator[tuple[UUID, Window, datetime, datetime | None]]:
    """Every agreement on hours: whose, which hours, from when, until when."""
    for row in AgreedHours.objects.iterator(chunk_size=10_000):
        yield row.party_id, Window(row.start, row.end, row.evidence), row.created_at, row.ended_at


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
