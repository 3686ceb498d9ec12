"""冒名举报: what the public told about people who only said that they are ours, and what becomes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from heyi.capabilities.staff import api as staff
from heyi.kit.problems import Invalid, Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import OVERSEERS, actor_of
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table

STATE_DOTS = {"received": "warn", "looking": "note", "closed": "ok"}


class StepForm(Form):
    """The next step of a report: what the reporter may read, and what stays here."""

    state = forms.ChoiceField(label=gettext_lazy("办到哪一步"), widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        label=gettext_lazy("结果（有结果时选）"),
        widget=forms.RadioSelect,
        required=False,
        choices=words.choices("staff.report_outcome"),
    )
    words = forms.CharField(
        label=gettext_lazy("给举报人的话"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("凭编号就能看到，不要写别人的个人信息。有结果时要写。"),
    )
    note = forms.CharField(
        label=gettext_lazy("内部备注"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": "2"})
    )

    def __init__(self, *args: Any, standing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        onward = staff.REPORT_NEXT[standing]
        self.fields["state"].choices = [(key, words.word("staff.report_state", key)) for key in onward]  # type: ignore[attr-defined]


@never_cache
@open_to(*OVERSEERS, why="reports of impostors, by those who follow them up and those who check")
@require_safe
def impostors(request: HttpRequest) -> HttpResponse:
    """The newest reports, those without an answer first; the reading is journaled."""
    reports = staff.impostor_reports(actor=actor_of(request), at=clock.now())
    return render(request, "console/compliance/impostors.html", {"table": _table(reports)})


@never_cache
@open_to(*OVERSEERS, why="one report: read by those who check, taken on by compliance")
@require_http_methods(["GET", "HEAD", "POST"])
def impostor(request: HttpRequest, number: str) -> HttpResponse:
    """A report with its files and steps, and the next step."""
    actor, at = actor_of(request), clock.now()
    report = staff.impostor_report(number=number, actor=actor, at=at)
    form = StepForm(request.POST if request.method == "POST" else None, standing=report.state)
    if form.is_bound and form.is_valid():
        try:
            staff.handle_report(number=number, **form.cleaned_data, actor=actor, at=at)
        except (Invalid, staff.ReportState) as fault:
            _beside(form, fault)
        else:
            messages.success(request, _("记下了，举报人凭编号能看到。"))
            return redirect("console:impostor", number)
    names = people_names.of_labels([one.by for one in report.steps])
    shown = {
        "report": report,
        "form": form,
        "may_act": actor.has("compliance"),
        "history": [_line(one, names) for one in reversed(report.steps)],
    }
    return render(request, "console/compliance/impostor.html", shown, status=422 if form.errors else 200)


@never_cache
@open_to(*OVERSEERS, why="a file of a report; the reading is journaled")
@require_safe
def impostor_file(request: HttpRequest, number: str, object_id: UUID) -> HttpResponse:
    """A file to keep, never opened within our pages."""
    told, data = staff.impostor_file(number=number, object_id=object_id, actor=actor_of(request), at=clock.now())
    answer = HttpResponse(data, content_type=told.media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(told.name or str(told.id))}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _table(reports: list[staff.ImpostorView]) -> Table:
    heads = (_("编号"), _("收到"), _("状态"), _("最晚答复"), _("附件"), _("说了什么"))
    return Table(
        caption=_("冒名举报"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=one.number,
                name=one.number,
                cells=(
                    Cell(one.number, href=_href(one.number), strong=True, nowrap=True),
                    Cell(f"{clock.bank_day(one.at)}", nowrap=True),
                    Cell(words.word("staff.report_state", one.state), kind="dot", state=STATE_DOTS[one.state]),
                    Cell("–" if one.state == "closed" else one.by_day.isoformat(), nowrap=True),
                    Cell(str(len(one.files)) if one.files else "–"),
                    Cell(one.words[:60] + ("…" if len(one.words) > 60 else "")),
                ),
            )
            for one in reports
        ),
        empty=_("还没有举报"),
    )


def _href(number: str) -> str:
    return reverse("console:impostor", args=[number])


def _line(step: staff.ReportStep, names: dict[str, str]) -> dict[str, Any]:
    outcome = words.word("staff.report_outcome", step.outcome) if step.outcome else ""
    note = _("备注：%(note)s") % {"note": step.note} if step.note else ""
    return {
        "side": "bank",
        "what": _("：").join(filter(None, (words.word("staff.report_state", step.state), outcome))),
        "who": names.get(step.by, step.by),
        "at": step.at,
        "text": " ".join(filter(None, (step.words, note))),
    }


def _beside(form: Form, fault: Problem) -> None:
    """A refusal of the door beside the field that it is about, else above the form."""
    what, then = words.problem(fault.code, fault.facts)
    named = [name for name in fault.facts.get("fields", {}) if name in form.fields]
    for name in named or [None]:
        form.add_error(name, _("有结果时，这一项要填。") if name else f"{what}{then}")
