"""Example cases in words: whoever sits the test or reads a clause sees every fact that decides."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from heyi.capabilities.compliance.adapters import pack_files
from heyi.web.console.circumstances import _SAID, told

PACKS = ("cn", "us", "uk", "in", "eu")


@pytest.mark.req("C7", "C1")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_fact_of_every_case_is_said_in_words(language: str) -> None:
    code, unsaid = re.compile(r"[a-z]+_[a-z_]+|%\("), []
    with override(language):
        for name in PACKS:
            for rule in pack_files.load(name).rules:
                for case in rule.cases:
                    facts = told(case.given)
                    missing = set(case.given) - set(_SAID) - {"purpose", "channel", "recipient"}
                    if missing or any(code.search(fact) or not fact for fact in facts):
                        unsaid.append((rule.id, case.says.en, facts, missing))
    assert not unsaid


@pytest.mark.req("C7")
def test_an_unknown_fact_is_said_to_be_unknown() -> None:
    assert told({"purpose": "collection", "channel": "visit", "consents": None})[-1] == "查不到对方有没有同意"
    assert told({"purpose": "collection", "channel": "call", "consents": []})[-1] == "对方同意过：没有"
