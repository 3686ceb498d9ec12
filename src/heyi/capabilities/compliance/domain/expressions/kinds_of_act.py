"""Who makes the contact and how it is prepared: agencies, certificates, recorders, company, approvals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heyi.capabilities.compliance.domain.expressions.check import Check
from heyi.capabilities.compliance.domain.expressions.parameters import bad, number
from heyi.capabilities.compliance.domain.expressions.tree import Among, And, Compare, Const, Fact, Not
from heyi.capabilities.compliance.domain.rules import Rule

AN_AGENCY: Final = Among(Fact("actor_kind"), ("agency",))


def recorder_required(rule: Rule) -> Check:
    """A recorder is running."""
    return Check(Not(Fact("recorder_active")))


def certificate_required(rule: Rule) -> Check:
    """A valid certificate of whoever makes the contact."""
    return Check(Not(Fact("certificate_valid")))


def staff_minimum(rule: Rule) -> Check:
    """Not fewer than ``min`` of staff together."""
    least = number(rule, "min")

    def why(facts: object, moment: object) -> tuple[tuple[str, str], ...]:
        return (("staff", str(getattr(facts, "staff_count", ""))), ("min", str(least)))

    return Check(Compare(Fact("staff_count"), "<", Const(least)), why)


def agency_announced(rule: Rule) -> Check:
    """An agency only after the debtor was told of it."""
    return Check(And((AN_AGENCY, Not(Fact("agency_announced")))))


def agency_reports(rule: Rule) -> Check:
    """An agency only while it hands in its contacts in time."""
    return Check(And((AN_AGENCY, Not(Fact("agency_reporting")))))


def caller_reports(rule: Rule) -> Check:
    """The bank's own people and machines only while they write down what became of their calls and visits."""
    return Check(And((Not(AN_AGENCY), Not(Fact("caller_reporting")))))


def approval_required(rule: Rule) -> Check:
    """Always asks for the approval that the rule names; ``only_for`` says for whom."""
    if not rule.approval:
        raise bad(rule, "approval must name the kind of approval")
    return Check(Const(value=True))


ACTS: Final[Mapping[str, Callable[[Rule], Check]]] = {
    "recorder_required": recorder_required,
    "certificate_required": certificate_required,
    "staff_minimum": staff_minimum,
    "agency_announced": agency_announced,
    "agency_reports": agency_reports,
    "caller_reports": caller_reports,
    "approval_required": approval_required,
}
