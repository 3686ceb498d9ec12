"""Files that come in by hand: sent, looked at, imported; what was refused goes back with its reasons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.api import ImportReport, RowFaults, RunView, StagedView
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names, sheets
from heyi.web.console.audience import actor_of
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import moment, percent_of
from heyi.web.ui.uploads import was_cut

ROWS_SHOWN = 20
DOTS = {"running": "note", "done": "ok", "stopped": "stop"}


class FileForm(Form):
    """What it is, and the file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("导入什么"), choices=lambda: words.choices("loans.file_kind"), widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("CSV 或 XLSX，最大 %(most)s MB。先检查，不会马上写入。") % {"most": most_mib()}
        self.fields["file"].help_text = told


def most_mib() -> int:
    """The longest file that may be sent by hand, in MiB."""
    return loans.file_most_bytes() >> 20


@open_to("administrator", why="taking the bank's data in")
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The form and what was imported before. A file that is sent is only looked at."""
    if request.method == "POST":
        return _stage(request)
    return render(request, "console/book/imports.html", _page(request, FileForm(initial={"kind": "loans"})))


@open_to("administrator", why="what a file would do, before it does it")
@require_safe
def staged(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """How far the file is; then the report of the newest run over it, dry or real."""
    view = loans.staged_file(staged_id=staged_id, actor=actor_of(request))
    return render(request, "console/book/staged.html", _report(view))


@open_to("administrator", why="how far the worker is with a file, asked by the page itself", quiet=True)
@require_safe
def state(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """The same without its frame, for a page that stands open."""
    view = loans.staged_file(staged_id=staged_id, actor=actor_of(request))
    return render(request, "console/book/staged_state.html", _report(view))


@open_to("administrator", why="taking the bank's data in")
@require_POST
def confirm(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """Have the file imported that was looked at."""
    loans.import_staged(staged_id=staged_id, actor=actor_of(request), at=clock.now())
    return redirect("console:staged", staged_id)


@open_to("administrator", why="taking the bank's data in")
@require_POST
def retry(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """Try again what stopped half way."""
    loans.retry_staged(staged_id=staged_id, actor=actor_of(request), at=clock.now())
    return redirect("console:staged", staged_id)


@open_to("administrator", why="the refused rows go back to who sent them")
@require_safe
def refused(request: HttpRequest, staged_id: UUID) -> HttpResponseBase:
    """The refused rows in the form of the file, with one more column."""
    actor = actor_of(request)
    view = loans.staged_file(staged_id=staged_id, actor=actor)
    pieces = loans.read_refused(staged_id=staged_id, actor=actor, at=clock.now())
    book = view.report is not None and view.report.form.startswith("xlsx")
    answer = StreamingHttpResponse(pieces, content_type=sheets.XLSX if book else "text/csv")
    answer["Content-Disposition"] = f'attachment; filename="errors-{staged_id}.{"xlsx" if book else "csv"}"'
    answer["Cache-Control"] = "no-store"
    return answer


@open_to("administrator", why="the empty form of a file")
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A workbook with the headings alone; those that are needed carry a star."""
    known = dict(words.choices("loans.file_kind"))
    if kind not in known:
        raise loans.UnknownFile(file=kind)
    heads = loans.import_headings(kind=kind, language=_language())
    row: list[sheets.Value] = [f"{head.text}*" if head.required else head.text for head in heads]
    book = sheets.workbook([row], title=str(known[kind]))
    return FileResponse(book, as_attachment=True, filename=f"heyi-{kind}.xlsx", content_type=sheets.XLSX)


def _stage(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if was_cut(request):
        form.errors["file"] = form.error_class([_too_large()])
    elif form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            view = loans.stage_file(
                kind=form.cleaned_data["kind"],
                source=sent.file,
                file_name=sent.name,
                actor=actor_of(request),
                at=clock.now(),
            )
            return redirect("console:staged", view.id)
        except vault.UnsafeFile as refused:
            form.add_error("file", _too_large() if refused.facts["reason"] == "too_large" else _("这个文件是空的。"))
    return render(request, "console/book/imports.html", _page(request, form), status=422)


def _too_large() -> str:
    return _("文件超过 %(most)s MB，没有收下。请分成几个文件，或请运维用 heyi import 命令导入。") % {"most": most_mib()}


def _page(request: HttpRequest, form: FileForm) -> dict[str, Any]:
    kinds = words.choices("loans.file_kind")
    return {
        "form": form,
        "open": [_open(one) for one in loans.staged_files(actor=actor_of(request))],
        "runs": _runs(loans.import_runs(actor=actor_of(request))),
        "templates": [(text, reverse("console:import_template", args=[code])) for code, text in kinds],
    }


def _open(view: StagedView) -> dict[str, str]:
    return {
        "icon": "file",
        "text": view.file_name,
        "hint": f"{moment(view.at)} · {words.word('loans.staged_stage', view.stage)}",
        "href": reverse("console:staged", args=[view.id]),
    }


def _runs(found: tuple[RunView, ...]) -> Table:
    names = people_names.of_labels(run.actor for run in found)
    heads = [
        (_("时间"), False), (_("内容"), False), (_("文件"), False), (_("谁"), False), (_("结果"), False),
        (_("行数"), True), (_("新增"), True), (_("更新"), True), (_("不变"), True), (_("退回"), True),
    ]  # fmt: skip
    return Table(
        caption=_("导入记录"),
        columns=tuple(Column(name, right=right) for name, right in heads),
        rows=tuple(Row(key=str(run.id), name=run.file_name, cells=_run(run, names)) for run in found),
        empty=_("还没有导入过"),
        density="compact",
    )


def _run(run: RunView, names: dict[str, str]) -> tuple[Cell, ...]:
    href = reverse("console:staged", args=[run.staged_id]) if run.staged_id else ""
    counts = (run.rows, run.created, run.updated, run.unchanged, run.refused)
    return (
        Cell(moment(run.at), href=href, nowrap=True),
        Cell(words.word("loans.file_kind", run.kind)),
        Cell(run.file_name or "–"),
        Cell(names.get(run.actor, run.actor)),
        Cell(words.word("loans.run_state", run.state), kind="dot", state=DOTS[run.state]),
        *(Cell(f"{count:,}", right=True) for count in counts),
    )


def _report(view: StagedView) -> dict[str, Any]:
    shown = {
        "view": view,
        "kind": words.word("loans.file_kind", view.kind),
        "going_on": view.stage in ("waiting", "working"),
        "far": percent_of(view.done_rows, view.total_rows),
    }
    if view.refusal is not None:
        why, then = loans.tell_refusal(view.refusal, language=_language())
        return {**shown, "why": why, "then": then}
    report = view.report
    if report is None:
        return shown
    counts = [
        (_("行数"), report.rows), (_("新增"), report.created), (_("更新"), report.updated),
        (_("不变"), report.unchanged), (_("退回"), report.refused), (_("请留意"), report.warned),
        (_("合计行，跳过"), report.passed_over),
    ]  # fmt: skip
    return {
        **shown,
        "counts": [{"name": name, "value": f"{count:,}"} for name, count in counts],
        "columns": report.columns,
        "unknown": report.unknown_headings,
        "refused_rows": _faults(report, report.refused_rows),
        "warned_rows": _faults(report, report.warned_rows),
        "kept": report.created + report.updated,
        "nothing_to_do": not (report.created or report.updated),
    }


def _faults(report: ImportReport, rows: tuple[RowFaults, ...]) -> list[tuple[int, str]]:
    heads, language = dict(report.columns), _language()
    return [
        (
            row.line,
            "；".join(  # i18n:off a separator
                loans.tell_fault(fault, column=heads.get(fault.field, fault.field), language=language)
                for fault in row.faults
            ),
        )
        for row in rows[:ROWS_SHOWN]
    ]


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
