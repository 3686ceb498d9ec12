"""A batch of schedules is the same to the fen as one after the other, and as Decimal arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heyi.capabilities.plans.domain import (
    BadTerms,
    Components,
    CustomPayment,
    Method,
    PlanTerms,
    Schedule,
    schedule,
    schedules_of,
)
from tests.capabilities.plans import oracle
from tests.capabilities.plans.cases import any_terms, days, terms

pytestmark = pytest.mark.req("E4")

fine_rates = st.integers(1, 36_000_000).map(lambda millionths: Decimal(millionths) / 10**8)


def alone(wanted: PlanTerms) -> Schedule | dict[str, str]:
    try:
        return schedule(wanted)
    except BadTerms as refusal:
        return refusal.facts["fields"]  # type: ignore[no-any-return]


@settings(max_examples=120, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(st.lists(any_terms(), min_size=1, max_size=12))
def test_a_batch_of_anything_equals_one_after_the_other(many: list[PlanTerms]) -> None:
    batch = schedules_of(many)
    for place, (made, wanted) in enumerate(zip(batch, many, strict=True)):
        expected = alone(wanted)
        assert (made.facts["fields"] if isinstance(made, BadTerms) else made) == expected
        if isinstance(expected, Schedule):
            assert batch.total_minor[place] == expected.total_minor
            assert batch.interest_total_minor[place] == expected.interest_total_minor


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(10_000, 10**13), fine_rates, st.integers(1, 60), days, st.integers(29, 31)),
        min_size=1,
        max_size=20,
    )
)
@example(
    [
        (10**13, Decimal("0.35999999"), 60, date(2024, 1, 31), 31),
        (10**13, Decimal("0.00000001"), 60, date(2024, 2, 29), 29),
    ]
)
@example(
    [
        (10**13, Decimal("0.99999999"), 600, date(2023, 8, 31), 31),
        (7 * 10**12 + 1, Decimal("0.24"), 1, date(2028, 2, 29), 30),
    ]
)
def test_every_fen_of_a_batch_is_what_decimal_arithmetic_finds(
    rows: list[tuple[int, Decimal, int, date, int]],
) -> None:
    """Balances up to 10^13 fen, rates to the eighth decimal, leap days and short months."""
    many = [_level(*row) for row in rows]
    for wanted, made in zip(many, schedules_of(many), strict=True):
        if isinstance(made, BadTerms):
            assert alone(wanted) == made.facts["fields"]
            continue
        found = [(row.due_on, row.principal_minor, row.interest_minor, row.balance_after_minor) for row in made.rows]
        asked = (
            wanted.balance.principal_minor,
            wanted.annual_rate,
            wanted.first_due_on,
            wanted.due_day,
            wanted.periods,
        )
        assert found == oracle.equal_instalments(*asked)


def _level(principal: int, rate: Decimal, periods: int, first: date, due_day: int) -> PlanTerms:
    last_of_month = oracle.dates(first, due_day, 1)[0]
    return terms(
        method=Method.EQUAL_INSTALMENTS,
        start_on=date(2023, 1, 1),
        first_due_on=last_of_month,
        due_day=due_day,
        periods=periods,
        balance=Components(principal),
        annual_rate=rate,
    )


def test_payments_written_down_by_the_parties_come_along() -> None:
    level = terms(method=Method.EQUAL_INSTALMENTS)
    free = replace(
        level,
        method=Method.CUSTOM,
        periods=2,
        first_due_on=date(2026, 12, 20),
        due_day=20,
        custom=(CustomPayment(date(2026, 12, 20), 500_000), CustomPayment(date(2027, 2, 28), None)),
    )
    assert list(schedules_of([free, level])) == [schedule(free), schedule(level)]


def test_one_that_cannot_be_made_does_not_stop_the_others() -> None:
    sound = terms(method=Method.EQUAL_INSTALMENTS)
    tiny = replace(sound, balance=Components(700), periods=600, annual_rate=Decimal("0.36"))
    refused, made = schedules_of([tiny, sound])
    assert isinstance(refused, BadTerms)
    assert refused.facts["fields"] == alone(tiny)
    assert made == schedule(sound)


def test_nothing_is_nothing() -> None:
    assert list(schedules_of([])) == []
