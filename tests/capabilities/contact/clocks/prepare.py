"""Make the bank of ``test_wrong_clocks.py``: a database and a reminder for six borrowers; ``more``: for six others."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402 – Django has to stand first

from heyi.capabilities.contact.actions.send import Order, chosen_template, put  # noqa: E402
from heyi.capabilities.contact.models import Message  # noqa: E402
from heyi.kit.actors import SYSTEM  # noqa: E402

AT = datetime(2026, 2, 20, 4, 0, tzinfo=UTC)
first = 206 if "more" in sys.argv else 100
if first == 100:
    call_command("migrate", verbosity=0)
template = chosen_template("due_reminder")
for number in range(6):
    order = Order(
        actor=SYSTEM,
        party_id=UUID(int=first + number),
        template=template,
        values=template.example,
        channel="sms",
        destination=f"1380000000{number}",
        language="zh",
        expires_at=AT + timedelta(days=90),
    )
    put(order, AT)
print(Message.objects.filter(status="queued").count(), "waiting")
