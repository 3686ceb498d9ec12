"""Wrapping every person's key under a new master key, batch by batch.

Each batch is one transaction with its journal entry, so a crash loses nothing: what is done carries the new mark, what
is not still opens with the old key, and the next run goes on from there. Nothing else is rewritten: persons' keys, and
all that they seal, stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import keys
from heyi.capabilities.vault.domain import NotYours, WrongMasterKey
from heyi.capabilities.vault.models import SubjectKey
from heyi.kit.actors import Actor
from heyi.plumbing import master_key
from heyi.plumbing.sealing import SealBroken

BATCH: Final = 1_000
MAY_ROTATE: Final = ("administrator", "system")

Report = Callable[[int, int], None]


def keys_to_rewrap() -> int:
    """How many persons' keys the present master key has not wrapped yet; the shredded ones are none."""
    return _waiting().count()


def rewrap_keys(*, actor: Actor, at: datetime, report: Report = lambda done, total: None) -> int:
    """Wrap what the old master key wrapped under the present one. Returns how many; run again, it does what is left.

    Raises NotYours, and WrongMasterKey when neither key opens a row: that batch stays as it was.
    """
    if not actor.has(*MAY_ROTATE):
        raise NotYours(actor=actor.kind)
    total, done = keys_to_rewrap(), 0
    while batch := _rewrap_batch(actor, at):
        done += batch
        report(done, max(total, done))
    if done:
        journal.record(
            actor=actor, act="vault.rotate_master_key", at=at, subject=f"master_key:{master_key.mark()}",
            facts={"keys": done},
        )  # fmt: skip
    return done


def _rewrap_batch(actor: Actor, at: datetime) -> int:
    mark = master_key.mark()
    with transaction.atomic():
        rows = list(_waiting().select_for_update().order_by("id")[:BATCH])
        for row in rows:
            try:
                key = keys.unwrap_subject_key(row.subject_id, row.wrapped)
            except SealBroken:
                raise WrongMasterKey(subject=str(row.subject_id)) from None
            row.wrapped, row.wrapped_by = keys.wrap_subject_key(row.subject_id, key), mark
        SubjectKey.objects.bulk_update(rows, ["wrapped", "wrapped_by"], batch_size=200)
        if rows:
            journal.record(
                actor=actor, act="vault.rewrap_keys", at=at, subject=f"master_key:{mark}", facts={"keys": len(rows)}
            )
    return len(rows)


def _waiting() -> QuerySet[SubjectKey]:
    return SubjectKey.objects.filter(shredded_at__isnull=True).exclude(wrapped_by=master_key.mark())
