"""The language in which every kind of check is written, once: a small tree over facts.

Its logic has three values (Kleene): true, false, and unknown where a fact is unknown, exactly as SQL has it, so that
the same tree is evaluated in Python by the gate and in DuckDB by the dry run. Days are proleptic ordinals, instants
microseconds since 1970, times of day microseconds since local midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Scalar = bool | int | str
Relation = Literal["<", "<=", ">", ">=", "=="]

NEVER: Final = -(1 << 62)
"""The day, and the instant, of something that never happened: earlier than everything."""


@dataclass(frozen=True, slots=True)
class Const:
    """A value from the rule."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Has:
    """The set of this name holds this member."""

    name: str
    member: str


@dataclass(frozen=True, slots=True)
class Nth:
    """When the n-th newest (from 1) past contact of a series was: its local day, or its instant. NEVER if fewer."""

    series: str
    n: int
    unit: Literal["day", "instant"]


@dataclass(frozen=True, slots=True)
class Among:
    """A fact is one of these values."""

    of: Fact
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers compared."""

    left: Expr
    relation: Relation
    right: Expr


@dataclass(frozen=True, slots=True)
class Plus:
    """A number and a constant."""

    left: Expr
    number: int


@dataclass(frozen=True, slots=True)
class And:
    """All hold. False if one is false, else unknown if one is unknown."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One holds. True if one is true, else unknown if one is unknown."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; of unknown: unknown."""

    part: Expr


Expr = Const | Fact | Has | Nth | Among | Compare | Plus | And | Or | Not

NOW: Final = Fact("now")
TODAY: Final = Fact("today")
TIME: Final = Fact("time")
END_TIME: Final = Fact("end_time")
"""Asked of the moment and not of the person: instant, local day, local time of day, and that of the planned end."""


def both(*parts: Expr) -> Expr:
    """All of them."""
    return parts[0] if len(parts) == 1 else And(parts)


def either(*parts: Expr) -> Expr:
    """One of them; none at all is false."""
    if not parts:
        return Const(value=False)
    return parts[0] if len(parts) == 1 else Or(parts)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of an expression."""
    if isinstance(expr, And | Or):
        return expr.parts
    if isinstance(expr, Compare):
        return (expr.left, expr.right)
    if isinstance(expr, Plus):
        return (expr.left,)
    if isinstance(expr, Not):
        return (expr.part,)
    return (expr.of,) if isinstance(expr, Among) else ()


def leaves(expr: Expr) -> Iterator[Fact | Has | Nth]:
    """Every fact that an expression may read."""
    if isinstance(expr, Fact | Has | Nth):
        yield expr
    for part in children(expr):
        yield from leaves(part)
