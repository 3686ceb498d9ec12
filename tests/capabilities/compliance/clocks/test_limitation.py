"""Limitation of debts: the catalogue's cases one by one, then what must hold whatever happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.compliance.adapters.clock_files import limitation_pack
from heyi.capabilities.compliance.domain.calendar import Calendar, CalendarYear
from heyi.capabilities.compliance.domain.clocks import (
    INTERRUPTIONS,
    KINDS,
    PROCEEDINGS,
    RENEWALS,
    Limitation,
    LimitationEvent,
    limitation,
)
from heyi.kit.dates import add_months

PACK = limitation_pack("cn")
EVERY_DAY_IS_WORKED = Calendar(
    {
        year: CalendarYear(
            year, True, frozenset(), frozenset(date(year, 1, 1) + timedelta(days=n) for n in range(366)), "test"
        )
        for year in range(1990, 2080)
    }
)
DUE = date(2022, 3, 10)

pytestmark = pytest.mark.req("C2", "B22")


def event(kind: str, on: date, until: date | None = None, number: int = 1) -> LimitationEvent:
    return LimitationEvent(UUID(int=number), kind, on, until, f"proof:{number}")


def at(
    as_of: date, events: Iterable[LimitationEvent] = (), due: date = DUE, calendar: Calendar = EVERY_DAY_IS_WORKED
) -> Limitation:
    return limitation(due_on=due, events=events, as_of=as_of, rules=PACK.rules, calendar=calendar)


def test_three_years_from_the_last_due_day_then_the_debtor_may_refuse():
    assert at(date(2025, 3, 10)).state == "running"
    assert at(date(2025, 3, 10)).days_left == 0
    assert at(date(2025, 3, 11)).state == "barred"


def test_it_has_not_begun_before_the_last_instalment_is_due():
    standing = at(date(2022, 3, 9))
    assert (standing.state, standing.expires_on) == ("not_started", date(2025, 3, 10))


def test_a_leap_day_ends_on_the_last_day_of_february():
    assert at(date(2024, 3, 1), due=date(2024, 2, 29)).expires_on == date(2027, 2, 28)


@pytest.mark.parametrize("kind", sorted(INTERRUPTIONS))
def test_an_interruption_starts_three_years_anew(kind):
    assert at(date(2025, 6, 1), [event(kind, date(2024, 5, 20))]).expires_on == date(2027, 5, 20)


@pytest.mark.parametrize("kind", sorted(INTERRUPTIONS))
def test_on_the_last_day_it_still_counts_and_one_day_later_no_longer(kind):
    assert at(date(2025, 6, 1), [event(kind, date(2025, 3, 10))]).state == "running"
    late = at(date(2025, 6, 1), [event(kind, date(2025, 3, 11))])
    assert late.state == "barred"
    assert late.steps[-1].what == f"too_late.{kind}"
    assert not late.steps[-1].counts


def test_a_demand_before_the_debt_is_due_changes_nothing():
    standing = at(date(2023, 1, 1), [event("demand", date(2021, 9, 1))])
    assert standing.expires_on == date(2025, 3, 10)
    assert standing.steps[-1].what == "early.demand"


@pytest.mark.parametrize("kind", sorted(PROCEEDINGS))
def test_proceedings_stop_the_clock_and_their_end_starts_it_anew(kind):
    running = event(kind, date(2024, 1, 10), date(2024, 11, 5))
    assert at(date(2024, 6, 1), [running]).state == "in_proceedings"
    assert at(date(2024, 6, 1), [running]).expires_on is None
    assert at(date(2024, 12, 1), [running]).expires_on == date(2027, 11, 5)


def test_an_open_suit_keeps_the_claim_alive_for_years():
    assert at(date(2031, 1, 1), [event("suit", date(2025, 3, 10))]).state == "in_proceedings"


def test_a_suit_filed_too_late_revives_nothing():
    assert at(date(2026, 1, 1), [event("suit", date(2025, 3, 11))]).state == "barred"


def test_an_obstacle_in_the_last_six_months_suspends_and_leaves_six_months():
    flood = event("obstacle", date(2024, 12, 1), date(2025, 5, 1))
    assert at(date(2025, 4, 1), [flood]).state == "suspended"
    assert at(date(2025, 5, 2), [flood]).expires_on == date(2025, 11, 1)


def test_an_obstacle_that_ended_before_the_last_six_months_changes_nothing():
    assert at(date(2025, 1, 1), [event("obstacle", date(2023, 1, 1), date(2024, 9, 9))]).expires_on == date(2025, 3, 10)


def test_an_obstacle_that_reaches_into_the_last_six_months_counts():
    early = event("obstacle", date(2023, 1, 1), date(2024, 9, 10))
    assert at(date(2025, 1, 1), [early]).expires_on == date(2025, 3, 10)
    assert at(date(2025, 1, 1), [event("obstacle", date(2023, 1, 1), date(2024, 10, 1))]).expires_on == date(2025, 4, 1)


def test_a_plan_counts_from_its_own_last_due_day():
    plan = event("plan_agreed", date(2024, 6, 1), date(2026, 6, 15))
    standing = at(date(2024, 7, 1), [plan])
    assert (standing.state, standing.expires_on) == ("not_started", date(2029, 6, 15))


def test_a_broken_plan_called_due_counts_from_the_earlier_cautious_day():
    plan = event("plan_agreed", date(2024, 6, 1), date(2026, 6, 15))
    called = event("called_due", date(2024, 10, 1), number=2)
    assert at(date(2024, 12, 1), [plan, called]).expires_on == date(2027, 10, 1)


def test_what_is_due_already_cannot_be_called_due_to_win_time():
    standing = at(date(2024, 6, 1), [event("called_due", date(2024, 5, 20))])
    assert standing.expires_on == date(2025, 3, 10)
    assert (standing.steps[-1].what, standing.steps[-1].counts) == ("called_due_late", False)


def test_calling_the_whole_debt_due_takes_the_earlier_day_and_says_that_counsel_decides():
    standing = at(date(2022, 1, 1), [event("called_due", date(2021, 6, 1))])
    assert (standing.expires_on, standing.long_stop_on) == (date(2024, 6, 1), date(2041, 6, 1))
    assert standing.doubts == ("called_due",)


def test_a_text_message_on_another_loan_counts_only_once_counsel_says_so():
    message = event("message", date(2024, 5, 20))
    standing = at(date(2024, 6, 1), [message])
    assert (standing.expires_on, standing.doubts) == (date(2025, 3, 10), ("message",))
    told = at(date(2024, 6, 1), [message, event("demand", date(2024, 5, 20), number=2)])
    assert told.expires_on == date(2027, 5, 20)


@pytest.mark.parametrize(
    ("channel", "card", "kind"),
    [
        ("letter", False, "demand"),
        ("letter", True, "demand"),
        ("sms", True, "card_message"),
        ("email", True, "card_message"),
        ("sms", False, "message"),
        ("portal", False, "message"),
    ],
)
def test_the_pack_says_what_a_demand_is_by_its_channel(channel, card, kind):
    assert PACK.demand(channel=channel, card=card) == kind


NEW_LAW = date(2017, 10, 1)


@pytest.mark.parametrize(
    ("due", "ends", "what"),
    [
        (date(2013, 5, 1), date(2015, 5, 1), "old_law_ended"),
        (date(2015, 9, 30), date(2017, 9, 30), "old_law_ended"),
        (date(2015, 10, 1), date(2018, 10, 1), "old_law_kept"),
        (date(2017, 9, 30), date(2020, 9, 30), "old_law_kept"),
    ],
)
def test_two_years_that_ran_out_before_the_new_law_stay_run_out(due, ends, what):
    standing = at(date(2018, 1, 1), due=due)
    assert (standing.expires_on, standing.steps[-1].what) == (ends, what)
    assert standing.doubts == ("old_law",)


def test_a_period_that_began_under_the_new_law_has_no_doubt():
    standing = at(date(2018, 1, 1), due=NEW_LAW)
    assert (standing.expires_on, standing.doubts) == (date(2020, 10, 1), ())


def test_a_demand_after_the_old_two_years_ended_revives_nothing_though_three_years_would_not_have_ended():
    late = event("demand", date(2017, 9, 1))
    assert at(date(2018, 1, 1), [late], due=date(2015, 8, 1)).state == "barred"


def test_a_demand_in_time_under_the_old_law_gives_three_years_if_they_reach_into_the_new():
    demand = event("demand", date(2016, 5, 1))
    assert at(date(2018, 1, 1), [demand], due=date(2014, 8, 1)).expires_on == date(2019, 5, 1)


def test_an_obstacle_of_the_old_law_gives_back_its_days_and_one_that_still_stood_brings_the_new_law():
    ended = event("obstacle", date(2016, 12, 1), date(2016, 12, 31))
    assert at(date(2018, 1, 1), [ended], due=date(2015, 1, 15)).expires_on == date(2017, 2, 14)
    stood = event("obstacle", date(2016, 12, 1), date(2017, 10, 5))
    assert at(date(2018, 1, 2), [stood], due=date(2015, 1, 15)).expires_on == date(2018, 4, 5)


@pytest.mark.parametrize("kind", sorted(RENEWALS))
def test_only_an_agreement_to_perform_renews_a_barred_debt(kind):
    assert at(date(2026, 1, 1), [event(kind, date(2025, 12, 1), date(2025, 12, 1))]).expires_on == date(2028, 12, 1)


def test_twenty_years_end_it_whatever_was_done():
    demands = [event("demand", date(2022 + n, 3, 9), number=n) for n in range(3, 21, 2)]
    standing = at(date(2042, 3, 11), demands)
    assert (standing.state, standing.expires_on) == ("barred", date(2042, 3, 10))


def test_a_last_day_of_rest_moves_to_the_next_working_day():
    calendar = Calendar(
        {2025: CalendarYear(2025, True, frozenset({date(2025, 10, day) for day in range(1, 9)}), frozenset(), "x")}
    )
    standing = at(date(2025, 10, 3), due=date(2022, 10, 2), calendar=calendar)
    assert (standing.state, standing.expires_on) == ("running", date(2025, 10, 9))
    assert at(date(2025, 10, 10), due=date(2022, 10, 2), calendar=calendar).state == "barred"


def test_a_demand_within_the_days_that_the_holiday_added_is_in_time():
    calendar = Calendar(
        {2025: CalendarYear(2025, True, frozenset({date(2025, 10, day) for day in range(1, 9)}), frozenset(), "x")}
    )
    demand = event("demand", date(2025, 10, 9))
    assert at(date(2025, 11, 1), [demand], due=date(2022, 10, 2), calendar=calendar).expires_on == date(2028, 10, 9)


def test_without_a_published_calendar_the_earlier_day_stands_and_says_that_it_may_move():
    standing = at(date(2025, 1, 1), calendar=Calendar({}))
    assert (standing.expires_on, standing.provisional) == (date(2025, 3, 10), True)


def test_every_step_names_its_rule_and_its_proof():
    steps = at(date(2025, 1, 1), [event("part_payment", date(2023, 5, 5), number=7)]).steps
    assert [(step.what, step.rule_id) for step in steps] == [("starts", "CN-LIM-2"), ("part_payment", "CN-LIM-7")]
    assert steps[1].evidence == "proof:7"
    assert {step.rule_id for step in steps} <= PACK.sources.keys()


def test_the_next_lawful_act_grows_more_pressing():
    assert PACK.next_act(400) is None
    assert [PACK.next_act(days).days_left for days in (200, 80, 20, 3)] == [365, 90, 30, 7]


DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
EVENTS = st.lists(
    st.builds(
        lambda kind, on, length, number: event(kind, on, on + timedelta(days=length), number),
        st.sampled_from(sorted(KINDS)),
        DAYS,
        st.integers(0, 900),
        st.integers(1, 10**6),
    ),
    max_size=6,
    unique_by=lambda e: e.id,
)


@given(EVENTS, DAYS, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_entered_does_not_matter(events, as_of, dice):
    shuffled = list(events)
    dice.shuffle(shuffled)
    assert at(as_of, events) == at(as_of, shuffled)


@given(EVENTS, DAYS)
def test_what_happens_later_changes_nothing_today(events, as_of):
    assert at(as_of, events) == at(as_of, [e for e in events if e.on <= as_of])


@given(EVENTS, DAYS)
def test_nothing_outlives_the_long_stop(events, as_of):
    standing = at(as_of, events)
    assert standing.expires_on is None or standing.expires_on <= standing.long_stop_on
    assert standing.long_stop_on == add_months(standing.long_stop_on, 0)


@given(EVENTS, DAYS, DAYS, st.sampled_from(sorted(INTERRUPTIONS)))
def test_one_more_interruption_never_shortens_the_period(events, on, as_of, kind):
    before = at(as_of, events)
    after = at(as_of, [*events, event(kind, on, number=10**7)])
    if before.expires_on is not None:
        assert after.expires_on is None or after.expires_on >= before.expires_on


@given(EVENTS, DAYS)
def test_a_barred_debt_stays_barred_without_an_agreement(events, as_of):
    known = [e for e in events if e.kind not in RENEWALS and e.on <= as_of]
    if at(as_of, known).state == "barred":
        for later in (30, 400):
            day = as_of + timedelta(days=later)
            tries = [event(k, as_of + timedelta(days=1), day, 10**7 + n) for n, k in enumerate(sorted(INTERRUPTIONS))]
            assert at(day, [*known, *tries]).state == "barred"


OLD_DAYS = st.dates(date(2010, 1, 1), date(2021, 12, 31))


@given(OLD_DAYS, st.lists(st.tuples(st.sampled_from(sorted(INTERRUPTIONS)), OLD_DAYS), max_size=5))
def test_what_the_old_law_ended_no_later_demand_revives_and_what_it_left_gets_three_years(due, told):
    events = [event(kind, on, number=number) for number, (kind, on) in enumerate(told, start=1)]
    before = at(date(2017, 9, 30), [e for e in events if e.on < NEW_LAW], due=due)
    after = at(date(2022, 1, 1), events, due=due)
    if before.state == "barred":
        assert after.state == "barred"
    elif due < NEW_LAW:
        assert after.expires_on >= add_months(NEW_LAW, 12)
        assert "old_law" in after.doubts


@given(EVENTS, DAYS)
def test_a_doubt_never_gives_the_bank_a_later_day_and_is_never_silent(events, as_of):
    standing = at(as_of, events)
    without = at(as_of, [e for e in events if e.kind != "message"])
    assert (standing.state, standing.expires_on) == (without.state, without.expires_on)
    doubted = {step.event_id for step in standing.steps if step.doubt}
    for step in standing.steps:
        assert (step.what in {"message", "called_due"}) == (step.event_id in doubted and step.event_id is not None)
