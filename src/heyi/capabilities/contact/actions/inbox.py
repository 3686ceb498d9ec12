"""What happens to a message after it left: read in the portal, confirmed by a provider or the post room."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import sealed
from heyi.capabilities.contact.domain import MessageNotFound, Wording
from heyi.capabilities.contact.models import Message
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed

READERS: Final = ("manager", "reviewer", "lead", "compliance", "auditor")
CONFIRMERS: Final = ("manager", "lead", "compliance", "system", "integration")
PURPOSE_LENGTH: Final = 60


def mark_read(*, party_id: UUID, message_id: UUID, at: datetime) -> None:
    """The borrower opened a portal message. Raises MessageNotFound for anybody else's."""
    rows = Message.objects.filter(id=message_id, party_id=party_id, channel="portal", status="delivered")
    if not rows.exists():
        raise MessageNotFound(message=str(message_id))
    with transaction.atomic():
        row = rows.select_for_update().get()
        if row.read_at is not None:
            return
        row.read_at = at
        row.save(update_fields=["read_at"])
        journal.record(
            actor=Actor(kind="borrower", id=party_id),
            act="contact.read_own_message",
            at=at,
            party_id=party_id,
            case_id=row.case_id,
            subject=f"contact_message:{row.id}",
        )


def confirm_arrival(*, message_id: UUID, actor: Actor, at: datetime, case_id: UUID | None = None) -> None:
    """A provider's receipt, or the post room's, says that a sent message arrived. Twice is once. Raises NotAllowed, and
    MessageNotFound: also when ``case_id`` is given and the message is of another case.

    A demand that reached the person may interrupt limitation (provisions of 2020, article 8; cards of 2021, article 3).
    """
    if not actor.has(*CONFIRMERS):
        raise NotAllowed(act="contact.confirm_arrival")
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(id=message_id, status__in=("sent", "delivered")).first()
        if row is None or (case_id is not None and row.case_id != case_id):
            raise MessageNotFound(message=str(message_id))
        if row.status == "delivered":
            return
        row.status, row.delivered_at = "delivered", at
        row.save(update_fields=["status", "delivered_at"])
        journal.record(
            actor=actor,
            act="contact.confirm_arrival",
            at=at,
            party_id=row.party_id,
            case_id=row.case_id,
            subject=f"contact_message:{row.id}",
            facts={"channel": row.channel},
        )
        if row.purpose == "collection" and row.discloses_debt and row.contract_id is not None:
            compliance.record_delivered_demand(
                contract_id=row.contract_id,
                channel=row.channel,
                evidence=f"contact_message:{row.id}",
                actor=SYSTEM,
                at=at,
            )


def read_message(*, message_id: UUID, actor: Actor, at: datetime, purpose: str) -> Wording:
    """The words of a message, for staff with a purpose; journaled. Empty for codes, which nobody keeps.

    Raises MessageNotFound, NotAllowed.
    """
    if not actor.has(*READERS) or not purpose.strip():
        raise NotAllowed(act="contact.read_message")
    with transaction.atomic():
        row = Message.objects.filter(id=message_id).first()
        if row is None:
            raise MessageNotFound(message=str(message_id))
        journal.record(
            actor=actor,
            act="contact.read_message",
            at=at,
            party_id=row.party_id,
            case_id=row.case_id,
            subject=f"contact_message:{row.id}",
            facts={"purpose": purpose.strip()[:PURPOSE_LENGTH]},
        )
    if not row.body_sealed:
        return Wording(title="", text="", blocks=())
    key = vault.subject_key(subject_id=row.party_id, at=at)
    return sealed.unseal_wording(key, bytes(row.body_sealed))
