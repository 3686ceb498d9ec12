"""Checklists: what only a person can judge, asked so that «yes» is the good answer, with what shows it."""

from __future__ import annotations

import re

import pytest
import yaml

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain.rules import Checklist
from tests.house.source import SRC

PACKS = SRC / "packs"
ENTRIES = [(name, entry) for name in pack_files.names() for entry in pack_files.load(name).checklists]
IDS = [f"{name} {entry.id}" for name, entry in ENTRIES]


@pytest.mark.req("C1", "C3")
@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=IDS)
def test_every_item_is_a_question_in_both_languages_with_its_evidence(name: str, entry: Checklist) -> None:
    for item in entry.items:
        assert re.search(r"[？]", item.asks.zh), item.asks.zh
        assert "?" in item.asks.en, item.asks.en
        assert item.evidence.zh
        assert item.evidence.en


@pytest.mark.req("C3")
@pytest.mark.parametrize("name", sorted({name for name, _ in ENTRIES}))
def test_every_moment_in_the_work_has_words(name: str) -> None:
    moments = yaml.safe_load((PACKS / name / "moments.yaml").read_text("utf-8"))
    used = {entry.when for owner, entry in ENTRIES if owner == name}
    assert used == set(moments)
    assert all(words["zh"] and words["en"] for words in moments.values())
