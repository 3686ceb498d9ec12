"""Inputs drawn the short way are the inputs that the library's templates draw."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from heyi.web.ui.widgets import HouseRenderer


class Sample(forms.Form):
    text = forms.CharField(max_length=5, initial='<b>"&', help_text="hint")
    number = forms.IntegerField(min_value=0, initial=3, required=False)
    mail = forms.EmailField(disabled=True)
    day = forms.DateField(initial=date(2026, 1, 3), widget=forms.DateInput(attrs={"type": "date", "class": "input"}))
    area = forms.CharField(widget=forms.Textarea, initial="\n<p>two\nlines")
    hidden = forms.CharField(widget=forms.HiddenInput, initial=7)
    one = forms.ChoiceField(choices=[("", "–"), ("1", "<一>"), ("more", [("2", "b"), ("3", "c")])], initial="2")
    several = forms.MultipleChoiceField(choices=[("1", "x"), ("2", "y")], initial=["2"])


@pytest.mark.parametrize("name", Sample.base_fields)
def test_the_short_way_draws_what_the_library_draws(name: str) -> None:
    for data in (None, {}, {"text": "", "number": "x", "one": "9", "area": "</textarea>"}):
        short = str(Sample(data, renderer=HouseRenderer())[name])
        long = str(Sample(data, renderer=DjangoTemplates())[name])
        assert parse_html(short) == parse_html(long)
