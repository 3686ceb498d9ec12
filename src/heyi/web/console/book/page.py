"""What the page of one contract shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.api import ContractView, PaymentView
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans import api as plans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing import clock
from heyi.web.console.audience import HOLD_PLACERS, INVITERS, REVEALERS, case_href
from heyi.web.console.compliance.kinds import liftable, placeable
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_day, money, rate

PAYMENTS = 50
Revealed = dict[str, str]


def shown(actor: Actor, contract_id: UUID, revealed: Revealed | None = None) -> dict[str, Any]:
    """Everything on the page. ``revealed`` is a field that was just opened, for readers without script."""
    at = clock.now()
    view = loans.contract(contract_id=contract_id, actor=actor)
    case_id = negotiation.case_of_contract(contract_id=contract_id, actor=actor, at=at)
    return {
        "contract": view,
        "product": words.word("loans.product", view.product),
        "facts": _facts(view),
        "balance": _balance(view),
        "people": _people(view, actor, revealed),
        "instalments": _instalments(view),
        "payments": _payments(view, actor),
        "holds": _holds(view, actor, at),
        "hold_kinds": placeable(actor, view.party_id),
        "may_hold": actor.has(*HOLD_PLACERS),
        "may_invite": actor.has(*INVITERS) and view.status == "active" and case_id is None,
        "case_href": case_href(case_id) if case_id else "",
        "plan": plans.plan_of_contract(contract_id=contract_id),
    }


def _facts(view: ContractView) -> list[dict[str, Any]]:
    branch = next((row.name for row in staff.branches() if row.code == view.branch), view.branch)
    return [
        {"name": _("合同号"), "value": view.contract_no, "mono": True, "copyable": view.contract_no},
        {"name": _("状态"), "value": words.word("loans.status", view.status)},
        {"name": _("网点"), "value": branch},
        {"name": _("年利率"), "value": rate(view.annual_rate)},
        {"name": _("放款日"), "value": full_day(view.opened_on)},
        {"name": _("到期日"), "value": full_day(view.matures_on)},
        {"name": _("每月还款日"), "value": view.due_day or "–"},
        {
            "name": _("逾期天数"),
            "value": f"{view.days_past_due} · {view.bucket}",
        },
        {"name": _("最早逾期日"), "value": full_day(view.oldest_due_on)},
        {"name": _("还款账号"), "value": view.account_tail or "–"},
        {"name": _("入账顺序"), "value": _order(view)},
        {"name": _("数据日期"), "value": full_day(view.as_of)},
    ]


def _order(view: ContractView) -> str:
    return " → ".join(words.word("loans.component", name) for name in view.allocation_order)


def _balance(view: ContractView) -> dict[str, Any]:
    parts = ("principal", "interest", "penalty", "fees", "costs")
    return {
        "lines": [
            {"name": words.word("loans.component", name), "text": money(getattr(view.balance, name))} for name in parts
        ],
        "total": {"name": _("欠款合计"), "text": money(view.balance.total)},
        "due_now": view.due_now,
    }


def _people(view: ContractView, actor: Actor, revealed: Revealed | None) -> list[dict[str, Any]]:
    ties = [("borrower", view.party_id, ""), *((link.kind, link.party_id, link.relation) for link in view.links)]
    return [_person(view.id, kind, party_id, relation, actor, revealed) for kind, party_id, relation in ties]


def _person(
    contract_id: UUID, kind: str, party_id: UUID, relation: str, actor: Actor, revealed: Revealed | None
) -> dict[str, Any]:
    party = loans.party(party_id=party_id, actor=actor)
    masked = {
        "name": party.name_masked,
        "id_number": party.id_number_masked,
        "mobile": party.mobile_masked,
        "email": party.email_masked,
        "address": party.address_masked,
    }
    opened = revealed if revealed and revealed["party_id"] == str(party_id) else None
    return {
        "role": words.word("loans.link", kind),
        "relation": words.word("loans.relation", relation) if relation else "",
        "kind": words.word("loans.party_kind", party.kind),
        "readable": party.readable,
        "fields": [
            _field(contract_id, party_id, name, value, opened, may=actor.has(*REVEALERS))
            for name, value in masked.items()
            if value
        ],
    }


def _field(
    contract_id: UUID, party_id: UUID, name: str, value: str, opened: Revealed | None, *, may: bool
) -> dict[str, Any]:
    told = words.word("loans.reveal_field", name)
    if opened and opened["field"] == name:
        return {"name": told, "value": opened["value"], "strong": True}
    return {
        "name": told,
        "masked": {
            "value": value,
            "action": reverse("console:contract_reveal", args=[contract_id]) if may else "",
            "field": f"{party_id}:{name}",
            "purposes": words.choices("loans.reveal_purpose"),
        },
    }


def _instalments(view: ContractView) -> Table:
    return Table(
        caption=_("分期"),
        columns=(
            Column(_("期次"), right=True), Column(_("应还日")), Column(_("本金"), right=True),
            Column(_("利息"), right=True), Column(_("费用"), right=True), Column(_("未还"), right=True),
        ),
        rows=tuple(
            Row(
                key=str(one.id),
                name=str(one.number),
                cells=(
                    Cell(str(one.number), right=True), Cell(str(one.due_on), nowrap=True), _amount(one.principal),
                    _amount(one.interest), _amount(one.fees), Cell(str(one.open), right=True, strong=bool(one.open)),
                ),
            )
            for one in view.instalments
        ),
        empty=_("没有分期明细"),
        density="compact",
    )  # fmt: skip


def _payments(view: ContractView, actor: Actor) -> Table:
    found = loans.payments_of(contract_id=view.id, actor=actor, limit=PAYMENTS)
    dots = {"matched": "ok", "unmatched": "wait", "reversed": "stop"}
    return Table(
        caption=_("还款"),
        columns=(
            Column(_("到账日")), Column(_("金额（元）"), right=True), Column(_("状态")), Column(_("冲抵")),
            Column(_("渠道")), Column(_("流水号")),
        ),
        rows=tuple(
            Row(
                key=str(one.id),
                name=one.reference,
                cells=(
                    Cell(str(one.received_on), nowrap=True), _amount(one.amount),
                    Cell(words.word("loans.payment_state", one.state), kind="dot", state=dots[one.state]),
                    Cell(_settled(one)), Cell(one.source), Cell(one.reference),
                ),
            )
            for one in found
        ),
        empty=_("还没有还款记录"),
        density="compact",
    )  # fmt: skip


def _settled(one: PaymentView) -> str:
    """What it paid, or that the bank's report of a later day held it already."""
    return _("已含在银行报来的余额里") if one.already_reported else _parts(one.parts)


def _parts(parts: tuple[tuple[str, Money], ...]) -> str:
    return " · ".join(f"{words.word('loans.component', name)} {amount}" for name, amount in parts)


def _amount(amount: Money) -> Cell:
    return Cell(str(amount), right=True)


def _holds(view: ContractView, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "kind": words.word("compliance.hold", one.kind),
            "placed_at": one.placed_at,
            "until": one.until,
            "lift_href": reverse("console:lift", args=[view.id, one.id]),
            "may_lift": liftable(actor, one.kind, view.party_id),
        }
        for one in compliance.holds(party_id=view.party_id, at=at, contract_id=view.id)
    ]
