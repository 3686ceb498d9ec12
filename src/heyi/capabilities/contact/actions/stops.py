"""No contact any more: a number whose holder opts out (B11), a medium that the person stops, a reply that says stop."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.contact import sealed
from heyi.capabilities.contact.actions.codes import check_standing_code, replace_code
from heyi.capabilities.contact.actions.send import Order, chosen_template, put
from heyi.capabilities.contact.domain import CODE_LIFETIME, CodeCheck, NumberUnusable, mask
from heyi.capabilities.contact.models import ChannelStop, PointStop
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain.identity import mobile_fault, plain_mobile
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid, NotAllowed
from heyi.plumbing import limits, sealing

STOPPABLE: Final = ("sms", "email", "call", "visit")
"""Media that a person may stop; the portal rings nowhere and letters are the way of the law."""
RELATIONS: Final = ("relative", "friend", "colleague", "employer", "wrong_number", "other")
VISITOR: Final = Actor(kind="system", id=None, roles=frozenset())
HOUR: Final = timedelta(hours=1)


def ask_stop_code(*, mobile: str, client: str, at: datetime, language: str = "zh") -> str:
    """Send a code to this number, known or not, so that its holder can opt out. Returns it masked.

    The answer and the work are the same for every number. Raises NumberUnusable, TooMany.
    """
    number = _number(mobile)
    point = sealed.point(number)
    who = sealing.blind_index(vault.system_key(sealed.CODE_KEY), client, context="contact.stop.client")
    limits.spend("contact.stop_number", point, limit=CODES_A_NUMBER, window=HOUR, at=at)
    limits.spend("contact.stop_client", who, limit=contact_policy().stop_numbers_an_hour, window=HOUR, at=at)
    with transaction.atomic():
        code = replace_code(subject=_subject(point), purpose="stop", at=at)
        order = Order(
            actor=SYSTEM,
            party_id=holder_of(point),
            template=chosen_template("stop_code"),
            values={"code": code, "minutes": int(CODE_LIFETIME.total_seconds() // 60)},
            channel="sms",
            destination=number,
            language=language,
            expires_at=at + CODE_LIFETIME,
            recipient="third_person",
        )
        put(order, at)
    return mask("sms", number)


CODES_A_NUMBER: Final = 5


def stop_number(*, mobile: str, code: str, relation: str, at: datetime) -> CodeCheck:
    """The holder of a number opts out, for ever, for the bank and every agency. True when the code was right.

    Call it outside of a transaction that may be rolled back. Raises NumberUnusable.
    """
    number = _number(mobile)
    point = sealed.point(number)
    checked = check_standing_code(subject=_subject(point), purpose="stop", code=code, at=at)
    if checked:
        known = relation if relation in RELATIONS else "other"
        with transaction.atomic():
            write_stop(point, mask("sms", number), way="page", relation=known, by=VISITOR, at=at)
    return checked


def write_stop(point: str, masked: str, *, way: str, relation: str, by: Actor, at: datetime) -> bool:
    """Keep that a contact point wants no contact, in the caller's transaction; False when it was kept before."""
    row, new = PointStop.objects.get_or_create(
        point_index=point,
        defaults={
            "created_at": at, "masked": masked, "way": way, "relation": relation, "stopped_by": by.label,
        },
    )  # fmt: skip
    if new:
        journal.record(
            actor=by,
            act="contact.stop_number",
            at=at,
            subject=f"contact_point_stop:{row.id}",
            facts={"way": way, "relation": relation},
        )
    return new


def stop_channel(*, party_id: UUID, channel: str, actor: Actor, at: datetime, way: str = "portal") -> None:
    """The person wants nothing on this medium that the bank starts. Raises NotAllowed, Invalid. Twice is once."""
    _own(party_id, channel, actor)
    with transaction.atomic():
        row, new = ChannelStop.objects.get_or_create(
            party_id=party_id,
            channel=channel,
            ended_at=None,
            defaults={"created_at": at, "way": way, "stopped_by": actor.label},
        )
        if new:
            _tell("stop_channel", row, actor, at)


def allow_channel(*, party_id: UUID, channel: str, actor: Actor, at: datetime) -> None:
    """The person takes a stop back. Raises NotAllowed, Invalid."""
    _own(party_id, channel, actor)
    with transaction.atomic():
        row = (
            ChannelStop.objects.select_for_update()
            .filter(party_id=party_id, channel=channel, ended_at__isnull=True)
            .first()
        )
        if row is not None:
            row.ended_at, row.ended_by = at, actor.label
            row.save(update_fields=["ended_at", "ended_by"])
            _tell("allow_channel", row, actor, at)


def take_reply(*, mobile: str, text: str, actor: Actor, at: datetime) -> bool:
    """A reply to a message came in through the bank's gateway. True when it says stop: then it counts at once.

    Debtors stop SMS; a third person's number is stopped for ever. Raises NotAllowed, NumberUnusable.
    """
    if not actor.has("integration", "system"):
        raise NotAllowed(act="contact.take_reply")
    number = _number(mobile)
    if "".join(text.split()).upper().strip(".。!！") not in contact_policy().stop_words:
        return False
    parties = loans.find_by_identity(mobile=number, actor=SYSTEM)
    for party_id in parties:
        stop_channel(party_id=party_id, channel="sms", actor=SYSTEM, at=at, way="reply")
    owing = [party_id for party_id in parties if loans.roles_of(party_id=party_id) & OWING]
    if not owing:
        with transaction.atomic():
            write_stop(sealed.point(number), mask("sms", number), way="reply", relation="", by=actor, at=at)
    return True


OWING: Final = frozenset({"borrower", "guarantor", "spouse_joint_debt"})


def holder_of(point: str) -> UUID:
    """Whoever answers at a number, as a subject of their own: no borrower, no name, only for the code's few minutes."""
    digest = hmac.new(vault.system_key(sealed.POINT_KEY), f"holder:{point}".encode(), hashlib.sha256).digest()
    return UUID(bytes=digest[:16])


def _subject(point: str) -> str:
    return sealing.blind_index(vault.system_key(sealed.CODE_KEY), f"point:{point}", context="contact.code.subject")


def _number(mobile: str) -> str:
    number = plain_mobile(mobile)
    if mobile_fault(number):
        raise NumberUnusable(fields={"mobile": "unusable"})
    return number


def _own(party_id: UUID, channel: str, actor: Actor) -> None:
    if channel not in STOPPABLE:
        raise Invalid(fields={"channel": "unknown"})
    if not ((actor.kind == "borrower" and actor.id == party_id) or actor.has("system")):
        raise NotAllowed(act="contact.stop_channel")


def _tell(act: str, row: ChannelStop, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor,
        act=f"contact.{act}",
        at=at,
        party_id=row.party_id,
        subject=f"contact_channel_stop:{row.id}",
        facts={"channel": row.channel, "way": row.way},
    )
