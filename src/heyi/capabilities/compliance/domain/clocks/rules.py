"""Clocks as the pack states them: lengths, words for each step, the next lawful act. Read and checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heyi.capabilities.compliance.domain.clocks.deadlines import UNITS, DeadlineKind, Extension
from heyi.capabilities.compliance.domain.clocks.limitation import KINDS, LimitationRules
from heyi.capabilities.compliance.domain.rules import BadPack, Both


@dataclass(frozen=True, slots=True)
class NextAct:
    """What may lawfully be done, from ``days_left`` on; ``rule_id`` says on what ground."""

    days_left: int
    rule_id: str
    says: Both


@dataclass(frozen=True, slots=True)
class LimitationPack:
    """Everything the pack says of limitation: numbers, step words, next acts, and the statement on a barred debt."""

    rules: LimitationRules
    words: Mapping[str, Both]
    sources: Mapping[str, str]
    warn_days: tuple[int, ...]
    next_acts: tuple[NextAct, ...]
    barred: Both

    def next_act(self, days_left: int) -> NextAct | None:
        """The most pressing act that stands open with ``days_left``."""
        fitting = [act for act in self.next_acts if days_left <= act.days_left]
        return min(fitting, key=lambda act: act.days_left) if fitting else None


def parse_limitation(raw: Mapping[str, Any]) -> LimitationPack:
    """The limitation file of a pack. Raises BadPack when a step of the law has no rule or no words."""
    where = "clocks/limitation"
    steps = _mapping(where, raw, "steps")
    if missing := (KINDS | {"starts", "proceedings_ended", "obstacle_too_early", "too_late", "early"}) - steps.keys():
        raise BadPack(where=where, problem=f"steps lack {', '.join(sorted(missing))}")
    sources = {str(key): str(value) for key, value in _mapping(where, raw, "sources").items()}
    rule_of = {name: str(step["rule"]) for name, step in steps.items()}
    if unsourced := set(rule_of.values()) - sources.keys():
        raise BadPack(where=where, problem=f"no source for {', '.join(sorted(unsourced))}")
    return LimitationPack(
        rules=LimitationRules(
            years=_number(where, raw, "years"),
            long_stop_years=_number(where, raw, "long_stop_years"),
            obstacle_window_months=_number(where, raw, "obstacle_window_months"),
            after_obstacle_months=_number(where, raw, "after_obstacle_months"),
            rule_of=rule_of,
        ),
        words={name: _both(where, step) for name, step in steps.items()},
        sources=sources,
        warn_days=tuple(sorted(raw["warn_days"], reverse=True)),
        next_acts=tuple(
            NextAct(int(act["days_left"]), str(act["rule"]), _both(where, act)) for act in raw["next_acts"]
        ),
        barred=_both(where, _mapping(where, raw, "barred")),
    )


def parse_deadlines(raw: Mapping[str, Any]) -> dict[str, DeadlineKind]:
    """The deadline kinds of a pack by name. Raises BadPack."""
    return {name: _kind(name, each) for name, each in raw.items()}


def _kind(name: str, raw: Mapping[str, Any]) -> DeadlineKind:
    where = f"clocks/deadlines:{name}"
    if raw.get("unit") not in UNITS:
        raise BadPack(where=where, problem=f"unit must be one of {', '.join(sorted(UNITS))}")
    if not str(raw.get("source", "")).strip():
        raise BadPack(where=where, problem="no source")
    title, act = _both(where, _mapping(where, raw, "title")), _both(where, _mapping(where, raw, "next"))
    return DeadlineKind(
        kind=name,
        rule_id=str(raw["rule"]),
        title_zh=title.zh,
        title_en=title.en,
        source=str(raw["source"]),
        confidence=str(raw["confidence"]),
        unit=str(raw["unit"]),
        length=0 if raw["unit"] == "given" else _number(where, raw, "length"),
        moves_off_rest_days=bool(raw.get("moves_off_rest_days", False)),
        extensions=tuple(Extension(int(e["length"]), str(e.get("approval", ""))) for e in raw.get("extensions", ())),
        warn_days=tuple(sorted(raw["warn_days"], reverse=True)),
        action_zh=act.zh,
        action_en=act.en,
    )


def _mapping(where: str, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise BadPack(where=where, problem=f"{key} must be a mapping")
    return value


def _number(where: str, raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadPack(where=where, problem=f"{key} must be a whole number above 0")
    return value


def _both(where: str, raw: Mapping[str, Any]) -> Both:
    zh, en = raw.get("zh"), raw.get("en")
    if not isinstance(zh, str) or not isinstance(en, str) or not zh.strip() or not en.strip():
        raise BadPack(where=where, problem="zh and en must both be given")
    return Both(zh.strip(), en.strip())
