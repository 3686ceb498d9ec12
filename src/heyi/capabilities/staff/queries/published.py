"""Reads for the public page: who may contact borrowers today, and whether a word or a number is one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.models import AgencyAgent, Branch, Certificate, RoleGrant, StaffPhoto, User
from heyi.capabilities.staff.policy import certificate_policy
from heyi.capabilities.staff.queries.agencies import agencies
from heyi.plumbing.clock import bank_day

MATCHES_MOST: Final = 10


def published_people(
    *, at: datetime, shown: str, branch: str | None = None, first: int = 0, most: int = 50
) -> tuple[list[domain.PublishedPerson], int]:
    """A page of the bank's people who may contact borrowers at ``at``, by staff number, and how many there are.

    In it: an open account, a role that contacts borrowers, and every certificate that opens the gate. ``shown`` is how
    names are published, one of ``NAMES_SHOWN``.
    """
    rows = _may_contact(at)
    if branch:
        rows = rows.filter(branch__code=branch)
    return _published(rows.order_by("staff_no")[first : first + most], shown), rows.count()


def published_agents(*, at: datetime, shown: str) -> list[domain.PublishedPerson]:
    """People of the agencies that may work today, with a certificate that runs."""
    day = bank_day(at)
    working = {one.id: one.entry for one in agencies(day=day) if one.may_work}
    rows = AgencyAgent.objects.filter(agency_id__in=working, ended_at__isnull=True, certificate_until__gte=day)
    return [_agent(row, working[row.agency_id], shown) for row in rows.order_by("agency__name", "number")]


def photo_of(*, staff_id: UUID, at: datetime) -> bytes | None:
    """The published picture of somebody who may contact borrowers now; None for everybody else."""
    row = StaffPhoto.objects.filter(member_id=staff_id, member__in=_may_contact(at)).first()
    return bytes(row.picture) if row else None


def has_photo(*, staff_id: UUID) -> bool:
    """True when a picture of this member is kept."""
    return StaffPhoto.objects.filter(member_id=staff_id).exists()


def recognise(
    *, asked: str, at: datetime, shown: str, bank_numbers: Mapping[str, tuple[str, str]]
) -> domain.Recognised | None:
    """What ``asked`` is: a staff or agent number, the full name of either, an agency's name or credit code, a telephone
    number of the bank or an agency. None when it is nobody's. ``bank_numbers``: number → its name zh, en.

    A name is matched whole, never in part, so that the list cannot be spelled out.
    """
    asked = asked.strip()[:80]
    if not asked:
        return None
    people = _people_called(asked, at, shown) or _agents_called(asked, at, shown)
    if people:
        return domain.Recognised("person", tuple(people[:MATCHES_MOST]))
    return _agency_called(asked, at) or _number(asked, at, bank_numbers)


def _people_called(asked: str, at: datetime, shown: str) -> list[domain.PublishedPerson]:
    rows = _may_contact(at).filter(Q(staff_no__iexact=asked) | Q(display_name__iexact=asked))
    return _published(rows.order_by("staff_no")[:MATCHES_MOST], shown)


def _agents_called(asked: str, at: datetime, shown: str) -> list[domain.PublishedPerson]:
    day = bank_day(at)
    working = {one.id: one.entry for one in agencies(day=day) if one.may_work}
    rows = AgencyAgent.objects.filter(
        Q(number__iexact=asked) | Q(name__iexact=asked),
        agency_id__in=working,
        ended_at__isnull=True,
        certificate_until__gte=day,
    )
    return [_agent(row, working[row.agency_id], shown) for row in rows.order_by("number")[:MATCHES_MOST]]


def _agency_called(asked: str, at: datetime) -> domain.Recognised | None:
    for one in agencies(day=bank_day(at)):
        names = (one.entry.name, one.entry.name_en, one.entry.credit_code)
        if one.may_work and any(domain.same_name(asked, name) for name in names if name):
            return domain.Recognised("agency", owner=one.entry.name, owner_en=one.entry.name_en)
    return None


def _number(asked: str, at: datetime, bank_numbers: Mapping[str, tuple[str, str]]) -> domain.Recognised | None:
    digits = domain.phone_digits(asked)
    if not digits:
        return None
    for number, (name, name_en) in _numbers(at, bank_numbers):
        if domain.phone_digits(number) == digits:
            return domain.Recognised("number", owner=name, owner_en=name_en)
    return None


def _numbers(at: datetime, bank_numbers: Mapping[str, tuple[str, str]]) -> Iterable[tuple[str, tuple[str, str]]]:
    yield from bank_numbers.items()
    for branch in Branch.objects.exclude(phone=""):
        yield branch.phone, (branch.name, branch.name_en)
    for one in agencies(day=bank_day(at)):
        if one.may_work:
            yield one.entry.phone, (one.entry.name, one.entry.name_en)
            yield one.entry.complaint_phone, (one.entry.name, one.entry.name_en)


def _may_contact(at: datetime) -> QuerySet[User]:
    """Open accounts with a role that contacts borrowers and every certificate that opens the gate, in one question."""
    kinds = [kind for kind in certificate_policy() if kind.opens_gate]
    roles = {role for kind in kinds for role in kind.roles}
    granted = RoleGrant.objects.filter(
        Q(until__isnull=True) | Q(until__gt=at), role__in=roles, revoked_at__isnull=True, created_at__lte=at
    )
    rows = User.objects.filter(is_active=True, pk__in=granted.values("member_id")).exclude(staff_no="")
    for kind in kinds:
        held = Certificate.objects.filter(
            Q(revoked_at__isnull=True) | Q(revoked_at__gt=at), kind=kind.key, created_at__lte=at, until__gt=at
        )
        rows = rows.filter(pk__in=held.values("member_id"))
    return rows


def _published(rows: QuerySet[User], shown: str) -> list[domain.PublishedPerson]:
    people = list(rows.select_related("branch"))
    pictured = set(StaffPhoto.objects.filter(member__in=people).values_list("member_id", flat=True))
    return [
        domain.PublishedPerson(
            id=row.pk,
            name=domain.shown_name(str(row), shown),
            number=row.staff_no,
            branch=row.branch.name if row.branch else "",
            branch_en=row.branch.name_en if row.branch else "",
            photo=row.pk in pictured,
        )
        for row in people
    ]


def _agent(row: AgencyAgent, entry: domain.AgencyEntry, shown: str) -> domain.PublishedPerson:
    return domain.PublishedPerson(
        id=row.id,
        name=domain.shown_name(row.name, shown),
        number=row.number,
        branch=entry.name,
        branch_en=entry.name_en,
        agency_id=row.agency_id,
    )
