"""The disclosed rate is the IRR that pyxirr finds, and is labelled the way the PBoC's announcement 3/2021 wants it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import pyxirr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from heyi.capabilities.plans.domain import (
    BadTerms,
    Components,
    CustomPayment,
    Method,
    PlanTerms,
    annualised_rate_2021_3,
    dated_rate,
    irr,
    monthly_irr,
    schedule,
)
from tests.capabilities.plans.cases import any_terms, terms

pytestmark = pytest.mark.req("E4")


@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(any_terms())
def test_the_irr_is_the_one_that_pyxirr_finds(wanted: PlanTerms) -> None:
    try:
        plan = schedule(wanted)
    except BadTerms:
        assume(False)
    paid = [row.principal_minor + row.interest_minor for row in plan.rows]
    assert_is_the_rate_of([-wanted.owed.principal_minor, *paid], monthly_irr(plan))
    strict = monthly_irr(plan, carried_is_cost=True)
    assert_is_the_rate_of([-wanted.owed.principal_minor, *plan.payment_minor], strict)


def assert_is_the_rate_of(flows: list[int], found: float | None) -> None:
    """pyxirr's rate; and where pyxirr gives up, the rate at which the flows are worth nothing."""
    theirs = pyxirr.irr(flows)
    assert found is not None
    if theirs is None:
        assert pyxirr.npv(found, flows) == pytest.approx(0, abs=-flows[0] * 1e-9)
    else:
        assert found == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(
    out=st.integers(1_000, 10**9),
    back=st.lists(st.integers(0, 10**8), min_size=1, max_size=60).filter(any),
)
def test_any_flow_with_one_change_of_sign_has_pyxirr_s_rate(out: int, back: list[int]) -> None:
    theirs = pyxirr.irr([-out, *back])
    assume(theirs is not None and -0.9 < theirs < 10)
    assert irr([-out, *back]) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("flows", [[-100, 0, 0], [100, 50, 50], [-100], [0, 0]])
def test_flows_without_a_rate_have_none(flows: list[int]) -> None:
    assert irr(flows) is None


def test_flows_that_newton_s_steps_do_not_settle_get_pyxirr_s_answer() -> None:
    flows = [-100, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]
    assert irr(flows) == pytest.approx(pyxirr.irr(flows), abs=1e-9)


def test_a_zero_rate_is_told_as_zero_and_not_as_nothing() -> None:
    told = annualised_rate_2021_3(schedule(terms(method=Method.FROZEN_BALANCE, annual_rate=Decimal(0))))
    assert (told.compound, told.simple, told.with_carried) == (Decimal(0), Decimal(0), Decimal(0))
    assert told.cost_minor == 0


def test_compound_and_simple_are_told_apart() -> None:
    told = annualised_rate_2021_3(schedule(terms()))
    assert told.simple == Decimal("0.048000")
    assert told.compound == Decimal("0.049070")  # (1 + 0.004) ** 12 - 1
    assert told.base_minor == 4_343_575
    assert told.basis == "months"


def test_what_is_carried_counts_as_cost_in_the_strict_reading_only() -> None:
    told = annualised_rate_2021_3(schedule(terms(balance=Components(4_343_575, 467_665, 50_795))))
    assert told.compound == Decimal("0.049070")
    assert told.with_carried is not None
    assert told.with_carried > Decimal("0.12")


def test_a_first_period_by_days_is_rated_by_dates() -> None:
    plan = schedule(terms(first_period="days"))
    told = annualised_rate_2021_3(plan)
    assert told.basis == "dates"
    expected = pyxirr.xirr([plan.terms.start_on, *plan.due_on], [-4_343_575, *plan.payment_minor])
    assert expected is not None
    assert told.compound == Decimal(expected).quantize(Decimal("0.000001"))


def test_custom_dates_are_rated_by_dates_and_carried_counts_when_strict() -> None:
    custom = (CustomPayment(date(2027, 11, 16), None),)
    plan = schedule(
        terms(
            method=Method.CUSTOM,
            periods=1,
            custom=custom,
            first_due_on=custom[0].due_on,
            balance=Components(1_000_000, 100_000),
            annual_rate=Decimal("0.036"),
            year_days=365,
        )
    )
    told = annualised_rate_2021_3(plan)
    assert told.compound == Decimal("0.036000")
    assert told.with_carried == Decimal("0.136000")


def test_without_principal_there_is_no_rate() -> None:
    plan = schedule(terms(balance=Components(0, 36_000), annual_rate=Decimal(0)))
    told = annualised_rate_2021_3(plan)
    assert (told.compound, told.simple, told.with_carried, told.base_minor) == (None, None, None, 0)
    assert monthly_irr(plan) is None


def test_dated_flows_without_a_rate_have_none() -> None:
    assert dated_rate([date(2026, 1, 1), date(2027, 1, 1)], [-100, 0]) is None
