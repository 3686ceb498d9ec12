"""Every kind of check that a rule can name, and a rule made into the check that the gate asks.

========================  =============================================================================================
``quiet_hours``           no contact from ``start`` to ``end``; ``through_end: true``: the planned end counts too
``open_hours``            only within ``by_channel.<channel>: {start, end}``
``agreed_window``         where the debtor agreed to certain hours, only these
``calendar_day``          not on days of the ``kinds``
``daily_limit``           at most ``max`` of the count named by ``counts`` on one calendar day
``rolling_limit``         at most ``max`` of the series named by ``counts`` within ``days`` (with today) or ``hours``
``gap_after_talk``        ``days`` (the day of the talk is the first) or ``hours`` after the last talk (``counts``)
``allowed_targets``       only the recipients ``allowed``
``silence``               words that tell of the debt only to those who ``may_know``
``unlock_required``       the ``recipients`` only for one of the reasons ``any_of``
``hold``                  not while a hold of the kind ``hold`` stands
``opted_out``             a contact point that refused is left alone for ever
``channel_stopped``       a medium that the person stopped is not used
``consent_required``      only with the ``consent``
``notice_required``       only after the ``notice``
``time_barred``           about a time-barred debt only words of the kinds ``allowed``
``recorder_required``     only while a recorder runs
``certificate_required``  only with a valid certificate
``staff_minimum``         at least ``min`` of staff together
``agency_announced``      an agency only after the debtor was told of it
``agency_reports``        an agency only while it hands in its contacts in time
``caller_reports``        the bank's own only while they write down what became of their calls
``approval_required``     only with the approval that the rule names
========================  =============================================================================================

Every kind also understands ``only_for: {recipients, actors, holds}``, and a rule with an ``approval`` is opened by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from heyi.capabilities.compliance.domain.expressions.check import Check
from heyi.capabilities.compliance.domain.expressions.kinds_of_act import ACTS
from heyi.capabilities.compliance.domain.expressions.kinds_of_count import COUNTS
from heyi.capabilities.compliance.domain.expressions.kinds_of_hours import HOURS
from heyi.capabilities.compliance.domain.expressions.kinds_of_person import PERSONS
from heyi.capabilities.compliance.domain.expressions.parameters import bad, listed, mapping
from heyi.capabilities.compliance.domain.expressions.tree import Among, Expr, Fact, Has, Not, both, either
from heyi.capabilities.compliance.domain.facts import ACTOR_KINDS, HOLD_KINDS, RECIPIENTS
from heyi.capabilities.compliance.domain.rules import Rule

KINDS: Final[Mapping[str, Callable[[Rule], Check]]] = {**HOURS, **COUNTS, **PERSONS, **ACTS}
GATE_KINDS: Final = frozenset(KINDS)

_NARROWED_BY: Final = {"recipients": RECIPIENTS, "actors": ACTOR_KINDS, "holds": HOLD_KINDS}


def check_of(rule: Rule) -> Check:
    """The check of one rule, narrowed to whom it concerns and opened by its approval. Raises BadPack."""
    check = KINDS[rule.kind](rule)
    parts = [*_narrowing(rule), check.hit]
    if rule.approval:
        parts.append(Not(Has("approvals", rule.approval)))
    return replace(check, hit=both(*parts))


def _narrowing(rule: Rule) -> list[Expr]:
    if "only_for" not in rule.parameters:
        return []
    only = mapping(rule, "only_for")
    if not only or not set(only) <= set(_NARROWED_BY):
        raise bad(rule, f"only_for knows {', '.join(_NARROWED_BY)}")
    given = {key: listed(rule, only, key, known) for key, known in _NARROWED_BY.items() if key in only}
    facts = {"recipients": "recipient", "actors": "actor_kind"}
    narrowed: list[Expr] = [Among(Fact(facts[key]), given[key]) for key in facts if key in given]
    if "holds" in given:
        narrowed.append(either(*(Has("holds", kind) for kind in given["holds"])))
    return narrowed
