"""Law is dated, sourced data: every clause names where it stands, since when, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.source import SRC, named

PACKS = SRC / "packs"


def rule_files() -> list[Path]:
    return sorted(path for folder in ("rules", "checklists") for path in PACKS.glob(f"*/{folder}/**/*.yaml"))


def clause_faults(clause: dict[str, Any]) -> list[str]:
    """What a clause lacks: its source, its date, its words in both languages."""
    name = clause.get("id", "?")
    source = clause.get("source") or {}
    faults = [] if source.get("text") else [f"{name}: no source"]
    faults += [] if source.get("rank") else [f"{name}: no rank of the source"]
    faults += [] if source.get("link") or source.get("identifier") else [f"{name}: no link or identifier of the source"]
    unread = clause.get("confidence") not in ("V1", "V2") and clause.get("severity") in ("hard", "adopted")
    faults += [f"{name}: nobody has read the text, it cannot bind"] if unread else []
    faults += [] if clause.get("valid_from") else [f"{name}: no date"]
    title = clause.get("title") or {}
    faults += [f"{name}: no title in {language}" for language in ("zh", "en") if not title.get(language)]
    return faults


@pytest.mark.parametrize("path", rule_files(), ids=named)
def test_every_clause_has_a_source(path: Path) -> None:
    clauses = yaml.safe_load(path.read_text("utf-8"))
    assert [fault for clause in clauses for fault in clause_faults(clause)] == []


def test_ids_are_unique() -> None:
    ids = [clause["id"] for path in rule_files() for clause in yaml.safe_load(path.read_text("utf-8"))]
    assert sorted(ids) == sorted(set(ids))


def test_a_clause_without_source_is_found() -> None:
    clause = {"id": "X", "title": {"zh": "x"}, "source": {"text": ""}, "severity": "hard", "confidence": "G"}
    assert clause_faults(clause) == [
        "X: no source",
        "X: no rank of the source",
        "X: no link or identifier of the source",
        "X: nobody has read the text, it cannot bind",
        "X: no date",
        "X: no title in en",
    ]
