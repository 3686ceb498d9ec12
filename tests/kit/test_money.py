"""Money adds exactly and refuses what has no meaning."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.kit.money import HALF_UP, CurrencyMismatch, Money, split_evenly, total


@given(amount=st.integers(0, 10**13), parts=st.integers(1, 600))
def test_parts_sum_to_the_whole_and_differ_by_one_fen_at_most(amount: int, parts: int) -> None:
    pieces = split_evenly(Money(amount), parts)
    assert total(pieces) == Money(amount)
    assert max(p.amount_minor for p in pieces) - min(p.amount_minor for p in pieces) <= 1


def test_rounding_is_half_up_where_the_call_says_so() -> None:
    assert Money(10).scaled(Decimal("0.25"), rounding=HALF_UP) == Money(3)
    assert Money.from_decimal(Decimal("1.005"), rounding=HALF_UP) == Money(101)


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1) + Money(1, "USD")


def test_no_float_becomes_money() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]


def test_figures_are_grouped_for_reading() -> None:
    assert str(Money(518460)) == "5,184.60"
