"""The application in words: each step with its answers, as a reviewer reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Field, form_step
from heyi.kit.money import Money
from heyi.web.console.case.opened import Opened, label
from heyi.web.ui import words

HIDDEN = frozenset({"sensitive_words", "sensitive_consent", "statement", "agreed", "later"})


def steps(page: Opened, form: negotiation.ApplicationView) -> list[dict[str, Any]]:
    """The answered steps with their lines; proofs and the statement of truth are told elsewhere."""
    return [
        {"name": words.word("console.form_step", step.key), "items": list(_lines(page, step))}
        for step in form.steps
        if any(name not in HIDDEN for name in step.values)
    ]


def _lines(page: Opened, step: negotiation.StepAnswers) -> Iterable[dict[str, Any]]:
    for field in form_step(step.key).fields:
        value = step.values.get(field.name)
        if field.name not in HIDDEN and value not in (None, "", []):
            name = words.word("console.field", f"{step.key}.{field.name}")
            yield {"name": name, "value": told(page, field, value), "wide": field.kind == "story"}


def told(page: Opened, field: Field, value: Any) -> str:
    """One answer as a person would say it."""
    match field.kind:
        case "money":
            return _("%(amount)s 元") % {"amount": Money(int(value))}
        case "choice":
            return _choice(page, field, str(value))
        case "choices":
            return _("、").join(_choice(page, field, str(one)) for one in value)
        case "yes":
            return _("是") if value else _("否")
        case _:
            return str(value)


def _choice(page: Opened, field: Field, key: str) -> str:
    fixed = {"acting_as": "negotiation.acting_as", "channels": "negotiation.channel"}.get(field.options)
    return words.word(fixed, key) if fixed else label(getattr(page.rules, field.options), key)


def contact_wish(values: Mapping[str, Any]) -> dict[str, str]:
    """When and how the borrower wants to be reached, as they said in the step «contact» of the application."""
    start, end = str(values.get("reach_from") or ""), str(values.get("reach_until") or "")
    hours = f"{start}–{end}" if start and end else start or end
    channel = str(values.get("channel") or "")
    return {
        "hours": hours,
        "channel": words.word("negotiation.channel", channel) if channel else "",
        "phone": "yes" if channel == "phone" else "",
    }
