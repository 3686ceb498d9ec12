"""One clause as a compliance officer reads it: in words, with its cases, what they come to, and its earlier forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import BadPack, Both, Case, Pack, Rule
from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.examples import fault
from heyi.capabilities.compliance.domain.wording import Change, compare, value_in_words
from heyi.capabilities.compliance.problems import VersionUnknown
from heyi.capabilities.compliance.queries.packs import Adoption, adoptions, pack_of


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, and whether it comes out as written; ``fault`` is empty when it does."""

    case: Case
    fault: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with its values in words. ``judged`` is false where not the gate but somebody else applies it."""

    rule: Rule
    kind: Both
    figures: tuple[tuple[str, Both], ...]
    cases: tuple[CaseView, ...]
    judged: bool


def clause_view(pack: Pack, rule: Rule) -> ClauseView:
    """The clause as it stands in this pack."""
    judged = rule.kind in GATE_KINDS
    return ClauseView(
        rule=rule,
        kind=in_words(rule.kind),
        figures=tuple((name, in_words(value)) for name, value in _figures(rule)),
        cases=tuple(CaseView(case, fault(pack, rule, case) if judged else "") for case in rule.cases),
        judged=judged,
    )


def in_words(value: Any) -> Both:
    """A value of a rule in both languages."""
    words = pack_files.words()
    return Both(zh=value_in_words(value, "zh", words), en=value_in_words(value, "en", words))


def effect_in_words(effect: str) -> Both:
    """stricter, looser, same, unlike."""
    return Both(**pack_files.words()["effects"][effect])


def moment_in_words(name: str, when: str) -> Both:
    """When a checklist of this pack is asked."""
    told = pack_files.moments(name).get(when, {"zh": when, "en": when})
    return Both(zh=told["zh"], en=told["en"])


def clause_history(name: str, rule_id: str) -> tuple[tuple[Adoption, tuple[Change, ...]], ...]:
    """The adoptions that changed this clause, the newest first; a version that can no longer be read is left out."""
    kept = [(one, pack) for one, pack in _read(adoptions(name))]
    told = []
    for (newer, after), (_, before) in pairwise(kept):
        changes = tuple(one for one in compare(before, after, pack_files.words()) if _concerns(one, rule_id))
        if changes:
            told.append((newer, changes))
    return tuple(told)


def _read(found: Iterable[Adoption]) -> Iterable[tuple[Adoption, Pack]]:
    for one in found:
        try:
            yield one, pack_of(one.version)
        except (BadPack, VersionUnknown):
            continue


def _concerns(change: Change, rule_id: str) -> bool:
    return change.rule_id.partition("/")[0] == rule_id.partition("/")[0]


def _figures(rule: Rule) -> list[tuple[str, Any]]:
    given = dict(rule.parameters)
    if {"start", "end"} <= given.keys():
        given = {"hours": {"start": given.pop("start"), "end": given.pop("end")}, **given}
    extra = {"relaxed_by": rule.relaxed_by, "approval": rule.approval}
    return [*given.items(), *((name, value) for name, value in extra.items() if value)]
