"""One sentence of the library: what holds, what was asked for, what held before, and asking for other words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.conduct import Script
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.compliance.rules import STATE_LOOKS
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_moment

PROPOSERS = ("manager", "lead", "compliance")


class ScriptForm(Form):
    """Other words, why, for whom, and from which day."""

    zh = forms.CharField(label=gettext_lazy("新的说法"), max_length=300, widget=forms.Textarea(attrs={"rows": "3"}))
    en = forms.CharField(label=gettext_lazy("英文说法"), max_length=600, widget=forms.Textarea(attrs={"rows": "3"}))
    reason = forms.CharField(
        label=gettext_lazy("为什么修改"), max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    reader = forms.CharField(
        label=gettext_lazy("说给谁听，他们会怎样理解"), max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    holds_from = forms.DateField(
        label=gettext_lazy("从哪一天起生效"),
        widget=DayInput(),
        help_text=gettext_lazy("当天零点起生效；最晚 90 天之内。表决晚于这一天，就从通过时起生效。"),
        initial=clock.today,
    )


@open_to(*READERS, why="one sentence of the library, its versions, and proposing other words")
@require_http_methods(["GET", "HEAD", "POST"])
def script(request: HttpRequest, script_id: str) -> HttpResponse:
    """The page; who may propose sends the form, who may not only reads."""
    actor, at = actor_of(request), clock.now()
    found = next((one for one in compliance.scripts(at=at) if one.id == script_id), None)
    if found is None:
        raise Http404
    may = actor.has(*PROPOSERS)
    form = ScriptForm(request.POST or None, initial={"zh": found.words.zh, "en": found.words.en})
    if may and form.is_bound and form.is_valid():
        try:
            compliance.propose_script_change(script=script_id, **form.cleaned_data, actor=actor, at=at)
        except Problem as fault:
            form.add_error(None, "".join(words.problem(fault.code, fault.facts)))
        else:
            messages.success(request, _("已提交表决。您是提议人，不能投票。"))
            return redirect("console:script", script_id)
    shown = {
        "script": found,
        "facts": _facts(found),
        "table": _changes(found),
        "form": form if may else None,
    }
    return render(request, "console/compliance/script.html", shown, status=422 if form.errors else 200)


def _facts(found: Script) -> list[dict[str, Any]]:
    return [
        {"name": _("谁"), "value": words.word("compliance.script_segment", found.segment)},
        {"name": _("什么时候"), "value": words.word("compliance.script_moment", found.moment)},
        {"name": _("版本"), "value": found.version},
        {"name": _("批准"), "value": found.approval},
    ]


def _changes(found: Script) -> Table:
    changes = compliance.script_changes(script=found.id)
    names = people_names.of_labels([one.proposed_by for one in changes])
    rows = [
        Row(
            key=str(one.id),
            name=one.words.zh,
            cells=(
                Cell(
                    one.words.zh,
                    small=one.reason,
                    href=reverse("console:vote", args=[one.approval_id]) if one.approval_id else "",
                    strong=True,
                ),
                Cell(names.get(one.proposed_by, "–"), nowrap=True),
                Cell(full_moment(one.holds_from), nowrap=True),
                Cell(
                    words.word("compliance.proposal", _state(one)), kind="tag", state=STATE_LOOKS.get(_state(one), "")
                ),
            ),
        )
        for one in changes
    ]
    heads = (_("改成什么"), _("提议人"), _("生效日"), _("状态"))
    return Table(
        caption=_("修改记录"), columns=tuple(Column(head) for head in heads), rows=tuple(rows), empty=_("还没有改过")
    )


def _state(one: compliance.ScriptChangeView) -> str:
    """Approved words whose day has come hold."""
    return "adopted" if one.state == "approved" and one.holds_from <= clock.now() else one.state
