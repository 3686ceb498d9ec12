"""Payments: booked once, in the right order, taken back exactly; what nobody knows waits to be matched."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.models import Allocation, Contract, Instalment, Payment
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.plumbing import outbox
from heyi.plumbing.models import OutboxMessage
from tests.capabilities.loans.cases import AT, LIN, WANG, borrower, bring_in, csv_file, fault_codes, staff_of
from tests.capabilities.loans.conftest import Book

TODAY = date(2026, 1, 3)
DUE = {"合同号": "HT0001", "期数": "1", "应还日期": "2025-12-01", "应还本金": "2,000.00", "应还利息": "100.00"}
SECOND = DUE | {"期数": "2", "应还日期": "2026-01-01"}
THIRD = DUE | {"期数": "3", "应还日期": "2026-02-01"}


def pay(yuan: str, **changes: Any) -> loans.PaymentView:
    whole, _, fen = yuan.replace(",", "").partition(".")
    given_: dict[str, Any] = {
        "source": "core",
        "reference": "P1",
        "contract_no": "HT0001",
        "amount": Money(int(whole) * 100 + int(fen or 0)),
        "received_on": TODAY,
        "actor": SYSTEM,
        "at": AT,
    }
    return loans.record_payment(**(given_ | changes))


def state(contract_id: UUID) -> dict[str, Any]:
    """All that a reversal must restore."""
    contract = Contract.objects.filter(id=contract_id).values().get()
    contract.pop("updated_at")
    items = list(Instalment.objects.filter(contract_id=contract_id).order_by("number").values())
    return {"contract": contract, "instalments": items}


def instalments(*rows: dict[str, str], **options: Any) -> loans.ImportReport:
    given_ = {"source": csv_file(*rows), "dry_run": False, "actor": SYSTEM, "at": AT} | options
    return loans.import_instalments(**given_)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Names of events that a listener is told of."""
    path = f"{__name__}.listen"
    for event in (loans.PaymentReceived, loans.PaymentReversed):
        outbox.subscribe(event, path)
    told: list[str] = []
    yield told
    for names in outbox._subscribers.values():
        if path in names:
            names.remove(path)


def listen(event: object, at: object) -> None:
    """A subscriber that does nothing."""


def events() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(subscriber=f"{__name__}.listen").order_by("created_at", "id")
    return [(row.event.partition(":")[2], row.payload["payment_id"]) for row in rows]


@pytest.mark.req("E7")
def test_a_payment_pays_penalty_and_interest_before_principal(book: Book, heard: list[str]) -> None:
    view = pay("2,300.00")
    assert view.parts == (("penalty", Money(6_544)), ("interest", Money(123_456)), ("principal", Money(100_000)))
    assert (view.state, view.credit, view.party_id) == ("matched", Money(0), book.lin)
    found = loans.contract(contract_id=book.lin_contract, day=TODAY, actor=SYSTEM)
    assert found.balance == loans.Balance.of(principal=4_900_000)
    assert found.due_now == Money(400_000)
    assert events() == [("PaymentReceived", str(view.id))]
    entry = next(entry for entry in journal.entries(party_id=book.lin, limit=5) if entry.act == "loans.record_payment")
    assert entry.facts["amount_minor"] == 230_000


def test_a_card_late_for_more_than_ninety_days_pays_principal_first(book: Book) -> None:
    bring_in(WANG | {"最早逾期日": "2025-10-01", "逾期天数": "94"})
    assert pay("100", contract_no="HT0002").parts == (("principal", Money(10_000)),)
    early = pay("100", contract_no="HT0002", reference="P2", received_on=date(2025, 12, 1))
    assert early.parts[0][0] == "penalty"


@pytest.mark.req("E7")
def test_money_that_the_banks_report_held_already_is_not_taken_off_twice(book: Book) -> None:
    """A payments file that comes after the balances of a later day."""
    instalments(DUE, SECOND)
    bring_in(LIN | {"数据日期": "2026-01-03"})
    reported = state(book.lin_contract)
    late = pay("2,100", received_on=TODAY - timedelta(days=1))
    now = state(book.lin_contract)
    assert (late.already_reported, now["contract"]) == (True, reported["contract"])
    assert owed(now) < owed(reported), "its instalments are paid all the same"
    loans.reverse_payment(payment_id=late.id, actor=SYSTEM, at=AT)
    assert state(book.lin_contract) == reported
    of_the_day = pay("100", reference="P2")
    assert not of_the_day.already_reported
    assert state(book.lin_contract)["contract"]["due_paid_minor"] == 10_000


def owed(state_: dict[str, Any]) -> int:
    return sum(item["open_minor"] for item in state_["instalments"])


def test_a_contract_may_have_its_own_order(book: Book) -> None:
    bring_in(LIN | {"还款顺序": "先本后息"})
    assert loans.contract(contract_id=book.lin_contract, actor=SYSTEM).allocation_rule == "principal_first"
    assert pay("100").parts == (("principal", Money(10_000)),)


@pytest.mark.req("E7")
def test_paying_what_is_due_ends_the_arrears_and_a_reversal_brings_them_back(book: Book, heard: list[str]) -> None:
    before = state(book.lin_contract)
    view = pay("6,300")
    paid = loans.contract(contract_id=book.lin_contract, day=TODAY, actor=SYSTEM)
    assert (paid.days_past_due, paid.bucket, paid.oldest_due_on, paid.due_now) == (0, "M0", None, Money(0))
    back = loans.reverse_payment(payment_id=view.id, actor=SYSTEM, at=AT, reference="R1")
    assert back.state == "reversed"
    assert state(book.lin_contract) == before
    assert loans.reverse_payment(payment_id=view.id, actor=SYSTEM, at=AT).repeated
    assert state(book.lin_contract) == before
    assert [name for name, _ in events()] == ["PaymentReceived", "PaymentReversed"]


@pytest.mark.req("E7")
def test_the_oldest_instalment_is_paid_first(book: Book) -> None:
    assert instalments(DUE, SECOND, THIRD).created == 3
    found = loans.contract(contract_id=book.lin_contract, day=TODAY, actor=SYSTEM)
    assert (found.oldest_due_on, found.days_past_due) == (date(2025, 12, 1), 33)
    assert found.due_now == Money(420_000 + 6_544)
    before = state(book.lin_contract)
    view = pay("3,400.00")
    found = loans.contract(contract_id=book.lin_contract, day=TODAY, actor=SYSTEM)
    assert [item.open for item in found.instalments] == [Money(0), Money(190_000), Money(200_000)]
    assert (found.oldest_due_on, found.days_past_due) == (date(2026, 1, 1), 2)
    assert sum(Allocation.objects.filter(payment_id=view.id).values_list("amount_minor", flat=True)) == 340_000
    loans.reverse_payment(payment_id=view.id, actor=SYSTEM, at=AT)
    assert state(book.lin_contract) == before


def test_what_exceeds_the_debt_stays_as_credit(book: Book) -> None:
    before = state(book.lin_contract)
    view = pay("60,000")
    found = loans.contract(contract_id=book.lin_contract, actor=SYSTEM)
    assert found.balance.total == Money(0)
    assert view.credit == found.credit == Money(6_000_000 - 5_130_000)
    loans.reverse_payment(payment_id=view.id, actor=SYSTEM, at=AT)
    assert state(book.lin_contract) == before


@pytest.mark.req("E7")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 3_000_000), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
    with_instalments=st.booleans(),
)
def test_payments_taken_back_in_any_order_leave_what_was(
    bank: None, sizes: list[int], order: Any, with_instalments: bool
) -> None:
    for model in (Allocation, Payment, Instalment, Contract):
        model.objects.all().delete()
    bring_in(LIN | {"数据日期": "2026-01-02"})
    if with_instalments:
        instalments(DUE, SECOND, THIRD)
    contract_id = loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).id
    before = state(contract_id)
    views = [
        loans.record_payment(
            source="core", reference=f"P{n}", contract_no="HT0001", amount=Money(size), received_on=TODAY,
            actor=SYSTEM, at=AT,
        )
        for n, size in enumerate(sizes)
    ]  # fmt: skip
    assert loans.contract(contract_id=contract_id, actor=SYSTEM).balance.total.amount_minor == max(
        5_130_000 - sum(sizes), 0
    )
    order.shuffle(views)
    for view in views:
        loans.reverse_payment(payment_id=view.id, actor=SYSTEM, at=AT)
    assert state(contract_id) == before


def test_a_payment_is_known_by_source_and_reference(book: Book) -> None:
    first = pay("10")
    again = pay("10")
    assert (again.id, again.repeated) == (first.id, True)
    with pytest.raises(loans.PaymentContradicts):
        pay("11")
    assert pay("10", source="branch").id != first.id
    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"amount": Money(0)}, "amount", "amount_not_positive"),
        ({"received_on": date(2026, 1, 4)}, "received_on", "received_in_future"),
        ({"reference": ""}, "reference", "missing"),
        ({"source": "x" * 41}, "source", "too_long"),
        ({"remark": "x" * 201}, "remark", "too_long"),
    ],
)
def test_payments_that_cannot_be_booked(book: Book, change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(loans.BadPayment) as refused:
        pay("10", **change)
    assert refused.value.facts["fields"] == {field: code}


@pytest.mark.req("C9", "E7")
def test_an_unknown_contract_leaves_the_payment_to_be_matched(book: Book, heard: list[str]) -> None:
    view = pay("100", contract_no="HT9999", remark="林知晴还款")
    assert (view.state, view.contract_id) == ("unmatched", None)
    assert events() == []
    manager = staff_of("0101")
    assert [item.id for item in loans.unmatched_payments(actor=manager)] == [view.id]
    assert loans.unmatched_remark(payment_id=view.id, actor=manager) == "林知晴还款"
    assert loans.unmatched_payments(actor=borrower(book.lin)) == ()
    assert "林知晴".encode() not in bytes(Payment.objects.get(id=view.id).remark_sealed)
    with pytest.raises(loans.UnknownContract):
        loans.match_payment(payment_id=view.id, contract_id=book.wang_contract, actor=manager, at=AT)
    with pytest.raises(loans.MayNot):
        loans.match_payment(
            payment_id=view.id, contract_id=book.lin_contract, actor=staff_of("0101", "reviewer"), at=AT
        )
    matched = loans.match_payment(payment_id=view.id, contract_id=book.lin_contract, actor=manager, at=AT)
    assert (matched.state, matched.party_id) == ("matched", book.lin)
    assert loans.unmatched_payments(actor=manager) == ()
    assert [name for name, _ in events()] == ["PaymentReceived"]
    with pytest.raises(loans.PaymentState):
        loans.match_payment(payment_id=view.id, contract_id=book.lin_contract, actor=manager, at=AT)


@pytest.mark.req("C9")
def test_who_may_book_and_take_back(book: Book) -> None:
    with pytest.raises(loans.MayNot):
        pay("10", actor=staff_of("0101"))
    view = pay("10", contract_no="HT0002")
    core = Actor("integration", None, frozenset({"integration"}), frozenset({"0101"}))
    with pytest.raises(loans.UnknownPayment):
        loans.reverse_payment(payment_id=view.id, actor=core, at=AT)
    assert pay("10", contract_no="HT0002", reference="P2", actor=core).state == "unmatched"
    with pytest.raises(loans.UnknownPayment):
        loans.payment(payment_id=view.id, actor=borrower(book.lin))
    assert loans.payment(payment_id=view.id, actor=borrower(book.wang)).id == view.id


LINE = {"交易流水号": "T1", "合同号": "HT0001", "还款金额": "1,000.00", "还款日期": "2026年1月2日", "渠道": "柜面"}


def payments(*rows: dict[str, str], **options: Any) -> loans.ImportReport:
    given_ = {"source": csv_file(*rows), "dry_run": False, "actor": SYSTEM, "at": AT} | options
    return loans.import_payments(**given_)


@pytest.mark.req("E7")
def test_a_file_of_payments_with_reversals(book: Book) -> None:
    before = state(book.lin_contract)
    lines = (
        LINE | {"冲正原流水号": ""},
        LINE | {"交易流水号": "T2", "冲正原流水号": "T1", "还款金额": "-1,000.00"},
        LINE | {"交易流水号": "T3", "合同号": "HT9999", "冲正原流水号": ""},
    )
    dry = payments(*lines, dry_run=True)
    assert (dry.created, dry.updated, dry.refused) == (2, 1, 0)
    assert Payment.objects.count() == 0
    report = payments(*lines)
    assert (report.created, report.updated, report.refused) == (2, 1, 0)
    assert [row.faults[0].code for row in report.warned_rows] == ["payment_unmatched"]
    assert state(book.lin_contract) == before
    again = payments(*lines)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"还款金额": "0"}, "amount_not_positive"),
        ({"还款金额": "-5"}, "amount_not_positive"),
        ({"还款日期": "2026-01-04"}, "received_in_future"),
        ({"还款日期": "2026-01-01"}, "payment_contradicts"),
        ({"交易流水号": "T9", "币种": "USD"}, "currency_differs"),
        ({"交易流水号": "T9", "冲正原流水号": "T8"}, "reversed_unknown"),
        ({"交易流水号": "T9", "冲正原流水号": "T1", "还款金额": "1"}, "reversed_amount"),
        ({"交易流水号": ""}, "missing"),
    ],
)
def test_faults_of_payment_lines(book: Book, change: dict[str, str], code: str) -> None:
    payments(LINE)
    errors = io.BytesIO()
    report = payments(LINE | change, errors=errors)
    assert fault_codes(report) == {2: {code}}
    assert errors.getvalue()


def test_a_payment_reversed_by_one_reference_is_not_reversed_by_another(book: Book) -> None:
    payments(LINE)
    payments(LINE | {"交易流水号": "T2", "冲正原流水号": "T1"})
    report = payments(LINE | {"交易流水号": "T3", "冲正原流水号": "T1"})
    assert fault_codes(report) == {2: {"reversed_already"}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"合同号": "HT9999"}, "contract_unknown"),
        ({"期数": "0"}, "number_out_of_range"),
        ({"已还本金": "2,000.01"}, "paid_more_than_due"),
        ({"应还利息": "-1"}, "negative_balance"),
    ],
)
def test_faults_of_instalment_lines(book: Book, change: dict[str, str], code: str) -> None:
    assert fault_codes(instalments(DUE | change)) == {2: {code}}
    assert Instalment.objects.count() == 0


def test_instalments_twice_change_nothing_and_corrections_count(book: Book) -> None:
    instalments(DUE, SECOND)
    assert instalments(DUE, SECOND).unchanged == 2
    report = instalments(DUE | {"已还本金": "2,000.00", "已还利息": "100"}, SECOND)
    assert (report.updated, report.unchanged) == (1, 1)
    assert loans.contract(contract_id=book.lin_contract, actor=SYSTEM).oldest_due_on == date(2026, 1, 1)


@pytest.mark.req("E7")
def test_arrears_age_by_the_day(book: Book) -> None:
    instalments(SECOND, THIRD)
    assert loans.contract(contract_id=book.lin_contract, actor=SYSTEM).days_past_due == 2
    assert loans.refresh_arrears(AT) == 0
    later = AT + timedelta(days=28)
    assert loans.refresh_arrears(later) == 2
    lin, wang = (
        loans.contract(contract_id=book.lin_contract, actor=SYSTEM),
        loans.contract(contract_id=book.wang_contract, actor=SYSTEM),
    )
    assert (lin.days_past_due, lin.bucket) == (30, "M1")
    assert (wang.days_past_due, wang.bucket) == (61, "M3")
    assert loans.refresh_arrears(later) == 0


def test_an_instalment_that_falls_due_makes_its_contract_late(book: Book) -> None:
    instalments(THIRD)
    assert loans.contract(contract_id=book.lin_contract, actor=SYSTEM).days_past_due == 0
    loans.refresh_arrears(AT + timedelta(days=30))
    found = loans.contract(contract_id=book.lin_contract, actor=SYSTEM)
    assert (found.oldest_due_on, found.days_past_due) == (date(2026, 2, 1), 1)
