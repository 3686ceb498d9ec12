"""The test that staff take: «may this contact be made?», drawn from the pack's own cases, with the clause as teacher.

A case is asked only where the whole pack says of it what its rule says: no question has two right answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.examples import outcome
from heyi.capabilities.compliance.domain.given import facts_of
from heyi.capabilities.compliance.domain.rules import Both, Case, Pack, Rule

ANSWERS: Final = ("allowed", "refused", "needs_approval")
"""What may be answered. Advice does not refuse: an advised contact may be made."""
GRACE: Final = timedelta(minutes=1)
"""For the way between the last click and the server."""


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """One case as a question. ``given`` are the facts that differ from a quiet day; ``right`` is one of ANSWERS."""

    key: str
    rule_id: str
    says: Both
    at: datetime
    given: Mapping[str, Any]
    right: str
    title: Both
    source: str
    teaches: Both
    instead: Both


def draw(pack: Pack, *, seed: str, count: int) -> tuple[ExamQuestion, ...]:
    """At most ``count`` questions, the same for the same pack and seed.

    Right and wrong contacts take turns, and a rule is asked a second time only when every rule had its turn, so that
    neither a habit of saying no nor knowing one rule is enough.
    """
    ranked = sorted(questions(pack), key=lambda one: _rank(seed, one.key))
    sides = [[one for one in ranked if one.right == "allowed"], [one for one in ranked if one.right != "allowed"]]
    drawn: list[ExamQuestion] = []
    while len(drawn) < count and any(sides):
        side = sides[len(drawn) % 2] or sides[(len(drawn) + 1) % 2]
        asked = [one.rule_id for one in drawn]
        next_one = min(side, key=lambda one: asked.count(one.rule_id))
        side.remove(next_one)
        drawn.append(next_one)
    return tuple(sorted(drawn, key=lambda one: _rank(f"{seed}/order", one.key)))


def questions(pack: Pack) -> tuple[ExamQuestion, ...]:
    """Every case of the pack that has one answer."""
    return tuple(
        _question(rule, case, number)
        for rule in pack.rules
        for number, case in enumerate(rule.cases)
        if _clear(pack, rule, case)
    )


def right_answers(asked: Sequence[ExamQuestion], answers: Mapping[str, str]) -> int:
    """How many were answered as the pack answers."""
    return sum(answers.get(one.key) == one.right for one in asked)


def passed(right: int, asked: int, *, percent: int) -> bool:
    """True at or above the mark; exact, without rounding."""
    return asked > 0 and right * 100 >= percent * asked


def _question(rule: Rule, case: Case, number: int) -> ExamQuestion:
    return ExamQuestion(
        key=f"{rule.id}#{number}",
        rule_id=rule.id,
        says=case.says,
        at=case.at,
        given=case.given,
        right=_answer(case.expect),
        title=rule.title,
        source=str(rule.source),
        teaches=rule.staff,
        instead=rule.instead,
    )


def _clear(pack: Pack, rule: Rule, case: Case) -> bool:
    if not rule.in_force(case.at.astimezone(pack.timezone).date()):
        return False
    said = outcome(decide(facts_of(case.given, case.at), pack, case.at))
    return _answer(said) == _answer(case.expect)


def _answer(said: str) -> str:
    return "allowed" if said == "advised" else said


def _rank(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\x00{key}".encode()).hexdigest()


def packed(asked: Iterable[ExamQuestion]) -> list[dict[str, Any]]:
    """Questions as plain JSON: a sitting keeps what was asked, whatever becomes of the pack."""
    return [
        {
            "key": one.key,
            "rule_id": one.rule_id,
            "says": [one.says.zh, one.says.en],
            "at": one.at.isoformat(),
            "given": dict(one.given),
            "right": one.right,
            "title": [one.title.zh, one.title.en],
            "source": one.source,
            "teaches": [one.teaches.zh, one.teaches.en],
            "instead": [one.instead.zh, one.instead.en],
        }
        for one in asked
    ]


def unpacked(rows: Iterable[Mapping[str, Any]]) -> tuple[ExamQuestion, ...]:
    """The questions again."""
    return tuple(
        ExamQuestion(
            key=row["key"],
            rule_id=row["rule_id"],
            says=Both(*row["says"]),
            at=datetime.fromisoformat(row["at"]),
            given=row["given"],
            right=row["right"],
            title=Both(*row["title"]),
            source=row["source"],
            teaches=Both(*row["teaches"]),
            instead=Both(*row["instead"]),
        )
        for row in rows
    )
