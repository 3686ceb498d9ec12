"""Other words for an approved sentence: proposed with the difference, voted on by others, dated, the old ones kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.plumbing import outbox
from heyi.plumbing.clock import bank_day
from tests.cast import AT, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3", "C8")]
NEW = {
    "zh": "不着急，我们先一起看看您每个月的收支。",
    "en": "No hurry. Let us first look at your monthly figures together.",
}


IN_TWO_DAYS = bank_day(AT) + timedelta(days=2)


def words_at(at: datetime) -> str:
    return next(one.words.zh for one in compliance.scripts(at=at) if one.id == "any_open_2")


def propose(people: Cast, **different: Any) -> compliance.ScriptChangeView:
    asked = {"script": "any_open_2", **NEW, "reason": "更具体", "reader": "所有借款人", "holds_from": IN_TWO_DAYS}
    return compliance.propose_script_change(**{**asked, "actor": people.zhou, "at": AT, **different})


def test_new_words_hold_from_their_day_on_once_others_said_yes(people: Cast) -> None:
    before = words_at(AT)
    asked = propose(people)
    assert asked.approval_id is not None
    assert approvals.approval(approval_id=asked.approval_id, at=AT).facts["before"] == before
    with pytest.raises(compliance.ProposalEnded):
        propose(people, zh="我们慢慢来，先看看收支。")
    for voter in (people.compliance, people.lead):
        approvals.vote(approval_id=asked.approval_id, vote="yes", reason="好", actor=voter, at=AT)
    outbox.deliver_due(at=AT)
    assert words_at(AT) == before
    assert words_at(AT + timedelta(days=3)) == NEW["zh"]
    (kept,) = compliance.script_changes(script="any_open_2")
    assert (kept.state, kept.proposed_by) == ("approved", people.zhou.label)


@pytest.mark.parametrize(
    ("different", "problem"),
    [
        ({"script": "nothing"}, compliance.ScriptNotFound),
        ({"zh": "再不还就打断你的腿"}, compliance.ScriptWanting),
        ({"reader": " "}, compliance.ReasonMissing),
        ({"holds_from": bank_day(AT) - timedelta(1)}, compliance.DayUnusable),
    ],
)
def test_words_that_cannot_be_used_are_refused_before_anybody_votes(
    people: Cast, different: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        propose(people, **different)
    assert not compliance.script_changes(script="any_open_2")
