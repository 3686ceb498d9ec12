"""What the checks found, said in words with their facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.money import Money
from heyi.web.console.case.opened import Opened, label
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import full_moment

KINDS: Final = {"ok": "ok", "look": "warn", "stop": "stop", "pending": "wait"}
AREAS: Final = ("identity", "reasonable", "duplicate")


def groups(page: Opened) -> list[dict[str, Any]]:
    """The findings of the latest submission by area as ``ui/checks.html`` draws them, what needs a look first."""
    order = {"stop": 0, "look": 1, "pending": 2, "ok": 3}
    grouped = []
    for area in AREAS:
        found = sorted((one for one in page.case.findings if one.area == area), key=lambda one: order[one.verdict])
        if found:
            grouped.append(
                {
                    "name": words.word("console.finding_area", area),
                    "items": [_item(page, one) for one in found],
                    "look": sum(one.verdict in ("stop", "look") for one in found),
                }
            )
    return grouped


def _item(page: Opened, found: negotiation.FindingView) -> dict[str, str]:
    return {
        "kind": KINDS[found.verdict],
        "name": words.word("console.finding", found.code),
        "why": why(found, page),
    }


def why(found: negotiation.FindingView, page: Opened) -> str:
    """The facts behind a finding in one sentence; empty where the name says it all."""
    if found.code not in _told() or not found.facts or found.verdict == "pending":
        return ""
    return words.word("console.finding_why", found.code) % _Facts(_in_words(found.facts, page))


def _told() -> Mapping[str, Any]:
    return words.vocabularies()["console.finding_why"]


class _Facts(dict[str, Any]):
    """A fact that the finding does not carry reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _in_words(facts: Mapping[str, Any], page: Opened) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, value in facts.items():
        if name.endswith("_minor"):
            said[name.removesuffix("_minor")] = Money(int(value))
        elif name == "at":
            said[name] = full_moment(datetime.fromisoformat(str(value)))
        elif name == "kinds":
            kinds = [label(page.rules.proof_kinds, key) for key in str(value).split(",") if key]
            said[name] = _("、").join(kinds)
        elif isinstance(value, bool):
            said[name] = _("是") if value else _("否")
        elif name == "fault":
            said[name] = words.word("console.finding_fault", str(value))
        elif name == "source":
            said[name] = _("银行自己的记录") if value == "local" else value
        elif name == "fields":
            said[name] = _("、").join(words.word("console.field", key) for key in str(value).split(","))
        else:
            said[name] = value
    return said
