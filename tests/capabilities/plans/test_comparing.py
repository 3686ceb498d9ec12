"""Two versions, or today's contract and a version: what differs and who gave way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings

from heyi.capabilities.plans.domain import (
    BadTerms,
    Components,
    Method,
    PlanTerms,
    Schedule,
    compare,
    cost_of_a_month_in_arrears,
    schedule,
    side_of,
    side_of_contract,
)
from tests.capabilities.plans.cases import BALANCE, TODAY, any_terms, contract, terms

pytestmark = pytest.mark.req("E5", "B6")


def made(wanted: PlanTerms) -> Schedule:
    try:
        return schedule(wanted)
    except BadTerms:
        assume(False)
        raise


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(any_terms(), any_terms())
def test_there_and_back_is_the_same_way_with_the_sides_changed(one: PlanTerms, other: PlanTerms) -> None:
    a, b = made(one), made(other)
    there, back = compare(a, b), compare(b, a)
    for name in ("total", "interest", "monthly", "due_now", "forgiven"):
        assert getattr(there, f"{name}_minor") == -getattr(back, f"{name}_minor")
    assert (there.months, there.first_due_days, there.last_due_days) == (
        -back.months,
        -back.first_due_days,
        -back.last_due_days,
    )
    assert there.annual_rate == -back.annual_rate
    assert len(there.concessions) == len(back.concessions)
    for mine, theirs in zip(there.concessions, back.concessions, strict=True):
        assert (mine.kind, mine.size, mine.before, mine.after) == (
            theirs.kind,
            theirs.size,
            theirs.after,
            theirs.before,
        )
        assert {mine.by, theirs.by} == {"bank", "borrower"}


def test_nothing_changed_means_nobody_gave_way() -> None:
    same = compare(schedule(terms()), schedule(terms()))
    assert same.concessions == ()
    assert same.total_minor == 0


def test_who_gave_what_between_two_versions() -> None:
    before = schedule(terms(balance=BALANCE, waivers=Components(0, 0, 50_795), periods=36))
    after = schedule(
        terms(
            balance=BALANCE,
            waivers=Components(0, 100_000, 0),
            periods=48,
            annual_rate=Decimal("0.05"),
            first_due_on=date(2027, 1, 10),
        )
    )
    told = compare(before, after)
    assert [(one.kind, one.by, one.unit, one.size) for one in told.concessions] == [
        ("annual_rate", "borrower", "rate", Decimal("0.002")),
        ("months", "bank", "months", Decimal(12)),
        ("first_due", "bank", "days", Decimal(31)),
        ("waiver_interest", "bank", "minor", Decimal(100_000)),
        ("waiver_penalty", "borrower", "minor", Decimal(50_795)),
    ]
    assert [one.kind for one in told.conceded_by("borrower")] == ["annual_rate", "waiver_penalty"]
    assert told.monthly_minor < 0 < told.total_minor
    assert told.months == 12


def test_an_earlier_first_day_and_less_grace_are_given_by_the_borrower() -> None:
    grace = schedule(terms(method=Method.GRACE_THEN_EQUAL, grace_periods=3, first_due_on=date(2027, 1, 10)))
    told = compare(grace, schedule(terms()))
    assert {(one.kind, one.by) for one in told.concessions} == {("first_due", "borrower"), ("grace", "borrower")}


def test_today_s_contract_is_carried_to_its_maturity() -> None:
    today = side_of_contract(contract(), at=TODAY, months=36)
    assert today.assumption == "to_maturity"
    assert today.due_now_minor == 768_460
    assert today.months == 18
    assert today.total_minor == BALANCE.total_minor + today.interest_minor
    assert today.last_due_on == date(2028, 5, 1)
    told = compare(today, schedule(terms(balance=BALANCE, waivers=Components(0, 0, 50_795))))
    assert told.due_now_minor == -768_460
    assert told.annual_rate == Decimal("-0.024")
    assert {one.kind for one in told.conceded_by("bank")} == {"annual_rate", "months", "first_due", "waiver_penalty"}


def test_a_card_that_is_wholly_due_goes_on_costing_its_rate_and_penalty() -> None:
    card = contract(product="credit_card", months_left=0, next_due_on=None, annual_rate=Decimal("0.1825"))
    today = side_of_contract(card, at=TODAY, months=36)
    assert today.assumption == "same_term"
    assert today.due_now_minor == BALANCE.total_minor
    assert today.annual_rate == Decimal("0.2185")
    assert today.months == 36
    assert today.total_minor > BALANCE.total_minor
    assert cost_of_a_month_in_arrears(card) == 79_089  # 43,435.75 × 21.85 % ÷ 12


def test_contracts_too_small_to_spread_are_simply_due() -> None:
    tiny = contract(balance=Components(10, 5), due_now_minor=15)
    assert side_of_contract(tiny, at=TODAY, months=36).total_minor == 15
    owed = side_of_contract(contract(balance=Components(10), due_now_minor=10, months_left=0), at=TODAY, months=36)
    assert (owed.total_minor, owed.months, owed.monthly_minor) == (10, 0, 0)


def test_small_balances_over_a_long_time_are_spread_in_equal_principal() -> None:
    small = contract(balance=Components(90_000), due_now_minor=0, months_left=300, annual_rate=Decimal("0.24"))
    today = side_of_contract(small, at=TODAY, months=36)
    assert today.months == 300
    assert today.first_due_on == date(2026, 12, 1)
    assert today.total_minor > 90_000


def test_a_version_s_side_holds_its_own_figures() -> None:
    plan = schedule(terms(method=Method.GRACE_THEN_EQUAL, grace_periods=2))
    side = side_of(plan)
    assert (side.grace_months, side.months, side.due_now_minor, side.assumption) == (2, 36, 0, None)
    assert side.total_minor == plan.total_minor
