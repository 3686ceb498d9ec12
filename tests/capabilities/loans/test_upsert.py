"""Batches from the core banking system: the checks of the import, by place in the batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import InstalmentRow
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.kit.problems import Invalid
from tests.capabilities.loans.cases import AT, LIN, LIN_ID, WANG_ID, bring_in, staff_of

pytestmark = pytest.mark.usefixtures("bank")

ROW = loans.ContractRow(
    contract_no="HT0001",
    product="consumer",
    branch="0101",
    borrower=loans.PartyRow(
        kind="person", name="林知晴", id_type="id_card", id_number=LIN_ID, mobile="13812342816", customer_no="C77"
    ),
    balance=loans.Balance.of(principal=5_000_000, interest=123_456, penalty=6_544),
    links=(
        loans.LinkRow(
            kind="guarantor",
            party=loans.PartyRow(kind="person", name="王磊", id_type="id_card", id_number=WANG_ID),
        ),
    ),
    annual_rate=Decimal("0.048"),
    opened_on=date(2024, 6, 1),
    matures_on=date(2027, 6, 1),
    due_now=Money(630_000),
    oldest_due_on=date(2025, 12, 1),
    days_past_due=33,
    account_no="6222020200012345",
)


def upsert(*rows: loans.ContractRow, actor: Actor = SYSTEM) -> loans.UpsertReport:
    return loans.upsert_contracts(rows=rows, actor=actor, at=AT)


def item(number: int, due_on: date) -> InstalmentRow:
    zero = Money(0)
    return InstalmentRow(
        number=number, due_on=due_on, principal=Money(200_000), interest=Money(10_000), fees=zero,
        principal_paid=zero, interest_paid=zero, fees_paid=zero,
    )  # fmt: skip


def test_a_batch_creates_updates_and_leaves_alone() -> None:
    assert upsert(ROW).created == 1
    assert upsert(ROW).unchanged == 1
    changed = replace(ROW, balance=loans.Balance.of(principal=1))
    assert upsert(changed).updated == 1
    found = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM)
    assert (found.balance.total, found.account_tail) == (Money(1), "****2345")
    assert loans.search(text="C77", actor=SYSTEM)[0].id == found.id


def test_a_batch_and_a_file_write_the_same_book() -> None:
    bring_in(LIN)
    upsert(replace(ROW, links=(), account_no=""))
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).balance.total == Money(5_130_000)


def test_sound_rows_are_kept_and_others_named_by_place() -> None:
    report = upsert(
        replace(ROW, branch="9999"),
        ROW,
        replace(ROW, contract_no="HT0002", matures_on=date(2020, 1, 1)),
        replace(ROW, contract_no="HT0003", allocation="whim"),
        replace(ROW, contract_no="HT0004", balance=loans.Balance.of(principal=-1)),
        ROW,
        replace(ROW, contract_no=""),
    )
    assert report.created == 1
    assert {row.line: {fault.code for fault in row.faults} for row in report.refused} == {
        0: {"branch_unknown"},
        2: {"matures_before_opening"},
        3: {"value_unknown"},
        4: {"negative_balance"},
        5: {"duplicate_in_file"},
        6: {"missing"},
    }


def test_doubtful_rows_are_kept_and_told() -> None:
    report = upsert(replace(ROW, days_past_due=300))
    assert [(row.line, row.faults[0].code) for row in report.warned] == [(0, "arrears_contradict")]


def test_instalments_of_a_batch_replace_those_known() -> None:
    upsert(replace(ROW, instalments=(item(1, date(2025, 12, 10)), item(2, date(2026, 1, 10)))))
    found = loans.contract_by_no(contract_no="HT0001", day=date(2026, 1, 3), actor=SYSTEM)
    assert (found.oldest_due_on, found.days_past_due) == (date(2025, 12, 10), 24)
    upsert(replace(ROW, instalments=(item(2, date(2026, 1, 10)),)))
    found = loans.contract_by_no(contract_no="HT0001", day=date(2026, 1, 3), actor=SYSTEM)
    assert [entry.number for entry in found.instalments] == [2]
    assert (found.oldest_due_on, found.bucket) == (None, "M0")


@pytest.mark.req("C9")
def test_who_may_send_batches_and_for_which_branches() -> None:
    with pytest.raises(loans.MayNot):
        upsert(ROW, actor=staff_of("0101"))
    core = Actor("integration", None, frozenset({"integration"}), frozenset({"0102"}))
    report = upsert(ROW, actor=core)
    assert [fault.code for fault in report.refused[0].faults] == ["branch_not_yours"]


def test_a_batch_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    from heyi.capabilities.loans.actions import import_loans

    monkeypatch.setattr(import_loans, "BATCH_MOST", 1)
    with pytest.raises(Invalid):
        upsert(ROW, ROW)


def test_one_entry_a_batch_with_its_digest() -> None:
    upsert(ROW, replace(ROW, branch="9999"))
    entry = next(entry for entry in journal.entries(limit=10) if entry.act == "loans.upsert_contracts")
    assert (entry.facts["rows"], entry.facts["created"], entry.facts["refused"]) == (2, 1, 1)
    assert len(entry.digests["rows"]) == 64
