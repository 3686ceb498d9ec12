"""What a pack holds: clauses that a machine decides, checklists for people, and example cases. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from heyi.kit.problems import Problem

RANKS: Final = frozenset({"LAW", "REG", "JI", "RULE", "NORM", "STD", "SELF", "POLICY"})
BINDING: Final = frozenset({"hard", "adopted"})
"""Severities that nobody switches off by themselves: the law, and the standards that the bank adopted."""
UNREAD: Final = frozenset({"D", "G"})
"""Confidence marks of texts that nobody has read in force; such a rule never binds."""
JUDGED_ELSEWHERE: Final = frozenset({"letter_blocks"})
"""Kinds that the gate leaves to others: a letter's blocks are judged when the letter is issued."""


class BadPack(Problem):
    """A pack file breaks the schema or its own examples; nothing of the pack is used.

    ``where`` names file, line and rule, ``problem`` what is wrong, ``next_step`` what to do about it.
    """

    code = "compliance.bad_pack"
    status = 500


class PackMissing(Problem):
    """There is no such pack, or none of its rules is in force yet."""

    code = "compliance.pack_missing"
    status = 503


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: the instrument, its clause, its legal rank, and how to find the text."""

    text: str
    clause: str
    rank: str
    link: str = ""
    identifier: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Case:
    """An example: these facts, at this time, this answer of the rule alone; with ``clauses``, of the whole pack."""

    rule_id: str
    says: Both
    at: datetime
    given: Mapping[str, Any]
    expect: str
    retry_at: datetime | None = None
    clauses: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause. ``kind`` names the check that judges it; the thresholds are all in ``parameters``.

    ``relaxed_by`` names the agreement that the text itself lets relax it; ``approval`` the kind of approval that opens
    what the rule closes. ``origin`` is ``pack``, ``overlay`` (the bank's folder) or ``bank`` (its committee);
    ``base_id`` the rule of the pack that this one makes stricter.
    """

    id: str
    kind: str
    title: Both
    source: Source
    severity: str
    confidence: str
    valid_from: date
    valid_to: date | None
    purposes: frozenset[str]
    channels: frozenset[str]
    parameters: Mapping[str, Any]
    staff: Both
    borrower: Both
    instead: Both
    cases: tuple[Case, ...] = ()
    relaxed_by: str = ""
    approval: str = ""
    origin: str = "pack"
    base_id: str = ""

    def in_force(self, day: date) -> bool:
        """``valid_to`` is the first day on which the rule no longer stands."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a checklist, so put that «yes» is the good answer, and what shows it."""

    asks: Both
    evidence: Both


@dataclass(frozen=True, slots=True)
class Checklist:
    """A rule that only a person can judge: what to go through, and at which moment of the work."""

    id: str
    title: Both
    source: Source
    confidence: str
    valid_from: date
    valid_to: date | None
    when: str
    items: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction. ``digest`` is that of all its data, ``version`` its short form for people."""

    name: str
    version: str
    timezone: ZoneInfo
    needs: frozenset[str]
    rules: tuple[Rule, ...]
    jurisdiction: str = ""
    digest: str = ""
    checklists: tuple[Checklist, ...] = ()

    def at(self, day: date) -> Pack:
        """The same pack with what is in force on ``day``."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.in_force(day)))

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, if the pack has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
