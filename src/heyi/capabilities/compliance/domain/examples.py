"""The cases that stand with each rule, as facts; a pack that fails its own cases does not load."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.facts import ContactFacts, Window
from heyi.capabilities.compliance.domain.rules import JUDGED_ELSEWHERE, BadPack, Case, Pack, Rule
from heyi.capabilities.compliance.domain.verdicts import Allowed, Refused, Verdict

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
"""A debtor whom nobody contacted today; each case says what is different."""
SETS = frozenset({"holds", "unlock", "stopped_channels", "consents", "notices", "approvals"})


def facts_of(case: Case) -> ContactFacts:
    """The facts of a case."""
    given: dict[str, Any] = dict(case.given)
    for name in SETS & given.keys():
        given[name] = None if given[name] is None else frozenset(given[name])
    if "agreed_window" in given:
        start, end = given["agreed_window"]
        given["agreed_window"] = Window(time.fromisoformat(start), time.fromisoformat(end), evidence="example")
    if "last_contact_at" in given:
        given["last_contact_at"] = datetime.fromisoformat(given["last_contact_at"])
    return replace(QUIET_DAY, **given)


def verdict_of(pack: Pack, rule: Rule, case: Case) -> Verdict:
    """What this rule alone says of its case; where the case names clauses, what the whole pack says."""
    judged = pack if case.clauses is not None else replace(pack, needs=frozenset(), rules=(rule,))
    return decide(facts_of(case), judged, case.at)


def outcome(verdict: Verdict) -> str:
    """The verdict in the word that cases use."""
    if isinstance(verdict, Allowed):
        return "advised" if verdict.notes else "allowed"
    return "refused" if isinstance(verdict, Refused) else "needs_approval"


def fault(pack: Pack, rule: Rule, case: Case) -> str:
    """What is wrong with a case; empty when it comes out as written."""
    try:
        verdict = verdict_of(pack, rule, case)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        return f"cannot be judged: {error}"
    said = outcome(verdict)
    if said != case.expect:
        return f"expected {case.expect}, got {said}"
    if case.retry_at is not None and getattr(verdict, "retry_at", None) != case.retry_at:
        return f"expected another try at {case.retry_at}, got {getattr(verdict, 'retry_at', None)}"
    named = frozenset(hit.rule_id for hit in getattr(verdict, "clauses", ()))
    if case.clauses is not None and named != case.clauses:
        return f"expected the clauses {sorted(case.clauses)}, got {sorted(named)}"
    return ""


def prove(pack: Pack) -> None:
    """Run every case of every rule. Raises BadPack for the first that does not come out as written."""
    for rule in pack.rules:
        if rule.kind in JUDGED_ELSEWHERE:
            continue
        if rule.kind not in GATE_KINDS:
            raise BadPack(where=rule.id, problem=f"nobody judges the kind {rule.kind}", next_step="use a known kind")
        if not rule.cases:
            raise BadPack(where=rule.id, problem="the rule has no case", next_step="add cases: inside, outside, limit")
        for case in rule.cases:
            wrong = fault(pack, rule, case)
            if wrong:
                raise BadPack(
                    where=f"{rule.id} «{case.says.en}»",
                    problem=wrong,
                    next_step="mend the rule, or what the case expects",
                )
