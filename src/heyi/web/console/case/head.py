"""The head of a case: who, how much, how late, how to reach them, whose turn it is, and the five steps."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Progress
from heyi.kit.actors import SYSTEM
from heyi.web.console.audience import REVEALERS, case_href
from heyi.web.console.case import answers
from heyi.web.console.case.opened import Opened
from heyi.web.console.queue import filters
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import moment

STATE_KINDS: Final = {
    "submitted": "wait", "in_review": "note", "second_review": "note", "more_requested": "warn", "refused": "stop",
    "appealed": "warn", "negotiating": "note", "offer_open": "note", "countered": "note", "agreed": "met",
    "signing": "met", "active": "ok", "broken": "stop", "completed": "ok",
}  # fmt: skip
STEP_STATES: Final = {"done": "done", "current": "now", "stopped": "now", "ahead": "todo"}
SIDES: Final = {"borrower": "you", "bank": "bank", "both": "bank", "none": "none"}
MINE: Final = negotiation.CaseFilter(assignee="me", turn=("bank",))
QUEUE_MOST: Final = 500
"""How far along a list «next» looks."""
CARE: Final = ("vulnerability", "incapacity", "deceased")
QUIET: Final = "agreement_active"
"""Not a trouble: while the agreement is kept, nobody collects."""


def context(page: Opened) -> dict[str, Any]:
    """Plain values for ``console/case/page.html``."""
    case = page.case
    holds = compliance.holds(party_id=case.party_id, contract_id=case.contract.id, at=page.at)
    return {
        "state_kind": STATE_KINDS.get(case.status, ""),
        "turn": SIDES[case.progress.turn],
        "due": _due(case.progress),
        "care": [words.word("compliance.hold", hold.kind) for hold in holds if hold.kind in CARE],
        "quiet": any(hold.kind == QUIET for hold in holds),
        "holds": [words.word("compliance.hold", hold.kind) for hold in holds if hold.kind not in (*CARE, QUIET)],
        "items": _items(page),
        "steps": [_step(step, case) for step in case.progress.steps],
        "beyond": case.looked_beyond_branch,
        "next_href": _next_case(page),
        "home_href": reverse("console:cases"),
    }


def _items(page: Opened) -> list[dict[str, Any]]:
    case, contract = page.case, page.case.contract
    party = loans.party(party_id=case.party_id, actor=SYSTEM)
    asked = negotiation.step_values(case_id=case.id, step="contact", actor=page.actor, at=page.at)
    wish = answers.contact_wish(asked)
    late = _("%(days)s 天 · %(bucket)s") % {"days": contract.days_past_due, "bucket": contract.bucket}
    product = words.word("loans.product", contract.product)
    return [
        {"name": _("产品"), "value": f"{product} · {contract.contract_tail}"},
        {"name": _("到期未还"), "value": _("%(amount)s 元") % {"amount": contract.due_now}, "strong": True},
        {"name": _("全部未还"), "value": _("%(amount)s 元") % {"amount": contract.balance.total}},
        {"name": _("逾期"), "value": late},
        {"name": _("手机"), "masked": masked(page, "mobile", party.mobile_masked)},
        {
            "name": words.word("loans.id_type", party.id_type),
            "masked": masked(page, "id_number", party.id_number_masked),
        },
        {"name": _("约定时段"), "value": _hours(page, wish)},
        {"name": _("负责"), "value": _held_by(case)},
    ]


def masked(page: Opened, field: str, value: str) -> dict[str, Any]:
    """A masked value; who works on cases may open it for a purpose."""
    purposes = words.choices("loans.reveal_purpose")
    may = page.actor.has(*REVEALERS) and bool(value)
    return {"value": value or "–", "action": page.href("reveal") if may else "", "field": field, "purposes": purposes}


def _hours(page: Opened, wish: dict[str, str]) -> str:
    window = compliance.agreed_window(party_id=page.case.party_id)
    hours = f"{window.start:%H:%M}–{window.end:%H:%M}" if window else wish["hours"]
    return " · ".join(part for part in (hours, wish["channel"]) if part) or _("没有特别约定")


def _held_by(case: negotiation.CaseView) -> str:
    if case.manager is None:
        return _("还没有分派")
    return f"{case.manager.name} · {case.manager.staff_no}"


def _due(progress: Progress) -> dict[str, Any] | None:
    if progress.by is None:
        return None
    act = words.word("negotiation.next_act", progress.next_act)
    told = _("%(time)s 前%(act)s") % {"time": moment(progress.by), "act": act}
    return {"text": told, "kind": "stop" if progress.overdue else "warn" if progress.turn == "bank" else ""}


def _step(step: Any, case: negotiation.CaseView) -> dict[str, str]:
    note = moment(step.at) if step.at and step.state == "done" else ""
    if step.state in ("current", "stopped"):
        note = words.word("negotiation.status", case.status)
    return {"name": words.word("negotiation.step", step.key), "note": note, "state": STEP_STATES[step.state]}


def _next_case(page: Opened) -> str:
    """The case after this one, for the key «e», in the list that the reader came from: its filter, its order.

    Without such a list it is one's own queue. A case that left its list leads to the first that is still there; the
    last one leads nowhere.
    """
    wanted, sort, most = MINE, "due", 2
    if page.queue:
        query = QueryDict(mutable=True)
        query.update(page.queue)
        wanted, sort, most = filters.read(query).filters, page.queue.get("sort", "due"), QUEUE_MOST
    ids = negotiation.case_ids(actor=page.actor, at=page.at, filters=wanted, most=most, sort=sort)
    here = ids.index(page.case.id) if page.queue and page.case.id in ids else -1
    following = next((one for one in ids[here + 1 :] if one != page.case.id), None)
    return case_href(following) if following else ""
