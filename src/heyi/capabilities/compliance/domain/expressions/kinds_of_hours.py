"""When: nights, opening hours, agreed hours, kinds of day. A window holds its start and not its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Final

from heyi.capabilities.compliance.domain import hours
from heyi.capabilities.compliance.domain.expressions.check import Check
from heyi.capabilities.compliance.domain.expressions.evaluate import Moment, time_of_day
from heyi.capabilities.compliance.domain.expressions.parameters import (
    bad,
    clock_time,
    mapping,
    relaxed_by_agreement,
    texts,
)
from heyi.capabilities.compliance.domain.expressions.tree import (
    END_TIME,
    TIME,
    Among,
    And,
    Compare,
    Const,
    Expr,
    Fact,
    Has,
    Not,
    both,
    either,
)
from heyi.capabilities.compliance.domain.facts import CHANNELS, ContactFacts
from heyi.capabilities.compliance.domain.rules import Rule

AGREED: Final = Fact("agreed")


def quiet_hours(rule: Rule) -> Check:
    """Silence from ``start`` to ``end``."""
    start, end = clock_time(rule, rule.parameters, "start"), clock_time(rule, rule.parameters, "end")
    night = _within(TIME, start, end)
    if rule.parameters.get("through_end"):
        night = either(night, _within(END_TIME, start, end))

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        return (("quiet_from", show(start)), ("quiet_to", show(end)), ("local_time", show(moment.local.time())))

    return Check(_relaxable(rule, night), why, lambda facts, moment: hours.next_at(moment.local, end))


def open_hours(rule: Rule) -> Check:
    """Contact only within the span of its channel; a channel without a span has none."""
    spans = {
        channel: (clock_time(rule, span, "start"), clock_time(rule, span, "end"))
        for channel, span in mapping(rule, "by_channel").items()
    }
    if not set(spans) <= CHANNELS:
        raise bad(rule, "by_channel names an unknown channel")
    closed = either(
        *(
            both(Among(Fact("channel"), (channel,)), Not(_within(TIME, start, end)))
            for channel, (start, end) in spans.items()
        )
    )

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        start, end = spans[facts.channel]
        return (("open_from", show(start)), ("open_to", show(end)), ("local_time", show(moment.local.time())))

    def retry(facts: ContactFacts, moment: Moment) -> datetime:
        return hours.next_at(moment.local, spans[facts.channel][0])

    return Check(_relaxable(rule, closed), why, retry)


def agreed_window(rule: Rule) -> Check:
    """Where the debtor agreed to certain hours, only these."""
    start, end = Fact("window_start"), Fact("window_end")
    after, before = Compare(TIME, ">=", start), Compare(TIME, "<", end)
    inside = either(
        Compare(start, "==", end),
        And((Compare(start, "<", end), after, before)),
        And((Compare(start, ">", end), either(after, before))),
    )

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        window = facts.agreed_window
        if window is None:
            return ()
        told = (("open_from", show(window.start)), ("open_to", show(window.end)))
        return (*told, ("local_time", show(moment.local.time())))

    def retry(facts: ContactFacts, moment: Moment) -> datetime | None:
        window = facts.agreed_window
        return hours.next_at(moment.local, window.start) if window else None

    return Check(And((AGREED, Not(inside))), why, retry)


def calendar_day(rule: Rule) -> Check:
    """Not on days of these kinds; a year that the calendar does not know is unknown."""
    kinds = texts(rule, "kinds")

    def why(facts: ContactFacts, moment: Moment) -> tuple[tuple[str, str], ...]:
        day = moment.local.date()
        held = (facts.day_kinds(day) if facts.day_kinds else None) or frozenset()
        return (("day", day.isoformat()), ("day_kind", ", ".join(kind for kind in kinds if kind in held)))

    hit = either(*(Has("day_kinds", kind) for kind in kinds))
    return Check(hit, why, lambda facts, moment: hours.next_day(moment.local))


HOURS: Final[Mapping[str, Callable[[Rule], Check]]] = {
    "quiet_hours": quiet_hours,
    "open_hours": open_hours,
    "agreed_window": agreed_window,
    "calendar_day": calendar_day,
}


def show(moment: time) -> str:
    """``HH:MM``."""
    return moment.strftime("%H:%M")


def _relaxable(rule: Rule, hit: Expr) -> Expr:
    return And((Not(AGREED), hit)) if relaxed_by_agreement(rule) else hit


def _within(of: Fact, start: time, end: time) -> Expr:
    """From ``start`` up to, but not at, ``end``; over midnight where the start is later. Equal ends: the whole day."""
    if start == end:
        return Const(value=True)
    after, before = Compare(of, ">=", Const(time_of_day(start))), Compare(of, "<", Const(time_of_day(end)))
    return both(after, before) if start < end else either(after, before)
