"""Refusals as normal answers: what happened, and who or what can help, with the facts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from heyi.kit.problems import Problem
from heyi.web.ui import words

Told = tuple[str, str]


def told(fault: Problem) -> Told:
    """(what happened, what to do next) for the reader."""
    what, then = words.problem(fault.code, fault.facts)
    return what, " ".join(part for part in (then, _who(fault.facts), _fields(fault.facts)) if part)


def _who(facts: Mapping[str, Any]) -> str:
    """Who could do it: levels of authority or roles."""
    needed = facts.get("needed")
    if not needed:
        return ""
    if needed == "cap":
        return _("支行的重组占比到了上限，要主管写明理由审批。")
    listed = [needed] if isinstance(needed, str) else list(needed)
    return _("需要：%(who)s。") % {"who": _("、").join(_level(one) for one in listed)}


def _level(code: str) -> str:
    known = words.vocabularies()
    vocabulary = "plans.level" if code in known["plans.level"] else "staff.role"
    return words.word(vocabulary, code)


def _fields(facts: Mapping[str, Any]) -> str:
    """What cannot be conceded or accepted, by its name."""
    fields = facts.get("fields") or {}
    known = words.vocabularies()["plans.concession"]
    named = [str(known[name]) for name in fields if name in known]
    return _("超出的是：%(what)s。") % {"what": _("、").join(named)} if named else ""
