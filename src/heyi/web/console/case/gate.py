"""What the gate would say before somebody writes or calls: the same question that is asked again at sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from heyi.capabilities.compliance.domain import Allowed, ClauseHit, NeedsApproval, Verdict
from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import Problem
from heyi.web.console import reasons
from heyi.web.console.case.opened import Opened, side_text
from heyi.web.ui.templatetags.heyi_ui import moment

CHANNELS: Final = ("portal", "sms", "email", "call", "letter", "visit")


class TalkRefused(Problem):
    """The gate does not let this message leave now. Facts: rule, retry_at."""

    code = "console.talk_refused"


@dataclass(frozen=True, slots=True)
class Light:
    """The gate's answer for one channel, in words."""

    channel: str
    allowed: bool
    text: str
    next: str
    clauses: tuple[dict[str, str], ...]
    retry_at: datetime | None
    version: str
    approvals: tuple[str, ...] = ()
    """Kinds of approval that would open it; only where nothing else stands in the way."""


def talk_purpose(messages: tuple[negotiation.MessageView, ...]) -> str:
    """An answer to what the borrower wrote is service; the first word of the bank is negotiation."""
    said = [message for message in messages if not message.internal]
    return "service" if said and said[-1].side == "borrower" else "negotiation"


def light(page: Opened, *, channel: str, purpose: str) -> Light:
    """Ask the gate about one channel now."""
    verdict = contact.may_contact(
        party_id=page.case.party_id,
        channel=channel,
        purpose=purpose,
        at=page.at,
        contract_id=page.case.contract.id,
        actor=page.actor,
    )
    return told(channel, verdict)


def require_talk(page: Opened) -> None:
    """Raises TalkRefused when a message in the portal may not leave now."""
    messages = negotiation.messages(case_id=page.case.id, actor=page.actor, at=page.at, limit=20)
    now = light(page, channel="portal", purpose=talk_purpose(messages))
    if not now.allowed:
        retry = moment(now.retry_at) if now.retry_at else ""
        raise TalkRefused(why=now.text, rule=now.clauses[0]["id"] if now.clauses else "", retry_at=retry)


def told(channel: str, verdict: Verdict) -> Light:
    """A verdict in words."""
    hits: tuple[ClauseHit, ...] = verdict.notes if isinstance(verdict, Allowed) else verdict.clauses
    retry_at = verdict.retry_at
    return Light(
        channel=channel,
        allowed=verdict.allowed,
        text=side_text(hits[0], "staff") if hits else "",
        next=_next(hits, retry_at),
        clauses=tuple(_clause(hit) for hit in hits),
        retry_at=retry_at,
        version=verdict.pack_version,
        approvals=verdict.kinds if isinstance(verdict, NeedsApproval) else (),
    )


def _next(hits: tuple[ClauseHit, ...], retry_at: datetime | None) -> str:
    if retry_at is not None:
        return _("%(time)s 起可以。") % {"time": moment(retry_at)}
    return side_text(hits[0], "allowed_instead") if hits else ""


def _clause(hit: ClauseHit) -> dict[str, Any]:
    return {
        "id": hit.rule_id,
        "source": hit.source,
        "title": side_text(hit, "title"),
        "facts": reasons.told(hit.why),
        "instead": side_text(hit, "allowed_instead"),
        "retry_at": hit.retry_at,
    }
