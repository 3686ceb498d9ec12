"""The cases that stand with each rule, as facts; a pack that fails its own cases does not load."""

from __future__ import annotations

from dataclasses import replace

from heyi.capabilities.compliance.domain.checks import GATE_KINDS, check_of
from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.given import facts_of
from heyi.capabilities.compliance.domain.rules import JUDGED_ELSEWHERE, BadPack, Case, Pack, Rule
from heyi.capabilities.compliance.domain.verdicts import Allowed, Refused, Verdict


def verdict_of(pack: Pack, rule: Rule, case: Case) -> Verdict:
    """What this rule alone says of its case; where the case names clauses, what the whole pack says."""
    judged = pack if case.clauses is not None else replace(pack, needs=frozenset(), rules=(rule,))
    return decide(facts_of(case.given, case.at), judged, case.at)


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


def prove(pack: Pack, *, of: Pack | None = None) -> None:
    """Run every case of every rule. Raises BadPack for the first that does not come out as written.

    Where only some rules of a pack are proved, ``of`` is the whole, which cases with clauses ask.
    The bank's stricter form of a rule needs no cases of its own: it was compared with the rule that it amends.
    """
    for rule in pack.rules:
        if rule.kind in JUDGED_ELSEWHERE:
            continue
        if rule.kind not in GATE_KINDS:
            raise BadPack(where=rule.id, problem=f"nobody judges the kind {rule.kind}", next_step="use a known kind")
        check_of(rule)
        if not rule.cases and not rule.base_id:
            raise BadPack(where=rule.id, problem="the rule has no case", next_step="add cases: inside, outside, limit")
        for case in rule.cases:
            wrong = fault(of or pack, rule, case)
            if wrong:
                raise BadPack(
                    where=f"{rule.id} «{case.says.en}»",
                    problem=wrong,
                    next_step="mend the rule, or what the case expects",
                )
