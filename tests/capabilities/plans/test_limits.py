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
    beyond_limits,
    months_waited,
    schedule,
    usual_first_due,
)
from tests.capabilities.plans.cases import policy, terms

pytestmark = pytest.mark.req("E4")

CARD = policy().limits("credit_card")


def judged(**changes: Any) -> dict[str, str]:
    return beyond_limits(schedule(terms(**changes)), CARD)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"periods": 60}, {}),
        ({"periods": 60, "first_due_on": date(2027, 1, 15)}, {}),
        ({"periods": 60, "first_due_on": date(2027, 1, 16)}, {"periods": "beyond_limit"}),
        ({"periods": 61}, {"periods": "beyond_limit"}),
        ({"periods": 12, "first_due_on": date(2031, 2, 10)}, {"periods": "beyond_limit"}),
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

    assert judged(**custom(date(2031, 12, 15))) == {}
    assert judged(**custom(date(2031, 12, 16))) == {"periods": "beyond_limit"}


def test_methods_that_a_product_does_not_have() -> None:
    frozen = schedule(terms(method=Method.FROZEN_BALANCE, annual_rate=Decimal(0)))
    assert beyond_limits(frozen, policy().limits("mortgage")) == {"method": "not_for_product"}


def test_without_principal_there_is_no_rate_to_cap() -> None:
    assert judged(balance=Components(0, 36_000)) == {}


@given(start=st.dates(date(2024, 1, 1), date(2032, 12, 31)), due_day=st.integers(1, 31))
def test_sixty_payments_from_the_usual_first_day_are_never_more_than_sixty_months(start: date, due_day: int) -> None:
    first = usual_first_due(start, due_day)
    assert months_waited(terms(start_on=start, first_due_on=first, due_day=due_day, periods=60)) == 60
