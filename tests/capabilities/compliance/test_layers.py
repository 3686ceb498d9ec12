"""A bank's folder may only be stricter: every kind is compared, and what is let through never opens what was closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import ContactFacts, NotStricter, Pack, Refused, Window, decide
from heyi.capabilities.compliance.domain.given import QUIET_DAY
from heyi.capabilities.compliance.domain.rules import BadPack
from heyi.capabilities.compliance.domain.wording import compare, loosened_law

pytestmark = pytest.mark.req("B9", "C1")

SHANGHAI = ZoneInfo("Asia/Shanghai")
AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
SHIPPED = pack_files.read("cn", resources.files("heyi") / "packs" / "cn")
PACK = pack_files.load("cn")
OWN_RULE = {
    **{key: value for key, value in SHIPPED.rules["frequency.yaml"][0].items() if key not in ("id", "severity")},
    "id": "BANK-FREQ-VISIT",
    "severity": "policy",
    "channels": ["visit"],
    "parameters": {"counts": "same_purpose_today", "max": 1},
}
OWN_CASES = [
    {
        "rule": "BANK-FREQ-VISIT",
        "says": {"zh": "当天已上门一次", "en": "one visit so far"},
        "at": "2026-03-02T15:00:00+08:00",
        "purpose": "collection",
        "channel": "visit",
        "same_purpose_today": 1,
        "expect": "refused",
    }
]


def overlaid(tmp_path: Path, *entries: dict[str, Any], cases: list[dict[str, Any]] | None = None) -> Pack:
    folder = tmp_path / "cn" / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.yaml").write_text(yaml.safe_dump(list(entries), allow_unicode=True), "utf-8")
    if cases:
        (tmp_path / "cn" / "cases").mkdir(exist_ok=True)
        (tmp_path / "cn" / "cases" / "own.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), "utf-8")
    return pack_files.made(pack_files.over(SHIPPED, tmp_path))


def calls_from(start: str, end: str) -> dict[str, Any]:
    return {"rule": "HEYI-HOURS", "parameters": {"by_channel": {"call": {"start": start, "end": end}}}}


def committee(*entries: dict[str, Any]) -> Pack:
    return pack_files.made(replace(SHIPPED, bank={"committee.yaml": list(entries)}))


def facts(**different: Any) -> ContactFacts:
    return replace(QUIET_DAY, **{"purpose": "collection", "channel": "call", **different})


def refusing(pack: Pack, at: datetime = AFTERNOON, **different: Any) -> list[str]:
    verdict = decide(facts(**different), pack, at)
    return sorted(hit.rule_id for hit in verdict.clauses) if isinstance(verdict, Refused) else []


def test_a_stricter_limit_stands_beside_the_standard_and_the_verdict_names_which_refused(tmp_path):
    pack = overlaid(tmp_path, {"rule": "CN-STD-FREQ-N", "parameters": {"max": 2}})
    assert refusing(pack, connected_today=1) == []
    assert refusing(pack, connected_today=2) == ["CN-STD-FREQ-N/OVERLAY"], "the bank's own form won"
    assert refusing(pack, connected_today=3) == ["CN-STD-FREQ-N", "CN-STD-FREQ-N/OVERLAY"]
    own = pack.rule("CN-STD-FREQ-N/OVERLAY")
    assert own is not None
    assert (own.severity, own.source.rank, own.origin, own.base_id) == ("policy", "POLICY", "overlay", "CN-STD-FREQ-N")
    assert pack.rule("CN-STD-FREQ-N") == PACK.rule("CN-STD-FREQ-N"), "the standard's own words stay untouched"
    assert pack.version != PACK.version


@pytest.mark.parametrize(
    "amendment",
    [
        {"rule": "CN-STD-TIME", "parameters": {"start": "21:00", "end": "09:00"}},
        {"rule": "CN-STD-TIME", "parameters": {"start": "20:30"}},
        {"rule": "CN-STD-TIME", "channels": ["sms", "email", "letter", "call", "visit", "portal"]},
        {"rule": "CN-STD-TIME", "relaxed_by": None},
        calls_from("09:30", "19:00"),
        {"rule": "CN-CBA-FREQ", "parameters": {"max": 0}},
        {"rule": "CN-CC-68a", "parameters": {"allowed": ["debtor"]}},
        {"rule": "CN-STD-3P-2", "parameters": {"may_know": ["debtor"]}},
        {"rule": "CN-CC-70c", "purposes": ["collection", "negotiation"]},
        {"rule": "HEYI-VULNERABLE", "severity": "policy"},
    ],
    ids=lambda entry: f"{entry['rule']} {sorted(entry)}",
)
def test_stricter_is_let_through(tmp_path, amendment):
    assert overlaid(tmp_path, amendment).rule(f"{amendment['rule']}/OVERLAY") is not None


@pytest.mark.parametrize(
    ("amendment", "field"),
    [
        ({"rule": "CN-STD-TIME", "parameters": {"start": "23:00"}}, "hours"),
        ({"rule": "CN-STD-TIME", "parameters": {"start": "21:00", "end": "07:00"}}, "hours"),
        ({"rule": "CN-STD-TIME", "channels": ["call"]}, "channels"),
        ({"rule": "CN-STD-TIME", "purposes": ["collection"]}, "purposes"),
        ({"rule": "CN-STD-TIME", "approval": "night_calls"}, "approval"),
        (
            {"rule": "HEYI-HOURS", "parameters": {"by_channel": {"call": {"start": "08:00", "end": "20:00"}}}},
            "by_channel",
        ),
        (
            {"rule": "HEYI-HOURS", "parameters": {"by_channel": {"call": {"start": "21:00", "end": "08:00"}}}},
            "by_channel",
        ),
        ({"rule": "CN-STD-FREQ-N", "parameters": {"max": 4}}, "max"),
        ({"rule": "CN-STD-FREQ-N", "parameters": {"counts": "effective_today"}}, "counts"),
        ({"rule": "CN-CC-68a", "parameters": {"allowed": ["debtor", "guarantor", "third_person"]}}, "allowed"),
        ({"rule": "CN-CC-68a", "parameters": {"allowed": ["contact_person"]}}, "allowed"),
        ({"rule": "CN-STD-3P-2", "parameters": {"may_know": ["debtor", "guarantor", "contact_person"]}}, "may_know"),
        ({"rule": "CN-CC-70c", "parameters": {"hold": "vulnerability"}}, "hold"),
        ({"rule": "CN-STD-3P-1", "relaxed_by": "debtor_agreement"}, "relaxed_by"),
        ({"rule": "HEYI-COMPLAINT", "severity": "advice"}, "severity"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["rule"],
)
def test_looser_or_incomparable_is_refused_with_the_reason(tmp_path, amendment, field):
    with pytest.raises(NotStricter) as refused:
        overlaid(tmp_path, amendment)
    told = refused.value.facts
    assert (told["rule"], told["field"]) == (amendment["rule"], field)
    assert "overlay/own.yaml" in told["where"]
    assert told["problem"]
    assert told["next_step"]


def test_the_bank_may_add_rules_with_cases_of_their_own(tmp_path):
    pack = overlaid(tmp_path, OWN_RULE, cases=OWN_CASES)
    agreed = {"channel": "visit", "consents": frozenset({"visit"}), "planned_end": AFTERNOON}
    assert refusing(pack, **agreed, same_purpose_today=0) == []
    assert refusing(pack, **agreed, same_purpose_today=1) == ["BANK-FREQ-VISIT"]
    with pytest.raises(BadPack, match="no case"):
        overlaid(tmp_path / "without", OWN_RULE)
    with pytest.raises(BadPack, match="stands twice"):
        overlaid(
            tmp_path / "twice", {**OWN_RULE, "id": "CN-STD-FREQ-N"}, cases=[{**OWN_CASES[0], "rule": "CN-STD-FREQ-N"}]
        )
    with pytest.raises(BadPack, match="no rule CN-NOWHERE"):
        overlaid(tmp_path / "nowhere", {"rule": "CN-NOWHERE", "parameters": {"max": 1}})


def test_the_committee_may_change_what_is_the_banks_own_and_un_adopt_a_standard_but_never_rewrite_the_law():
    late = committee(calls_from("08:30", "21:00"))
    assert refusing(late, at=datetime(2026, 3, 2, 20, 30, tzinfo=SHANGHAI)) == []
    unadopted = committee({"rule": "CN-CBA-FREQ", "severity": "advice"})
    assert refusing(unadopted, unanswered_today=6) == []
    for entry in (
        {"rule": "CN-CC-68a", "severity": "advice"},
        {"rule": "CN-CC-68a", "parameters": {"allowed": ["debtor", "guarantor", "contact_person"]}},
        {"rule": "CN-STD-FREQ-N", "parameters": {"max": 9}},
    ):
        with pytest.raises(NotStricter):
            committee(entry)


TIMES = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{30 * (half % 2):02d}")
PERSONS = st.lists(st.sampled_from(["debtor", "guarantor", "designated_contact", "contact_person"]), unique=True)
SPAN = st.fixed_dictionaries({"start": TIMES, "end": TIMES})
AMENDMENTS = st.one_of(
    st.builds(lambda span: {"rule": "CN-STD-TIME", "parameters": span}, SPAN),
    st.builds(lambda span: {"rule": "HEYI-HOURS", "parameters": {"by_channel": {"call": span}}}, SPAN),
    st.builds(lambda most: {"rule": "CN-STD-FREQ-N", "parameters": {"max": most}}, st.integers(0, 6)),
    st.builds(lambda who: {"rule": "CN-CC-68a", "parameters": {"allowed": who}}, PERSONS.filter(bool)),
)
CONTACTS = st.builds(
    lambda recipient, count, window: facts(recipient=recipient, connected_today=count, agreed_window=window),
    st.sampled_from(["debtor", "guarantor", "contact_person"]),
    st.integers(0, 7),
    st.none() | st.builds(lambda a, b: Window(a, b, "x"), st.times(), st.times()),
)
MOMENTS = st.datetimes(datetime(2026, 3, 2), datetime(2026, 3, 3), timezones=st.just(SHANGHAI))  # noqa: DTZ001 – zone given


@settings(max_examples=150, deadline=None)
@given(amendment=AMENDMENTS, contact=CONTACTS, at=MOMENTS)
def test_what_is_let_through_never_opens_what_was_closed_and_what_is_refused_would_have(amendment, contact, at):
    base = PACK.rule(amendment["rule"])
    assert base is not None
    try:
        pack = pack_files.made(replace(SHIPPED, overlay={"own.yaml": [amendment]}))
    except NotStricter:
        return
    own = pack.rule(f"{amendment['rule']}/OVERLAY")
    assert own is not None
    alone = [decide(contact, replace(pack, needs=frozenset(), rules=(rule,)), at).allowed for rule in (base, own)]
    assert alone in ([True, True], [False, False], [True, False])


def test_differences_are_told_in_words_of_both_languages(tmp_path):
    pack = overlaid(tmp_path, {"rule": "CN-STD-FREQ-N", "parameters": {"max": 2}})
    changed = replace(PACK, rules=tuple(changed_rule(rule) for rule in PACK.rules if rule.id != "CN-CBA-TIME"))
    says = {(one.rule_id, one.effect): one.says for one in compare(PACK, changed, pack_files.words())}
    assert says["CN-STD-FREQ-N", "stricter"].zh == "每日接通上限由 3 次改为 2 次"
    assert says["CN-STD-FREQ-N", "stricter"].en == "answered calls a day: the limit goes from 3 to 2"
    assert says["CN-STD-TIME", "looser"].zh == "不联系的时段由 22:00–08:00 改为 23:00–08:00"
    assert says["CN-CC-68a", "looser"].zh == "可以联系的人由 债务人本人、担保人 改为 债务人本人、担保人、联系人"
    assert says["CN-CBA-TIME", "looser"].zh == "取消规则“夜间不打电话、不上门”"
    added = compare(PACK, pack, pack_files.words())
    assert [(one.rule_id, one.effect) for one in added] == [("CN-STD-FREQ-N/OVERLAY", "stricter")]
    assert added[0].says.zh == "每日接通上限由 3 次改为 2 次"
    gone = compare(pack, PACK, pack_files.words())
    assert [(one.effect, one.says.zh) for one in gone] == [("looser", "每日接通上限由 2 次改为 3 次")]
    assert compare(PACK, PACK, pack_files.words()) == ()
    assert [one.rule_id for one in loosened_law(compare(PACK, changed, pack_files.words()))] == ["CN-CC-68a"]


def changed_rule(rule):
    parameters = {
        "CN-STD-FREQ-N": {"max": 2},
        "CN-STD-TIME": {"start": "23:00"},
        "CN-CC-68a": {"allowed": ["debtor", "guarantor", "contact_person"]},
    }.get(rule.id, {})
    return replace(rule, parameters={**rule.parameters, **parameters})
