"""Lists taken out: few rows at once, many by the worker, with a page that says how far it is and hands it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter, ExportView
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import sheets
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.queue import case_sheet, filters
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_moment, moment, percent_of

AT_ONCE = 2_000
"""So many rows are written while the reader waits: under two seconds. More go to the worker."""
DOTS = {"waiting": "wait", "working": "note", "done": "ok", "stopped": "stop", "expired": "plain"}


class TakeForm(Form):
    """As which file, and what for."""

    form = forms.ChoiceField(
        label=gettext_lazy("文件"),
        choices=[("xlsx", "Excel（XLSX）"), ("csv", "CSV（UTF-8）")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("会和条数一起记入日志；文件第一行写明是谁导出的。"),
    )


def take_out(wanted: CaseFilter, form: TakeForm, request: HttpRequest) -> HttpResponseBase:
    """The file itself, or the page of the file that is being written."""
    actor, at = actor_of(request), clock.now()
    kind, reason = form.cleaned_data["form"], form.cleaned_data["reason"]
    count = negotiation.cases(actor=actor, at=at, filters=wanted, size=1).count
    if count > AT_ONCE:
        ordered = negotiation.order_export(
            filters=wanted, reason=reason, form=kind, language=get_language() or "zh-hans", actor=actor, at=at
        )
        return redirect("console:case_export", ordered.id)
    taken = negotiation.export_cases(filters=wanted, reason=reason, form=kind, actor=actor, at=at)
    rows = case_sheet.sheet(taken.rows, count=taken.count, wanted=wanted, actor=actor, at=at)
    reply: HttpResponseBase
    if kind == "csv":
        reply = StreamingHttpResponse(sheets.csv_lines(rows))
    else:
        reply = FileResponse(sheets.workbook(rows, title=_("案件")))
    return _as_download(reply, kind, case_sheet.file_name(kind, at))


@open_to(*READERS, why="the files that one asked for")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """My exports, newest first."""
    found = negotiation.exports(actor=actor_of(request))
    return render(request, "console/queue/exports.html", {"table": _table(found)})


@open_to(*READERS, why="how far a file is that one asked for")
@require_safe
def one(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file: being written, ready, stopped or destroyed."""
    view = negotiation.export(export_id=export_id, actor=actor_of(request))
    return render(request, "console/queue/export.html", _told(view))


@open_to(*READERS, why="how far the worker is with a file, asked by the page itself", quiet=True)
@require_safe
def state(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The same without its frame, for a page that stands open."""
    view = negotiation.export(export_id=export_id, actor=actor_of(request))
    return render(request, "console/queue/export_state.html", _told(view))


@open_to(*READERS, why="having a file written again that stopped")
@require_POST
def retry(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Try again what stopped half way."""
    negotiation.retry_export(export_id=export_id, actor=actor_of(request), at=clock.now())
    return redirect("console:case_export", export_id)


@open_to(*READERS, why="fetching the file that one asked for; journaled with its purpose")
@require_POST
def fetch(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Hand the file over."""
    actor, at = actor_of(request), clock.now()
    view = negotiation.export(export_id=export_id, actor=actor)
    data = negotiation.read_export(export_id=export_id, actor=actor, at=at)
    answer = HttpResponse(data)
    _as_download(answer, view.form, case_sheet.file_name(view.form, view.at))
    return answer


def _as_download(answer: HttpResponseBase, form: str, name: str) -> HttpResponseBase:
    answer["Content-Type"] = case_sheet.media_type(form)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _told(view: ExportView) -> dict[str, Any]:
    again = QueryDict(mutable=True)
    again.update(filters.parameters(view.filters))
    return {
        "view": view,
        "going_on": view.stage in ("waiting", "working"),
        "far": percent_of(view.done_rows, view.total_rows),
        "list_href": f"{reverse('console:cases')}?{again.urlencode()}",
        "facts": [
            {"name": _("条件"), "value": filters.told(view.filters)},
            {"name": _("用途"), "value": view.reason},
            {"name": _("文件"), "value": view.form.upper()},
            {"name": _("要求的时间"), "value": full_moment(view.at)},
        ],
    }


def _table(found: tuple[ExportView, ...]) -> Table:
    heads = [(_("时间"), False), (_("条件"), False), (_("用途"), False), (_("文件"), False), (_("结果"), False)]
    return Table(
        caption=_("我的导出"),
        columns=(*(Column(name, right=right) for name, right in heads), Column(_("行数"), right=True)),
        rows=tuple(
            Row(
                key=str(one.id),
                name=moment(one.at),
                cells=(
                    Cell(moment(one.at), href=reverse("console:case_export", args=[one.id]), nowrap=True),
                    Cell(filters.told(one.filters)),
                    Cell(one.reason),
                    Cell(one.form.upper()),
                    Cell(words.word("lists.export_stage", one.stage), kind="dot", state=DOTS[one.stage]),
                    Cell(f"{one.total_rows:,}", right=True),
                ),
            )
            for one in found
        ),
        empty=_("还没有导出过"),
        density="compact",
    )
