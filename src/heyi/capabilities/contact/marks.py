"""Mark what leaves, and answer whoever asks whether a mark is ours."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings

from heyi.capabilities.contact.domain.marks import Genuine, code_of, printed, read_code
from heyi.capabilities.contact.models import Message, MessageMark
from heyi.capabilities.contact.policy import mark_words
from heyi.plumbing.clock import bank_day
from heyi.plumbing.ids import random_bytes

MARKED: Final = frozenset({"sms", "email", "letter"})
"""What leaves the house on paper or over foreign wires. The portal itself is proof of where one is."""
UNMARKED_PURPOSE: Final = "code"
"""A one-time code is asked for by whoever gets it, and stands for minutes."""


def line_for(row: Message, at: datetime) -> str:
    """The last line of this message, with its code; empty where none is printed. In the transaction of the attempt."""
    if row.channel not in MARKED or row.purpose == UNMARKED_PURPOSE:
        return ""
    mark, _ = MessageMark.objects.get_or_create(
        message=row, defaults={"created_at": at, "code": code_of(random_bytes(5))}
    )
    words = mark_words()["en" if row.language == "en" else "zh"]
    return words.format(code=printed(mark.code), url=f"{settings.HEYI.public_url}/genuine/")


def genuine(*, code: str) -> Genuine | None:
    """The message behind a code as typed, if it left; None for everything else, without saying why."""
    plain = read_code(code)
    if not plain:
        return None
    row = Message.objects.filter(mark__code=plain, sent_at__isnull=False).first()
    if row is None or row.sent_at is None:
        return None
    return Genuine(sent_on=bank_day(row.sent_at), channel=row.channel, to_masked=row.destination_masked)
