"""A rule's parameters, read strictly: what does not fit is a bad pack, found when the rule is first compiled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from heyi.capabilities.compliance.domain.rules import BadPack, Rule

RELAXING: Final = "debtor_agreement"


def bad(rule: Rule, problem: str) -> BadPack:
    """The error for a parameter that does not fit."""
    return BadPack(where=rule.id, problem=problem)


def clock_time(rule: Rule, raw: Mapping[str, Any], key: str) -> time:
    """A quoted time of day."""
    value = raw.get(key)
    if not isinstance(value, str):
        raise bad(rule, f"{key} must be a quoted time of day")
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise bad(rule, f"{key} must be a quoted time of day") from error


def number(rule: Rule, key: str) -> int:
    """A whole number, not negative."""
    value = rule.parameters.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise bad(rule, f"{key} must be a whole number")
    return value


def mapping(rule: Rule, key: str) -> Mapping[str, Any]:
    """A mapping."""
    value = rule.parameters.get(key)
    if not isinstance(value, Mapping):
        raise bad(rule, f"{key} must be a mapping")
    return value


def text(rule: Rule, key: str, known: frozenset[str] | None = None) -> str:
    """One word; where ``known`` is given, one of these."""
    value = rule.parameters.get(key)
    if not isinstance(value, str) or (known is not None and value not in known):
        raise bad(rule, f"{key} must be {'one of ' + ', '.join(sorted(known)) if known else 'a text'}")
    return value


def texts(rule: Rule, key: str, known: frozenset[str] | None = None) -> tuple[str, ...]:
    """A list of words, at least one; where ``known`` is given, each one of these."""
    return listed(rule, rule.parameters, key, known)


def listed(rule: Rule, raw: Mapping[str, Any], key: str, known: frozenset[str] | None = None) -> tuple[str, ...]:
    """As ``texts``, from a mapping inside of the parameters."""
    value = raw.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise bad(rule, f"{key} must be a list of texts")
    if known is not None and not set(value) <= known:
        raise bad(rule, f"{key} knows only {', '.join(sorted(known))}")
    return tuple(value)


def relaxed_by_agreement(rule: Rule) -> bool:
    """Whether the rule itself says that the debtor's agreement relaxes it."""
    return rule.relaxed_by == RELAXING
