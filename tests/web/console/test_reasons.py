"""Why something is blocked is said in words: every fact that can be unknown, and every fact behind a clause."""

from __future__ import annotations

from dataclasses import fields

import pytest

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import GATE_KINDS, ContactFacts
from heyi.capabilities.compliance.domain.checks import check_of
from heyi.capabilities.compliance.domain.examples import verdict_of
from heyi.capabilities.compliance.domain.expressions.tree import Fact, Has, leaves
from heyi.web.console import reasons
from heyi.web.ui import words

RULES = [(pack, rule) for name in pack_files.names() for pack in [pack_files.load(name)] for rule in pack.rules]
NEVER_UNKNOWN = {"now", "today", "time"}


@pytest.mark.req("B9")
def test_every_fact_that_can_be_unknown_has_a_sentence() -> None:
    asked = {
        leaf.name
        for _, rule in RULES
        if rule.kind in GATE_KINDS
        for leaf in leaves(check_of(rule).hit)
        if isinstance(leaf, Fact | Has)
    }
    known = {name.removesuffix("_unknown") for name in words.vocabularies()["contact.closed"]}
    assert (asked | {field.name for field in fields(ContactFacts)}) - NEVER_UNKNOWN - known == set()


@pytest.mark.req("B9")
def test_every_clause_of_every_case_says_its_facts_in_words() -> None:
    """No name of a fact and no code reaches the page; only rules without facts say nothing."""
    for pack, rule in RULES:
        for case in rule.cases if rule.kind in GATE_KINDS else ():
            for hit in verdict_of(pack, rule, case).clauses:
                told = reasons.told(hit.why)
                assert bool(told) == bool(hit.why), (rule.id, hit.why)
                assert "_" not in told, (rule.id, told)
