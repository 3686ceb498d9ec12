"""Where promises stand on a day: kept, late, broken; the same whatever the order in which money shows up."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.plans.domain import (
    PLAN_MOVES,
    PLAN_STATUSES,
    Promise,
    Receipt,
    Standing,
    Tolerance,
    next_status,
    standing,
)

pytestmark = pytest.mark.req("E7")

TOLERANCE = Tolerance(days=3, amount_minor=100, missed_instalments=2, overdue_days=30)
FIRST = date(2027, 1, 10)


def promises(count: int = 3, amount: int = 100_000) -> list[Promise]:
    made = []
    for number in range(1, count + 1):
        due_on = date(2027, number, 10) if number <= 12 else date(2028, number - 12, 10)
        made.append(Promise(number, due_on, due_on, amount))
    return made


def paid(*payments: tuple[int, date]) -> list[Receipt]:
    return [Receipt(UUID(int=index), day, amount) for index, (amount, day) in enumerate(payments, start=1)]


def on(day: date, *payments: tuple[int, date], not_before: date | None = None) -> Standing:
    return standing(promises(), paid(*payments), tolerance=TOLERANCE, on=day, not_before=not_before)


def statuses(state: Standing) -> list[str]:
    return [one.status for one in state.promises]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 10), ["pending", "pending", "pending"]),
        (date(2027, 1, 13), ["pending", "pending", "pending"]),
        (date(2027, 1, 14), ["late", "pending", "pending"]),
        (date(2027, 2, 14), ["late", "late", "pending"]),
    ],
)
def test_time_alone_makes_a_promise_late_after_the_tolerance(day: date, expected: list[str]) -> None:
    assert statuses(on(day)) == expected


@pytest.mark.parametrize(
    ("amount", "day", "expected"),
    [
        (100_000, date(2027, 1, 10), "kept"),
        (100_000, date(2027, 1, 13), "kept"),
        (100_000, date(2027, 1, 14), "late"),
        (99_900, date(2027, 1, 10), "kept"),
        (99_899, date(2027, 1, 10), "late"),
    ],
)
def test_a_promise_is_kept_within_the_tolerated_days_and_amount(amount: int, day: date, expected: str) -> None:
    assert statuses(on(date(2027, 1, 20), (amount, day)))[0] == expected


def test_part_payments_add_up_and_the_day_of_the_last_one_counts() -> None:
    state = on(date(2027, 1, 20), (40_000, FIRST), (60_000, date(2027, 1, 12)))
    assert state.promises[0].settled_on == date(2027, 1, 12)
    assert statuses(state) == ["kept", "pending", "pending"]
    assert [one.amount_minor for one in state.allocations] == [40_000, 60_000]


def test_money_paid_early_keeps_the_next_promises_and_the_rest_is_surplus() -> None:
    state = on(date(2027, 1, 5), (350_000, date(2027, 1, 5)))
    assert statuses(state) == ["kept", "kept", "kept"]
    assert state.surplus_minor == 50_000
    assert state.completed_on == date(2027, 1, 5)
    assert state.next_check_on is None


def test_money_goes_to_the_oldest_promise_first() -> None:
    state = on(date(2027, 2, 20), (100_000, date(2027, 2, 10)))
    assert statuses(state) == ["late", "late", "pending"]
    assert (state.promises[0].settled_on, state.promises[1].settled_on) == (date(2027, 2, 10), None)
    assert state.breach is None


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (date(2027, 2, 8), None),
        (date(2027, 2, 9), "overdue_days"),
        (date(2027, 2, 13), "overdue_days"),
        (date(2027, 2, 14), "missed_instalments"),
    ],
)
def test_a_plan_is_broken_by_thirty_days_or_two_missed_instalments(day: date, rule: str | None) -> None:
    breach = on(day).breach
    assert (breach.rule if breach else None) == rule


def test_two_missed_in_a_row_break_a_plan_before_thirty_days() -> None:
    weekly = [Promise(n, FIRST + timedelta(days=7 * n), FIRST + timedelta(days=7 * n), 1_000) for n in range(1, 5)]
    state = standing(weekly, [], tolerance=TOLERANCE, on=FIRST + timedelta(days=18))
    assert state.breach is not None
    assert (state.breach.rule, state.breach.missed, state.breach.unpaid_minor) == ("missed_instalments", 2, 2_000)
    assert state.breach.oldest_number == 1


def test_late_but_paid_is_not_a_breach() -> None:
    assert on(date(2027, 3, 1), (200_000, date(2027, 2, 20))).breach is None


def test_a_day_of_rest_moves_the_last_day_to_the_next_working_day() -> None:
    """10 January 2027 is a Sunday; the 11th is a working day (Civil Code, article 203)."""
    days = compliance.working_calendar()
    assert days.next_probably_working(FIRST) == date(2027, 1, 11)
    assert days.next_working(date(2026, 2, 14)) == date(2026, 2, 14)  # a Saturday that is worked
    assert days.next_working(date(2026, 2, 17)) == date(2026, 2, 24)  # Spring Festival
    moved = [Promise(1, FIRST, date(2027, 1, 11), 100)]
    assert standing(moved, [], tolerance=TOLERANCE, on=date(2027, 1, 14)).promises[0].status == "pending"


def test_after_a_reversal_the_tolerance_counts_anew() -> None:
    day = date(2027, 2, 20)
    assert statuses(on(day))[:2] == ["late", "late"]
    state = on(day, not_before=date(2027, 2, 18))
    assert statuses(state)[:2] == ["pending", "pending"]
    assert state.breach is None
    assert state.next_check_on == date(2027, 2, 22)
    assert on(date(2027, 2, 22), not_before=date(2027, 2, 18)).breach is not None


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2027, 1, 1), date(2027, 1, 14)), (date(2027, 1, 14), date(2027, 1, 15))],
)
def test_the_next_day_that_can_change_anything_is_known(day: date, expected: date) -> None:
    assert on(day).next_check_on == expected


def test_tolerated_pennies_still_have_to_be_paid_in_the_end() -> None:
    state = on(date(2027, 5, 1), (99_950, FIRST), (99_950, date(2027, 2, 10)), (99_950, date(2027, 3, 10)))
    assert state.unpaid_minor == 150
    assert state.completed_on is None
    done = on(date(2027, 5, 1), (99_950, FIRST), (200_050, date(2027, 2, 10)))
    assert done.completed_on == date(2027, 2, 10)


receipts = st.lists(st.tuples(st.integers(1, 250_000), st.dates(date(2026, 12, 1), date(2027, 12, 31))), max_size=12)


@settings(max_examples=150)
@given(payments=receipts, seed=st.integers(0, 99), day=st.dates(date(2026, 12, 1), date(2028, 6, 30)))
def test_the_order_of_arrival_changes_nothing_and_no_fen_is_lost(
    payments: list[tuple[int, date]], seed: int, day: date
) -> None:
    made = paid(*payments)
    shuffled = made[:]
    random.Random(seed).shuffle(shuffled)
    first = standing(promises(12), made, tolerance=TOLERANCE, on=day)
    assert first == standing(promises(12), shuffled, tolerance=TOLERANCE, on=day)
    total = sum(amount for amount, _ in payments)
    assert sum(one.amount_minor for one in first.allocations) + first.surplus_minor == total
    assert first.unpaid_minor == max(0, 1_200_000 - total)
    assert (first.completed_on is None) == (first.unpaid_minor > 0)
    for state in first.promises:
        assert 0 <= state.paid_minor <= 100_000
    assert not (first.breach and first.completed_on)


@settings(max_examples=100)
@given(payments=receipts, day=st.dates(date(2026, 12, 1), date(2028, 3, 31)))
def test_nothing_changes_before_the_next_check(payments: list[tuple[int, date]], day: date) -> None:
    """What lets the job sleep: until ``next_check_on`` time alone moves nothing."""
    now = standing(promises(12), paid(*payments), tolerance=TOLERANCE, on=day)
    last = (now.next_check_on or day + timedelta(days=400)) - timedelta(days=1)
    later = standing(promises(12), paid(*payments), tolerance=TOLERANCE, on=last)
    assert later.promises == now.promises
    assert (later.breach is None) == (now.breach is None)


def test_moves_of_a_plan_are_a_table() -> None:
    assert set(PLAN_MOVES) == set(PLAN_STATUSES)
    healthy, broken = on(date(2027, 1, 1)), on(date(2027, 3, 1))
    done = on(date(2027, 1, 5), (300_000, date(2027, 1, 5)))
    assert next_status("active", healthy, None) == "active"
    assert next_status("active", broken, None) == "broken"
    assert next_status("active", done, None) == "completed"
    assert next_status("completed", healthy, None) == "active"
    assert next_status("completed", healthy, broken) == "broken"
    assert next_status("broken", broken, broken) == "broken"
    assert next_status("broken", healthy, broken) == "broken"
    assert next_status("broken", healthy, healthy) == "active"
    assert next_status("broken", broken, healthy) == "broken"
    assert next_status("broken", done, broken) == "completed"
    for ended in ("superseded", "cancelled"):
        assert next_status(ended, broken, None) == ended
