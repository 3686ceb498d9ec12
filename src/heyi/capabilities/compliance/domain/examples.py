"""The examples that stand with each rule, as facts; a pack that fails its own examples does not load."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.facts import ContactFacts, Window
from heyi.capabilities.compliance.domain.rules import BadPack, Case, Pack, Rule
from heyi.capabilities.compliance.domain.verdicts import Refused, Verdict

QUIET_DAY = ContactFacts(
    purpose="",
    channel="",
    recipient="debtor",
    discloses_debt=True,
    holds=frozenset(),
    connected_today=0,
    effective_today=0,
    unanswered_today=0,
    same_purpose_today=0,
)
"""A debtor whom nobody contacted today; each example says what is different."""


def facts_of(case: Case) -> ContactFacts:
    """The facts of an example."""
    given = dict(case.given)
    if "holds" in given:
        given["holds"] = frozenset(given["holds"])
    if "agreed_window" in given:
        start, end = given["agreed_window"]
        given["agreed_window"] = Window(time.fromisoformat(start), time.fromisoformat(end), evidence="example")
    return replace(QUIET_DAY, **given)


def verdict_of(pack: Pack, rule: Rule, case: Case) -> Verdict:
    """What this rule alone says of its example."""
    alone = replace(pack, needs=frozenset(), rules=(rule,))
    return decide(facts_of(case), alone, case.at)


def prove(pack: Pack) -> None:
    """Run every example of every rule. Raises BadPack for the first that does not come out as written."""
    for rule in pack.rules:
        if rule.kind not in GATE_KINDS:
            continue
        if not rule.cases:
            raise BadPack(where=rule.id, problem="a rule needs examples")
        for case in rule.cases:
            _prove(pack, rule, case)


def _prove(pack: Pack, rule: Rule, case: Case) -> None:
    try:
        verdict = verdict_of(pack, rule, case)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BadPack(where=rule.id, problem=f"{case.says}: {error}") from error
    said = "refused" if isinstance(verdict, Refused) else "allowed"
    if said != case.expect:
        raise BadPack(where=rule.id, problem=f"{case.says}: expected {case.expect}, got {said}")
    if case.retry_at is not None and _retry(verdict) != case.retry_at:
        raise BadPack(where=rule.id, problem=f"{case.says}: retry at {_retry(verdict)}")


def _retry(verdict: Verdict) -> datetime | None:
    return verdict.retry_at if isinstance(verdict, Refused) else None
