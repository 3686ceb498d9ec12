"""Reads about agencies' contacts: placements, what was reported and what is overdue, the stop list, the counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import gate, sealed
from heyi.capabilities.contact.actions.leaves import leave_view
from heyi.capabilities.contact.actions.placements import placement_view
from heyi.capabilities.contact.domain import (
    AgencyFigures,
    Counts,
    LeaveGone,
    LeaveView,
    PlacementNotFound,
    PlacementView,
    Stop,
)
from heyi.capabilities.contact.models import ChannelStop, LedgerEntry, Placement, PointStop, Refusal
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing import limits
from heyi.plumbing.clock import bank_day

MOST: Final = 200
FIGURES_DAYS: Final = 30
CHECKED_AT_ONCE: Final = 100


def placements(
    *,
    actor: Actor,
    at: datetime,
    agency_id: UUID | None = None,
    contract_id: UUID | None = None,
    standing: bool | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[PlacementView]:
    """Placements that the actor may see, newest first.

    An agency sees its own, and only from the moment when it may begin; staff those of their branches.
    """
    rows = _seen(actor, at).order_by("-id")
    given = (("agency_id", agency_id), ("contract_id", contract_id), ("id__lt", before))
    for name, value in given:
        rows = rows.filter(**{name: value}) if value else rows
    if standing is not None:
        rows = rows.filter(recalled_at__isnull=standing)
    return [placement_view(row) for row in rows[: min(limit, MOST)]]


def agencies_of(*, party_id: UUID, at: datetime) -> list[PlacementView]:
    """Where a person's contracts lie now: what the person themself may know."""
    rows = Placement.objects.filter(party_id=party_id, recalled_at__isnull=True, until__gt=at)
    return [placement_view(row) for row in rows.order_by("created_at")]


def placement(*, placement_id: UUID, actor: Actor, at: datetime) -> PlacementView:
    """One placement. Raises PlacementNotFound (also for «not yours»)."""
    row = _seen(actor, at).filter(id=placement_id).first()
    if row is None:
        raise PlacementNotFound(placement=str(placement_id))
    return placement_view(row)


def leave_of(*, leave_id: UUID, actor: Actor, at: datetime) -> LeaveView:
    """One's own leave. Raises LeaveGone."""
    row = LedgerEntry.objects.filter(id=leave_id, leave_until__isnull=False)
    own = row.filter(agency_id=actor.agency_id) if actor.agency_id else row.filter(actor=actor.label)
    found = own.first()
    if found is None:
        raise LeaveGone(leave=str(leave_id))
    return leave_view(found, at)


def open_leaves(*, actor: Actor, at: datetime, case_id: UUID | None = None, limit: int = 20) -> list[LeaveView]:
    """One's own leaves of which nobody said yet what became, the oldest first; of one case, or all."""
    rows = LedgerEntry.objects.filter(actor=actor.label, leave_until__isnull=False, reported_at__isnull=True)
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return [leave_view(row, at) for row in rows.order_by("created_at")[: min(limit, MOST)]]


def overdue(*, agency_id: UUID, at: datetime, limit: int = 50) -> list[LeaveView]:
    """Leaves of an agency whose report is late, the longest first; each closes the gate for it."""
    rows = LedgerEntry.objects.filter(agency_id=agency_id, reported_at__isnull=True, report_by__lte=at)
    return [leave_view(row, at) for row in rows.order_by("report_by")[: min(limit, MOST)]]


def agency_figures(*, agency_id: UUID, at: datetime) -> AgencyFigures:
    """Counts of the last thirty days."""
    since = at - timedelta(days=FIGURES_DAYS)
    rows = LedgerEntry.objects.filter(agency_id=agency_id, created_at__gte=since)
    told = rows.aggregate(
        leaves=Count("id", filter=Q(leave_until__isnull=False)),
        reported=Count("id", filter=Q(reported_at__isnull=False)),
        overdue=Count("id", filter=Q(reported_at__isnull=True, report_by__lte=at)),
        connected=Count("id", filter=Q(outcome="connected")),
        effective=Count("id", filter=Q(effective=True)),
        without_leave=Count("id", filter=Q(leave_until__isnull=True)),
    )
    refused = Refusal.objects.filter(agency_id=agency_id, created_at__gte=since).values("contact_no").distinct().count()
    return AgencyFigures(**told, refused=refused)


def counts(*, at: datetime, party_id: UUID | None = None, point: str = "") -> Counts:
    """How often a person, or one number or address, was tried today, by everybody together."""
    rows = LedgerEntry.objects.filter(bank_day=bank_day(at), direction="out", channel__in=("call", "visit"))
    rows = rows.exclude(outcome="not_sent")
    if party_id is not None:
        rows = rows.filter(party_id=party_id)
    if point:
        rows = rows.filter(point_index=sealed.point(point))
    return Counts(
        **rows.aggregate(
            attempts=Count("id"),
            connections=Count("id", filter=Q(outcome__in=gate.ANSWERED)),
            effective=Count("id", filter=Q(effective=True)),
        )
    )


def stop_list(*, actor: Actor, at: datetime) -> list[Stop]:
    """What an agency must leave alone now, of all that lies with it: persons, contracts, media, numbers."""
    rows = (
        list(Placement.objects.filter(agency_id=actor.agency_id, recalled_at__isnull=True)) if actor.agency_id else []
    )
    found: list[Stop] = []
    stopped = _channels({row.party_id for row in rows})
    for row in rows:
        for hold in compliance.holds(party_id=row.party_id, contract_id=row.contract_id, at=at):
            found.append(Stop(row.contract_id, row.party_id, "hold", hold.kind, "", hold.placed_at))
        found += [
            Stop(row.contract_id, row.party_id, "channel", one.channel, one.channel, one.created_at)
            for one in stopped.get(row.party_id, ())
        ]
        found += _numbers(row)
    return found


def stopped_numbers(*, numbers: Iterable[str]) -> frozenset[str]:
    """Those of the numbers whose holders want no contact: to be asked before a list of an agency's own is dialled."""
    points = {sealed.point(number): number for number in numbers if number}
    found = PointStop.objects.filter(point_index__in=points).values_list("point_index", flat=True)
    return frozenset(points[point] for point in found)


def check_numbers(*, numbers: Iterable[str], actor: Actor, at: datetime) -> frozenset[str]:
    """``stopped_numbers`` for an agency, counted: nobody fishes for who opted out. Raises NotAllowed, TooMany."""
    if actor.agency_id is None:
        raise NotAllowed(act="contact.check_numbers")
    asked = list(numbers)
    most, used = contact_policy().stop_checks_an_hour, f"{actor.agency_id}"
    for _ in range(0, len(asked), CHECKED_AT_ONCE):
        limits.spend("contact.stop_check", used, limit=most // CHECKED_AT_ONCE, window=timedelta(hours=1), at=at)
    return stopped_numbers(numbers=asked)


def channels_stopped(*, party_id: UUID) -> dict[str, datetime]:
    """The media that the person stopped, and since when."""
    rows = ChannelStop.objects.filter(party_id=party_id, ended_at__isnull=True)
    return dict(rows.values_list("channel", "created_at"))


def _numbers(row: Placement) -> list[Stop]:
    links = loans.contract(contract_id=row.contract_id, actor=SYSTEM).links
    points = {sealed.point(loans.reach(party_id=link.party_id, actor=SYSTEM).mobile): link for link in links}
    points.pop("", None)
    stops = PointStop.objects.filter(point_index__in=points)
    return [
        Stop(row.contract_id, points[one.point_index].party_id, "number", "opted_out", "", one.created_at)
        for one in stops
    ]


def _channels(parties: set[UUID]) -> dict[UUID, list[ChannelStop]]:
    found: dict[UUID, list[ChannelStop]] = {}
    for row in ChannelStop.objects.filter(party_id__in=parties, ended_at__isnull=True):
        found.setdefault(row.party_id, []).append(row)
    return found


def _seen(actor: Actor, at: datetime) -> QuerySet[Placement]:
    if actor.kind == "agency" and actor.agency_id is not None:
        begun = Q(noticed_at__lte=at - contact_policy().notice_wait)
        return Placement.objects.filter(begun, agency_id=actor.agency_id)
    if actor.kind not in ("staff", "system"):
        return Placement.objects.none()
    return Placement.objects.all() if "*" in actor.branches else Placement.objects.filter(branch__in=actor.branches)
