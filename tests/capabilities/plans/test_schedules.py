"""Every schedule sums to the fen, and every fen is the one that a naive Decimal computation finds."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from heyi.capabilities.plans.domain import (
    BadTerms,
    Components,
    CustomPayment,
    Method,
    PlanTerms,
    Schedule,
    due_dates,
    equal_part,
    schedule,
    usual_first_due,
)
from heyi.kit.money import Money
from tests.capabilities.plans import oracle
from tests.capabilities.plans.cases import FIRST, TODAY, any_terms, days, rates, terms

pytestmark = pytest.mark.req("E4")

AMORTISING = (
    Method.EQUAL_INSTALMENTS,
    Method.EQUAL_PRINCIPAL,
    Method.FROZEN_BALANCE,
    Method.STEP_UP,
    Method.GRACE_THEN_EQUAL,
)


def made(wanted: PlanTerms) -> Schedule:
    """The schedule, leaving out terms that whole fen cannot make."""
    try:
        return schedule(wanted)
    except BadTerms:
        assume(False)
        raise


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(any_terms())
def test_every_schedule_sums_to_the_fen_and_never_pays_backwards(wanted: PlanTerms) -> None:
    plan = made(wanted)
    assert len(plan.rows) == wanted.periods
    assert sum(row.principal_minor for row in plan.rows) == wanted.owed.principal_minor
    assert sum(row.carried_minor for row in plan.rows) == wanted.owed.carried_minor
    assert plan.total_minor == wanted.owed.total_minor + plan.interest_total_minor
    assert plan.rows[-1].balance_after_minor == 0
    for row in plan.rows:
        assert row.payment_minor == row.principal_minor + row.interest_minor + row.carried_minor
        assert min(row.payment_minor, row.principal_minor, row.interest_minor, row.carried_minor) >= 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(any_terms(AMORTISING))
def test_balances_of_amortising_methods_never_rise(wanted: PlanTerms) -> None:
    left = (wanted.owed.total_minor, *made(wanted).balance_after_minor)
    assert all(before >= after for before, after in itertools.pairwise(left))


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much], deadline=None)
@given(
    principal=st.integers(10_000, 10**13),
    rate=rates,
    periods=st.integers(1, 600) | st.integers(1, 60),
    first=days,
    due_day=st.integers(0, 31),
)
@example(principal=10**13, rate=Decimal("0.24"), periods=600, first=date(2026, 1, 31), due_day=31)
@example(principal=10**13, rate=Decimal("0.0000"), periods=600, first=date(2024, 2, 29), due_day=30)
def test_every_fen_is_what_decimal_arithmetic_finds(
    principal: int, rate: Decimal, periods: int, first: date, due_day: int
) -> None:
    due_day = due_day if due_day and oracle.dates(first, due_day, 1) == [first] else first.day
    for method, naive in (
        (Method.EQUAL_INSTALMENTS, oracle.equal_instalments),
        (Method.EQUAL_PRINCIPAL, oracle.equal_principal),
    ):
        plan = made(
            terms(
                method=method,
                start_on=first,
                first_due_on=first,
                due_day=due_day,
                periods=periods,
                balance=Components(principal),
                annual_rate=rate,
            )
        )
        rows = [(row.due_on, row.principal_minor, row.interest_minor, row.balance_after_minor) for row in plan.rows]
        assert rows == naive(principal, rate, first, due_day, periods)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    principal=st.integers(10**6, 10**13),
    rate=rates,
    periods=st.integers(1, 120),
    every=st.integers(1, 24),
    step=st.integers(0, 10),
)
def test_step_up_payments_are_what_decimal_arithmetic_finds(
    principal: int, rate: Decimal, periods: int, every: int, step: int
) -> None:
    plan = made(
        terms(
            method=Method.STEP_UP,
            periods=periods,
            balance=Components(principal),
            annual_rate=rate,
            step_every=every,
            step_rate=step * Decimal("0.01"),
        )
    )
    expected = oracle.stepped(principal, rate, periods, every, step * Decimal("0.01"))
    assert list(plan.payment_minor[:-1]) == expected[:-1]


@pytest.mark.parametrize("method", [one for one in Method if one not in (Method.CUSTOM, Method.LUMP_SUM_SETTLEMENT)])
def test_ten_trillion_fen_over_six_hundred_months(method: Method) -> None:
    extra = {"grace_periods": 12} if method is Method.GRACE_THEN_EQUAL else {}
    rate = Decimal(0) if method is Method.FROZEN_BALANCE else Decimal("0.0485")
    balance = Components(9 * 10**12, 10**11, 10**11, 10**11, 7 * 10**11)
    plan = schedule(
        terms(
            method=method,
            periods=600,
            balance=balance,
            annual_rate=rate,
            step_every=200,
            step_rate=Decimal("0.02"),
            **extra,
        )
    )
    assert sum(plan.principal_minor) + sum(plan.carried_minor) == 10**13
    assert plan.balance_after_minor[-1] == 0


def test_the_prototype_s_plan() -> None:
    """43,435.75 yuan over 36 months at 4.8 %: equal to the last payment but for the rounding it takes up."""
    plan = schedule(terms())
    assert plan.typical_payment == Money(129_791)
    assert set(plan.payment_minor[:-1]) == {129_791}
    assert abs(plan.payment_minor[-1] - 129_791) < 36
    assert plan.rounding == "HALF_UP per period, remainder in the last payment; first period: one whole month"


@pytest.mark.parametrize(
    ("first", "due_day", "expected"),
    [
        (date(2027, 1, 31), 31, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        (date(2028, 1, 31), 31, ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]),
        (date(2027, 1, 30), 30, ["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30", "2027-05-30"]),
        (date(2027, 1, 29), 29, ["2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29", "2027-05-29"]),
        (date(2028, 1, 29), 29, ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29"]),
        (date(2027, 2, 28), 31, ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]),
        (date(2026, 11, 30), 0, ["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"]),
        (date(2026, 12, 10), 10, ["2026-12-10", "2027-01-10", "2027-02-10", "2027-03-10", "2027-04-10"]),
    ],
)
def test_due_days_29_to_31_fall_on_the_last_day_and_come_back(first: date, due_day: int, expected: list[str]) -> None:
    plan = schedule(terms(start_on=first, first_due_on=first, due_day=due_day, periods=5))
    assert [day.isoformat() for day in plan.due_on] == expected


def test_dates_outside_the_prepared_calendar_are_worked_out_one_by_one() -> None:
    assert due_dates(date(2189, 12, 31), 31, 3) == (date(2189, 12, 31), date(2190, 1, 31), date(2190, 2, 28))
    assert due_dates(date(1989, 12, 31), 31, 2) == (date(1989, 12, 31), date(1990, 1, 31))
    assert usual_first_due(date(2027, 1, 31), 31) == date(2027, 2, 28)


@pytest.mark.parametrize(("year_days", "interest"), [(360, 13_899), (365, 13_709)])
def test_a_first_period_by_days_changes_the_first_interest_only(year_days: int, interest: int) -> None:
    by_month = schedule(terms())
    by_days = schedule(terms(first_period="days", year_days=year_days))
    assert by_days.interest_minor[0] == interest  # 24 days on 43,435.75 at 4.8 %
    assert by_days.interest_minor[1:] == by_month.interest_minor[1:]
    assert by_days.principal_minor == by_month.principal_minor
    assert by_days.rounding.endswith(f"actual days/{year_days}")


def test_what_is_carried_bears_no_interest_and_is_spread_evenly() -> None:
    plan = schedule(terms(balance=Components(4_343_575, 467_665, 50_795, 1_000, 2_000), periods=36))
    assert plan.interest_minor == schedule(terms()).interest_minor
    assert len(set(plan.carried_minor[:-1])) == 1
    assert sum(plan.carried_minor) == 467_665 + 50_795 + 3_000


def test_waivers_come_off_before_anything_is_spread() -> None:
    balance = Components(4_343_575, 467_665, 50_795)
    plan = schedule(terms(balance=balance, waivers=Components(0, 67_665, 50_795)))
    assert sum(plan.carried_minor) == 400_000
    assert plan.total_minor == schedule(terms()).total_minor + 400_000


def test_interest_first_pays_the_principal_at_the_end() -> None:
    plan = schedule(terms(method=Method.INTEREST_FIRST))
    assert plan.principal_minor == (0,) * 35 + (4_343_575,)
    assert set(plan.interest_minor) == {17_374}


def test_a_frozen_balance_runs_no_interest_and_its_last_part_takes_the_rest() -> None:
    plan = schedule(terms(method=Method.FROZEN_BALANCE, annual_rate=Decimal(0), periods=7, balance=Components(100_000)))
    assert plan.payment_minor == (14_286,) * 6 + (14_284,)
    assert plan.interest_total_minor == 0


def test_a_grace_pays_interest_only_or_nothing_that_is_spread_without_interest_on_it() -> None:
    paying = schedule(terms(method=Method.GRACE_THEN_EQUAL, grace_periods=3))
    assert paying.payment_minor[:3] == (17_374,) * 3
    assert paying.principal_minor[:3] == (0, 0, 0)
    resting = schedule(terms(method=Method.GRACE_THEN_EQUAL, grace_periods=3, grace_pays="nothing"))
    assert resting.payment_minor[:3] == (0, 0, 0)
    assert resting.total_minor == paying.total_minor
    by_days = schedule(
        terms(method=Method.GRACE_THEN_EQUAL, grace_periods=3, grace_pays="nothing", first_period="days")
    )
    assert resting.total_minor - by_days.total_minor == 17_374 - 13_899


def test_step_up_rises_by_its_step() -> None:
    plan = schedule(terms(method=Method.STEP_UP, periods=24, step_rate=Decimal("0.1")))
    assert len(set(plan.payment_minor[:12])) == 1
    assert plan.payment_minor[12] == pytest.approx(plan.payment_minor[0] * 1.1, abs=1)


def test_a_settlement_takes_its_discount_from_the_penalty_first_and_the_principal_last() -> None:
    balance = Components(100_000, 20_000, 5_000, 3_000, 1_000)
    wanted = terms(
        method=Method.LUMP_SUM_SETTLEMENT, periods=1, annual_rate=Decimal(0), balance=balance, discount_minor=8_500
    )
    assert wanted.forgiven == Components(0, 0, 5_000, 3_000, 500)
    assert schedule(wanted).payment_minor == (129_000 - 8_500,)
    deeper = terms(
        method=Method.LUMP_SUM_SETTLEMENT,
        periods=1,
        annual_rate=Decimal(0),
        balance=balance,
        waivers=Components(0, 10_000),
        discount_minor=30_000,
    )
    assert deeper.forgiven == Components(11_000, 20_000, 5_000, 3_000, 1_000)
    assert schedule(deeper).payment_minor == (89_000,)


def test_custom_payments_pay_interest_by_days_then_what_is_carried_then_principal() -> None:
    custom = (
        CustomPayment(date(2026, 12, 16), 300_000),
        CustomPayment(date(2027, 2, 28), 1_000_000),
        CustomPayment(date(2027, 6, 1), None),
    )
    balance = Components(2_000_000, 350_000)
    plan = schedule(
        terms(method=Method.CUSTOM, periods=3, custom=custom, first_due_on=custom[0].due_on, balance=balance)
    )
    assert plan.interest_minor[0] == 8_000  # 30 days of 360 on 20,000.00 at 4.8 %
    assert plan.carried_minor[:2] == (292_000, 58_000)
    assert plan.principal_minor[0] == 0
    assert plan.total_minor == 2_350_000 + plan.interest_total_minor
    assert plan.due_on == tuple(payment.due_on for payment in custom)
    assert plan.rounding.endswith("actual days/360")


@pytest.mark.parametrize(
    ("amounts", "code", "due"),
    [
        ([5_000, None], "payment_below_interest", 8_000),
        ([3_000_000, None], "over_before_the_last", 2_008_000),
        ([1_000_000, 1_000_000], "last_payment_is_not_the_rest", 1_012_166),
    ],
)
def test_custom_payments_that_do_not_work_say_what_would(amounts: list[int | None], code: str, due: int) -> None:
    dates = (date(2026, 12, 16), date(2027, 1, 16))
    custom = tuple(CustomPayment(day, amount) for day, amount in zip(dates, amounts, strict=True))
    wanted = terms(method=Method.CUSTOM, periods=2, custom=custom, first_due_on=dates[0], balance=Components(2_000_000))
    with pytest.raises(BadTerms) as caught:
        schedule(wanted)
    assert caught.value.facts["fields"] == {"custom": code}
    assert caught.value.facts["due_minor"] == due


def test_a_last_custom_payment_that_is_the_rest_may_be_written_down() -> None:
    dates = (date(2026, 12, 16), date(2027, 1, 16))
    custom = (CustomPayment(dates[0], 1_000_000), CustomPayment(dates[1], 1_012_166))
    plan = schedule(
        terms(method=Method.CUSTOM, periods=2, custom=custom, first_due_on=dates[0], balance=Components(2_000_000))
    )
    assert plan.balance_after_minor[-1] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"balance": Components(600), "periods": 600, "annual_rate": Decimal("0.24")}, "periods"),
        (
            {"method": Method.STEP_UP, "periods": 120, "annual_rate": Decimal("0.2"), "step_rate": Decimal("0.5")},
            "step_rate",
        ),
        (
            {
                "method": Method.STEP_UP,
                "balance": Components(660),
                "periods": 120,
                "annual_rate": Decimal("0.01"),
                "step_rate": Decimal("0"),
            },
            "periods",
        ),
    ],
)
def test_terms_that_whole_fen_cannot_make_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadTerms) as caught:
        schedule(terms(**changes))
    assert field in caught.value.facts["fields"]


def test_only_carried_amounts_make_a_plan_without_interest() -> None:
    for method in (Method.EQUAL_INSTALMENTS, Method.STEP_UP, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST):
        plan = schedule(terms(method=method, balance=Components(0, 36_000)))
        assert plan.payment_minor == (1_000,) * 36


@given(amount=st.integers(1, 10**13), parts=st.integers(1, 600))
def test_equal_parts_leave_a_last_one_that_is_positive(amount: int, parts: int) -> None:
    assert amount - equal_part(amount, parts) * (parts - 1) > 0


def test_rows_speak_money() -> None:
    row = schedule(terms(balance=Components(4_343_575, 3_600))).rows[0]
    assert (row.number, row.due_on) == (1, FIRST)
    assert row.principal + row.interest + row.carried == row.payment
    assert row.balance_after == Money(row.balance_after_minor)


def test_today_is_where_the_plan_starts() -> None:
    plan = schedule(terms())
    assert plan.terms.start_on == TODAY
    assert plan.total == Money(plan.total_minor)
    assert plan.interest_total == Money(plan.interest_total_minor)
    assert plan.last_due_on == date(2029, 11, 10)
