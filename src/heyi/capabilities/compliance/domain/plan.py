"""A pack made ready to be asked: its rules in force on a day, compiled once, by purpose and channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from heyi.capabilities.compliance.domain.checks import GATE_KINDS, check_of
from heyi.capabilities.compliance.domain.expressions.check import Check
from heyi.capabilities.compliance.domain.expressions.evaluate import Closure, compiled
from heyi.capabilities.compliance.domain.expressions.tree import Fact, Has, Nth, leaves
from heyi.capabilities.compliance.domain.facts import CHANNELS, PURPOSES
from heyi.capabilities.compliance.domain.rules import Pack, Rule

REMEMBERED: Final = 256
"""Plans that stay compiled; there are more only in tests that invent packs."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One rule, compiled. ``no`` answers true where the rule says no, None where a fact is unknown."""

    rule: Rule
    check: Check
    no: Closure


@dataclass(frozen=True, slots=True)
class Wants:
    """What the rules of one purpose and channel ask: facts by name, how many of the newest of each series, and which
    kinds of approval could open one of them.
    """

    facts: frozenset[str]
    series: Mapping[str, int]
    approvals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a pack that are in force on one day."""

    rules: tuple[Rule, ...]
    complete: bool
    asked: tuple[Ready, ...]
    by_way: Mapping[tuple[str, str], tuple[Ready, ...]]

    def wants(self, purpose: str, channel: str) -> Wants:
        """The facts that can matter; whatever else is unknown costs nothing."""
        asked = [leaf for ready in self.by_way.get((purpose, channel), ()) for leaf in leaves(ready.check.hit)]
        series: dict[str, int] = {}
        for leaf in asked:
            if isinstance(leaf, Nth):
                series[leaf.series] = max(leaf.n, series.get(leaf.series, 0))
        named = frozenset(leaf.name for leaf in asked if isinstance(leaf, Fact | Has))
        opening = frozenset(leaf.member for leaf in asked if isinstance(leaf, Has) and leaf.name == "approvals")
        return Wants(named, series, opening)


_by_day: dict[tuple[int, date], tuple[Pack, Plan]] = {}
_by_rules: dict[tuple[frozenset[str], tuple[int, ...]], Plan] = {}


def plan_of(pack: Pack, day: date) -> Plan:
    """The pack as it stands on ``day``; the same rules are compiled once, whatever pack holds them. Raises BadPack."""
    key = (id(pack), day)
    known = _by_day.get(key)
    if known is not None and known[0] is pack:
        return known[1]
    plan = _of_rules(pack.needs, tuple(rule for rule in pack.rules if rule.in_force(day)))
    if len(_by_day) >= REMEMBERED:
        _by_day.clear()
    _by_day[key] = (pack, plan)
    return plan


def changes_of(pack: Pack) -> tuple[date, ...]:
    """The days on which a rule of the pack begins to hold or no longer holds, in order."""
    days = {rule.valid_from for rule in pack.rules} | {rule.valid_to for rule in pack.rules if rule.valid_to}
    return tuple(sorted(days))


def _of_rules(needs: frozenset[str], rules: tuple[Rule, ...]) -> Plan:
    """A plan holds its rules, so that their identities stay theirs as long as it is remembered."""
    key = (needs, tuple(map(id, rules)))
    plan = _by_rules.get(key)
    if plan is None:
        if len(_by_rules) >= REMEMBERED:
            _by_rules.clear()
        plan = _by_rules[key] = _make(needs, rules)
    return plan


def _make(needs: frozenset[str], rules: tuple[Rule, ...]) -> Plan:
    asked = tuple(ready_of(rule) for rule in rules if rule.kind in GATE_KINDS)
    ways = {(purpose, channel): _concerned(asked, purpose, channel) for purpose in PURPOSES for channel in CHANNELS}
    return Plan(rules, needs <= {rule.kind for rule in rules}, asked, ways)


def ready_of(rule: Rule) -> Ready:
    """One rule, compiled. Raises BadPack."""
    check = check_of(rule)
    return Ready(rule, check, compiled(check.hit))


def _concerned(rules: tuple[Ready, ...], purpose: str, channel: str) -> tuple[Ready, ...]:
    return tuple(one for one in rules if purpose in one.rule.purposes and channel in one.rule.channels)
