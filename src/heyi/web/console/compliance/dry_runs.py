"""试算: a version of the rules replayed over past contacts: what it would have refused, and by which clause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import CLOSED, Pack
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.domain import ClauseCount, DryRunView, Figures, Share
from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import OVERSEERS, actor_of
from heyi.web.console.case.opened import in_english
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import moment

SPANS: Final = (
    ("30", gettext_lazy("最近 30 天")),
    ("90", gettext_lazy("最近 90 天")),
    ("365", gettext_lazy("最近一年")),
)
LOOKS: Final = {"queued": "wait", "running": "wait", "done": "ok", "failed": "stop"}
DAYS_SHOWN: Final = 31


class AskForm(Form):
    """Which version of the rules, over which time."""

    version = forms.ChoiceField(label=gettext_lazy("用哪一版规则"))
    days = forms.ChoiceField(label=gettext_lazy("对哪段时间的联系"), choices=SPANS)

    def __init__(self, *args: Any, versions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]


@open_to(*OVERSEERS, why="what a version of the rules would have refused; counts only, no persons")
@require_http_methods(["GET", "HEAD", "POST"])
def dry_runs(request: HttpRequest) -> HttpResponse:
    """Ask for a replay, and see those that were asked for."""
    actor, at = actor_of(request), clock.now()
    form = AskForm(request.POST or None, versions=_versions())
    if form.is_bound and form.is_valid():
        since = at - timedelta(days=int(form.cleaned_data["days"]))
        made = contact.ask_dry_run(version=form.cleaned_data["version"], since=since, until=at, actor=actor, at=at)
        messages.success(request, _("开始试算了，可以离开这一页，算好会留在列表里。"))
        return redirect("console:dry_run", made.id)
    status = 422 if form.errors else 200
    shown = {"form": form, "table": _list(contact.dry_runs())}
    return render(request, "console/compliance/dry_runs.html", shown, status=status)


@open_to(*OVERSEERS, why="one replay; counts only, no persons")
@require_safe
def dry_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far it is; then what was found."""
    run = contact.dry_run(run_id=run_id)
    shown: dict[str, Any] = {"run": run, "state": words.word("contact.dry_run", run.state), "look": LOOKS[run.state]}
    shown["stage"] = words.word("contact.dry_run_stage", run.stage)
    shown["running"] = run.state in ("queued", "running")
    shown["href"] = reverse("console:dry_run", args=[run.id])
    if run.figures is not None:
        shown |= _found(run.figures, compliance.pack_of(run.pack_version))
    part = "console/compliance/dry_run_part.html" if request.headers.get("HX-Request") else None
    return render(request, part or "console/compliance/dry_run.html", shown)


def _versions() -> list[tuple[str, str]]:
    """What holds now, what is proposed, what held before."""
    now = compliance.pack(at=clock.now()).version
    found = {now: _("现行 %(version)s") % {"version": now}}
    for one in compliance.proposals():
        found.setdefault(one.version, _("提议中 %(version)s") % {"version": one.version})
    for kept in compliance.adoptions():
        found.setdefault(kept.version, _("用过 %(version)s") % {"version": kept.version})
    return list(found.items())


def _found(figures: Figures, pack: Pack) -> dict[str, Any]:
    said = dict(figures.outcomes)
    return {
        **_conclusion(said.get("refused", 0), figures.contacts),
        "contacts": figures.contacts,
        "tiles": [
            {"name": _("试算的联系"), "value": f"{figures.contacts:,}"},
            {"name": _("会被拒绝"), "value": f"{said.get('refused', 0):,}"},
            {"name": _("要先审批"), "value": f"{said.get('needs_approval', 0):,}"},
            {"name": _("可以，但有提醒"), "value": f"{said.get('advised', 0):,}"},
        ],
        "clauses": _clauses(figures.by_clause, figures.contacts, pack),
        "branches": _shares(figures.by_branch, _("支行"), _branch_names(figures.by_branch)),
        "agencies": _shares(figures.by_agency, _("外包机构"), _agency_names(figures.by_agency)),
        "days": _shares(figures.by_day[-DAYS_SHOWN:], _("日期"), {}),
    }


def _conclusion(refused: int, contacts: int) -> dict[str, Any]:
    """The result in one sentence, and what one may do with it."""
    counted = {"all": f"{contacts:,}", "refused": f"{refused:,}"}
    if not contacts:
        conclusion, advice = _("这段时间没有联系可以试算。"), _("换一段更长的时间再试。")
    elif refused:
        conclusion = _("%(all)s 次联系里，这版规则会拒绝 %(refused)s 次。") % counted
        advice = _("先看是哪几条挡住的、集中在哪些支行；提议修改时把这个结果写进影响说明。")
    else:
        conclusion = _("%(all)s 次联系，这版规则一次也不会拒绝。") % counted
        advice = _("过去的联系都在这版规则之内。")
    return {
        "conclusion": conclusion,
        "conclusion_look": "warn" if refused else "ok" if contacts else "note",
        "advice": advice,
        "next_acts": [
            {"text": _("看规则和修改提议"), "href": reverse("console:rules")},
            {"text": _("再试算一次"), "href": reverse("console:dry_runs")},
        ],
    }


def _clauses(found: tuple[ClauseCount, ...], contacts: int, pack: Pack) -> Table:
    heads = (_("条款"), _("依据"), _("会挡住"), _("只因这一条"), _("占全部"))
    return Table(
        caption=_("按条款"),
        columns=tuple(Column(name, right=place > 1) for place, name in enumerate(heads)),
        rows=tuple(_clause(one, contacts, pack) for one in found),
        empty=_("没有一条会挡住这些联系"),
    )


def _clause(one: ClauseCount, contacts: int, pack: Pack) -> Row:
    rule = pack.rule(one.rule_id)
    title = _("情况不明（当时没有记下规则要问的事实）") if one.rule_id == CLOSED else one.rule_id
    if rule is not None:
        title = rule.title.en if in_english() else rule.title.zh
    return Row(
        key=one.rule_id,
        name=title,
        cells=(
            Cell(title, small=one.rule_id, strong=True),
            Cell(str(rule.source) if rule else "–"),
            Cell(f"{one.contacts:,}", right=True),
            Cell(_("只提醒") if one.advice else f"{one.alone:,}", right=True),
            Cell(f"{one.contacts / contacts:.1%}" if contacts else "–", right=True),
        ),
    )


def _shares(found: tuple[Share, ...], head: str, names: dict[str, str]) -> Table:
    heads = (head, _("联系"), _("会被拒绝"), _("比例"))
    rows = tuple(
        Row(
            key=one.name,
            name=names.get(one.name) or one.name or "–",
            cells=(
                Cell(names.get(one.name) or one.name or "–", nowrap=True),
                Cell(f"{one.contacts:,}", right=True),
                Cell(f"{one.refused:,}", right=True),
                Cell(f"{one.refused / one.contacts:.1%}" if one.contacts else "–", right=True),
            ),
        )
        for one in found
    )
    columns = tuple(Column(name, right=place > 0) for place, name in enumerate(heads))
    return Table(caption=head, columns=columns, rows=rows, empty=_("没有联系"))


def _branch_names(found: tuple[Share, ...]) -> dict[str, str]:
    known = people_names.of_branches()
    return {share.name: known.get(share.name, share.name) for share in found} | {"": _("没有写明合同")}


def _agency_names(found: tuple[Share, ...]) -> dict[str, str]:
    known = staff.agency_names(agency_ids=[UUID(share.name) for share in found if share.name])
    place = 1 if in_english() else 0
    return {str(agency_id): names[place] or names[0] for agency_id, names in known.items()} | {"": _("本行自己")}


def _list(found: list[DryRunView]) -> Table:
    names = dict(people_names.of_labels([one.asked_by for one in found]))
    heads = (_("什么时候"), _("规则版本"), _("从"), _("到"), _("结果"), _("谁要的"))
    rows = tuple(
        Row(
            key=str(one.id),
            name=moment(one.at),
            cells=(
                Cell(moment(one.at), href=reverse("console:dry_run", args=[one.id]), strong=True, nowrap=True),
                Cell(one.pack_version, nowrap=True),
                Cell(moment(one.since), nowrap=True),
                Cell(moment(one.until), nowrap=True),
                Cell(_outcome(one), kind="dot", state=LOOKS[one.state]),
                Cell(names.get(one.asked_by, "–")),
            ),
        )
        for one in found
    )
    return Table(
        caption=_("试算记录"), columns=tuple(Column(name) for name in heads), rows=rows, empty=_("还没有试算过")
    )


def _outcome(one: DryRunView) -> str:
    if one.figures is None:
        return words.word("contact.dry_run", one.state)
    counted = {"refused": f"{one.figures.refused:,}", "all": f"{one.figures.contacts:,}"}
    return _("%(all)s 次里拒绝 %(refused)s 次") % counted
