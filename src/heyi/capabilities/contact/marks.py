"""Mark what leaves, and answer whoever asks whether a mark is ours."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings

from heyi.capabilities.contact.domain.marks import LENGTH, Genuine, code_of, printed, read_code
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
    if not _marked(row.channel, row.purpose):
        return ""
    mark, _ = MessageMark.objects.get_or_create(
        message=row, defaults={"created_at": at, "code": code_of(random_bytes(5))}
    )
    return _line(mark.code, row.language)


def room_for(*, channel: str, purpose: str, language: str) -> int:
    """Characters that a message grows by when it leaves: the bank's name before an SMS, the line and its break."""
    name = len(f"【{settings.HEYI.bank_name}】") if channel == "sms" else 0
    return name + (len(_line("0" * LENGTH, language)) + 1 if _marked(channel, purpose) else 0)


def genuine(*, code: str) -> Genuine | None:
    """The message behind a code as typed, if it left; None for everything else, without saying why."""
    plain = read_code(code)
    if not plain:
        return None
    row = Message.objects.filter(mark__code=plain, sent_at__isnull=False).first()
    if row is None or row.sent_at is None:
        return None
    return Genuine(sent_on=bank_day(row.sent_at), channel=row.channel, to_masked=row.destination_masked)


def _marked(channel: str, purpose: str) -> bool:
    return channel in MARKED and purpose != UNMARKED_PURPOSE


def _line(code: str, language: str) -> str:
    words = mark_words()["en" if language == "en" else "zh"]
    return words.format(code=printed(code), url=f"{settings.HEYI.public_url}/genuine/")
