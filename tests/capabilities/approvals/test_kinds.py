"""The pack's kinds: sound ones load, faulty ones are refused with their place."""

from __future__ import annotations

import pytest
import yaml

from heyi.capabilities.approvals.adapters import kind_files
from heyi.capabilities.approvals.domain import BadKinds, VoteRule, outcome
from heyi.capabilities.approvals.domain.views import Vote
from heyi.plumbing.ids import new_id
from tests.cast import AT

pytestmark = pytest.mark.req("C3")

SOUND = {
    "id": "k",
    "title": {"zh": "甲", "en": "A"},
    "basis": "本行制度",
    "about": "name",
    "ask": ["lead"],
    "revoke": ["lead"],
    "days_to_decide": 5,
    "days_valid": None,
    "vote": {"roles": ["lead"], "quorum": 1},
}


def test_the_pack_loads_and_states_who_decides():
    keys = [kind.key for kind in kind_files.load().kinds]
    assert keys == [
        "campaign", "agency_placement", "waiver_above_authority", "complaint_extension", "visit_vulnerable",
        "pack_change", "script_change", "third_person_unlock",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"vote": {"roles": ["king"], "quorum": 1}}, "unknown role"),
        ({"vote": {"roles": ["lead"], "quorum": 0}}, "quorum below 1"),
        ({"vote": {"roles": ["lead"], "quorum": 1, "yes_over": "1/1"}}, "no share"),
        ({"vote": {"roles": ["lead"], "quorum": 1, "each_role": ["compliance"]}}, "each_role"),
        ({"basis": ""}, "no basis"),
        ({"about": "weather"}, "about is none of"),
        ({"days_valid": 0}, "no days"),
        ({"title": {"zh": "甲"}}, "KeyError"),
        ({"questions": [{"key": "a", "zh": "?", "en": "?"}] * 2}, "twice"),
    ],
)
def test_a_faulty_kind_is_refused_with_its_place(change, said):
    with pytest.raises(BadKinds) as refused:
        kind_files.read(yaml.safe_dump({"kinds": [{**SOUND, **change}]}))
    assert refused.value.facts["where"] == "k"
    assert said in refused.value.facts["problem"]


def votes(words: str, role: str = "lead") -> list[Vote]:
    names = {"y": "yes", "n": "no", "a": "abstain"}
    return [Vote(new_id(), new_id(), role, names[one], AT) for one in words]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cast", "decided"),
    [
        ("", None), ("y", None), ("yy", None), ("yyy", "granted"), ("yyn", "granted"), ("ynn", "refused"),
        ("yna", "refused"), ("yaa", "granted"), ("aaa", "refused"), ("nnn", "refused"), ("yynn", "refused"),
    ],
)  # fmt: skip
def test_quorum_and_majority(cast, decided):
    assert outcome(VoteRule(("lead",), quorum=3, committee=True), votes(cast)) == decided


def test_two_thirds_are_more_than_two_thirds():
    rule = VoteRule(("lead",), quorum=3, yes_over=(2, 3))
    assert outcome(rule, votes("yyn")) == "refused"
    assert outcome(rule, votes("yyyn")) == "granted"


def test_a_majority_waits_for_the_role_that_is_missing():
    rule = VoteRule(("lead", "compliance"), quorum=2, each_role=("compliance",))
    assert outcome(rule, votes("yy")) is None
    assert outcome(rule, votes("yy") + votes("y", "compliance")) == "granted"
    assert outcome(rule, votes("yy") + votes("n", "compliance")) == "refused"
