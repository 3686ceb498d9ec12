"""Addresses and ties come from the loan book; the book decides who may hear of the debt."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from heyi.capabilities.compliance.domain import RECIPIENTS
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.adapters.loans_reach import RELATIONS, from_loans
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain.rows import LINK_KINDS
from heyi.capabilities.staff.models import Branch
from heyi.kit.actors import SYSTEM
from heyi.plumbing.ids import new_id
from tests.capabilities.loans.cases import AT, GUARANTOR_ID, LIN, WANG, bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.req("B11", "E7")]

MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SISTER, GUARANTOR = "13700001111", "13600001111"


@pytest.fixture
def lin():
    for code in ("0101", "0102"):
        Branch.objects.create(created_at=AT, code=code, name=code, name_en=code, city="示例市")
    ties = {"联系人": "林父", "联系人电话": SISTER, "担保人": "赵担", "担保人身份证号": GUARANTOR_ID}
    bring_in(LIN | ties | {"担保人手机号": GUARANTOR}, WANG | dict.fromkeys([*ties, "担保人手机号"], ""))
    return loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)


def whose(mobile):
    return loans.find_by_identity(mobile=mobile, actor=SYSTEM)[0]


def test_every_tie_of_the_loan_book_has_a_meaning_here():
    assert {role for role, _ in RELATIONS} == {"borrower", *LINK_KINDS}
    assert {relation for _, relation in RELATIONS} <= RECIPIENTS


def test_the_borrower_is_debtor_of_their_own_contract_and_nothing_to_another(lin):
    other = loans.contract_by_no(contract_no="HT0002", actor=SYSTEM)
    assert from_loans(party_id=lin.party_id, contract_id=lin.id).relation == "debtor"
    assert from_loans(party_id=lin.party_id, contract_id=None).relation == "debtor"
    assert from_loans(party_id=lin.party_id, contract_id=other.id).relation is None
    assert from_loans(party_id=lin.party_id, contract_id=lin.id).mobile == LIN["手机号"]


def test_nobody_is_nobody():
    with pytest.raises(loans.UnknownParty):
        from_loans(party_id=new_id(), contract_id=None)


def test_a_reminder_reaches_debtor_and_guarantor_and_never_the_contact_person(lin, outside):
    for party_id in (lin.party_id, whose(GUARANTOR), whose(SISTER)):
        contact.send(
            actor=SYSTEM, at=MORNING, party_id=party_id, contract_id=lin.id, purpose="reminder", channel="sms",
            template="due_reminder", values={"due_on": "3月10日", "amount": "1,580.00", "number": "X-1"},
        )  # fmt: skip
    contact.deliver_due(MORNING)
    assert {arrived.to for arrived in outside.arrived()} == {LIN["手机号"], GUARANTOR}
    assert [line.status for line in contact.ledger(party_id=whose(SISTER))] == ["refused"]


def test_a_code_reaches_whom_the_book_knows(lin, outside):
    assert contact.issue_code(party_id=lin.party_id, purpose="entry", at=MORNING).startswith(LIN["手机号"][:3])
    contact.deliver_due(MORNING)
    assert [arrived.to for arrived in outside.arrived()] == [LIN["手机号"]]
