"""The bank's figures come from a sourced pack; a pack that is not complete and clear decides nothing."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from heyi.capabilities.plans.adapters import pack_files
from heyi.capabilities.plans.domain import BadPack, UnknownProduct, policy_from
from tests.capabilities.plans.cases import TODAY, policy

pytestmark = pytest.mark.req("B8", "C3")


def entries() -> list[dict[str, Any]]:
    return copy.deepcopy(list(pack_files.read_from(resources.files("heyi") / "packs" / "cn" / "plans")))


def entry(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in found if one["id"] == name)


def test_every_entry_of_the_pack_names_its_source_and_both_languages() -> None:
    for one in entries():
        assert one["source"]["text"]
        assert one["source"]["rank"] in ("LAW", "RULE", "POLICY")
        assert set(one["title"]) == {"zh", "en"}


def test_law_of_the_credit_card_stands_in_the_pack() -> None:
    limits = policy().limits("credit_card")
    assert limits.max_months == 60
    assert limits.sources == ("CN-CC-70a",)
    assert limits.max_all_in_rate == Decimal("0.24")
    assert policy().restructured_cap == Decimal("0.03")


def test_the_version_changes_with_any_figure() -> None:
    changed = entries()
    entry(changed, "BANK-TOLERANCE")["parameters"]["days"] = 4
    assert policy_from("cn", changed, on=TODAY).version != policy().version
    assert policy().version.startswith("cn:2026-01-01:")


def test_a_later_entry_counts_from_its_day() -> None:
    both = entries()
    stricter = copy.deepcopy(entry(both, "BANK-TOLERANCE"))
    stricter["valid_from"], stricter["parameters"]["days"] = date(2027, 1, 1), 0
    both.append(stricter)
    assert policy_from("cn", both, on=date(2026, 12, 31)).tolerance.days == 3
    assert policy_from("cn", both, on=date(2027, 1, 1)).tolerance.days == 0


@pytest.mark.parametrize("word", ["id", "kind", "source", "valid_from", "parameters"])
def test_an_entry_without_a_word_that_it_needs_is_refused(word: str) -> None:
    broken = entries()
    del broken[0][word]
    with pytest.raises(BadPack):
        policy_from("cn", broken, on=TODAY)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("BANK-AUTH-LEAD", {"rate_cut": "0.01"}),
        ("BANK-AUTH-LEAD", {"max_grace_months": 0}),
        ("BANK-AUTH-LEAD", {"waiver_share": {"interest": "0.1"}}),
        ("BANK-AUTH-LEAD", {"waiver_share": {"honour": "0.1"}}),
        ("BANK-AUTH-LEAD", {"max_months": {"credit_card": 12}}),
        ("BANK-AUTH-LEAD", {"rate_cut": 0.08}),
        ("BANK-AUTH-LEAD", {"rate_cut": 1}),
        ("BANK-AUTH-LEAD", {"rate_cut": "8"}),
        ("BANK-AUTH-LEAD", {"rate_cut": "eight"}),
        ("BANK-SHOCKS", {"needed": ["earthquake"]}),
        ("BANK-TOLERANCE", {"weeks": 1}),
        ("CN-CC-70a", {"methods": ["magic"]}),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(name: str, change: dict[str, Any]) -> None:
    broken = entries()
    entry(broken, name)["parameters"].update(change)
    with pytest.raises(BadPack):
        policy_from("cn", broken, on=TODAY)


@pytest.mark.parametrize("name", ["BANK-TOLERANCE", "BANK-SHOCKS", "BANK-FLOOR-LIVING", "BANK-BOOK-CAP"])
def test_a_missing_or_doubled_rule_is_refused(name: str) -> None:
    without = [one for one in entries() if one["id"] != name]
    with pytest.raises(BadPack):
        policy_from("cn", without, on=TODAY)
    doubled = entries()
    doubled.append(copy.deepcopy(entry(doubled, name)) | {"id": "ANOTHER"})
    with pytest.raises(BadPack):
        policy_from("cn", doubled, on=TODAY)


def test_nothing_is_in_force_before_its_day() -> None:
    with pytest.raises(BadPack):
        policy_from("cn", entries(), on=date(2010, 1, 1))


def test_a_pack_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack):
        pack_files.load("../cn", TODAY)
    with pytest.raises(BadPack):
        pack_files.load("atlantis", TODAY)
    (tmp_path / "a.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(BadPack):
        pack_files.read_from(tmp_path)
    (tmp_path / "a.yaml").write_text("id: no list", encoding="utf-8")
    with pytest.raises(BadPack):
        pack_files.read_from(tmp_path)
    (tmp_path / "a.yaml").rename(tmp_path / "a.txt")
    assert pack_files.read_from(tmp_path) == ()


def test_a_product_without_rules_gets_nothing() -> None:
    for ask in (policy().limits, policy().bands_of):
        with pytest.raises(UnknownProduct):
            ask("lottery")
