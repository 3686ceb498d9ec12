"""The style guide: every component once, with invented values, for designers, reviewers and the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heyi.kit.money import Money
from heyi.plumbing.access import STAFF_ROLES, open_to
from heyi.web.ui import tables
from heyi.web.ui.forms import CodeField, Form, MoneyField, RateField

SAMPLES = Path(__file__).with_name("guide.yaml")


class SampleForm(Form):
    """One field of each kind."""

    income = MoneyField(label=_("每月收入"), help_text=_("说个大概就行。"))
    annual_rate = RateField(label=_("年利率"))
    code = CodeField(length=6, label=_("短信验证码"))
    turn = forms.ChoiceField(
        label=_("轮到谁"), choices=[("bank", _("银行")), ("you", _("借款人"))], widget=forms.RadioSelect
    )
    stage = forms.ChoiceField(label=_("阶段"), choices=[("", _("全部")), ("talk", _("商量方案"))], required=False)
    reason = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label=_("我看懂了，愿意用电子方式签署"))
    proof = forms.FileField(label=_("材料"), required=False)


class QueryForm(Form):
    """A query form above a list."""

    who = forms.CharField(label=_("借款人"), required=False)
    stage = forms.ChoiceField(label=_("阶段"), choices=[("", _("全部")), ("talk", _("商量方案"))], required=False)


@open_to(*STAFF_ROLES, why="the style guide holds invented values only")
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component. ``?face=console`` shows them as dense as the console does."""
    face = "console" if request.GET.get("face") == "console" else "portal"
    return render(request, "ui/guide.html", _context(request, face))


@open_to(*STAFF_ROLES, why="the style guide holds invented values only")
@require_safe
def drawer(request: HttpRequest) -> HttpResponse:
    """A drawer that opens in place with htmx, and as a page at its own address without."""
    return render(request, "ui/guide_drawer.html", samples())


@cache
def samples() -> dict[str, Any]:
    """The invented values of guide.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(SAMPLES.read_text("utf-8"))
    return loaded


def _context(request: HttpRequest, face: str) -> dict[str, Any]:
    values = samples()
    sent = SampleForm({"income": "一千", "annual_rate": "4.8", "code": "12", "turn": "bank"})  # i18n:off
    sent.is_valid()
    return {
        **values,
        "frame": f"ui/shell_{face}.html",
        "owed": Money(518460),
        "form": SampleForm(),
        "wrong_form": sent,
        "query": QueryForm(request.GET),
        "table": _table(values, request),
        "pages": tables.pages(number=2, size=12, total=128, query=request.GET),
    }


def _table(values: dict[str, Any], request: HttpRequest) -> tables.Table:
    names = values["columns"]
    return tables.Table(
        caption=values["texts"]["list_caption"],
        columns=(
            tables.Column(names[0]),
            tables.Column(names[1]),
            tables.sorted_column(names[2], "due", query=request.GET, default="-due", right=True),
            tables.Column(names[3]),
            tables.Column(names[4]),
        ),
        rows=tuple(_row(number, *row) for number, row in enumerate(values["rows"])),
        empty=values["texts"]["list_empty"],
        foot=(tables.Cell("3"), tables.Cell(""), tables.Cell("16,552.05", right=True), *[tables.Cell("")] * 2),
        pick="case",
        pick_form="bulk",
    )


def _row(at: int, name: str, number: str, product: str, due: str, state: str, stage: str, side: str) -> tables.Row:
    cells = (
        tables.Cell(name, href="drawer/", small=number, strong=True, peek=True),
        tables.Cell(product, nowrap=True),
        tables.Cell(due, right=True),
        tables.Cell(stage, kind="dot", state=state),
        tables.Cell("", kind="turn", state=side),
    )
    return tables.Row(key=str(at), name=name, cells=cells, picked=at == 0)
