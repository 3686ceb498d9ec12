"""Legal holds: while one stands, a person's data cannot be erased."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault.actions.subject_keys import MAY_ERASE, locked
from heyi.capabilities.vault.domain import NoSuchHold, NotYours
from heyi.capabilities.vault.models import LegalHold
from heyi.kit.actors import Actor


def place_legal_hold(*, subject_id: UUID, reason: str, actor: Actor, at: datetime) -> UUID:
    """Forbid erasure until lifted. ``reason`` is a short code such as ``litigation``. Raises NotYours."""
    _may_hold(actor)
    with transaction.atomic():
        locked(subject_id, at)
        hold = LegalHold.objects.create(created_at=at, subject_id=subject_id, reason=reason, placed_by=actor.label)
        _journal(hold, "vault.place_legal_hold", actor, at)
    return hold.id


def lift_legal_hold(*, hold_id: UUID, actor: Actor, at: datetime) -> None:
    """Let erasure be possible again. Raises NotYours, NoSuchHold."""
    _may_hold(actor)
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(id=hold_id, lifted_at__isnull=True).first()
        if hold is None:
            raise NoSuchHold(hold=str(hold_id))
        hold.lifted_at, hold.lifted_by = at, actor.label
        hold.save(update_fields=["lifted_at", "lifted_by"])
        _journal(hold, "vault.lift_legal_hold", actor, at)


def _may_hold(actor: Actor) -> None:
    if not actor.has(*MAY_ERASE):
        raise NotYours(actor=actor.kind)


def _journal(hold: LegalHold, act: str, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor, act=act, at=at, subject=f"legal_hold:{hold.id}", party_id=hold.subject_id,
        facts={"reason": hold.reason},
    )  # fmt: skip
