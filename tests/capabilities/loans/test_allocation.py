"""Payments: every fen is accounted for, in the order that the contract or the law says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.domain.allocation import OpenInstalment, allocate, check_order, spread
from heyi.capabilities.loans.domain.arrears import Standing, due_now_minor, oldest_due_on, reported_since
from heyi.capabilities.loans.domain.balance import COMPONENTS, Balance, Due, bucket_of, days_past_due
from heyi.kit.money import CurrencyMismatch, Money

amounts = st.integers(0, 10**13)
debts = st.fixed_dictionaries(dict.fromkeys(COMPONENTS, amounts))
orders = st.permutations(COMPONENTS).map(tuple)


@pytest.mark.req("E7")
@given(amount=amounts, owed=debts, order=orders)
def test_parts_and_credit_sum_to_the_payment(amount: int, owed: dict[str, int], order: tuple[str, ...]) -> None:
    allocated = allocate(amount, owed_minor=owed, order=order)
    assert sum(part for _, part in allocated.parts) + allocated.credit_minor == amount
    assert all(0 < part <= owed[name] for name, part in allocated.parts)
    assert allocated.credit_minor == max(amount - sum(owed.values()), 0)


@pytest.mark.req("E7")
@given(amount=amounts, owed=debts, order=orders)
def test_nothing_is_paid_before_what_stands_earlier_in_the_order(
    amount: int, owed: dict[str, int], order: tuple[str, ...]
) -> None:
    allocated = allocate(amount, owed_minor=owed, order=order)
    begun = [name for name in order if allocated.of(name)]
    for name in begun[:-1]:
        assert allocated.of(name) == owed[name]


@pytest.mark.req("E7")
@given(first=amounts, second=amounts, owed=debts, order=orders)
def test_two_payments_pay_what_their_sum_pays(
    first: int, second: int, owed: dict[str, int], order: tuple[str, ...]
) -> None:
    one = allocate(first, owed_minor=owed, order=order)
    left = {name: owed[name] - one.of(name) for name in owed}
    two = allocate(second, owed_minor=left, order=order)
    both = allocate(first + second, owed_minor=owed, order=order)
    assert {name: one.of(name) + two.of(name) for name in owed} == {name: both.of(name) for name in owed}
    assert one.credit_minor + two.credit_minor == both.credit_minor


opens = st.builds(
    OpenInstalment,
    number=st.integers(1, 60),
    due_on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    open_minor=st.fixed_dictionaries({name: st.integers(0, 10**8) for name in ("principal", "interest", "fees")}),
)


@pytest.mark.req("E7")
@given(amount=amounts, owed=debts, items=st.lists(opens, max_size=8, unique_by=lambda item: item.number))
def test_shares_sum_to_the_parts_and_the_oldest_is_paid_first(
    amount: int, owed: dict[str, int], items: list[OpenInstalment]
) -> None:
    allocated = allocate(amount, owed_minor=owed, order=COMPONENTS)
    shares = spread(allocated, instalments=items)
    for name in COMPONENTS:
        assert sum(share.amount_minor for share in shares if share.component == name) == allocated.of(name)
    by_number = {item.number: item for item in items}
    for share in shares:
        assert share.amount_minor > 0
        if share.number is not None:
            assert share.amount_minor <= by_number[share.number].open_minor[share.component]
            older = [item for item in items if item.due_on < by_number[share.number].due_on]
            for item in older:
                paid = sum(s.amount_minor for s in shares if (s.number, s.component) == (item.number, share.component))
                assert paid == item.open_minor[share.component]


@pytest.mark.parametrize("bad", [-1])
def test_neither_payment_nor_debt_is_negative(bad: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        allocate(bad, owed_minor={}, order=COMPONENTS)
    with pytest.raises(ValueError, match="negative"):
        allocate(1, owed_minor={"fees": bad}, order=COMPONENTS)


def test_an_order_names_each_component_once() -> None:
    with pytest.raises(ValueError, match="once"):
        check_order(["principal", "interest"])
    assert check_order(reversed(COMPONENTS)) == tuple(reversed(COMPONENTS))


@pytest.mark.req("E7")
def test_the_orders_of_the_pack() -> None:
    statutory = words.allocation_rule("", product="mortgage")
    assert statutory.code == "statutory"
    assert statutory.order_at(0) == ("costs", "fees", "penalty", "interest", "principal")
    card = words.allocation_rule("", product="credit_card")
    assert card.order_at(90)[-1] == "principal"
    assert card.order_at(91)[0] == "principal"
    assert words.allocation_rule("principal_first", product="credit_card").order_at(0)[0] == "principal"
    assert all(rule.source for rule in words.allocation_rules().values())


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-3, "M0"),
        (0, "M0"),
        (1, "M1"),
        (30, "M1"),
        (31, "M2"),
        (60, "M2"),
        (61, "M3"),
        (180, "M6"),
        (181, "M7+"),
        (999, "M7+"),
    ],
)
def test_buckets(days: int, bucket: str) -> None:
    assert bucket_of(days) == bucket


def test_the_due_date_itself_is_not_late() -> None:
    assert days_past_due(date(2026, 1, 3), day=date(2026, 1, 3)) == 0
    assert days_past_due(date(2026, 1, 2), day=date(2026, 1, 3)) == 1
    assert days_past_due(None, day=date(2026, 1, 3)) == 0


def test_arrears_follow_the_instalments_then_the_report() -> None:
    day = date(2026, 1, 3)
    since = date(2025, 12, 1)
    late = Standing(total_minor=100, due_minor=60, due_paid_minor=0, reported_due_on=since)
    assert oldest_due_on(late, day=day) == since
    dues = [Due(date(2025, 11, 1), 0), Due(date(2025, 12, 5), 10), Due(day, 10)]
    assert oldest_due_on(late, dues, day=day) == date(2025, 12, 5)
    assert due_now_minor(late, dues, extras_minor=5, day=day) == 25
    assert due_now_minor(late, day=day) == 60
    paid = Standing(total_minor=40, due_minor=60, due_paid_minor=60, reported_due_on=since)
    assert oldest_due_on(paid, day=day) is None
    assert due_now_minor(paid, day=day) == 0
    unknown = Standing(total_minor=40, due_minor=None, due_paid_minor=0, reported_due_on=since)
    assert due_now_minor(unknown, day=day) == 40
    assert reported_since(None, 33, seen_on=day) == since
    assert reported_since(None, 0, seen_on=day) is None


def test_a_balance_has_one_currency() -> None:
    assert Balance.of(principal=100, costs=1).total == Money(101)
    with pytest.raises(CurrencyMismatch):
        Balance(Money(1), Money(1, "USD"), Money(0), Money(0), Money(0))
    with pytest.raises(TypeError):
        Balance.of(tax=1)
