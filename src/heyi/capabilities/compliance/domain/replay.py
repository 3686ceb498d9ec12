"""A pack as one SQL statement over past contacts: what ``decide`` says of each, in bits.

``seen`` is a table with one row a contact: every column of ``Replay.needs``, and ``id``. The answer has ``id`` and the
columns ``clauses_0``, ``clauses_1`` …: bit ``k`` of column ``c`` is the rule of place ``62 · c + k`` in ``rules``; the
first bit of all is «not known for sure». Dates are proleptic ordinals, as in the expressions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.expressions.sql import codes, sql_of
from heyi.capabilities.compliance.domain.expressions.tree import Fact, Has, Nth, leaves
from heyi.capabilities.compliance.domain.plan import Ready, changes_of, plan_of, ready_of
from heyi.capabilities.compliance.domain.rules import Pack, Rule
from heyi.capabilities.compliance.domain.verdicts import CLOSED

BITS: Final = 62
"""Bits a column: they fit a signed 64-bit number."""


@dataclass(frozen=True, slots=True)
class Replay:
    """``places``: what each bit says, the clause's id; ``select``: the statement; ``needs``: the leaves it reads."""

    places: tuple[str, ...]
    advice: frozenset[str]
    approvals: frozenset[str]
    needs: frozenset[Fact | Has | Nth]
    select: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer that hold bits."""
        return tuple(f"clauses_{number}" for number in range(-(-len(self.places) // BITS)))

    def clauses(self, masks: Iterable[int]) -> tuple[str, ...]:
        """The clauses of one row's bits, in the order of the pack, «not sure» first."""
        return tuple(
            self.places[number * BITS + bit]
            for number, mask in enumerate(masks)
            for bit in range(BITS)
            if mask >> bit & 1
        )

    def outcome(self, clauses: Iterable[str]) -> str:
        """``allowed``, ``advised``, ``needs_approval`` or ``refused``, as ``decide`` would say."""
        named = frozenset(clauses)
        if named <= self.advice:
            return "advised" if named else "allowed"
        return "needs_approval" if named - self.advice <= self.approvals else "refused"


def replay_of(pack: Pack) -> Replay:
    """The statement for this pack. Raises BadPack."""
    rules = tuple(ready_of(rule) for rule in pack.rules if rule.kind in GATE_KINDS)
    hits = [f"{_hit(ready)} AS h{number}" for number, ready in enumerate(rules, start=1)]
    closed = " OR ".join(f"h{number} IS NULL" for number, ready in enumerate(rules, start=1) if _refuses(ready.rule))
    inner = f"SELECT id, {', '.join([f'({_doubt(pack)}) AS doubt', *hits])} FROM seen"  # noqa: S608 – all written here
    places = (CLOSED, *(ready.rule.id for ready in rules))
    return Replay(
        places=places,
        advice=frozenset(ready.rule.id for ready in rules if not _refuses(ready.rule)),
        approvals=frozenset(ready.rule.id for ready in rules if ready.rule.approval),
        needs=frozenset(leaf for ready in rules for leaf in leaves(ready.check.hit)),
        select=f"SELECT id, {_masks(rules, closed)} FROM ({inner})",  # noqa: S608 – all written here
    )


def _refuses(rule: Rule) -> bool:
    return rule.severity != "advice"


def _hit(ready: Ready) -> str:
    """True, false or unknown where the rule is in force and concerns the contact; false elsewhere."""
    rule = ready.rule
    bounds = [
        f"purpose IN ({_listed('purpose', rule.purposes)})",
        f"channel IN ({_listed('channel', rule.channels)})",
        f"today >= {rule.valid_from.toordinal()}",
    ]
    if rule.valid_to is not None:
        bounds.append(f"today < {rule.valid_to.toordinal()}")
    return f"CASE WHEN {' AND '.join(bounds)} THEN {sql_of(ready.check.hit)} ELSE FALSE END"


def _listed(name: str, values: frozenset[str]) -> str:
    return ", ".join(str(code) for code in codes(name, tuple(values))) or "-1"


def _doubt(pack: Pack) -> str:
    """What closes the gate before any rule is asked: an unknown person, way or purpose, an incomplete pack."""
    days = [None, *changes_of(pack)]
    spans = ["purpose IS NULL OR channel IS NULL OR recipient IS NULL"]
    for first, following in zip(days, [*days[1:], None], strict=True):
        day = first or (following and following.fromordinal(following.toordinal() - 1))
        if day is not None and not plan_of(pack, day).complete:
            lower = f"today >= {first.toordinal()}" if first else "TRUE"
            upper = f"today < {following.toordinal()}" if following else "TRUE"
            spans.append(f"({lower} AND {upper})")
    return " OR ".join(spans)


def _masks(rules: tuple[Ready, ...], closed: str) -> str:
    bits = [f"(doubt OR {closed})" if closed else "doubt"]
    for number, ready in enumerate(rules, start=1):
        known = f"h{number}" if _refuses(ready.rule) else f"coalesce(h{number}, TRUE)"
        bits.append(f"(NOT doubt AND {known} IS TRUE)")
    chunks = [bits[start : start + BITS] for start in range(0, len(bits), BITS)]
    columns = []
    for number, chunk in enumerate(chunks):
        sums = " + ".join(f"CASE WHEN {bit} THEN {1 << place} ELSE 0 END" for place, bit in enumerate(chunk))
        columns.append(f"CAST({sums} AS BIGINT) AS clauses_{number}")
    return ", ".join(columns)
