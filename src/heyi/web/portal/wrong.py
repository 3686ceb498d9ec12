"""«Something is wrong here»: from a line of the balance, of an offer or of the payments to a problem half written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import money, rate

COMPONENTS: Final = ("principal", "interest", "penalty", "fees", "costs")
LINES: Final[Mapping[str, Any]] = {
    "annual_rate": _("年利率"),
    "periods": _("期数"),
    "forgiven": _("银行免掉"),
    "interest_total": _("利息一共"),
    "total": _("加起来一共还"),
}
"""The lines of a version, by the field that they show."""


def link(case: negotiation.CaseView | None, about: str) -> str:
    """Where «this is wrong» leads for one line; empty where the borrower has nothing to tell it to."""
    if case is None or "raise_problem" not in case.acts:
        return ""
    return f"{reverse('portal:problem', args=[case.id])}?about={about}"


def begun(request: HttpRequest, case: negotiation.CaseView) -> dict[str, str]:
    """The first values of the problem's form, for what ``?about=`` names; nothing for what is not on the pages."""
    about = request.GET.get("about", "")
    if about == "payment":
        return {"kind": "paid_not_shown", "words": gettext("我还了一笔，这里没有显示。日期和金额：")}
    said = _balance(about, case) or _offer(about, case)
    return {"kind": "wrong_amount", "words": said} if said else {}


def offer_links(case: negotiation.CaseView, offer_id: UUID) -> dict[str, str]:
    """The link of each line of a version."""
    return {name: link(case, f"offer.{offer_id}.{name}") for name in LINES}


def _balance(about: str, case: negotiation.CaseView) -> str:
    part = about.removeprefix("balance.")
    if part == about or part not in COMPONENTS:
        return ""
    amount = money(getattr(case.contract.balance, part))
    told = {"name": words.word("loans.component", part), "amount": amount}
    return gettext("欠款里的「%(name)s」%(amount)s 元，我觉得不对：") % told


def _offer(about: str, case: negotiation.CaseView) -> str:
    _kind, _dot, rest = about.partition("offer.")
    offer_id, _dot, name = rest.partition(".")
    found = next((one for one in case.offers if str(one.id) == offer_id), None)
    if found is None or name not in LINES:
        return ""
    value = getattr(found, name)
    shown = rate(value) if name == "annual_rate" else str(value) if name == "periods" else money(value)
    told = {"number": found.number, "name": LINES[name], "value": shown}
    return gettext("第 %(number)s 版方案里的「%(name)s」%(value)s，我觉得不对：") % told
