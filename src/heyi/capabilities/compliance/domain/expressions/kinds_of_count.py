"""How often: counts of a calendar day, and the newest contacts of a rolling span.

«At most ``max`` within a span» is asked of the ``max``-th newest contact: if that one lies in the span, the limit is
reached. So no contact has to be counted that the answer does not depend on, and the time at which the limit opens is
the moment when this one leaves the span.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Final, Literal

from heyi.capabilities.compliance.domain import hours
from heyi.capabilities.compliance.domain.expressions.check import HOUR, Check
from heyi.capabilities.compliance.domain.expressions.evaluate import Moment
from heyi.capabilities.compliance.domain.expressions.parameters import bad, number, text
from heyi.capabilities.compliance.domain.expressions.tree import NOW, TODAY, Compare, Const, Fact, Nth, Plus
from heyi.capabilities.compliance.domain.facts import SERIES, ContactFacts
from heyi.capabilities.compliance.domain.rules import Rule

DAY_COUNTS: Final = frozenset({"connected_today", "effective_today", "unanswered_today", "same_purpose_today"})
MOST: Final = 1000
"""No limit is larger; how far back a series is read follows from it."""


def daily_limit(rule: Rule) -> Check:
    """At most ``max`` of what ``counts`` names on one calendar day."""
    name, most = text(rule, "counts", DAY_COUNTS), number(rule, "max")

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        return (("counted", str(getattr(facts, name))), ("max", str(most)))

    hit = Compare(Fact(name), ">=", Const(most))
    return Check(hit, why, lambda facts, moment: hours.next_day(moment.local))


def rolling_limit(rule: Rule) -> Check:
    """At most ``max`` within the last ``days`` calendar days, today being one of them, or the last ``hours``."""
    most = number(rule, "max")
    if not 1 <= most <= MOST:
        raise bad(rule, f"max must lie between 1 and {MOST}")
    return _span(rule, text(rule, "counts", SERIES), most)


def gap_after_talk(rule: Rule) -> Check:
    """Peace after a talk: ``days`` with the day of the talk as the first, or ``hours``."""
    series = text(rule, "counts", SERIES) if "counts" in rule.parameters else "effective"
    return _span(rule, series, 1)


def _span(rule: Rule, series: str, most: int) -> Check:
    unit: Literal["day", "instant"] = "day" if "days" in rule.parameters else "instant"
    length = number(rule, "days" if unit == "day" else "hours")
    if not length or ("days" in rule.parameters) == ("hours" in rule.parameters):
        raise bad(rule, "give days or hours, at least 1")
    newest = Nth(series, most, unit)
    now = Plus(TODAY, -length) if unit == "day" else Plus(NOW, -length * HOUR)

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        then = _nth(facts, series, most).astimezone(moment.local.tzinfo)
        span = (("days" if unit == "day" else "hours", str(length)), ("since", then.isoformat(timespec="minutes")))
        return (("counted", series), ("max", str(most)), *span)

    def retry(facts: ContactFacts, moment: Moment) -> datetime:
        then = _nth(facts, series, most).astimezone(moment.local.tzinfo)
        if unit == "instant":
            return then + timedelta(hours=length)
        return datetime.combine(then.date() + timedelta(days=length), time(0), tzinfo=moment.local.tzinfo)

    return Check(Compare(newest, ">", now), why, retry)


def _nth(facts: ContactFacts, series: str, n: int) -> datetime:
    return (facts.history or {})[series][n - 1]


COUNTS: Final[Mapping[str, Callable[[Rule], Check]]] = {
    "daily_limit": daily_limit,
    "rolling_limit": rolling_limit,
    "gap_after_talk": gap_after_talk,
}
