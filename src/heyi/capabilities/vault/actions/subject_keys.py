"""Keys of persons: made on first use, kept wrapped, destroyed on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import cache, key_rows, keys
from heyi.capabilities.vault.domain import HeldByLaw, NotYours, Shredded
from heyi.capabilities.vault.models import LegalHold, SubjectKey
from heyi.kit.actors import Actor
from heyi.plumbing.ids import random_bytes

CHUNK: Final = 5_000
MAY_ERASE: Final = ("compliance", "administrator", "system")


def subject_key(*, subject_id: UUID, at: datetime) -> bytes:
    """The person's 32-byte key, made when there is none yet. Raises Shredded."""
    kept = cache.remembered(subject_id, at)
    if kept is not None:
        return kept
    row = SubjectKey.objects.filter(subject_id=subject_id).first() or _make_one(subject_id, at)
    if row.shredded_at:
        raise Shredded(subject=str(subject_id))
    key = keys.unwrap_subject_key(subject_id, row.wrapped)
    transaction.on_commit(lambda: cache.remember(subject_id, key, at))
    return key


def subject_keys(*, subject_ids: Iterable[UUID], at: datetime) -> dict[UUID, bytes]:
    """The keys of many persons at once, missing ones made; 200,000 take a few seconds. Shredded ones are left out."""
    wanted = dict.fromkeys(subject_ids)
    found = {each: key for each in wanted if (key := cache.remembered(each, at)) is not None}
    if len(found) == len(wanted):
        return found
    with transaction.atomic():
        for chunk in _chunks(each for each in wanted if each not in found):
            stored = key_rows.wrapped_keys(chunk)
            missing = [each for each in chunk if each not in stored]
            found |= _unwrapped(stored)
            found |= _made(missing, at) if missing else {}
    return found


def shred(*, subject_id: UUID, actor: Actor, at: datetime, reason: str) -> None:
    """Destroy the person's key: all that it sealed is unreadable from now on, and the log still verifies.

    For compliance, administrators and the system. ``reason`` is a short code such as ``request_by_person``. Shredding
    twice changes nothing. A person without a key gets an empty place, so that none is made later.
    Raises NotYours, HeldByLaw.
    """
    _may_erase(actor)
    with transaction.atomic():
        row = locked(subject_id, at)
        if row.shredded_at:
            return
        standing = LegalHold.objects.filter(subject_id=subject_id, lifted_at__isnull=True)
        if reasons := sorted(set(standing.values_list("reason", flat=True))):
            raise HeldByLaw(subject=str(subject_id), reasons=reasons)
        row.wrapped, row.shredded_at = b"", at
        row.save(update_fields=["wrapped", "shredded_at"])
        journal.record(
            actor=actor, act="vault.shred", at=at, subject=f"subject:{subject_id}", party_id=subject_id,
            facts={"reason": reason},
        )  # fmt: skip
        cache.forget(subject_id)
        transaction.on_commit(lambda: cache.forget(subject_id))


def _may_erase(actor: Actor) -> None:
    if not actor.has(*MAY_ERASE):
        raise NotYours(actor=actor.kind)


def locked(subject_id: UUID, at: datetime) -> SubjectKey:
    """The person's row, held until the transaction ends, so that a hold and a shredding never pass each other."""
    key_rows.insert({subject_id: keys.wrap_subject_key(subject_id, random_bytes(32))}, at)
    return SubjectKey.objects.select_for_update().get(subject_id=subject_id)


def _make_one(subject_id: UUID, at: datetime) -> SubjectKey:
    """Two that ask at once get the same key: the second finds the first one's row."""
    key_rows.insert({subject_id: keys.wrap_subject_key(subject_id, random_bytes(32))}, at)
    return SubjectKey.objects.get(subject_id=subject_id)


def _made(subject_ids: list[UUID], at: datetime) -> dict[UUID, bytes]:
    """New keys. When another process was first for some, what is stored counts."""
    fresh = {each: random_bytes(32) for each in subject_ids}
    if key_rows.insert({each: keys.wrap_subject_key(each, key) for each, key in fresh.items()}, at):
        return fresh
    return _unwrapped(key_rows.wrapped_keys(subject_ids))


def _unwrapped(stored: dict[UUID, bytes]) -> dict[UUID, bytes]:
    return {each: keys.unwrap_subject_key(each, wrapped) for each, wrapped in stored.items() if wrapped}


def _chunks(subject_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    remaining = iter(subject_ids)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
