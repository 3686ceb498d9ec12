"""No rule of the catalogue is forgotten: each is held somewhere, or left out with its reason."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from heyi.capabilities.compliance.adapters import pack_files
from tests.house.source import ROOT, SRC

PACKS = SRC / "packs"
NAMES = pack_files.names()
CATALOGUE = {"cn": 137, "us": 10, "uk": 7, "in": 4, "eu": 7}
"""How many rules the catalogue of 2026-11-21 holds for each jurisdiction."""


@cache
def coverage(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((PACKS / name / "coverage.yaml").read_text("utf-8")))


ENTRIES = [pytest.param(name, entry, id=str(entry["id"])) for name in NAMES for entry in coverage(name)]


@pytest.mark.req("B9")
@pytest.mark.parametrize("name", NAMES)
def test_the_whole_catalogue_is_walked_and_no_id_stands_twice(name: str) -> None:
    ids = [entry["id"] for entry in coverage(name)]
    assert len(ids) == len(set(ids)) == CATALOGUE[name]


@pytest.mark.req("B9")
@pytest.mark.parametrize(("name", "entry"), ENTRIES)
def test_each_rule_of_the_catalogue_is_held_or_left_out_with_a_reason(name: str, entry: dict[str, Any]) -> None:
    assert ("held_by" in entry) != ("not_implemented" in entry)
    assert entry.get("held_by") or (entry["not_implemented"]["zh"] and entry["not_implemented"]["en"])
    assert [place for place in entry.get("held_by", ()) if not stands(name, place)] == []


@cache
def held(name: str) -> dict[str, frozenset[str]]:
    pack = pack_files.load(name)
    years = frozenset(path.stem for path in (PACKS / name).glob("calendar/*.yaml"))
    return {
        "rule": frozenset(rule.id for rule in pack.rules),
        "checklist": frozenset(entry.id for entry in pack.checklists),
        "calendar": years,
    }


def stands(name: str, place: str) -> bool:
    """Whether what ``place`` names is really there."""
    how, _, what = place.partition(":")
    if how == "file":
        path, _, needle = what.partition("#")
        return bool(needle) and (ROOT / path).is_file() and needle in (ROOT / path).read_text("utf-8")
    return what in held(name).get(how, frozenset())


def test_a_place_that_is_gone_is_found() -> None:
    assert stands("cn", "rule:CN-CC-68a")
    assert not stands("cn", "rule:CN-CC-68z")
    assert not stands("cn", "file:src/heyi/packs/cn/pack.yaml#nothing of the kind")
    assert not stands("cn", "file:src/heyi/gone.py#x")
    assert not stands("cn", "elsewhere:CN-CC-68a")


@pytest.mark.req("B9")
@pytest.mark.parametrize("name", NAMES)
def test_every_clause_of_the_law_goes_back_to_the_catalogue(name: str) -> None:
    """A rule or checklist that no entry of the catalogue names must be the bank's own policy."""
    named = {place.partition(":")[2] for entry in coverage(name) for place in entry.get("held_by", ())}
    pack = pack_files.load(name)
    strays = {rule.id for rule in pack.rules if rule.severity in ("hard", "adopted")} - named
    strays |= {entry.id for entry in pack.checklists} - named
    assert strays == set()
