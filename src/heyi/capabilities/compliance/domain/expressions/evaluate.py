"""Expressions as Python closures: what the gate asks, a few hundred nanoseconds a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from operator import attrgetter, ge, gt, le, lt
from operator import eq as equal
from typing import Any, Final
from zoneinfo import ZoneInfo

from heyi.capabilities.compliance.domain.expressions.tree import (
    NEVER,
    Among,
    And,
    Compare,
    Const,
    Expr,
    Fact,
    Has,
    Not,
    Nth,
    Or,
    Plus,
    children,
)
from heyi.capabilities.compliance.domain.facts import ContactFacts

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
RELATIONS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": equal}


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, taken apart once for all rules: ``now`` µs since 1970, ``today`` ordinal, ``time`` µs of the day."""

    local: datetime
    now: int
    today: int
    time: int


def moment_of(at: datetime, zone: ZoneInfo) -> Moment:
    """The instant in the pack's zone."""
    local = at.astimezone(zone)
    return Moment(local, instant(at), local.toordinal(), time_of_day(local))


def instant(at: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (at - EPOCH) // MICROSECOND


def time_of_day(local: datetime | time) -> int:
    """Microseconds since midnight by the wall clock."""
    return ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond


Closure = Callable[[ContactFacts, Moment], Any]
"""None is unknown."""


def compiled(expr: Expr) -> Closure:
    """The expression as a function of facts and moment."""
    return _MAKERS[type(expr)](expr)


def unknown_fact(expr: Expr, facts: ContactFacts, moment: Moment) -> str:
    """The name of the fact for whose want the expression is unknown."""
    if isinstance(expr, Fact | Has):
        return expr.name
    if isinstance(expr, Nth):
        return "history"
    for part in children(expr):
        if compiled(part)(facts, moment) is None:
            return unknown_fact(part, facts, moment)
    return "fact"


def _const(expr: Const) -> Closure:
    value = expr.value
    return lambda facts, moment: value


def _fact(expr: Fact) -> Closure:
    if expr.name in _OF_MOMENT:
        of_moment = attrgetter(expr.name)
        return lambda facts, moment: of_moment(moment)
    if expr.name in _DERIVED:
        return _DERIVED[expr.name]
    of_facts = attrgetter(expr.name)
    return lambda facts, moment: of_facts(facts)


def _has(expr: Has) -> Closure:
    member = expr.member
    held = _fact(Fact(expr.name))

    def has(facts: ContactFacts, moment: Moment) -> bool | None:
        members = held(facts, moment)
        return None if members is None else member in members

    return has


def _nth(expr: Nth) -> Closure:
    series, place, day = expr.series, expr.n - 1, expr.unit == "day"

    def nth(facts: ContactFacts, moment: Moment) -> int | None:
        times = facts.history.get(series) if facts.history is not None else None
        if times is None:
            return None
        if len(times) <= place:
            return NEVER
        then = times[place]
        return then.astimezone(moment.local.tzinfo).toordinal() if day else instant(then)

    return nth


def _among(expr: Among) -> Closure:
    value_of, values = compiled(expr.of), frozenset(expr.values)

    def among(facts: ContactFacts, moment: Moment) -> bool | None:
        value = value_of(facts, moment)
        return None if value is None else value in values

    return among


def _compare(expr: Compare) -> Closure:
    left_of, relation, right_of = compiled(expr.left), RELATIONS[expr.relation], compiled(expr.right)
    if isinstance(expr.right, Const):
        bound = expr.right.value

        def against(facts: ContactFacts, moment: Moment) -> bool | None:
            left = left_of(facts, moment)
            return None if left is None else relation(left, bound)

        return against

    def compare(facts: ContactFacts, moment: Moment) -> bool | None:
        left, right = left_of(facts, moment), right_of(facts, moment)
        return None if left is None or right is None else relation(left, right)

    return compare


def _plus(expr: Plus) -> Closure:
    left_of, number = compiled(expr.left), expr.number

    def plus(facts: ContactFacts, moment: Moment) -> int | None:
        left = left_of(facts, moment)
        return None if left is None else left + number

    return plus


def _all(expr: And) -> Closure:
    return _joined(tuple(compiled(part) for part in expr.parts), decisive=False)


def _any(expr: Or) -> Closure:
    return _joined(tuple(compiled(part) for part in expr.parts), decisive=True)


def _joined(parts: tuple[Closure, ...], *, decisive: bool) -> Closure:
    """One decisive part settles it, whatever is unknown; without one, an unknown part leaves it unknown."""

    def joined(facts: ContactFacts, moment: Moment) -> bool | None:
        answer: bool | None = not decisive
        for part in parts:
            value: bool | None = part(facts, moment)
            if value is decisive:
                return decisive
            if value is None:
                answer = None
        return answer

    return joined


def _not(expr: Not) -> Closure:
    part = compiled(expr.part)

    def contrary(facts: ContactFacts, moment: Moment) -> bool | None:
        value = part(facts, moment)
        return None if value is None else not value

    return contrary


def _agreed(facts: ContactFacts, moment: Moment) -> bool:
    return facts.agreed_window is not None


def _window_start(facts: ContactFacts, moment: Moment) -> int | None:
    window = facts.agreed_window
    return None if window is None else time_of_day(window.start)


def _window_end(facts: ContactFacts, moment: Moment) -> int | None:
    window = facts.agreed_window
    return None if window is None else time_of_day(window.end)


def _end_time(facts: ContactFacts, moment: Moment) -> int | None:
    end = facts.planned_end
    return None if end is None else time_of_day(end.astimezone(moment.local.tzinfo))


def _day_kinds(facts: ContactFacts, moment: Moment) -> frozenset[str] | None:
    return None if facts.day_kinds is None else facts.day_kinds(moment.local.date())


_OF_MOMENT: Final = frozenset({"now", "today", "time"})
_DERIVED: Final[Mapping[str, Closure]] = {
    "agreed": _agreed,
    "window_start": _window_start,
    "window_end": _window_end,
    "end_time": _end_time,
    "day_kinds": _day_kinds,
}
_MAKERS: Final[Mapping[type, Callable[[Any], Closure]]] = {
    Const: _const,
    Fact: _fact,
    Has: _has,
    Nth: _nth,
    Among: _among,
    Compare: _compare,
    Plus: _plus,
    And: _all,
    Or: _any,
    Not: _not,
}
