"""What a product does not allow is refused however the dates lie."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.plans.domain import (
    Components,
    CustomPayment,
    Method,
    authority,
    beyond_limits,
    most_periods,
    schedule,
    usual_first_due,
)
from heyi.kit.dates import add_months
from tests.capabilities.plans.cases import TODAY, contract, policy, terms

pytestmark = pytest.mark.req("E4")

CARD = policy().limits("credit_card")


def judged(**changes: Any) -> dict[str, str]:
    return beyond_limits(schedule(terms(**changes)), CARD)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"periods": 60}, {}),
        ({"periods": 60, "first_due_on": date(2026, 12, 16)}, {}),
        ({"periods": 60, "first_due_on": date(2026, 12, 17)}, {"periods": "beyond_limit"}),
        ({"periods": 61}, {"periods": "beyond_limit"}),
        ({"periods": 12, "first_due_on": date(2031, 1, 10)}, {"periods": "beyond_limit"}),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 6}, {}),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 7}, {"grace_periods": "beyond_limit"}),
        ({"annual_rate": Decimal("0.216")}, {}),
        ({"annual_rate": Decimal("0.2172")}, {"annual_rate": "above_cap"}),
    ],
)
def test_a_card_s_plan_at_and_beyond_its_limits(changes: dict[str, Any], wrong: dict[str, str]) -> None:
    assert judged(**changes) == wrong


def test_custom_dates_do_not_get_around_five_years() -> None:
    def custom(last: date) -> dict[str, Any]:
        payments = (CustomPayment(date(2026, 12, 10), 100_000), CustomPayment(last, None))
        return {"method": Method.CUSTOM, "periods": 2, "custom": payments}

    assert judged(**custom(date(2031, 11, 16))) == {}
    assert judged(**custom(date(2031, 11, 17))) == {"periods": "beyond_limit"}


def test_methods_that_a_product_does_not_have() -> None:
    frozen = schedule(terms(method=Method.FROZEN_BALANCE, annual_rate=Decimal(0)))
    assert beyond_limits(frozen, policy().limits("mortgage")) == {"method": "not_for_product"}


def test_without_principal_there_is_no_rate_to_cap() -> None:
    assert judged(balance=Components(0, 36_000)) == {}


@given(start=st.dates(date(2024, 1, 1), date(2032, 12, 31)), due_day=st.integers(1, 31))
def test_most_periods_end_in_time_and_one_more_would_not(start: date, due_day: int) -> None:
    first = usual_first_due(start, due_day)
    most = most_periods(CARD, start_on=start, first_due_on=first, due_day=due_day)
    assert 59 <= most <= 61
    assert add_months(first, most - 1, due_day=due_day) <= add_months(start, 60)
    assert add_months(start, 60) < add_months(first, most, due_day=due_day)


@pytest.mark.req("B8")
@pytest.mark.parametrize(
    ("first", "level"), [(date(2026, 12, 10), "manager"), (date(2027, 1, 15), "manager"), (date(2027, 1, 16), "lead")]
)
def test_a_late_first_payment_counts_as_time_that_the_bank_waits(first: date, level: str) -> None:
    wanted = terms(first_due_on=first, annual_rate=Decimal("0.072"))
    assert wanted.start_on == TODAY
    assert authority(wanted, policy().bands_of("consumer"), contract=contract()).level == level
