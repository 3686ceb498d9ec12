"""Turns a page of questions into a form: fields from the room's table, choices from the policy, words from the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation.domain import Field, form_step
from heyi.capabilities.negotiation.domain.policy import Policy, Reason
from heyi.kit.money import Money
from heyi.web.portal.pages import Ask, QuestionPage
from heyi.web.ui import words
from heyi.web.ui.forms import Form, dress

Choices = list[tuple[str, Any]]


def question_form(page: QuestionPage, policy: Policy, *, saved: Mapping[str, Any], data: Any = None) -> Form:
    """The form of one page. Nothing is required here: the room judges, and its codes come back by ``tell``."""
    form = Form(data, initial=_as_typed(page.step, saved))
    for ask in page.asks:
        field = _dressed(ask, _spec(page.step, ask.field), policy)
        dress(field)
        form.fields[ask.field] = field
    return form


def given(page: QuestionPage, form: Form, saved: Mapping[str, Any]) -> dict[str, object]:
    """What to save: this page's answers over what other pages of the same step already hold."""
    asked = {ask.field for ask in page.asks}
    kept = {name: value for name, value in _as_typed(page.step, saved).items() if name not in asked}
    return kept | {name: form.cleaned_data.get(name) for name in asked}


def tell(form: Form, codes: Mapping[str, str]) -> None:
    """Put the room's codes beside the fields, in words; what belongs to no field of this page stands on top."""
    for name, code in codes.items():
        form.add_error(name if name in form.fields else None, words.word("negotiation.answer", code))


def choices_of(field: Field, policy: Policy) -> Choices:
    """The choices of a field in the reader's language."""
    fixed = {"acting_as": "negotiation.acting_as", "channels": "negotiation.channel"}.get(field.options)
    return list(words.choices(fixed)) if fixed else labels(getattr(policy, field.options))


def labels(reasons: Iterable[Reason]) -> Choices:
    """Code and words of a list of the policy."""
    english = in_english()
    return [(reason.key, reason.en if english else reason.zh) for reason in reasons]


def in_english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


def _spec(step: str, name: str) -> Field:
    return next(field for field in form_step(step).fields if field.name == name)


def _dressed(ask: Ask, spec: Field, policy: Policy) -> forms.Field:
    label: Any = ask.label
    hint: Any = ask.hint
    if spec.kind == "yes" and not label:
        label = labels([policy.sensitive_statement])[0][1]
    field = _FIELDS[spec.kind](spec, policy)
    field.label, field.help_text, field.required = label, hint, False
    field.unit = ask.unit  # type: ignore[attr-defined]
    return field


def _text(**attrs: str) -> Callable[[Field, Policy], forms.Field]:
    return lambda spec, policy: forms.CharField(
        max_length=spec.most or None, strip=True, widget=forms.TextInput(attrs=attrs)
    )


def _story(spec: Field, policy: Policy) -> forms.Field:
    return forms.CharField(max_length=policy.limits.story_chars, widget=forms.Textarea(attrs={"rows": "4"}))


def _one(spec: Field, policy: Policy) -> forms.Field:
    return forms.ChoiceField(choices=choices_of(spec, policy), widget=forms.RadioSelect)


def _many(spec: Field, policy: Policy) -> forms.Field:
    return forms.MultipleChoiceField(choices=choices_of(spec, policy), widget=forms.CheckboxSelectMultiple)


def _yes(spec: Field, policy: Policy) -> forms.Field:
    return forms.BooleanField()


def _clock(spec: Field, policy: Policy) -> forms.Field:
    hours = [("", _("都可以"))] + [(f"{hour:02d}:00", f"{hour:02d}:00") for hour in range(8, 22)]
    return forms.ChoiceField(choices=hours)


_FIELDS: Final[Mapping[str, Callable[[Field, Policy], forms.Field]]] = {
    "text": _text(),
    "story": _story,
    "choice": _one,
    "choices": _many,
    "money": _text(inputmode="decimal", autocomplete="off"),
    "whole": _text(inputmode="numeric", autocomplete="off"),
    "day": _text(type="date"),
    "month": _text(type="month"),
    "yes": _yes,
    "mobile": _text(inputmode="tel", autocomplete="tel"),
    "email": _text(inputmode="email", autocomplete="email"),
    "id_number": _text(autocomplete="off"),
    "clock": _clock,
}


def _as_typed(step: str, saved: Mapping[str, Any]) -> dict[str, Any]:
    """Saved values as a person would type them: money back in yuan."""
    kinds = {field.name: field.kind for field in form_step(step).fields}
    return {
        name: str(Money(value)).replace(",", "") if kinds.get(name) == "money" and isinstance(value, int) else value
        for name, value in saved.items()
    }
