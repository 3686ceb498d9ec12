"""The page of all rules in docs/compliance is the one that the packs make."""

from __future__ import annotations

import pytest
from scripts import rule_tables

from heyi.capabilities.compliance.adapters import pack_files


@pytest.mark.req("B9", "C3")
def test_the_page_of_all_rules_is_current() -> None:
    assert rule_tables.PAGE.read_text("utf-8") == rule_tables.page(), "run scripts/rule_tables.py update"


@pytest.mark.req("C3")
def test_the_page_names_every_rule_and_every_checklist() -> None:
    text = rule_tables.page()
    for name in pack_files.names():
        pack = pack_files.load(name)
        assert all(f"`{entry.id}`" in text for entry in (*pack.rules, *pack.checklists))


def test_a_page_that_fell_behind_is_found(tmp_path, monkeypatch, capsys) -> None:
    old = tmp_path / "rules.md"
    old.write_text(rule_tables.page().replace("CN-CC-68a", "CN-CC-68x"), "utf-8")
    monkeypatch.setattr(rule_tables, "PAGE", old)
    assert rule_tables.main("check") == 1
    assert "update" in capsys.readouterr().err
    assert rule_tables.main("update") == 0
    assert rule_tables.main("check") == 0
