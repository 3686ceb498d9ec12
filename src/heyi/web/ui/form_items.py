"""A field with its label, hint and errors. Python and not a template: a plan page draws thirty of them."""

from __future__ import annotations

from django.forms import BoundField
from django.forms.utils import ErrorList
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from heyi.web.ui.icons import icon


def form_item(field: BoundField, unit: str = "") -> SafeString:
    """``{% form_item form.amount %}``; ``unit`` is the text at the end of the input, else the field's own."""
    if field.is_hidden:
        return _drawn(field)
    errors = field.errors
    kind = "form-item form-item--wrong" if errors else "form-item"
    notes = _notes(field, errors)
    if field.widget_type == "files":
        told = render_to_string("ui/files.html", {"field": field, "kind": kind, "notes": notes})
        return mark_safe(told)  # noqa: S308  # a template of ours, escaped by itself
    if field.use_fieldset:
        described = field.aria_describedby
        about = format_html(' aria-describedby="{}"', described) if described else ""
        told = format_html('<legend class="form-item__label">{}</legend>{}{}', field.label, notes, _drawn(field))
        return format_html('<fieldset class="{} fieldset"{}>{}</fieldset>', kind, about, told)
    if field.widget_type == "checkbox":
        box = '<div class="{}">{}<label class="choice">{}<span class="choice__text">{}</span></label></div>'
        return format_html(box, kind, notes, _drawn(field), field.label)
    label = format_html('<label class="form-item__label" for="{}">{}</label>', field.id_for_label, field.label)
    return format_html('<div class="{}">{}{}{}</div>', kind, label, notes, _with_unit(field, unit))


def _with_unit(field: BoundField, unit: str) -> SafeString:
    told = unit or getattr(field.field, "unit", "")
    if not told:
        return _drawn(field)
    return format_html(
        '<span class="input-unit">{}<span class="input-unit__unit">{}</span></span>', _drawn(field), told
    )


def _drawn(field: BoundField) -> SafeString:
    return field.as_widget()


def _notes(field: BoundField, errors: ErrorList) -> SafeString:
    """Hint and errors, with the ids that the input is described by."""
    hint = wrong = SafeString("")
    if field.help_text:
        hint = format_html('<span class="form-item__hint" id="{}_helptext">{}</span>', field.auto_id, field.help_text)
    if errors:
        told = format_html_join(" ", "{}", ((error,) for error in errors))
        drawn = '<span class="form-item__error" id="{}_error">{}<span>{}</span></span>'
        wrong = format_html(drawn, field.auto_id, icon("warn", "sm"), told)
    return format_html("{}{}", hint, wrong)
