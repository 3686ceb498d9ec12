"""Somebody pretended to be the bank: tell it with files, and see by the number what became of it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock
from heyi.plumbing.access import PUBLIC, open_to
from heyi.web.portal.genuine import CHECKS_AN_HOUR, spend
from heyi.web.portal.papers import unsafe_words
from heyi.web.portal.visit import posted
from heyi.web.ui import words
from heyi.web.ui.forms import PAPERS, CodeField, FilesField, Form
from heyi.web.ui.templatetags.heyi_ui import day, full_day

REPORTS_AN_HOUR: Final = 3
REPORTED: Final = "reported"


class ReportForm(Form):
    """What an impostor did."""

    words = forms.CharField(
        label=_("发生了什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text=_("什么时候、用什么号码或名字、说了什么、要您做什么。"),
        error_messages={"required": _("写一两句就行，我们才知道从哪里查起。")},
    )
    evidence = FilesField(
        label=_("截图、照片或信件（可以没有）"), most=staff.REPORT_FILES_MOST, accept=PAPERS, required=False
    )
    reach = forms.CharField(
        label=_("怎么联系您（可以不填）"),
        max_length=100,
        required=False,
        help_text=_("只为这件事联系您。"),
    )


class NumberForm(Form):
    """The number of a report."""

    number = CodeField(label=_("举报编号"), length=10, help_text=_("交的时候给您的十位数字。"))


@never_cache
@open_to(PUBLIC, why="whoever met an impostor may tell the bank without a login (C11)")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One form; the number that it leads to is shown on the next page."""
    form = ReportForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        spend(request, "report", REPORTS_AN_HOUR)
        typed = form.cleaned_data
        try:
            number = staff.report_impostor(
                words=typed["words"],
                reach=typed["reach"],
                files=[(one.name, one.read()) for one in typed["evidence"]],
                at=clock.now(),
            )
        except vault.UnsafeFile as refusal:
            form.add_error("evidence", unsafe_words(refusal))
        else:
            request.session[REPORTED] = number
            return redirect("portal:report_state")
    return render(request, "portal/report.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@open_to(PUBLIC, why="the number is the key: what became of a report, never what it said")
@require_http_methods(["GET", "HEAD", "POST"])
def report_state(request: HttpRequest) -> HttpResponse:
    """The report just made, or the one whose number is typed."""
    form = NumberForm(posted(request))
    fresh = request.session.pop(REPORTED, "") if request.method != "POST" else ""
    shown: dict[str, Any] = {"form": form, "fresh": bool(fresh)}
    if fresh:
        shown |= _told(staff.report_standing(number=fresh))
    elif form.is_bound and form.is_valid():
        spend(request, "state", CHECKS_AN_HOUR)
        shown |= _told(staff.report_standing(number=form.cleaned_data["number"]))
    return render(request, "portal/report_state.html", shown, status=422 if form.errors else 200)


def _told(standing: staff.ReportStanding | None) -> dict[str, Any]:
    if standing is None:
        return {"unknown": True}
    path = ("received", "looking", "closed")
    now = path.index(standing.state)
    steps = [
        {
            "name": words.word("staff.report_state", key),
            "state": "done" if at < now or key == standing.state != "looking" else "now" if at == now else "todo",
            "note": _note(key, standing),
        }
        for at, key in enumerate(path)
    ]
    outcome = words.word("staff.report_outcome", standing.outcome) if standing.outcome else ""
    return {"standing": standing, "steps": steps, "outcome": outcome}


def _note(key: str, standing: staff.ReportStanding) -> str:
    if key == "received":
        return full_day(standing.received_at)
    if key == standing.state:
        return full_day(standing.since)
    if key == "closed":
        return gettext("最晚 %(day)s告诉您") % {"day": day(standing.by_day)}
    return ""
