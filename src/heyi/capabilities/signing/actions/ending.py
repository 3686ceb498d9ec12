"""Saying no, and running out of time. Refusing is one call, costs nothing, and needs no reason."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.domain.ceremony import OPEN, CeremonyView
from heyi.capabilities.signing.domain.errors import WrongState
from heyi.capabilities.signing.domain.events import AgreementExpired, AgreementRefused
from heyi.capabilities.signing.models import Ceremony
from heyi.capabilities.signing.queries import view_of
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import outbox
from heyi.plumbing.sealing import seal

REASON: Final = "signing.ceremony.reason"
REASON_LENGTH: Final = 2000
BATCH: Final = 200


def refuse(*, ceremony_id: UUID, reason: str = "", actor: Actor, at: datetime) -> CeremonyView:
    """Either side says no, at any moment before both have signed. ``reason`` may be empty (2,000 characters are kept).

    Raises WrongState once both have signed or it is over, NotYourAct, NoSuchCeremony.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        if actor.kind == "borrower":
            desk.as_borrower(row, actor)
        else:
            desk.as_bank(row, actor)
        if reason:
            key = vault.subject_key(subject_id=row.party_id, at=at)
            row.reason_sealed = seal(key, reason[:REASON_LENGTH], context=REASON)
        row.ended_at = at
        desk.step(row, "refuse", actor=actor, at=at, facts={"by": actor.kind, "reason": bool(reason)}, timely=False)
        outbox.emit(
            AgreementRefused(
                ceremony_id=row.id, case_id=row.case_id, party_id=row.party_id, by=actor.kind, refused_at=at
            ),
            at=at,
        )
    return view_of(row)


def expire_due(at: datetime) -> int:
    """Job: closes what nobody signed in time. Returns how many."""
    due = Ceremony.objects.filter(state__in=OPEN, expires_at__lte=at).order_by("expires_at")
    return sum(_expire(one, at) for one in list(due.values_list("id", flat=True)[:BATCH]))


def _expire(ceremony_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        row = desk.take(ceremony_id)
        try:
            row.ended_at = at
            desk.step(row, "expire", actor=SYSTEM, at=at, timely=False)
        except WrongState:
            return False  # signed or refused in the meantime
        outbox.emit(
            AgreementExpired(ceremony_id=row.id, case_id=row.case_id, party_id=row.party_id, expired_at=at), at=at
        )
    return True
