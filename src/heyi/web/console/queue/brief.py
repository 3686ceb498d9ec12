"""One case in short, for the drawer beside a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from heyi.capabilities.negotiation.api import CaseView, OfferView
from heyi.kit.actors import Actor
from heyi.web.console.queue.columns import STATUS_DOT, TURN_SIDE, near
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import full_day, money, rate


def in_short(case: CaseView, actor: Actor, at: datetime) -> dict[str, Any]:
    """Where it stands, what is owed, whose turn it is, what lies on the table."""
    offer = case.open_offer or case.waiting_offer
    return {
        "name": case.party_name,
        "number": case.number,
        "status": words.word("negotiation.status", case.status),
        "dot": STATUS_DOT.get(case.status, "plain"),
        "turn": words.word("lists.turn", case.progress.turn),
        "side": TURN_SIDE.get(case.progress.turn, "none"),
        "facts": _facts(case, at),
        "offer": _offer(offer) if offer else (),
    }


def _facts(case: CaseView, at: datetime) -> list[dict[str, Any]]:
    by, contract = case.progress.by, case.contract
    return [
        {"name": _("下一步"), "value": words.word("negotiation.next_act", case.progress.next_act), "strong": True},
        {"name": _("处理时限"), "value": near(by, at) if by else "–"},
        {
            "name": _("合同"),
            "value": f"{words.word('loans.product', contract.product)} · {contract.contract_tail}",
        },
        {"name": _("到期未还（元）"), "value": money(contract.due_now)},
        {"name": _("逾期天数"), "value": contract.days_past_due},
        {"name": _("欠款合计（元）"), "value": money(contract.balance.total)},
        {"name": _("负责人"), "value": case.manager.name if case.manager else _("还没有人")},
        {"name": _("网点"), "value": case.branch_name},
        {"name": _("轮次"), "value": case.round},
        {"name": _("未读"), "value": case.unread},
    ]


def _offer(offer: OfferView) -> list[dict[str, Any]]:
    return [
        {"name": _("版本"), "value": _("第 %(number)s 版") % {"number": offer.number}},
        {"name": _("方式"), "value": words.word("plans.method", offer.method)},
        {"name": _("期数"), "value": offer.periods},
        {"name": _("每期（元）"), "value": money(offer.payment)},
        {"name": _("年利率"), "value": rate(offer.annual_rate)},
        {"name": _("首期"), "value": full_day(offer.first_due_on)},
    ]
