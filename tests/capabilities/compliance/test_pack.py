"""The pack as data: complete, sourced, proved; a defect in it is refused when it is read."""

from __future__ import annotations

import shutil
from dataclasses import fields
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
import yaml

from heyi.capabilities.compliance.adapters import schemas
from heyi.capabilities.compliance.adapters.pack_files import load, load_from
from heyi.capabilities.compliance.domain import GATE_KINDS, BadPack, ContactFacts, PackMissing

SHIPPED = Path(str(resources.files("heyi") / "packs" / "cn"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "cn")
    return tmp_path / "cn"


def change(folder: Path, file: str, rule_id: str, **changes: object) -> None:
    path = folder / "rules" / file
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    rule = next(rule for rule in rules if rule["id"] == rule_id)
    for key, value in changes.items():
        if value is None:
            del rule[key]
        else:
            rule[key] = value
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


@pytest.mark.req("B9")
def test_every_rule_has_a_source_and_no_unread_text_is_hard():
    for rule in load("cn").rules:
        assert rule.source.text
        assert rule.source.rank
        assert rule.source.link or rule.source.identifier, rule.id
        assert not (rule.severity in ("hard", "adopted") and rule.confidence in ("D", "G")), rule.id


@pytest.mark.req("B9")
def test_every_rule_that_refuses_has_an_example_of_both_answers():
    for rule in load("cn").rules:
        if rule.kind in GATE_KINDS and rule.severity != "advice":
            assert {"allowed", "refused"} <= {case.expect for case in rule.cases}, rule.id


@pytest.mark.req("C8")
def test_rules_speak_to_borrowers_without_threats():
    for rule in load("cn").rules:
        for word in ("必须", "立即", "否则", "后果自负", "老赖", "恶意"):
            assert word not in rule.borrower.zh, rule.id


@pytest.mark.req("B9")
@pytest.mark.parametrize(
    ("file", "rule_id", "changes"),
    [
        ("hours.yaml", "CN-STD-TIME", {"source": None}),
        ("hours.yaml", "CN-STD-TIME", {"source": {"text": "hearsay", "rank": "RUMOUR"}}),
        ("hours.yaml", "CN-STD-TIME", {"source": {"text": " ", "rank": "STD"}}),
        ("hours.yaml", "CN-STD-TIME", {"confidence": "G"}),
        ("hours.yaml", "CN-STD-TIME", {"confidence": "D"}),
        ("hours.yaml", "CN-STD-TIME", {"severity": "maybe"}),
        ("hours.yaml", "CN-STD-TIME", {"title": {"zh": "夜间不联系"}}),
        ("hours.yaml", "CN-STD-TIME", {"valid_from": "spring"}),
        ("hours.yaml", "CN-STD-TIME", {"source": {"text": "known to all", "rank": "STD"}}),
        ("hours.yaml", "CN-STD-TIME", {"severity": "hard"}),
        ("hours.yaml", "HEYI-HOURS", {"severity": "adopted"}),
        ("holds.yaml", "CN-CC-70c", {"confidence": "D"}),
        ("hours.yaml", "CN-STD-TIME", {"kind": "quiet_hour"}),
        ("hours.yaml", "CN-STD-TIME", {"valid_from": "2025-02-30"}),
        ("hours.yaml", "CN-STD-TIME", {"id": "CN-STD-TIMES"}),
        ("hours.yaml", "CN-STD-TIME", {"colour": "red"}),
        ("hours.yaml", "HEYI-HOURS", {"relaxed_by": "the_manager"}),
        ("hours.yaml", "CN-STD-TIME", {"parameters": {"start": "22:00", "end": "09:00"}}),
        ("hours.yaml", "CN-STD-TIME", {"parameters": {"start": 1320, "end": 480}}),
        ("hours.yaml", "CN-STD-TIME", {"parameters": {}}),
        ("hours.yaml", "CN-STD-TIME", {"id": "CN-CBA-TIME"}),
        ("frequency.yaml", "CN-STD-FREQ-N", {"parameters": {"counts": "connected_today", "max": 4}}),
        ("frequency.yaml", "CN-STD-FREQ-N", {"parameters": {"counts": "moods", "max": 3}}),
        ("targets.yaml", "CN-CC-68a", {"parameters": {"allowed": ["debtor", "guarantor", "contact_person"]}}),
        ("holds.yaml", "CN-CC-70c", {"purposes": ["collection", "reminder"]}),
    ],
)
def test_a_planted_defect_makes_the_pack_unusable(folder, file, rule_id, changes):
    load_from("cn", folder)
    change(folder, file, rule_id, **changes)
    with pytest.raises(BadPack):
        load_from("cn", folder)


@pytest.mark.req("B9")
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("rules/hours.yaml", 'start: "22:00"', "start: 22:00", ("rules/hours.yaml:12 CN-STD-TIME", "start", "quotes")),
        ("rules/hours.yaml", "relaxed_by", "relaxes_by", ("rules/hours.yaml:", "relaxes_by", "spelling")),
        (
            "rules/hours.yaml",
            "  kind: quiet_hours",
            "  kind: quiet_hours\n  kind: hold",
            ("rules/hours.yaml:4", "twice"),
        ),
        ("rules/hours.yaml", "rank: STD", "rank: &a STD, clause: *a", ("rules/hours.yaml:5", "aliases")),
        (
            "cases/hours.yaml",
            "expect: allowed",
            "expect: maybe",
            ("cases/hours.yaml:2 CN-STD-TIME", "expect", "advised"),
        ),
        ("cases/hours.yaml", "rule: CN-STD-TIME", "rule: CN-STD-TME", ("CN-STD-TME", "no rule")),
        ("pack.yaml", "Asia/Shanghai", "Asia/Peking", ("pack.yaml", "Asia/Peking")),
        ("pack.yaml", "jurisdiction: CN", "jurisdictions: CN", ("pack.yaml:2", "jurisdiction")),
    ],
)
def test_a_fault_names_the_file_the_line_the_rule_and_the_next_step(folder, file, old, new, told):
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BadPack) as bad:
        load_from("cn", folder)
    text = " ".join(bad.value.facts[name] for name in ("where", "problem", "next_step"))
    assert bad.value.facts["next_step"]
    assert [word for word in told if word not in text] == [], text


@pytest.mark.req("B9")
def test_a_rule_whose_cases_are_gone_does_not_load(folder):
    (folder / "cases" / "hours.yaml").unlink()
    with pytest.raises(BadPack, match="no case"):
        load_from("cn", folder)


def test_the_schema_knows_every_fact_of_a_contact():
    names = schemas.known_facts()
    assert {field.name for field in fields(ContactFacts)} <= names, "a case could not name this fact"


@pytest.mark.req("B9")
def test_other_words_are_another_version(folder):
    before = load_from("cn", folder).version
    change(
        folder, "hours.yaml", "CN-STD-TIME", borrower={"zh": "夜里不打扰您。", "en": "We leave you in peace at night."}
    )
    assert load_from("cn", folder).version != before


def test_a_file_that_is_no_yaml_is_refused(folder):
    (folder / "rules" / "broken.yaml").write_text("- {id: [", encoding="utf-8")
    with pytest.raises(BadPack):
        load_from("cn", folder)


@pytest.mark.parametrize("name", ["nowhere", "../cn", ""])
def test_an_unknown_pack_is_missing(name):
    with pytest.raises(PackMissing):
        load(name)


def test_a_rule_counts_from_its_first_day_and_no_longer_on_its_last(folder):
    change(folder, "letters.yaml", "CN-CC-69a", valid_to=date(2030, 1, 1))
    rule = load_from("cn", folder).rule("CN-CC-69a")
    assert rule is not None
    days = [rule.valid_from, rule.valid_to]
    assert [rule.in_force(day) for day in days if day] == [True, False]
