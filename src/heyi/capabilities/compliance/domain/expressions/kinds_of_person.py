"""Whom, and what they said or what befell them: targets, silence, holds, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heyi.capabilities.compliance.domain.expressions.check import Check, tells
from heyi.capabilities.compliance.domain.expressions.parameters import text, texts
from heyi.capabilities.compliance.domain.expressions.tree import Among, And, Fact, Has, Not, both, either
from heyi.capabilities.compliance.domain.facts import CHANNELS, HOLD_KINDS, RECIPIENTS, UNLOCKS, WORDINGS
from heyi.capabilities.compliance.domain.rules import Rule

RECIPIENT: Final = Fact("recipient")


def allowed_targets(rule: Rule) -> Check:
    """Only these kinds of persons."""
    return Check(Not(Among(RECIPIENT, texts(rule, "allowed", RECIPIENTS))), tells("recipient", "recipient"))


def silence(rule: Rule) -> Check:
    """Words that tell of the debt go only to those who owe it."""
    stranger = Not(Among(RECIPIENT, texts(rule, "may_know", RECIPIENTS)))
    return Check(And((Fact("discloses_debt"), stranger)), tells("recipient", "recipient"))


def unlock_required(rule: Rule) -> Check:
    """These persons only for one of these reasons."""
    reasons = texts(rule, "any_of", UNLOCKS)
    locked = Not(either(*(Has("unlock", reason) for reason in reasons)))
    hit = both(Among(RECIPIENT, texts(rule, "recipients", RECIPIENTS)), locked)
    return Check(hit, lambda facts, moment: (("recipient", str(facts.recipient)), ("needs", ", ".join(reasons))))


def hold(rule: Rule) -> Check:
    """A hold of the named kind stands."""
    kind = text(rule, "hold", HOLD_KINDS)
    return Check(Has("holds", kind), lambda facts, moment: (("hold", kind),))


def opted_out(rule: Rule) -> Check:
    """This contact point refused."""
    return Check(Fact("opted_out"))


def channel_stopped(rule: Rule) -> Check:
    """The person stopped this medium."""
    own = (
        both(Among(Fact("channel"), (channel,)), Has("stopped_channels", channel))
        for channel in sorted(rule.channels & CHANNELS)
    )
    return Check(either(*own), tells("channel", "channel"))


def consent_required(rule: Rule) -> Check:
    """Only with this consent."""
    return _missing("consents", "consent", text(rule, "consent"))


def notice_required(rule: Rule) -> Check:
    """Only after this notice."""
    return _missing("notices", "notice", text(rule, "notice"))


def time_barred(rule: Rule) -> Check:
    """About a debt that is time-barred only words of these kinds."""
    wrong = Not(Among(Fact("wording"), texts(rule, "allowed", WORDINGS)))
    return Check(And((Fact("time_barred"), wrong)), tells("wording", "wording"))


def _missing(name: str, sort: str, member: str) -> Check:
    return Check(Not(Has(name, member)), lambda facts, moment: ((sort, member),))


PERSONS: Final[Mapping[str, Callable[[Rule], Check]]] = {
    "allowed_targets": allowed_targets,
    "silence": silence,
    "unlock_required": unlock_required,
    "hold": hold,
    "opted_out": opted_out,
    "channel_stopped": channel_stopped,
    "consent_required": consent_required,
    "notice_required": notice_required,
    "time_barred": time_barred,
}
