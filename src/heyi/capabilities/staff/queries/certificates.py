"""Reads about certificates: who may contact, what somebody holds, whose run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.models import Certificate
from heyi.capabilities.staff.policy import certificate_policy
from heyi.capabilities.staff.queries.people import member, members
from heyi.kit.actors import Actor
from heyi.plumbing.once import once


def certificate_kinds() -> tuple[domain.CertificateKind, ...]:
    """Every kind that the bank asks for."""
    return certificate_policy()


def kind_of_certificate(key: str) -> domain.CertificateKind:
    """One kind. Raises UnknownCertificate."""
    found = next((kind for kind in certificate_policy() if kind.key == key), None)
    if found is None:
        raise domain.UnknownCertificate(fields={"kind": "unknown"}, kind=key)
    return found


@once
def certificate_valid(*, member_id: UUID, at: datetime) -> bool:
    """True when this member works here and holds, at ``at``, every certificate that opens the gate."""
    needed = {kind.key for kind in certificate_policy() if kind.opens_gate}
    rows = Certificate.objects.filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=at),
        member_id=member_id,
        member__is_active=True,
        kind__in=needed,
        created_at__lte=at,
        until__gt=at,
    )
    return set(rows.values_list("kind", flat=True)) == needed


@once
def certificates(*, staff_id: UUID) -> list[domain.CertificateView]:
    """Everything that a member ever held, newest first."""
    rows = Certificate.objects.filter(member_id=staff_id).order_by("-created_at", "-id")
    return [certificate_view(row) for row in rows]


def certificate_standings(*, actor: Actor, at: datetime) -> list[tuple[domain.Member, tuple[domain.Standing, ...]]]:
    """How everybody in the actor's scope stands with what their roles need; accounts without a need are left out."""
    people = [one for one in members(at=at) if "*" in actor.branches or one.branch in actor.branches]
    held = _held(one.id for one in people)
    rows = [(one, _standings(one, held.get(one.id, []), at)) for one in people]
    return [(one, stands) for one, stands in rows if stands]


def own_standings(*, staff_id: UUID, at: datetime) -> tuple[domain.Standing, ...]:
    """How one member stands with what their roles of now need."""
    return _standings(member(staff_id=staff_id), certificates(staff_id=staff_id), at)


def certificate_view(row: Certificate) -> domain.CertificateView:
    """The row as a value."""
    return domain.CertificateView(
        id=row.id,
        staff_id=row.member_id,
        kind=row.kind,
        issued_at=row.created_at,
        issued_by=row.issued_by,
        until=row.until,
        evidence=row.evidence,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )


def _standings(person: domain.Member, held: list[domain.CertificateView], at: datetime) -> tuple[domain.Standing, ...]:
    needed = (kind for kind in certificate_policy() if kind.roles & person.roles)
    return tuple(domain.standing(person.id, kind, held, at) for kind in needed)


def _held(staff_ids: Iterable[UUID]) -> dict[UUID, list[domain.CertificateView]]:
    found: dict[UUID, list[domain.CertificateView]] = {}
    for row in Certificate.objects.filter(member_id__in=set(staff_ids)):
        found.setdefault(row.member_id, []).append(certificate_view(row))
    return found
