"""The pure parts: the table of states, deadlines, fingerprints, placing, policy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.compliance.api import working_calendar
from heyi.capabilities.negotiation.domain import STATUSES, TRANSITIONS, acts_for, application, situation, states
from heyi.capabilities.negotiation.domain.placing import Candidate, choose
from heyi.capabilities.negotiation.domain.policy import ServiceLevel
from heyi.capabilities.negotiation.domain.progress import Milestones, deadline, progress
from heyi.capabilities.negotiation.domain.text import distance, normalised, story_print
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.negotiation.policy import policy
from heyi.kit.actors import SYSTEM, Actor

BORROWER = Actor(kind="borrower", id=UUID(int=1))


def test_every_state_can_be_reached_and_every_row_is_of_known_states() -> None:
    reached, frontier = set(), {"draft"}
    while frontier:
        here = frontier.pop()
        reached.add(here)
        frontier |= {to for row in TRANSITIONS if here in row.sources for to in row.targets} - reached
    assert reached == set(STATUSES)
    for row in TRANSITIONS:
        assert row.sources <= set(STATUSES)
        assert row.targets <= set(STATUSES)
        assert row.sources
    assert len({row.act for row in TRANSITIONS}) == len(TRANSITIONS)


def test_the_database_repeats_the_states() -> None:
    check = next(c for c in Case._meta.constraints if c.name == "case_status_known")
    assert set(dict(check.condition.children)["status__in"]) == set(STATUSES)  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", STATUSES)
def test_every_state_says_whose_turn_it_is(status: str) -> None:
    now = situation(status)
    assert (now.turn == "none") == (status in states.ENDED)
    assert now.level is None or now.level in policy().levels
    if now.turn == "borrower" and now.next_act not in ("pay", "sign"):
        assert acts_for(BORROWER, status) - {"say", "raise_problem", "withdraw", "attach_proof"}


def test_an_ended_case_takes_no_more_acts() -> None:
    for status in states.ENDED:
        assert acts_for(BORROWER, status) == frozenset()
        assert acts_for(SYSTEM, status) <= {"reopen"}


@pytest.mark.parametrize(
    ("since", "days", "until"),
    [
        (datetime(2026, 11, 9, 2, tzinfo=UTC), 2, "2026-11-11T18:00:00+08:00"),
        (datetime(2026, 11, 13, 2, tzinfo=UTC), 1, "2026-11-16T18:00:00+08:00"),
        (datetime(2026, 9, 30, 2, tzinfo=UTC), 1, "2026-10-08T18:00:00+08:00"),
        (datetime(2026, 2, 13, 2, tzinfo=UTC), 1, "2026-02-14T18:00:00+08:00"),
        (datetime(2026, 11, 9, 17, tzinfo=UTC), 1, "2026-11-11T18:00:00+08:00"),
    ],
    ids=["weekdays", "over a weekend", "over National Day", "a Saturday worked", "after midnight in Shanghai"],
)
def test_working_days_end_at_six(since: datetime, days: int, until: str) -> None:
    level = ServiceLevel(key="x", amount=days, unit="working_days")
    assert deadline(level, since, is_working=working_calendar().is_probably_working).isoformat() == until


def test_the_steps_of_a_refused_and_of_a_completed_case() -> None:
    at = datetime(2026, 11, 9, tzinfo=UTC)
    refused = progress("refused", Milestones(at, submitted_at=at), situation("refused"), by=None, at=at)
    assert [step.state for step in refused.steps] == ["done", "stopped", "ahead", "ahead", "ahead"]
    whole = Milestones(at, at, at, at, at, at, at)
    done = progress("completed", whole, situation("completed"), by=None, at=at)
    assert {step.state for step in done.steps} == {"done"}
    closed = progress("closed", Milestones(at, submitted_at=at, ended_at=at), situation("closed"), by=None, at=at)
    assert closed.current == "review"


@given(st.text(min_size=40, max_size=300))
def test_a_story_is_known_by_its_letters_only(text: str) -> None:
    one, two = story_print(text), story_print(f"  {text.upper().lower()} ，。 ")
    if one is None or two is None:
        assert len(normalised(text)) < 60
    elif normalised(text) == normalised(text.upper().lower()):
        assert one == two


def test_a_copied_story_is_near_and_another_is_far() -> None:
    copied = "我在工厂上班，今年八月订单少了，工资从九千降到六千八，孩子下个月还要住院，想把每个月还的钱降下来。"
    changed = copied.replace("八月", "九月")
    other = "我去年开了一家小饭馆，附近修路以后没有客人，房租一直在涨，现在想先停三个月，等路修好了再慢慢还清欠款。"
    prints = [story_print(text) for text in (copied, changed, other)]
    assert all(prints)
    near = distance(prints[0].bits, prints[1].bits)  # type: ignore[union-attr]
    far = distance(prints[0].bits, prints[2].bits)  # type: ignore[union-attr]
    assert near < far
    assert far > 10


def test_skill_then_load_then_number() -> None:
    ids = [UUID(int=n) for n in range(4)]
    crowd = [
        Candidate(ids[0], 0, frozenset(), "1"),
        Candidate(ids[1], 5, frozenset({"consumer"}), "2"),
        Candidate(ids[2], 5, frozenset({"consumer"}), "1"),
        Candidate(ids[3], 9, frozenset({"consumer"}), "0"),
    ]
    assert choose(crowd, product="consumer") == ids[2]
    assert choose(crowd, product="mortgage") == ids[0]
    assert choose([], product="mortgage") is None


def test_the_policy_speaks_both_languages_and_knows_every_key() -> None:
    rules = policy()
    for listed in ("reasons", "wishes", "problems", "review_reasons", "more_items", "proof_kinds", "decline_reasons"):
        for item in getattr(rules, listed):
            assert item.zh
            assert item.en.isascii()
    assert all(answer.approval for answer in rules.canned)
    assert {"illness", "family_illness"} <= {reason.key for reason in rules.reasons if reason.sensitive}


@given(st.integers(min_value=0, max_value=10**13))
def test_amounts_come_back_as_they_were_typed(minor: int) -> None:
    typed = f"{minor // 100:,}.{minor % 100:02d}"
    clean, wrong = application.read_step("income", {"monthly": typed}, policy(), today=date(2026, 11, 9))
    assert (clean, wrong) == ({"monthly": minor}, {})


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.text(max_size=40), st.integers(), st.lists(st.text()))))
def test_no_answer_breaks_the_form(values: dict[str, object]) -> None:
    for step in application.STEP_KEYS:
        clean, wrong = application.read_step(step, values, policy(), today=date(2026, 11, 9))
        assert set(clean).isdisjoint(wrong)
