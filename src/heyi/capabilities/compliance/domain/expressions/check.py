"""One rule's check: where it says no, why, and when the same contact may be tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from heyi.capabilities.compliance.domain.expressions.evaluate import Moment
from heyi.capabilities.compliance.domain.expressions.tree import Expr
from heyi.capabilities.compliance.domain.facts import ContactFacts

Why = Callable[[ContactFacts, Moment], tuple[tuple[str, str], ...]]
Retry = Callable[[ContactFacts, Moment], datetime | None]


def no_hour(facts: ContactFacts, moment: Moment) -> None:
    """No hour opens it."""


def no_facts(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
    """Nothing to tell beyond the clause."""
    return ()


@dataclass(frozen=True, slots=True)
class Check:
    """``hit`` is true where the rule says no; ``why`` and ``retry`` are asked only then."""

    hit: Expr
    why: Why = no_facts
    retry: Retry = no_hour


def tells(name: str, fact: str) -> Why:
    """Why: this fact, as it is."""
    return lambda facts, moment: ((name, str(getattr(facts, fact))),)


SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
