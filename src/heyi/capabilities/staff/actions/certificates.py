"""Certificates given and taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import Certificate
from heyi.capabilities.staff.queries.certificates import certificate_view, kind_of_certificate
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, NotAllowed


def issue_certificate(
    *, staff_id: UUID, kind: str, evidence: str, actor: Actor, at: datetime, until: datetime | None = None
) -> domain.CertificateView:
    """Write down what a member has shown. ``evidence`` says where that can be seen; ``until`` may only be earlier than
    the policy's term. A certificate with a test is given by the system alone, which held the test.

    Raises NotAllowed, OwnCertificate, CertificateByExam, UnknownCertificate, UnknownMember, Invalid.
    """
    _certifier(actor, staff_id)
    policy = kind_of_certificate(kind)
    if policy.exam is not None and not actor.has("system"):
        raise domain.CertificateByExam(kind=kind)
    longest = at + policy.valid
    if until is not None and not at < until <= longest:
        raise Invalid(fields={"until": "out_of_range"}, latest=longest.isoformat())
    evidence = checks.text("evidence", evidence, longest=domain.EVIDENCE_LONGEST)
    with transaction.atomic():
        member = checks.locked(staff_id)
        row = Certificate.objects.create(
            created_at=at, member=member, kind=kind, issued_by=actor.label, until=until or longest, evidence=evidence
        )
        checks.note(
            actor,
            "issue_certificate",
            f"certificate:{row.id}",
            at,
            kind=kind,
            staff_id=staff_id,
            until=row.until.isoformat(),
        )
    return certificate_view(row)


def revoke_certificate(*, certificate_id: UUID, reason: str, actor: Actor, at: datetime) -> domain.CertificateView:
    """Take a certificate back: the gate is closed to this person at once. Raises UnknownCertificate, OwnCertificate."""
    reason = checks.text("reason", reason)
    with transaction.atomic():
        rows = Certificate.objects.select_for_update().filter(pk=certificate_id, revoked_at__isnull=True)
        row = rows.filter(until__gt=at).first()
        if row is None:
            raise domain.UnknownCertificate(fields={"certificate_id": "not_in_force"})
        _certifier(actor, row.member_id)
        row.revoked_at, row.revoked_by, row.revoke_reason = at, actor.label, reason
        row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        checks.note(actor, "revoke_certificate", f"certificate:{row.id}", at, kind=row.kind, staff_id=row.member_id)
    return certificate_view(row)


def _certifier(actor: Actor, staff_id: UUID) -> None:
    if not actor.has(*domain.CERTIFIERS):
        raise NotAllowed(needs=["compliance"])
    if actor.id == staff_id:
        raise domain.OwnCertificate(staff_id=str(staff_id))
