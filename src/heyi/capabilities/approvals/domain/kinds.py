"""Kinds of approval as the pack states them: who asks, who votes, how many, for how long, with which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from heyi.capabilities.approvals.domain.problems import BadKinds, FormIncomplete

ANSWER_LONGEST: Final = 2_000
ABOUT: Final = frozenset({"name", "agency", "contract", "own_page"})
"""What a request of a kind is about: a name of one's own, an agency, a contract, or what has its own page."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form. ``choices`` maps code → words in both languages; empty for free text."""

    key: str
    zh: str
    en: str
    required: bool = True
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VoteRule:
    """How votes become an outcome.

    ``quorum`` votes must be cast (abstentions count); of yes and no, more than ``yes_over`` (numerator, denominator)
    must be yes. ``each_role``: of each of these roles one person must say yes, and a no of such a person refuses.
    With ``one_no_refuses`` any no refuses at once. Only a ``committee`` knows abstention.
    """

    roles: tuple[str, ...]
    quorum: int
    yes_over: tuple[int, int] = (1, 2)
    each_role: tuple[str, ...] = ()
    one_no_refuses: bool = False
    committee: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of approval. ``days_to_decide`` and ``days_valid`` are calendar days; None: without end."""

    key: str
    zh: str
    en: str
    basis: str
    about: str
    ask: tuple[str, ...]
    vote: VoteRule
    revoke: tuple[str, ...]
    questions: tuple[Question, ...]
    impact: tuple[Question, ...]
    days_to_decide: int
    days_valid: int | None

    @property
    def form(self) -> tuple[Question, ...]:
        """All questions, the impact assessment last."""
        return (*self.questions, *self.impact)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one pack, in their written order; ``version`` is the digest of the file."""

    version: str
    kinds: tuple[Kind, ...]

    def get(self, key: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.key == key), None)


def parse_kinds(raw: Any, *, version: str, known_roles: frozenset[str]) -> Kinds:
    """The content of approvals.yaml as values. Raises BadKinds, which names the place."""
    if not isinstance(raw, dict) or not isinstance(raw.get("kinds"), list):
        raise BadKinds(where="approvals.yaml", problem="no list «kinds»")
    impact = tuple(_question(row, "impact") for row in raw.get("impact", ()))
    kinds = tuple(_kind(row, impact, known_roles) for row in raw["kinds"])
    keys = [kind.key for kind in kinds]
    if len(set(keys)) != len(keys):
        raise BadKinds(where="approvals.yaml", problem="a kind stands twice")
    return Kinds(version=version, kinds=kinds)


def check_form(kind: Kind, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that belong to the form, stripped. Raises FormIncomplete, which names every faulty question."""
    known = {question.key: question for question in kind.form}
    faults = {key: "unknown" for key in answers if key not in known}
    kept: dict[str, str] = {}
    for key, question in known.items():
        text = str(answers.get(key, "")).strip()
        if not text:
            faults |= {key: "missing"} if question.required else {}
        elif len(text) > ANSWER_LONGEST:
            faults[key] = "too_long"
        elif question.choices and text not in {code for code, _, _ in question.choices}:
            faults[key] = "not_listed"
        else:
            kept[key] = text
    if faults:
        raise FormIncomplete(fields=faults, kind=kind.key, longest=ANSWER_LONGEST)
    return kept


def rule_data(rule: VoteRule) -> dict[str, Any]:
    """The rule as plain JSON: a request keeps the rule of its own day."""
    return {
        "roles": list(rule.roles),
        "quorum": rule.quorum,
        "yes_over": list(rule.yes_over),
        "each_role": list(rule.each_role),
        "one_no_refuses": rule.one_no_refuses,
        "committee": rule.committee,
    }


def rule_of(data: Mapping[str, Any]) -> VoteRule:
    """The rule again."""
    return VoteRule(
        roles=tuple(data["roles"]),
        quorum=data["quorum"],
        yes_over=(data["yes_over"][0], data["yes_over"][1]),
        each_role=tuple(data["each_role"]),
        one_no_refuses=data["one_no_refuses"],
        committee=data["committee"],
    )


def _kind(row: dict[str, Any], impact: tuple[Question, ...], known_roles: frozenset[str]) -> Kind:
    where = str(row.get("id", "?"))
    try:
        vote = row["vote"]
        num, den = (int(part) for part in str(vote.get("yes_over", "1/2")).split("/"))
        kind = Kind(
            key=row["id"],
            zh=row["title"]["zh"],
            en=row["title"]["en"],
            basis=row["basis"],
            about=row["about"],
            ask=tuple(row["ask"]),
            vote=VoteRule(
                roles=tuple(vote["roles"]),
                quorum=int(vote["quorum"]),
                yes_over=(num, den),
                each_role=tuple(vote.get("each_role", ())),
                one_no_refuses=bool(vote.get("one_no_refuses", False)),
                committee=bool(vote.get("committee", False)),
            ),
            revoke=tuple(row["revoke"]),
            questions=tuple(_question(question, where) for question in row.get("questions", ())),
            impact=impact if row.get("impact") else (),
            days_to_decide=int(row["days_to_decide"]),
            days_valid=None if row["days_valid"] is None else int(row["days_valid"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadKinds(where=where, problem=f"{type(error).__name__}: {error}") from error
    _check(kind, known_roles)
    return kind


def _check(kind: Kind, known_roles: frozenset[str]) -> None:
    num, den = kind.vote.yes_over
    wrong = [
        said
        for fault, said in (
            (not kind.basis, "no basis"),
            (kind.about not in ABOUT, "about is none of " + ", ".join(sorted(ABOUT))),
            (not kind.ask or not kind.vote.roles or not kind.revoke, "somebody must ask, vote and revoke"),
            ({*kind.ask, *kind.vote.roles, *kind.revoke} - known_roles, "unknown role"),
            (set(kind.vote.each_role) - set(kind.vote.roles), "each_role names who may not vote"),
            (kind.vote.quorum < 1, "quorum below 1"),
            (not 0 < num < den, "yes_over is no share"),
            (kind.days_to_decide < 1 or (kind.days_valid is not None and kind.days_valid < 1), "no days"),
            (len({question.key for question in kind.form}) != len(kind.form), "a question stands twice"),
        )
        if fault
    ]
    if wrong:
        raise BadKinds(where=kind.key, problem="; ".join(wrong))


def _question(row: dict[str, Any], where: str) -> Question:
    try:
        return Question(
            key=row["key"],
            zh=row["zh"],
            en=row["en"],
            required=bool(row.get("required", True)),
            choices=tuple((one["code"], one["zh"], one["en"]) for one in row.get("choices", ())),
        )
    except (KeyError, TypeError) as error:
        raise BadKinds(where=where, problem=f"question: {error}") from error
