"""One thing of every kind that a page of the console is about, so that the walk finds an address for each."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.proposals import RuleEdit
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.negotiation.models import Proof
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.plumbing import clock
from heyi.plumbing.ids import new_id
from tests import cast
from tests.capabilities.approvals.forms import asked
from tests.capabilities.negotiation import steps

RULE = "CN-STD-FREQ-N"
BLOCKED = "再不还钱就让你单位领导都知道"
HEADS = "合同号,产品,机构号,姓名,证件号码,手机号,本金余额,欠息\n"
ONLY_POSTED = ("agent_id", "client_id", "clock_id", "event_id", "placement_id")
"""Ids of addresses that take a form only: they say so before they look anything up."""


def everything(bank: cast.Cast, case_id: UUID) -> dict[str, Any]:
    """Ids by the name of their place in an address; a route of its own name overrides."""
    at = clock.now()
    proof = Proof.objects.filter(case_id=case_id).first()
    assert proof is not None
    contact.deliver_due(at)
    number = staff.report_impostor(words="有人要我转账", reach="", files=[("短信.jpg", steps.photo("red"))], at=at)
    (evidence,) = staff.impostor_report(number=number, actor=bank.compliance, at=at).files
    found: dict[str, Any] = {
        "number": number,
        "console:impostor_file": {"object_id": evidence.id},
        **{name: new_id() for name in ONLY_POSTED},
        "pk": 1,
        "contract_id": bank.lin.contract_id,
        "object_id": proof.object_id,
        "payment_id": _paid().id,
        "staged_id": _file(bank),
        "staff_id": bank.zhou.id,
        "agency_id": bank.agency_id,
        "language": "zh",
        "kind": "loans",
        "name": "cn",
        "clause_id": RULE,
        "script_id": compliance.scripts(at=at)[0].id,
        **_rules(bank),
        "review_id": _stopped(bank, case_id),
        "hold_id": compliance.place_hold(
            kind="dispute", party_id=bank.lin.party_id, reason="账目有异议，正在核对", actor=bank.lead, at=at
        ).id,
        "console:search": {"?": "?q=林知晴"},
        "console:bulk": {"?": "?act=export&all=1"},
        "console:vote_new": {"kind": "visit_vulnerable"},
    }
    journal.sequence(clock.now())
    return {**found, "entry_id": journal.entries(case_id=case_id, limit=1)[0].id}


def of_ones_own(bank: cast.Cast, actor: Actor, case_id: UUID) -> dict[str, Any]:
    """What only its owner may open: an export, an exam."""
    at = clock.now()
    ordered = negotiation.order_export(
        filters=CaseFilter(), reason="周报", form="csv", language="zh-hans", actor=actor, at=at
    )
    own: dict[str, Any] = {"export_id": ordered.id}
    if actor == bank.zhou:
        negotiation.work_exports(at)
        own["sitting_id"] = compliance.start_exam(kind="collection", actor=actor, at=at).id
    return own


def _paid() -> loans.PaymentView:
    return loans.record_payment(
        source="柜面", reference="P-1", contract_no="GX-2024-330X", amount=Money(10000), received_on=clock.today(),
        remark="林知晴还款", actor=SYSTEM, at=clock.now(),
    )  # fmt: skip


def _file(bank: cast.Cast) -> UUID:
    """Checked, with a row that goes back."""
    row = "XF-{0},consumer,{1},许安,{2},13900001111,{3},0\n"
    rows = [row.format(n, cast.HOME, cast.id_number(501 + n), owed) for n, owed in enumerate((1200, -5))]
    book = io.BytesIO((HEADS + "".join(rows)).encode())
    staged = loans.stage_file(kind="loans", source=book, file_name="台账.csv", actor=bank.administrator, at=clock.now())
    loans.work_staged(clock.now())
    return staged.id


def _rules(bank: cast.Cast) -> dict[str, UUID]:
    """A change of the rules that waits for its vote, and a replay of the rules that hold."""
    at = clock.now()
    compliance.adopt_due(at - timedelta(days=2))
    vote = asked(
        "visit_vulnerable", bank.zhou, subject=f"loans_contract:{bank.lin.contract_id}", branch=cast.HOME, at=at,
        facts={"title": "GX-2024-3308"}, party_id=bank.lin.party_id,
    )  # fmt: skip
    change = compliance.propose_pack_change(
        name="cn",
        change=RuleEdit(RULE, {"parameters": {"max": 2}}),
        reason="投诉偏多",
        effect="少打扰",
        holds_from=clock.today(),
        actor=bank.compliance,
        at=at,
    )
    run = contact.ask_dry_run(
        version=compliance.pack(at=at).version,
        since=at - timedelta(days=30),
        until=at,
        actor=bank.compliance,
        at=at,
    )
    contact.do_dry_run(run.id)
    return {"approval_id": vote.id, "proposal_id": change.id, "run_id": run.id}


def _stopped(bank: cast.Cast, case_id: UUID) -> UUID:
    """A sentence that was stopped before it left."""
    try:
        negotiation.say(case_id=case_id, body=BLOCKED, actor=bank.zhou, at=clock.now())
    except compliance.WordingRefused as refused:
        return UUID(str(refused.facts["review"]))
    raise AssertionError("it left")
