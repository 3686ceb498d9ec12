"""The answers of an application as rows to read and mend: question, answer in words, the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heyi.capabilities.negotiation.domain import form_step
from heyi.capabilities.negotiation.domain.policy import Policy
from heyi.kit.money import Money
from heyi.web.portal import pages
from heyi.web.portal.questions import choices_of
from heyi.web.ui import words


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One page of questions with its answers; ``wrong`` says in words what is still missing."""

    slug: str
    title: Any
    lines: tuple[tuple[Any, str], ...]
    wrong: str


def answer_rows(view: Any, policy: Policy) -> list[AnswerRow]:
    """A row for each page that the borrower saw or still has to see."""
    by_step = {step.key: step for step in view.steps}
    rows = []
    for page in pages.PAGES:
        step = by_step[page.step]
        lines = _lines(page, step.values, policy)
        if page.slug == pages.SENSITIVE and not view.has_sensitive and not lines:
            continue
        asked = {ask.field for ask in page.asks}
        codes = [code for name, code in step.errors.items() if name in asked]
        wrong = words.word("negotiation.answer", codes[0]) if codes else "" if step.saved_at else _missing(page)
        rows.append(AnswerRow(page.slug, page.title, lines, wrong))
    return rows


def _missing(page: pages.QuestionPage) -> str:
    return "" if form_step(page.step).optional else _("这题还没有填")


def _lines(page: pages.QuestionPage, values: Mapping[str, Any], policy: Policy) -> tuple[tuple[Any, str], ...]:
    specs = {field.name: field for field in form_step(page.step).fields}
    return tuple(
        (ask.label or page.title, _told(specs[ask.field], values[ask.field], ask, policy))
        for ask in page.asks
        if values.get(ask.field) not in (None, "", [])
    )


def _told(spec: Any, value: Any, ask: pages.Ask, policy: Policy) -> str:
    if spec.kind in ("choice", "choices"):
        known = dict(choices_of(spec, policy))
        picked = value if isinstance(value, list) else [value]
        return _("、").join(str(known.get(code, code)) for code in picked)
    if spec.kind == "yes":
        return _("同意") if value else _("不同意")
    if spec.kind == "money":
        return f"{Money(value)} {ask.unit}"
    return f"{value} {ask.unit}".strip()
