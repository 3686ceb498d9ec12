"""Clocks as the pack states them: lengths, words for each step, the next lawful act. Read and checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from heyi.capabilities.compliance.domain.clocks.deadlines import UNITS, DeadlineKind, Extension
from heyi.capabilities.compliance.domain.clocks.limitation import DOUBTS, KINDS, OTHER_STEPS, LimitationRules
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
    doubts: Mapping[str, Both]
    """What counsel has to decide, by the doubt that a step names."""
    delivered: Mapping[str, str]
    """The kind of event of a demand that arrived, by channel; ``card`` for credit cards, ``other`` for the rest."""

    def demand(self, *, channel: str, card: bool) -> str:
        """What a demand that arrived by ``channel`` is to the limitation of a card, or of any other loan."""
        return self.delivered.get(channel) or self.delivered["card" if card else "other"]

    def next_act(self, days_left: int) -> NextAct | None:
        """The most pressing act that stands open with ``days_left``."""
        fitting = [act for act in self.next_acts if days_left <= act.days_left]
        return min(fitting, key=lambda act: act.days_left) if fitting else None


def parse_limitation(raw: Mapping[str, Any]) -> LimitationPack:
    """The limitation file of a pack. Raises BadPack when a step of the law has no rule or no words."""
    where = "clocks/limitation"
    steps = _mapping(where, raw, "steps")
    doubts = _mapping(where, raw, "doubts")
    if missing := ((KINDS | OTHER_STEPS) - steps.keys()) | (DOUBTS - doubts.keys()):
        raise BadPack(where=where, problem=f"steps or doubts lack {', '.join(sorted(missing))}")
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
            old_years=_number(where, raw, "old_years"),
            new_law_on=_day(where, raw, "new_law_on"),
            rule_of=rule_of,
        ),
        words={name: _both(where, step) for name, step in steps.items()},
        sources=sources,
        warn_days=tuple(sorted(raw["warn_days"], reverse=True)),
        next_acts=tuple(
            NextAct(int(act["days_left"]), str(act["rule"]), _both(where, act)) for act in raw["next_acts"]
        ),
        barred=_both(where, _mapping(where, raw, "barred")),
        doubts={name: _both(where, each) for name, each in doubts.items()},
        delivered=_delivered(where, raw),
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
    title, act, late = (_both(where, _mapping(where, raw, key)) for key in ("title", "next", "overdue"))
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
        overdue_zh=late.zh,
        overdue_en=late.en,
        by_hand=bool(raw.get("by_hand", False)),
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


def _delivered(where: str, raw: Mapping[str, Any]) -> dict[str, str]:
    found = {str(channel): str(kind) for channel, kind in _mapping(where, raw, "delivered").items()}
    if not {"card", "other"} <= found.keys() or not KINDS.issuperset(found.values()):
        raise BadPack(where=where, problem="delivered must name card and other, and kinds of events")
    return found


def _day(where: str, raw: Mapping[str, Any], key: str) -> date:
    value = raw.get(key)
    if type(value) is not date:
        raise BadPack(where=where, problem=f"{key} must be a day")
    return value


def _both(where: str, raw: Mapping[str, Any]) -> Both:
    zh, en = raw.get("zh"), raw.get("en")
    if not isinstance(zh, str) or not isinstance(en, str) or not zh.strip() or not en.strip():
        raise BadPack(where=where, problem="zh and en must both be given")
    return Both(zh.strip(), en.strip())
