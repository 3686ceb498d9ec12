"""Objects: encrypted and kept twice, read with a purpose, compared and mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import copies, keys, retention
from heyi.capabilities.vault.actions.subject_keys import subject_key
from heyi.capabilities.vault.domain import (
    OBJECT_LIMIT,
    Damaged,
    Discarded,
    NoSuchObject,
    NotYours,
    ScrubReport,
    StoredObject,
    UnsafeFile,
    tidy_name,
)
from heyi.capabilities.vault.models import VaultObject
from heyi.capabilities.vault.queries import NAME_CONTEXT, stored_object
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import digest
from heyi.plumbing import clock
from heyi.plumbing.ids import new_id, random_bytes
from heyi.plumbing.sealing import seal, unseal


def put(
    *,
    data: bytes,
    media_type: str,
    kind: str,
    subject_id: UUID | None,
    actor: Actor,
    at: datetime,
    case_id: UUID | None = None,
    file_name: str = "",
) -> StoredObject:
    """Encrypt and keep two copies, on stable storage before this returns. ``subject_id`` None: the bank's own paper.

    ``kind`` is one of the retention table's. At most 64 MiB; empty content is refused.
    Raises UnsafeFile, UnknownKind, Shredded, StoreAway.
    """
    if not data or len(data) > OBJECT_LIMIT:
        raise UnsafeFile(reason="too_large" if data else "empty")
    object_id, key = new_id(), random_bytes(32)
    keep_until = retention.keep_until(kind, clock.bank_day(at))
    path = f"{clock.bank_day(at):%Y/%m/%d}/{object_id}"
    sealed = seal(key, data, context=_context(object_id))
    with transaction.atomic():
        owner = owner_key(subject_id, at)
        copies.write(path, sealed)
        row = VaultObject.objects.create(
            id=object_id,
            created_at=at,
            subject_id=subject_id,
            case_id=case_id,
            kind=kind,
            media_type=media_type,
            size=len(data),
            sha256=digest(data),
            sealed_sha256=digest(sealed),
            path=path,
            wrapped_key=keys.wrap_object_key(object_id, owner, key),
            file_name_sealed=seal(owner, tidy_name(file_name), context=NAME_CONTEXT),
            retain_until=keep_until,
        )
        journal.record(
            actor=actor,
            act="vault.put",
            at=at,
            subject=f"object:{object_id}",
            case_id=case_id,
            party_id=subject_id,
            facts={"kind": kind, "media_type": media_type, "size": len(data)},
            digests={"content": journal.salted(data, salt=key), "sealed": row.sealed_sha256},
        )
    return stored_object(row, tidy_name(file_name))


def get(*, object_id: UUID, actor: Actor, at: datetime, purpose: str) -> bytes:
    """The content, checked against its digest and mended from the other copy where needed. The reading is journaled.

    ``purpose`` is a short code; whether the actor may read is for the calling room to decide.
    Raises NoSuchObject, Discarded, Shredded, Damaged, SealBroken, StoreAway.
    """
    row = VaultObject.objects.filter(id=object_id).first()
    if row is None:
        raise NoSuchObject(object=str(object_id))
    if row.discarded_at is not None:
        raise Discarded(object=str(object_id))
    owner = owner_key(row.subject_id, at)
    found = copies.read(row.path, row.sealed_sha256)
    with transaction.atomic():
        facts = {"kind": row.kind, "purpose": purpose}
        _journal(row, "vault.read", actor, at, facts, result="damaged" if found.sealed is None else "done")
        if found.repaired:
            _journal(row, "vault.repair", SYSTEM, at, {"copies": found.repaired})
    if found.sealed is None:
        raise Damaged(object=str(object_id))
    key = keys.unwrap_object_key(row.id, owner, row.wrapped_key)
    return unseal(key, found.sealed, context=_context(row.id))


def discard(*, object_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Destroy one of the bank's own papers whose time is over: its key first, then both copies. Once is enough.

    What is about a person is not destroyed piece by piece: ``shred`` their key. Journaled with ``reason``, a short
    code. Raises NoSuchObject, NotYours (a person's object), StoreAway (the key is gone by then: call again).
    """
    with transaction.atomic():
        row = VaultObject.objects.select_for_update().filter(id=object_id).first()
        if row is None:
            raise NoSuchObject(object=str(object_id))
        if row.subject_id is not None:
            raise NotYours(act="vault.discard")
        if row.discarded_at is None:
            VaultObject.objects.filter(id=object_id).update(discarded_at=at, wrapped_key=b"", file_name_sealed=b"")
            _journal(row, "vault.discard", actor, at, {"kind": row.kind, "reason": reason})
    copies.remove(row.path)


def scrub(at: datetime, limit: int = 1_000) -> ScrubReport:
    """Compare both copies of the ``limit`` objects that were not looked at for longest; mend what can be mended.

    Needs no key: sealed bytes are compared with their digest. Every repair and every loss is journaled.
    Raises StoreAway; what was checked until then stays checked.
    """
    repaired, damaged = [], []
    standing = VaultObject.objects.filter(discarded_at__isnull=True)
    rows = list(standing.order_by(F("checked_at").asc(nulls_first=True), "id")[:limit])
    for row in rows:
        found = copies.compare(row.path, row.sealed_sha256)
        with transaction.atomic():
            VaultObject.objects.filter(id=row.id).update(checked_at=at)
            if found.sealed is None:
                damaged.append(row.id)
                _journal(row, "vault.scrub", SYSTEM, at, {"kind": row.kind}, result="damaged")
            elif found.repaired:
                repaired.append(row.id)
                _journal(row, "vault.repair", SYSTEM, at, {"copies": found.repaired})
    return ScrubReport(checked=len(rows), repaired=tuple(repaired), damaged=tuple(damaged))


def owner_key(subject_id: UUID | None, at: datetime) -> bytes:
    """The key above an object's own: the person's, or the bank's for its own papers. Raises Shredded."""
    return subject_key(subject_id=subject_id, at=at) if subject_id else keys.system_key("objects")


def _context(object_id: UUID) -> str:
    return f"vault.object:{object_id}"


def _journal(
    row: VaultObject, act: str, actor: Actor, at: datetime, facts: Mapping[str, object], result: str = "done"
) -> None:
    journal.record(
        actor=actor, act=act, at=at, subject=f"object:{row.id}", case_id=row.case_id, party_id=row.subject_id,
        result=result, facts=facts,
    )  # fmt: skip
