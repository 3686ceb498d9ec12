"""The facts of an example case in words: what differs from a quiet day, for the test and for who reads a clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from heyi.web.ui import words


def told(given: Mapping[str, Any]) -> list[str]:
    """Purpose, channel and recipient, then each fact that the case names; one that nobody knows is said so."""
    about = [
        words.word("training.purpose", str(given.get("purpose", ""))),
        words.word("contact.channel", str(given.get("channel", ""))),
        words.word("training.recipient", str(given.get("recipient", "debtor"))),
    ]
    return about + [_fact(name, given[name]) for name in _SAID if name in given]


def _fact(name: str, value: Any) -> str:
    return words.word("contact.closed", f"{name}_unknown") if value is None else _SAID[name](value)


def _either(code: str) -> Callable[[Any], str]:
    return lambda value: words.word("training.fact", f"{code}_{'yes' if value else 'no'}")


def _listed(group: str, title: str) -> Callable[[Any], str]:
    def say(values: Any) -> str:
        named = "、".join(words.word(group, str(one)) for one in values)
        return words.word("training.fact", title) % {"what": named or words.word("training.fact", "nothing")}

    return say


def _count(code: str) -> Callable[[Any], str]:
    return lambda value: words.word("training.fact", code) % {"n": value}


def _hours(value: Any) -> str:
    return _("约好 %(start)s 到 %(end)s 联系") % {"start": value[0], "end": value[1]}


def _end(value: Any) -> str:
    return _("预计 %(time)s 结束") % {"time": f"{datetime.fromisoformat(value):%H:%M}"}


def _history(value: Any) -> str:
    times = sorted({time for series in value.values() for time in series}, reverse=True)
    told_times = "、".join(f"{datetime.fromisoformat(time):%m-%d %H:%M}" for time in times)
    return words.word("training.fact", "history") % {"what": told_times or words.word("training.fact", "nothing")}


_SAID: Final[Mapping[str, Callable[[Any], str]]] = {
    "actor_kind": lambda value: words.word("training.fact", f"by_{value}"),
    "discloses_debt": _either("discloses"),
    "wording": lambda value: words.word("training.fact", "wording") % {"what": words.word("contact.wording", value)},
    "holds": _listed("compliance.hold", "holds"),
    "time_barred": _either("time_barred"),
    "unlock": _listed("training.unlock", "unlock"),
    "opted_out": _either("opted_out"),
    "stopped_channels": _listed("contact.channel", "stopped"),
    "connected_today": _count("connected"),
    "effective_today": _count("effective"),
    "unanswered_today": _count("unanswered"),
    "same_purpose_today": _count("same_purpose"),
    "history": _history,
    "agreed_window": _hours,
    "planned_end": _end,
    "day_kinds": _listed("training.day", "day"),
    "consents": _listed("training.about", "consents"),
    "notices": _listed("training.about", "notices"),
    "approvals": _listed("training.approval", "approvals"),
    "staff_count": _count("staff"),
    "recorder_active": _either("recorder"),
    "certificate_valid": _either("certificate"),
    "caller_reporting": _either("caller_reports"),
    "agency_announced": _either("announced"),
    "agency_reporting": _either("agency_reports"),
}
"""In the order in which a person would tell them."""
