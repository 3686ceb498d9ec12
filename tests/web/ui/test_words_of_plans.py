"""Every code that the plans room may tell has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heyi.capabilities.plans import domain
from heyi.capabilities.plans.domain import CONDITIONS, PLAN_STATUSES, PROMISE_STATUSES, Method
from heyi.web.ui import words
from tests.capabilities.plans.cases import policy

DOMAIN = Path(domain.__file__).parent


def told(vocabulary: str) -> set[str]:
    return set(words.vocabularies()[f"plans.{vocabulary}"])


def codes_in(module: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (DOMAIN / module).read_text("utf-8")))


@pytest.mark.parametrize(
    ("vocabulary", "codes"),
    [
        ("method", {method.value for method in Method}),
        ("promise", set(PROMISE_STATUSES)),
        ("status", set(PLAN_STATUSES)),
        ("condition", set(CONDITIONS)),
        ("verdict", codes_in("affordability.py", r'return "(\w+)"') | {"tight", "sustainable"}),
        ("proposal", codes_in("proposing.py", r'append\(\("(\w+)"|insert\(1, \("(\w+)"')),
        ("no_plan", codes_in("proposing.py", r'return Why\(\s*"(\w+)"')),
        ("breach", codes_in("promises.py", r'rule = "(\w+)"')),
        ("field", codes_in("terms.py", r'(?:wrong\["\w+"\] = |": )"(\w+)"')),
        ("field", codes_in("methods.py", r': "(\w+)"') | codes_in("schedules.py", r'"custom": "(\w+)"')),
    ],
)
def test_each_code_has_words(vocabulary: str, codes: set[str] | set[tuple[str, ...]]) -> None:
    flat = {code for found in codes for code in ([found] if isinstance(found, str) else found) if code}
    assert len(flat) >= 2
    assert flat - told(vocabulary) == set()


def test_levels_shocks_and_concessions_have_words() -> None:
    rules = policy()
    assert {band.level for band in rules.bands_of("consumer").levels} | {"nobody"} <= told("level")
    assert rules.shocks.needed | rules.shocks.needed_when_irregular <= told("shock")
    kinds = {f"waiver_{name}" for name in domain.COMPONENTS} | {"months", "grace", "rate_cut", "settlement_discount"}
    assert kinds | {"annual_rate", "first_due"} <= told("concession")
