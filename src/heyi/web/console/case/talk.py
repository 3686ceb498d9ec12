"""The talk beside every tab: messages, the composer with the gate's answer before sending, canned answers, phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.plumbing.clock import bank_day
from heyi.web.console.case import gate
from heyi.web.console.case.opened import Opened, in_english

SHOWN = 60


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Everything of the right column. What the borrower wrote counts as read when the colleague who holds it looks."""
    if page.case.unread and page.case.manager and page.case.manager.id == page.actor.id:
        negotiation.mark_read(case_id=page.case.id, actor=page.actor, at=page.at)
    found = messages(page)
    canned = [_canned(one) for one in negotiation.canned_answers(case_id=page.case.id, actor=page.actor, at=page.at)]
    chosen = next((one for one in canned if one["key"] == request.GET.get("canned")), None)
    form = used.get("say")
    today = contact.counted_today(party_ids=[page.case.party_id], at=page.at)
    return {
        "bubbles": bubbles(page, found),
        "canned": canned,
        "body": form.data.get("body", "") if form else chosen["text"] if chosen else _script(request, page.at),
        "canned_key": form.data.get("canned", "") if form else chosen["key"] if chosen else "",
        "gate": gate.light(page, channel="portal", purpose=gate.talk_purpose(found)),
        "notice": gate.light(page, channel="sms", purpose="negotiation"),
        "call": gate.light(page, channel="call", purpose="negotiation"),
        "wish": page.case.call_wish,
        "open_calls": contact.open_leaves(actor=page.actor, at=page.at, case_id=page.case.id),
        "today": today[page.case.party_id],
        "live_href": page.href("messages"),
    }


def messages(page: Opened) -> tuple[negotiation.MessageView, ...]:
    """The latest messages, oldest first."""
    return negotiation.messages(case_id=page.case.id, actor=page.actor, at=page.at, limit=SHOWN)


def bubbles(page: Opened, found: tuple[negotiation.MessageView, ...]) -> list[dict[str, Any]]:
    """Messages as ``ui/chat.html`` draws them; the day is told where it changes."""
    drawn: list[dict[str, Any]] = []
    last = None
    for message in found:
        day = bank_day(message.at)
        drawn.append(
            {
                "day": day if day != last else None,
                "side": "note" if message.internal else "bank" if message.side == "bank" else "you",
                "text": message.body,
                "who": message.author_name or page.case.party_name,
                "at": message.at,
                "read": message.read_at if message.side == "bank" else None,
                "approval": message.canned_approval,
                "files": [
                    {"name": file.file_name, "href": page.href("paper", file.object_id)} for file in message.files
                ],
            }
        )
        last = day
    return drawn


def _canned(one: Any) -> dict[str, str]:
    english = in_english()
    return {
        "key": one.key,
        "approval": one.approval,
        "title": one.title_en if english else one.title_zh,
        "text": one.zh,
    }


def _script(request: HttpRequest, at: datetime) -> str:
    asked = request.GET.get("script", "")
    return next((one.words.zh for one in compliance.scripts(at=at) if one.id == asked), "")
