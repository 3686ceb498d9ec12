"""Which form of a rule is the stricter? Parameter by parameter; what cannot be compared is not let through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from heyi.capabilities.compliance.domain.hours import within
from heyi.capabilities.compliance.domain.rules import Rule

STRICTER, SAME, LOOSER, UNLIKE = "stricter", "same", "looser", "unlike"
SEVERITIES: Final = {"advice": 0, "policy": 1, "adopted": 2, "hard": 2}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: which field of the rule, what it was and is, and what that does to the rule.

    ``effect`` is ``stricter``, ``looser``, ``same`` (words only) or ``unlike``: nobody can say which is stricter.
    """

    field: str
    before: Any
    after: Any
    effect: str


Compare = Callable[[Any, Any], str]


def _less(before: Any, after: Any) -> str:
    return _order(after <= before, before <= after)


def _more(before: Any, after: Any) -> str:
    return _order(before <= after, after <= before)


def _fewer(before: Any, after: Any) -> str:
    return _order(set(after) <= set(before), set(before) <= set(after))


def _wider(before: Any, after: Any) -> str:
    return _order(set(before) <= set(after), set(after) <= set(before))


def _quieter(before: Any, after: Any) -> str:
    return _wider(_minutes(before), _minutes(after))


def _narrower(before: Any, after: Any) -> str:
    """Channels that are open in the same or shorter spans; a channel without a span is not judged at all."""
    effects = {_channel(before.get(channel), after.get(channel)) for channel in before.keys() | after.keys()}
    return _joined(effects)


def _channel(before: Any, after: Any) -> str:
    if before is None or after is None:
        return STRICTER if before is None else LOOSER
    return _fewer(_minutes(before), _minutes(after))


def _for_more(before: Any, after: Any) -> str:
    """A rule that concerns more persons, actors or holds is the stricter; what is not named is not narrowed."""
    effects = set()
    for part in before.keys() | after.keys():
        if part not in before or part not in after:
            effects.add(STRICTER if part in before else LOOSER)
        else:
            effects.add(_wider(before[part], after[part]))
    return _joined(effects)


ORDER: Final[Mapping[str, Mapping[str, Compare]]] = {
    "quiet_hours": {"hours": _quieter, "through_end": _more},
    "open_hours": {"by_channel": _narrower},
    "daily_limit": {"max": _less},
    "rolling_limit": {"max": _less, "days": _more, "hours": _more},
    "gap_after_talk": {"days": _more, "hours": _more},
    "allowed_targets": {"allowed": _fewer},
    "silence": {"may_know": _fewer},
    "unlock_required": {"any_of": _fewer, "recipients": _wider},
    "staff_minimum": {"min": _more},
    "calendar_day": {"kinds": _wider},
    "time_barred": {"allowed": _fewer},
    "letter_blocks": {"blocks": _wider},
}
"""For each kind, how each parameter grows stricter. A parameter that stands nowhere here may not change."""


def differences(before: Rule, after: Rule) -> tuple[Difference, ...]:
    """Everything in which ``after`` departs from ``before``, the same rule in another form."""
    found = [*_parameters(before, after), *_reach(before, after), *_words(before, after)]
    return tuple(one for one in found if one.before != one.after)


def looser(before: Rule, after: Rule) -> tuple[Difference, ...]:
    """What makes ``after`` more permissive, or cannot be compared; empty when it is at least as strict."""
    return tuple(one for one in differences(before, after) if one.effect in (LOOSER, UNLIKE))


def _parameters(before: Rule, after: Rule) -> list[Difference]:
    order = ORDER.get(before.kind, {}) if before.kind == after.kind else {}
    old, new = _shaped(before), _shaped(after)
    return [_compared(order.get(name), name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]


def _compared(compare: Compare | None, name: str, old: Any, new: Any) -> Difference:
    if name == "through_end":
        old, new = bool(old), bool(new)
    if name == "only_for":
        return Difference(name, old or {}, new or {}, _for_more(old or {}, new or {}))
    if compare is None or old is None or new is None:
        return Difference(name, old, new, UNLIKE)
    return Difference(name, old, new, compare(old, new))


def _shaped(rule: Rule) -> dict[str, Any]:
    """The parameters; a night's start and end are one thing."""
    given = dict(rule.parameters)
    if rule.kind == "quiet_hours" and {"start", "end"} <= given.keys():
        given["hours"] = {"start": given.pop("start"), "end": given.pop("end")}
    return given


def _reach(before: Rule, after: Rule) -> list[Difference]:
    """Where, when and how strongly the rule stands."""
    ends = (
        before.valid_to.isoformat() if before.valid_to else "",
        after.valid_to.isoformat() if after.valid_to else "",
    )
    return [
        Difference("kind", before.kind, after.kind, UNLIKE),
        Difference("severity", before.severity, after.severity, _more(*_weights(before, after))),
        Difference("purposes", *_sorted(before.purposes, after.purposes), _wider(before.purposes, after.purposes)),
        Difference("channels", *_sorted(before.channels, after.channels), _wider(before.channels, after.channels)),
        Difference("relaxed_by", before.relaxed_by, after.relaxed_by, LOOSER if after.relaxed_by else STRICTER),
        Difference("approval", before.approval, after.approval, _opened(before.approval, after.approval)),
        Difference("valid_from", before.valid_from, after.valid_from, _less(before.valid_from, after.valid_from)),
        Difference("valid_to", *ends, _more(ends[0] or "9999", ends[1] or "9999")),
    ]


def _words(before: Rule, after: Rule) -> list[Difference]:
    names = ("title", "staff", "borrower", "instead", "source", "confidence")
    return [Difference(name, getattr(before, name), getattr(after, name), SAME) for name in names]


def _weights(before: Rule, after: Rule) -> tuple[int, int]:
    return SEVERITIES[before.severity], SEVERITIES[after.severity]


def _opened(before: str, after: str) -> str:
    if before and after:
        return UNLIKE
    return LOOSER if after else STRICTER


def _sorted(before: frozenset[str], after: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted(before)), tuple(sorted(after))


def _minutes(span: Mapping[str, str]) -> frozenset[int]:
    """The minutes of the day that lie in the span."""
    start, end = time.fromisoformat(span["start"]), time.fromisoformat(span["end"])
    return frozenset(minute for minute in range(1440) if within(time(minute // 60, minute % 60), start, end))


def _order(stricter_or_same: bool, looser_or_same: bool) -> str:
    if stricter_or_same and looser_or_same:
        return SAME
    if stricter_or_same:
        return STRICTER
    return LOOSER if looser_or_same else UNLIKE


def _joined(effects: set[str]) -> str:
    telling = effects - {SAME}
    return telling.pop() if len(telling) == 1 else UNLIKE if telling else SAME
