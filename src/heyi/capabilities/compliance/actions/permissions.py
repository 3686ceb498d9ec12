"""A consent that a person gave, or a notice that they were given, goes on record with its proof, and ends by an act."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.domain.permissions import LONGEST, Permission, permission_kinds
from heyi.capabilities.compliance.models import PermissionRecord
from heyi.capabilities.compliance.problems import NotYourPermission, PermissionNotFound, PermissionUnclear
from heyi.capabilities.compliance.queries.packs import packs
from heyi.capabilities.compliance.queries.permissions import permission_of
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import sealing

EVIDENCE_CONTEXT: Final = "compliance.permission.evidence"
EVIDENCE_LENGTH: Final = 500
RECORDERS: Final = ("manager", "lead", "compliance", "system", "integration")


def record_permission(
    *,
    sort: str,
    about: str,
    party_id: UUID,
    evidence: str,
    given_at: datetime,
    until: datetime,
    actor: Actor,
    at: datetime,
    contract_id: UUID | None = None,
    case_id: UUID | None = None,
) -> Permission:
    """Put on record that the person agreed (``consent``) or was told (``notice``), at ``given_at``, until ``until``.

    ``evidence`` says where that can be seen or heard; it is sealed with the person's key. A borrower records their own
    consent only. Raises NotYourPermission, loans.UnknownParty (also for «not yours»), PermissionUnclear (``fields``).
    """
    own = actor.kind == "borrower" and sort == "consent"
    if not own and not actor.has(*RECORDERS):
        raise NotYourPermission(sort=sort)
    if not loans.may_act_for(actor=actor, party_id=party_id, case_id=case_id, at=at):
        raise loans.UnknownParty(party_id=str(party_id))
    wrong = {
        "about": (sort, about) not in permission_kinds(packs(at=at)),
        "evidence": not evidence.strip(),
        "given_at": given_at > at,
        "until": not max(at, given_at) < until <= at + LONGEST,
    }
    if fields := {name: "does_not_fit" for name, bad in wrong.items() if bad}:
        raise PermissionUnclear(fields=fields)
    with transaction.atomic():
        key = vault.subject_key(subject_id=party_id, at=at)
        proof = evidence.strip()[:EVIDENCE_LENGTH]
        row = PermissionRecord.objects.create(
            created_at=at,
            sort=sort,
            about=about,
            party_id=party_id,
            contract_id=contract_id,
            given_at=given_at,
            until=until,
            evidence_sealed=sealing.seal(key, proof, context=EVIDENCE_CONTEXT),
            recorded_by=actor.label,
        )
        _tell("record_permission", row, actor, at, case_id, {"evidence": journal.salted(proof, salt=key)})
    return permission_of(row)


def end_permission(*, permission_id: UUID, actor: Actor, at: datetime, case_id: UUID | None = None) -> Permission:
    """A consent is taken back, or a notice no longer counts: it ends now. Twice is once.

    Raises PermissionNotFound (also for «not yours»), NotYourPermission.
    """
    with transaction.atomic():
        row = PermissionRecord.objects.select_for_update().filter(id=permission_id).first()
        if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=case_id, at=at):
            raise PermissionNotFound(permission=str(permission_id))
        if not (actor.kind == "borrower" and row.sort == "consent") and not actor.has(*RECORDERS):
            raise NotYourPermission(sort=row.sort)
        if row.ended_at is None:
            row.ended_at, row.ended_by = at, actor.label
            row.save(update_fields=["ended_at", "ended_by"])
            _tell("end_permission", row, actor, at, case_id, None)
    return permission_of(row)


def read_evidence(*, permission_id: UUID, actor: Actor, at: datetime, case_id: UUID | None = None) -> str:
    """Where the consent or notice can be seen or heard; the reading is journaled. Raises PermissionNotFound."""
    with transaction.atomic():
        row = PermissionRecord.objects.filter(id=permission_id).first()
        if row is None or not loans.may_act_for(actor=actor, party_id=row.party_id, case_id=case_id, at=at):
            raise PermissionNotFound(permission=str(permission_id))
        _tell("read_evidence", row, actor, at, case_id, None)
    key = vault.subject_key(subject_id=row.party_id, at=at)
    return sealing.unseal_text(key, bytes(row.evidence_sealed), context=EVIDENCE_CONTEXT)


def _tell(
    verb: str,
    row: PermissionRecord,
    actor: Actor,
    at: datetime,
    case_id: UUID | None,
    digests: dict[str, str] | None,
) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        party_id=row.party_id,
        case_id=case_id,
        subject=f"compliance_permission:{row.id}",
        facts={
            "sort": row.sort,
            "about": row.about,
            "given_at": row.given_at.isoformat(),
            "until": row.until.isoformat(),
            "contract": str(row.contract_id) if row.contract_id else None,
        },
        digests=digests,
    )
