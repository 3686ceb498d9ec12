"""Expressions as DuckDB SQL: the same tree that the gate evaluates, for millions of rows at once.

Every leaf is a column of its own name; NULL is «unknown», which SQL treats exactly as the tree does. Facts with a
closed vocabulary are columns of small numbers, so that no text is compared ten million times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from heyi.capabilities.compliance.domain.expressions.tree import (
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
    Scalar,
)
from heyi.capabilities.compliance.domain.facts import ACTOR_KINDS, CHANNELS, PURPOSES, RECIPIENTS, WORDINGS

VOCABULARY: Final[Mapping[str, tuple[str, ...]]] = {
    "purpose": tuple(sorted(PURPOSES)),
    "channel": tuple(sorted(CHANNELS)),
    "recipient": tuple(sorted(RECIPIENTS)),
    "actor_kind": tuple(sorted(ACTOR_KINDS)),
    "wording": tuple(sorted(WORDINGS)),
}
"""The number of a word in a column is its place here."""
RELATIONS: Final = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "="}


def column(leaf: Fact | Has | Nth) -> str:
    """The name of a leaf's column, not quoted."""
    if isinstance(leaf, Fact):
        return leaf.name
    if isinstance(leaf, Has):
        return f"{leaf.name}:{leaf.member}"
    return f"{leaf.series}:{leaf.n}:{leaf.unit}"


def quoted(name: str) -> str:
    """A name that SQL takes as a name, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Scalar) -> str:
    """A constant of SQL."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def codes(name: str, values: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of words; a word that the vocabulary does not know is left out, as no row can hold it."""
    words = VOCABULARY[name]
    return tuple(sorted(words.index(value) for value in values if value in words))


def sql_of(expr: Expr) -> str:
    """The expression in SQL: TRUE, FALSE or NULL."""
    return _WRITERS[type(expr)](expr)


def _leaf(expr: Fact | Has | Nth) -> str:
    return quoted(column(expr))


def _among(expr: Among) -> str:
    name = quoted(expr.of.name)
    listed = (
        [str(code) for code in codes(expr.of.name, expr.values)]
        if expr.of.name in VOCABULARY
        else [literal(value) for value in expr.values]
    )
    if not listed:
        return f"(CASE WHEN {name} IS NULL THEN NULL ELSE FALSE END)"
    return f"({name} IN ({', '.join(listed)}))"


def _joined(parts: tuple[Expr, ...], word: str) -> str:
    return "(" + f" {word} ".join(sql_of(part) for part in parts) + ")"


_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    Const: lambda expr: literal(expr.value),
    Fact: _leaf,
    Has: _leaf,
    Nth: _leaf,
    Among: _among,
    Compare: lambda expr: f"({sql_of(expr.left)} {RELATIONS[expr.relation]} {sql_of(expr.right)})",
    Plus: lambda expr: f"({sql_of(expr.left)} + ({expr.number}))",
    And: lambda expr: _joined(expr.parts, "AND"),
    Or: lambda expr: _joined(expr.parts, "OR"),
    Not: lambda expr: f"(NOT {sql_of(expr.part)})",
}
