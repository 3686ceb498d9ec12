"""What lies in the vault, without opening it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.vault import keys
from heyi.capabilities.vault.domain import NoSuchObject, StoredObject
from heyi.capabilities.vault.models import LegalHold, SubjectKey, VaultObject
from heyi.plumbing.sealing import unseal_text

NAME_CONTEXT: Final = "vault.vaultobject.file_name"
LIMIT: Final = 500


def describe(*, object_id: UUID) -> StoredObject:
    """One object. Raises NoSuchObject."""
    row = VaultObject.objects.filter(id=object_id).first()
    if row is None:
        raise NoSuchObject(object=str(object_id))
    return _described([row])[0]


def objects_of(*, subject_id: UUID | None = None, case_id: UUID | None = None, limit: int = 100) -> list[StoredObject]:
    """Objects of a person, of a case, or both at once; newest first, at most 500. One of the two must be given."""
    if not (subject_id or case_id):
        return []
    rows = VaultObject.objects.all()
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    if case_id:
        rows = rows.filter(case_id=case_id)
    return _described(list(rows.order_by("-created_at", "-id")[: min(limit, LIMIT)]))


def under_legal_hold(*, subject_id: UUID) -> bool:
    """True while a legal hold stands."""
    return LegalHold.objects.filter(subject_id=subject_id, lifted_at__isnull=True).exists()


def shredded_at(*, subject_id: UUID) -> datetime | None:
    """When the person's key was destroyed; None while it was not."""
    return SubjectKey.objects.filter(subject_id=subject_id).values_list("shredded_at", flat=True).first()


def stored_object(row: VaultObject, file_name: str | None) -> StoredObject:
    """The row as a value; ``file_name`` None when nobody can read it any more."""
    return StoredObject(
        id=row.id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        kind=row.kind,
        created_at=row.created_at,
        subject_id=row.subject_id,
        case_id=row.case_id,
        file_name=file_name or "",
        retain_until=row.retain_until,
        readable=file_name is not None,
    )


def _described(rows: list[VaultObject]) -> list[StoredObject]:
    subjects = {row.subject_id for row in rows if row.subject_id}
    wrapped = SubjectKey.objects.filter(subject_id__in=subjects).values_list("subject_id", "wrapped")
    owners = {subject: keys.unwrap_subject_key(subject, key) for subject, key in wrapped if key}
    return [stored_object(row, _file_name(row, owners)) for row in rows]


def _file_name(row: VaultObject, owners: dict[UUID, bytes]) -> str | None:
    if row.discarded_at is not None:
        return None
    owner = owners.get(row.subject_id) if row.subject_id else keys.system_key("objects")
    return unseal_text(owner, bytes(row.file_name_sealed), context=NAME_CONTEXT) if owner else None
