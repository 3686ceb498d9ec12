"""The checks that rules name by ``kind``. Each reads its thresholds from the rule; there is no number here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from heyi.capabilities.compliance.domain import hours
from heyi.capabilities.compliance.domain.facts import ContactFacts
from heyi.capabilities.compliance.domain.rules import BadPack, Rule


@dataclass(frozen=True, slots=True)
class Hit:
    """The check says no: the facts that matter, and when the same contact may be tried again."""

    why: tuple[tuple[str, str], ...]
    retry_at: datetime | None = None


class Unknown(Exception):
    """A fact that the check needs is not known."""


Check = Callable[[Rule, ContactFacts, datetime], Hit | None]


def quiet_hours(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """No contact from ``start`` to ``end``, unless the debtor agreed to other hours and the rule lets that count."""
    if facts.agreed_window and rule.relaxed_by == "debtor_agreement":
        return None
    start, end = _time(rule, rule.parameters, "start"), _time(rule, rule.parameters, "end")
    if not hours.within(local.time(), start, end):
        return None
    why = (("quiet_from", _show(start)), ("quiet_to", _show(end)), ("local_time", _show(local.time())))
    return Hit(why, hours.next_at(local, end))


def open_hours(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """Contact only from ``start`` to ``end`` of this channel."""
    if facts.agreed_window and rule.relaxed_by == "debtor_agreement":
        return None
    span = _mapping(rule, "by_channel").get(facts.channel)
    if span is None:
        return None
    return _outside(local, _time(rule, span, "start"), _time(rule, span, "end"))


def agreed_window(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """Where the debtor agreed to certain hours, only these."""
    window = facts.agreed_window
    return _outside(local, window.start, window.end) if window else None


def daily_limit(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """At most ``max`` of what ``counts`` names on one calendar day."""
    name, most = str(rule.parameters["counts"]), _number(rule, "max")
    count = getattr(facts, name)
    if count is None:
        raise Unknown(name)
    return Hit((("counted", str(count)), ("max", str(most))), hours.next_day(local)) if count >= most else None


def allowed_targets(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """Only these kinds of persons."""
    if facts.recipient is None:
        raise Unknown("recipient")
    allowed = rule.parameters["allowed"]
    return None if facts.recipient in allowed else Hit((("recipient", facts.recipient),))


def silence(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """Words that tell of the debt go only to those who owe it."""
    if facts.discloses_debt is None or facts.recipient is None:
        raise Unknown("discloses_debt" if facts.discloses_debt is None else "recipient")
    told = facts.discloses_debt and facts.recipient not in rule.parameters["may_know"]
    return Hit((("recipient", facts.recipient),)) if told else None


def hold(rule: Rule, facts: ContactFacts, local: datetime) -> Hit | None:
    """A hold of the named kind stands."""
    if facts.holds is None:
        raise Unknown("holds")
    kind = str(rule.parameters["hold"])
    return Hit((("hold", kind),)) if kind in facts.holds else None


CHECKS: Final[Mapping[str, Check]] = {
    "quiet_hours": quiet_hours,
    "open_hours": open_hours,
    "agreed_window": agreed_window,
    "daily_limit": daily_limit,
    "allowed_targets": allowed_targets,
    "silence": silence,
    "hold": hold,
}
GATE_KINDS: Final = frozenset(CHECKS)


def _outside(local: datetime, start: time, end: time) -> Hit | None:
    if hours.within(local.time(), start, end):
        return None
    why = (("open_from", _show(start)), ("open_to", _show(end)), ("local_time", _show(local.time())))
    return Hit(why, hours.next_at(local, start))


def _show(moment: time) -> str:
    return moment.strftime("%H:%M")


def _time(rule: Rule, raw: Mapping[str, Any], key: str) -> time:
    value = raw.get(key)
    if not isinstance(value, str):
        raise BadPack(where=rule.id, problem=f"{key} must be a quoted time of day")
    return time.fromisoformat(value)


def _number(rule: Rule, key: str) -> int:
    value = rule.parameters.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadPack(where=rule.id, problem=f"{key} must be a whole number")
    return value


def _mapping(rule: Rule, key: str) -> Mapping[str, Any]:
    value = rule.parameters.get(key)
    if not isinstance(value, Mapping):
        raise BadPack(where=rule.id, problem=f"{key} must be a mapping")
    return value
