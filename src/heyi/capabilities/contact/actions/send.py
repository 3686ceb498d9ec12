"""Queue a message in the caller's transaction: if the act is undone, so is its message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import marks, ports, sealed
from heyi.capabilities.contact.adapters import word_files
from heyi.capabilities.contact.domain import (
    HOUSE_VALUES,
    KEEP_TRYING,
    LANGUAGES,
    LONGEST,
    MESSAGE_CHANNELS,
    PRIORITY,
    NoDestination,
    NotTheirMessage,
    Queued,
    Template,
    TemplateMisused,
    TemplateUnknown,
    TooLong,
    Value,
    Wording,
    mask,
    require_blocks,
    require_values,
    word,
)
from heyi.capabilities.contact.models import Message
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import sealing
from heyi.plumbing.clock import bank_day
from heyi.plumbing.ids import new_id

BLOCKS_RULE: Final = "letter_blocks"
SENTENCE: Final = 8
"""Values shorter than this are names, numbers and dates, no sentences."""


@dataclass(frozen=True, slots=True)
class Order:
    """A message to be written: template, values and destination are settled.

    ``recipient`` says what the person is to the debt where no record of the bank does: who opts out is nobody's party.
    """

    actor: Actor
    party_id: UUID
    template: Template
    values: Mapping[str, Value]
    channel: str
    destination: str
    language: str
    expires_at: datetime
    case_id: UUID | None = None
    contract_id: UUID | None = None
    dedupe_key: str | None = None
    recipient: str = ""


def send(
    *,
    actor: Actor,
    at: datetime,
    party_id: UUID,
    purpose: str,
    template: str,
    values: Mapping[str, Value],
    channel: str,
    case_id: UUID | None = None,
    contract_id: UUID | None = None,
    dedupe_key: str | None = None,
    language: str = "zh",
    valid_for: timedelta = KEEP_TRYING,
) -> Queued:
    """Put one message into the outbox; it leaves at the next tick if the gate agrees then.

    ``values`` are text, whole numbers, Money or dates; what the template does not name is ignored. The same
    ``dedupe_key`` twice gives the first message again. Raises TemplateUnknown, TemplateMisused, ValuesMissing,
    LetterIncomplete, TooLong, NoDestination, NotTheirMessage, compliance.WordingRefused or WordingToConfirm for words
    that a person wrote, and NotFound for an unknown person.
    """
    if actor.kind == "borrower" and actor.id != party_id:
        raise NotTheirMessage(template=template)
    chosen = _template(template, purpose, channel)
    _require_wording(chosen, values, party_id, actor, at)
    with transaction.atomic():
        if dedupe_key and (before := Message.objects.filter(dedupe_key=dedupe_key).first()):
            return Queued(id=before.id, again=True)
        return put(
            Order(
                actor=actor,
                party_id=party_id,
                template=chosen,
                values=values,
                channel=channel,
                destination=_destination(party_id, contract_id, channel),
                language=language if language in LANGUAGES else "zh",
                expires_at=at + valid_for,
                case_id=case_id,
                contract_id=contract_id,
                dedupe_key=dedupe_key,
            ),
            at,
        )


def _require_wording(
    template: Template, values: Mapping[str, Value], party_id: UUID, actor: Actor, at: datetime
) -> None:
    """Templates are approved text; what people wrote into them is judged like any other sentence of theirs."""
    for name in sorted(template.needs - HOUSE_VALUES):
        value = values.get(name)
        if isinstance(value, str) and len(value) >= SENTENCE and "://" not in value:
            compliance.require_wording(
                text=value,
                party_id=party_id,
                subject=f"template:{template.id}",
                actor=actor,
                at=at,
                origin="notice",
            )


def put(order: Order, at: datetime) -> Queued:
    """Word the order and write it into the outbox, in the caller's transaction."""
    message_id = new_id()
    wording = _word(order, message_id, at)
    key = vault.subject_key(subject_id=order.party_id, at=at)
    row, new = Message.objects.get_or_create(
        dedupe_key=order.dedupe_key or f"message:{message_id}",
        defaults={
            "id": message_id,
            "created_at": at,
            "party_id": order.party_id,
            "case_id": order.case_id,
            "contract_id": order.contract_id,
            "purpose": order.template.purpose,
            "channel": order.channel,
            "template": order.template.id,
            "language": order.language,
            "discloses_debt": order.template.discloses_debt,
            "recipient": order.recipient,
            "destination_sealed": sealing.seal(key, order.destination, context=sealed.DESTINATION),
            "destination_masked": mask(order.channel, order.destination),
            "point_index": sealed.point(order.destination),
            "body_sealed": sealed.seal_wording(key, wording),
            "queued_by": order.actor.label,
            "priority": PRIORITY[order.template.purpose],
            "next_attempt_at": at,
            "expires_at": order.expires_at,
        },
    )
    if new:
        _tell(row, key, wording, order.actor, at)
    return Queued(id=row.id, again=not new)


def chosen_template(name: str) -> Template:
    """The template of this name. Raises TemplateUnknown."""
    found = word_files.load().get(name)
    if found is None:
        raise TemplateUnknown(template=name)
    return found


def _template(name: str, purpose: str, channel: str) -> Template:
    chosen = chosen_template(name)
    if chosen.purpose != purpose or channel not in chosen.channels or channel not in MESSAGE_CHANNELS:
        raise TemplateMisused(template=name, purpose=purpose, channel=channel, meant_for=chosen.purpose)
    return chosen


def _word(order: Order, message_id: UUID, at: datetime) -> Wording:
    template, channel = order.template, order.channel
    house: dict[str, Value] = {
        "bank": settings.HEYI.bank_name,
        "hotline": settings.HEYI.bank_hotline,
        "complaint_phone": settings.HEYI.complaints.phone,
        "complaint_url": settings.HEYI.complaints.url,
        "supervisor": settings.HEYI.complaints.supervisor,
        "today": bank_day(at),
        "letter_no": message_id.hex[-12:].upper(),
    }
    link = f"{settings.HEYI.public_url}/my/"
    wording = word(template, {"link": link, **order.values, **house}, order.language, short=channel == "sms")
    length = len(wording.text) + sum(len(text) for _, text in wording.blocks)
    length += marks.room_for(channel=channel, purpose=template.purpose, language=order.language)
    if length > LONGEST[channel]:
        raise TooLong(template=template.id, length=length, longest=LONGEST[channel])
    for rule in compliance.pack(at=at).rules if channel == "letter" else ():
        if rule.kind == BLOCKS_RULE and template.purpose in rule.purposes:
            require_blocks(wording, rule.parameters["blocks"])
            require_values(template, {"link": link, **order.values})
    return wording


def _destination(party_id: UUID, contract_id: UUID | None, channel: str) -> str:
    place = ports.reach(party_id=party_id, contract_id=contract_id)
    found = {"sms": place.mobile, "email": place.email, "letter": place.address, "portal": str(party_id)}[channel]
    if not found.strip():
        raise NoDestination(channel=channel)
    return found.strip()


def _tell(row: Message, key: bytes, wording: Wording, actor: Actor, at: datetime) -> None:
    text = "\n".join([wording.title, wording.text, *(text for _, text in wording.blocks)])
    journal.record(
        actor=actor,
        act="contact.send",
        at=at,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=f"contact_message:{row.id}",
        result="queued",
        facts={"channel": row.channel, "purpose": row.purpose, "template": row.template},
        digests={"text": journal.salted(text, salt=key)},
    )
