"""The check codes of messages that left."""

from __future__ import annotations

from django.db import models

from heyi.capabilities.contact.models.messages import Message
from heyi.plumbing.records import DataClasses, Record


class MessageMark(Record):
    """One code for one message, made when it first leaves; a further attempt carries the same."""

    data = DataClasses(c1=("code",), none=("message",))

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="mark")
    code = models.CharField(max_length=8, unique=True)

    class Meta:
        db_table = "contact_mark"
