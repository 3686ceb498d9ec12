"""The compliance tab: what the gate would answer on every channel now, holds, and the ledger of contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.staff import api as staff
from heyi.web.console.case import gate
from heyi.web.console.case.forms import permission_name
from heyi.web.console.case.opened import Opened, in_english
from heyi.web.ui import words

STATUS_KINDS: Final = {"refused": "stop", "failed": "warn", "queued": "wait", "sending": "wait", "unanswered": "wait"}
LEDGER: Final = 60
HANDED_IN: Final = "negotiation_submission:"
"""The hours that stand in an application name it as their proof."""


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for ``console/case/compliance.html``."""
    party_id, at = page.case.party_id, page.at
    lights = [gate.light(page, channel=channel, purpose="negotiation") for channel in gate.CHANNELS]
    holds = compliance.holds(party_id=party_id, contract_id=page.case.contract.id, at=at)
    permitted = compliance.permissions(party_id=party_id, contract_id=page.case.contract.id, at=at)
    hours = compliance.agreed_window(party_id=party_id)
    names = _names([*(hold.placed_by for hold in holds), *(one.recorded_by for one in permitted)])
    return {
        "lights": [{"name": words.word("console.gate_channel", one.channel), "light": one} for one in lights],
        "version": lights[0].version,
        "hours": hours,
        "hours_proof": _("借款人在申请里选的") if hours and hours.evidence.startswith(HANDED_IN) else "",
        "standing": [
            {
                "id": hold.id,
                "name": words.word("compliance.hold", hold.kind),
                "at": hold.placed_at,
                "until": hold.until,
                "by": names.get(hold.placed_by, words.word("staff.actor", hold.placed_by.partition(":")[0])),
            }
            for hold in holds
        ],
        "permissions": [
            {
                "id": one.id,
                "name": permission_name(one.sort, one.about),
                "given": one.given_at,
                "until": one.until,
                "by": names.get(one.recorded_by, words.word("staff.actor", one.recorded_by.partition(":")[0])),
            }
            for one in permitted
        ],
        "ledger": [_line(one) for one in contact.ledger(case_id=page.case.id, limit=LEDGER)],
    }


def _names(labels: list[str]) -> dict[str, str]:
    ids = {label: UUID(label.partition(":")[2]) for label in labels if label.startswith("staff:")}
    found = staff.member_names(staff_ids=ids.values())
    return {label: found.get(one, "") for label, one in ids.items()}


def _line(one: Any) -> dict[str, Any]:
    call = one.kind == "call"
    return {
        "at": one.at,
        "channel": words.word("contact.channel", one.channel),
        "direction": words.word("console.call_direction", one.direction) if call else "",
        "purpose": words.word("contact.purpose", one.purpose),
        "title": "" if call else one.title_en if in_english() else one.title_zh,
        "status": words.word("contact.call" if call else "contact.message", one.status),
        "kind": STATUS_KINDS.get(one.status, "ok"),
        "to": one.destination_masked,
        "arrives": one.id if one.channel == "letter" and one.status == "sent" else "",
        "rules": [{"id": clause.rule_id, "retry_at": clause.retry_at} for clause in one.clauses],
        "minutes": _("%(count)s 分钟") % {"count": one.minutes} if one.minutes else "",
    }
