"""Nobody sees what is not theirs: branches, borrowers, identity data."""

from __future__ import annotations

import pytest
from django.db import connection

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from tests.capabilities.loans.cases import AT, LIN, LIN_ID, WANG, borrower, bring_in, staff_of
from tests.capabilities.loans.conftest import Book

TEXTS = ("HT0002", "HT00", "王磊", "13912345678", "139 1234 5678", WANG["证件号码"])


@pytest.mark.req("C9", "T3")
@pytest.mark.parametrize("text", TEXTS)
def test_a_search_stays_within_the_branch(book: Book, text: str) -> None:
    own = loans.search(text=text, actor=staff_of("0102"))
    other = loans.search(text=text, actor=staff_of("0101"))
    assert [line.contract_no for line in own] == ["HT0002"]
    assert "HT0002" not in {line.contract_no for line in other}


@pytest.mark.req("C9", "T3")
def test_lists_and_counts_stay_within_the_branch(book: Book) -> None:
    page = loans.contract_rows(actor=staff_of("0101"))
    assert [line.contract_no for line in page.lines] == ["HT0001"]
    assert loans.contract_count(actor=staff_of("0101")) == 1
    asked = loans.ContractFilters(branches=frozenset({"0102"}))
    assert loans.contract_rows(actor=staff_of("0101"), filters=asked).lines == ()
    assert loans.contract_count(actor=Actor("staff", None, frozenset({"auditor"}), frozenset({"*"}))) == 2


@pytest.mark.req("C9", "T3")
def test_a_contract_of_another_branch_is_as_unknown_as_none(book: Book) -> None:
    stranger = staff_of("0101")
    with pytest.raises(loans.UnknownContract):
        loans.contract(contract_id=book.wang_contract, actor=stranger)
    with pytest.raises(loans.UnknownContract):
        loans.contract_by_no(contract_no="HT0002", actor=stranger)
    with pytest.raises(loans.UnknownParty):
        loans.party(party_id=book.wang, actor=stranger)
    assert loans.contracts_of(party_id=book.wang, actor=stranger) == ()
    assert loans.payments_of(contract_id=book.wang_contract, actor=stranger) == ()


@pytest.mark.req("C9", "E9")
def test_borrower_a_reads_nothing_of_borrower_b(book: Book) -> None:
    lin = borrower(book.lin)
    assert loans.contract(contract_id=book.lin_contract, actor=lin).contract_no == "HT0001"
    assert loans.party(party_id=book.lin, actor=lin).name_masked == "林＊晴"
    with pytest.raises(loans.UnknownContract):
        loans.contract(contract_id=book.wang_contract, actor=lin)
    with pytest.raises(loans.UnknownParty):
        loans.party(party_id=book.wang, actor=lin)
    with pytest.raises(loans.UnknownParty):
        loans.reveal(party_id=book.wang, field="mobile", purpose="borrower_request", actor=lin, at=AT)
    assert loans.contracts_of(party_id=book.wang, actor=lin) == ()
    assert loans.search(text="王磊", actor=lin) == ()
    assert [line.contract_no for line in loans.contract_rows(actor=lin).lines] == ["HT0001"]


@pytest.mark.req("E9", "C9")
def test_a_party_is_masked(book: Book) -> None:
    view = loans.party(party_id=book.lin, actor=SYSTEM)
    assert view.name_masked == "林＊晴"
    assert view.mobile_masked == "138****2816"
    assert view.id_number_masked == LIN_ID[:4] + "*" * 10 + LIN_ID[-4:]
    assert str(view.salutation) == "林先生"
    assert loans.party_names([book.lin, book.wang], actor=SYSTEM) == {book.lin: "林＊晴", book.wang: "王＊"}


@pytest.mark.req("E9", "C9")
def test_reveal_wants_a_purpose_and_the_branch_and_is_written_down(book: Book) -> None:
    manager = staff_of("0101")
    with pytest.raises(loans.PurposeMissing):
        loans.reveal(party_id=book.lin, field="mobile", purpose="curiosity", actor=manager, at=AT)
    with pytest.raises(loans.UnknownParty):
        loans.reveal(party_id=book.wang, field="mobile", purpose="call", actor=manager, at=AT)
    assert loans.reveal(party_id=book.lin, field="mobile", purpose="call", actor=manager, at=AT) == "13812342816"
    entries = [entry for entry in journal.entries(party_id=book.lin, limit=10) if entry.act == "loans.reveal"]
    assert [dict(entry.facts) for entry in entries] == [{"field": "mobile", "purpose": "call"}]
    assert journal.entries(party_id=book.wang, limit=10) == []


@pytest.mark.req("E9", "C9")
def test_the_tables_hold_no_identity_data_in_the_clear(book: Book) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM loans_party")
        stored = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )
    for text in ("林知晴", LIN_ID, "13812342816", LIN_ID[-6:]):
        assert text.encode() not in stored


@pytest.mark.req("E9", "B5")
def test_an_erased_person_is_unreadable_and_is_not_taken_in_again(book: Book) -> None:
    vault.shred(subject_id=book.lin, actor=SYSTEM, at=AT, reason="request_by_person")
    assert loans.party(party_id=book.lin, actor=SYSTEM).readable is False
    assert loans.party_names([book.lin], actor=SYSTEM)[book.lin] == "＊＊＊"
    assert loans.reach(party_id=book.lin, actor=SYSTEM) == loans.ReachableAt("", "", "")
    report = bring_in(LIN | {"合同号": "HT0009", "手机号": "13800001111"})
    assert report.refused == 1
    assert report.fault_counts == (("party_erased", 1),)


@pytest.mark.req("E1", "E9")
@pytest.mark.parametrize(
    ("mobile", "tail", "known"),
    [
        ("138 1234 2816", LIN_ID[-4:], True),
        ("+86 13812342816", LIN_ID[-6:].lower(), True),
        ("13812342816", "0000", False),
        ("13812342816", LIN_ID[-3:], False),
        ("13812342816", "", False),
        ("13700000000", LIN_ID[-4:], False),
    ],
)
def test_entry_answers_in_one_shape(book: Book, mobile: str, tail: str, known: bool) -> None:
    match = loans.find_for_entry(mobile=mobile, id_tail=tail, actor=SYSTEM)
    assert match.mobile_masked.endswith(mobile[-4:])
    assert match.party_id == (book.lin if known else None)


@pytest.mark.req("E1")
def test_a_contact_person_has_no_entry(bank: None) -> None:
    bring_in(
        LIN
        | {
            "联系人": "林父",
            "联系人电话": "13700001111",
            "担保人": "赵担",
            "担保人身份证号": WANG["证件号码"],
            "担保人手机号": "13600001111",
        }
    )
    contact = loans.find_by_identity(mobile="13700001111", actor=SYSTEM)[0]
    assert loans.roles_of(party_id=contact) == {"contact_person"}
    assert loans.find_for_entry(mobile="13700001111", id_tail="1111", actor=SYSTEM).party_id is None
    guarantor = loans.find_for_entry(mobile="13600001111", id_tail=WANG["证件号码"][-4:], actor=SYSTEM)
    assert loans.roles_of(party_id=guarantor.party_id) == {"guarantor"}  # type: ignore[arg-type]


@pytest.mark.req("E2")
def test_identity_is_matched_without_being_told(book: Book) -> None:
    told = loans.match_identity(
        party_id=book.lin, name="林 知晴", id_number=LIN_ID, mobile="13812342810", id_tail="", actor=SYSTEM
    )
    assert told == {"name": True, "id_number": True, "mobile": False, "id_tail": False}
