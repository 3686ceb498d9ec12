"""外包机构: the register, what lies with each, what it reported and what it owes; kept by compliance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.compliance.kinds import end_of
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_moment, moment

KEEPERS = ("compliance", "administrator")
PLACERS = ("lead", "compliance")
KEY_GIVERS = ("administrator",)
DOTS = {"active": "ok", "suspended": "wait", "ended": "plain"}


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=DayInput(),
    )


class AgencyForm(Form):
    """An entry of the register."""

    code = forms.SlugField(label=gettext_lazy("机构代号"), max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120)
    credit_code = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18)
    licence_no = forms.CharField(label=gettext_lazy("许可或备案号"), max_length=60, required=False)
    contact_name = forms.CharField(label=gettext_lazy("对接人"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("机构电话"), max_length=30)
    complaint_phone = forms.CharField(label=gettext_lazy("投诉电话"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=160, required=False)
    contract_no = forms.CharField(label=gettext_lazy("委托合同编号"), max_length=60, required=False)
    contract_from = _day(gettext_lazy("合同开始"))
    contract_until = _day(gettext_lazy("合同到期"))
    announced_on = _day(
        gettext_lazy("向社会公布的日期"), required=False, hint=gettext_lazy("没有公布，机构不能开始联系。")
    )
    branches = forms.MultipleChoiceField(label=gettext_lazy("哪些网点可以委托"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(row.code, row.name) for row in staff.branches()]
        self.fields["branches"].choices = [("*", _("全行")), *known]  # type: ignore[attr-defined]

    def entry(self) -> staff.AgencyEntry:
        """What was typed."""
        given = dict(self.cleaned_data)
        return staff.AgencyEntry(**given | {"branches": frozenset(given["branches"])})


class EvaluationForm(Form):
    """One look at an agency."""

    on = _day(gettext_lazy("评估日期"))
    outcome = forms.ChoiceField(label=gettext_lazy("结论"))
    words = forms.CharField(
        label=gettext_lazy("评估内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("合规、质量、信息安全，抽查了什么，发现了什么。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = words.choices("staff.evaluation")  # type: ignore[attr-defined]


class AgentForm(Form):
    """Somebody of the agency who may call or visit."""

    number = forms.CharField(label=gettext_lazy("工号"), max_length=30)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    certificate_no = forms.CharField(label=gettext_lazy("证书编号"), max_length=60)
    certificate_until = _day(gettext_lazy("证书到期"), hint=gettext_lazy("最长一年；同一工号再填一次就是换证。"))


class PlaceForm(Form):
    """A contract for the agency."""

    contract_no = forms.CharField(label=gettext_lazy("合同号"), max_length=40)
    until = _day(gettext_lazy("委托到哪一天"))


@open_to(*READERS, why="the agencies that may work for one's branches")
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """The register."""
    actor, at = actor_of(request), clock.now()
    shown = {"table": _list(staff.agencies(actor=actor), at), "may_keep": actor.has(*KEEPERS)}
    return render(request, "console/compliance/agencies.html", shown)


@open_to(*KEEPERS, why="taking an agency into the register")
@require_http_methods(["GET", "HEAD", "POST"])
def new_agency(request: HttpRequest) -> HttpResponse:
    """A new entry."""
    form = AgencyForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = staff.register_agency(entry=form.entry(), actor=actor_of(request), at=clock.now())
        except Problem as fault:
            _beside(form, fault)
        else:
            return redirect("console:agency", made.id)
    return _form(request, form, _("登记外包机构"))


@open_to(*KEEPERS, why="keeping an agency's entry true")
@require_http_methods(["GET", "HEAD", "POST"])
def change_agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Change an entry."""
    actor = actor_of(request)
    entry = staff.agency(agency_id=agency_id, actor=actor).entry
    first = {name: getattr(entry, name) for name in AgencyForm.base_fields} | {"branches": sorted(entry.branches)}
    form = AgencyForm(request.POST or None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            staff.change_agency(agency_id=agency_id, entry=form.entry(), actor=actor, at=clock.now())
        except Problem as fault:
            _beside(form, fault)
        else:
            return redirect("console:agency", agency_id)
    return _form(request, form, entry.name, agency_id)


@open_to(*READERS, why="one agency that may work for one's branches")
@require_safe
def agency(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Its entry, people, evaluations, what lies with it, what it reported and owes."""
    return render(request, "console/compliance/agency.html", _page(request, agency_id))


@open_to(*KEEPERS, why="stopping, taking back or ending an agency, with a reason")
@require_POST
def agency_status(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """The gate closes or opens at once."""
    staff.set_agency_status(
        agency_id=agency_id, status=request.POST.get("status", ""), reason=request.POST.get("reason", ""),
        actor=actor_of(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("记下了，从现在起生效。"))
    return redirect("console:agency", agency_id)


@open_to(*KEEPERS, why="writing down an evaluation")
@require_POST
def evaluate(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """One look at the agency."""
    form = EvaluationForm(request.POST)
    return _do(request, agency_id, form, staff.evaluate_agency, "evaluation", _("评估记下了。"))


@open_to(*KEEPERS, why="writing down who works for an agency")
@require_POST
def add_agent(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """Somebody new, or a renewed certificate."""
    return _do(request, agency_id, AgentForm(request.POST), staff.add_agent, "agent", _("人员记下了。"))


@open_to(*KEEPERS, why="somebody works for an agency no more")
@require_POST
def end_agent(request: HttpRequest, agency_id: UUID, agent_id: UUID) -> HttpResponse:
    """They may not call any more."""
    reason = request.POST.get("reason", "")
    staff.end_agent(agent_id=agent_id, reason=reason, actor=actor_of(request), at=clock.now())
    return redirect("console:agency", agency_id)


@open_to(*KEY_GIVERS, why="a key for an agency's machine, shown once")
@require_POST
def agency_key(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """A new API client of this agency."""
    made = staff.create_client(
        name=request.POST.get("name", ""), agency_id=agency_id, actor=actor_of(request), at=clock.now()
    )
    answer = render(request, "console/compliance/agency.html", _page(request, agency_id) | {"token": made.token})
    answer["Cache-Control"] = "no-store"
    return answer


@open_to(*PLACERS, why="giving a contract of one's branches to an agency")
@require_POST
def place(request: HttpRequest, agency_id: UUID) -> HttpResponse:
    """The debtor is told at once; the agency begins after the notice."""
    form, actor, at = PlaceForm(request.POST), actor_of(request), clock.now()
    if form.is_valid():
        until = end_of(form.cleaned_data["until"])
        try:
            number = form.cleaned_data["contract_no"].strip()
            contract_id = loans.contract_by_no(contract_no=number, actor=actor).id
            assert until is not None
            contact.place_contract(contract_id=contract_id, agency_id=agency_id, until=until, actor=actor, at=at)
        except Problem as fault:
            _beside(form, fault)
        else:
            messages.success(request, _("委托好了，已经告诉借款人；机构等告知期过了才能开始。"))
            return redirect("console:agency", agency_id)
    return _again(request, agency_id, "place", form)


@open_to(*PLACERS, why="taking a contract of one's branches back")
@require_POST
def recall(request: HttpRequest, agency_id: UUID, placement_id: UUID) -> HttpResponse:
    """The agency may not use it any more, from now on."""
    contact.recall_placement(placement_id=placement_id, reason="bank", actor=actor_of(request), at=clock.now())
    messages.success(request, _("收回了，机构从现在起不能再联系。"))
    return redirect("console:agency", agency_id)


def _do(request: HttpRequest, agency_id: UUID, form: Form, verb: Any, name: str, said: str) -> HttpResponse:
    if form.is_valid():
        try:
            verb(agency_id=agency_id, **form.cleaned_data, actor=actor_of(request), at=clock.now())
        except Problem as fault:
            _beside(form, fault)
        else:
            messages.success(request, said)
            return redirect("console:agency", agency_id)
    return _again(request, agency_id, name, form)


def _again(request: HttpRequest, agency_id: UUID, name: str, form: Form) -> HttpResponse:
    shown = _page(request, agency_id) | {f"{name}_form": form}
    return render(request, "console/compliance/agency.html", shown, status=422)


def _form(request: HttpRequest, form: Form, title: str, agency_id: UUID | None = None) -> HttpResponse:
    back = reverse("console:agency", args=[agency_id]) if agency_id else reverse("console:agencies")
    shown = {"form": form, "title": title, "back": back}
    return render(request, "console/compliance/agency_form.html", shown, status=422 if form.errors else 200)


def _beside(form: Form, fault: Problem) -> None:
    """A refusal of the door beside its field, else above the form; what stands against a placement in words."""
    what, then = words.problem(fault.code, fault.facts)
    fields = fault.facts.get("fields") or ({fault.facts["field"]: ""} if "field" in fault.facts else {})
    named = [name for name in fields if name in form.fields]
    reasons = [words.word("contact.placement_wrong", code) for code in fields.values()] if "place" in fault.code else []
    for name in named or [None]:
        form.add_error(name, " ".join([what, *reasons, then]))


def _list(found: list[staff.AgencyView], at: datetime) -> Table:
    heads = (_("名称"), _("状态"), _("缺什么"), _("合同到期"), _("下次评估"), _("没交的记录"), _("近 30 天联系"))
    return Table(
        caption=_("外包机构"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(_line(view, contact.agency_figures(agency_id=view.id, at=at)) for view in found),
        empty=_("还没有外包机构"),
    )


def _line(view: staff.AgencyView, figures: contact.AgencyFigures) -> Row:
    lacks = _("、").join(words.word("staff.agency_lack", code) for code in view.lacks)
    name = _name(view)
    return Row(
        key=str(view.id),
        name=name,
        cells=(
            Cell(name, href=reverse("console:agency", args=[view.id]), strong=True, small=view.entry.code),
            Cell(words.word("staff.agency_status", view.status), kind="dot", state=DOTS[view.status]),
            Cell(lacks or "–"),
            Cell(str(view.entry.contract_until), nowrap=True),
            Cell(str(view.evaluation_due), nowrap=True),
            Cell(f"{figures.overdue:,}", kind="tag" if figures.overdue else "", state="stop"),
            Cell(f"{figures.reported:,}"),
        ),
    )


def _page(request: HttpRequest, agency_id: UUID) -> dict[str, Any]:
    actor, at = actor_of(request), clock.now()
    view = staff.agency(agency_id=agency_id, actor=actor)
    figures = contact.agency_figures(agency_id=agency_id, at=at)
    placed = contact.placements(actor=actor, at=at, agency_id=agency_id, limit=100)
    return {
        "agency": view,
        "name": _name(view),
        "status": words.word("staff.agency_status", view.status),
        "dot": DOTS[view.status],
        "lacks": [words.word("staff.agency_lack", code) for code in view.lacks],
        "facts": _facts(view),
        "figures": _figures(figures),
        "overdue": _overdue(contact.overdue(agency_id=agency_id, at=at)),
        "overdue_count": figures.overdue,
        "placements": _placements(placed, actor, at),
        "standing": _standing(placed, actor) if actor.has(*PLACERS) else [],
        "agents": _agents(staff.agents(agency_id=agency_id), clock.today()),
        "live_agents": [one for one in staff.agents(agency_id=agency_id) if one.ended_at is None],
        "evaluations": _evaluations(staff.evaluations(agency_id=agency_id)),
        "keys": staff.agency_clients(agency_id=agency_id),
        **_forms(actor, view),
    }


def _forms(actor: Actor, view: staff.AgencyView) -> dict[str, Any]:
    live = view.status != "ended"
    return {
        "may_keep": live and actor.has(*KEEPERS),
        "may_place": live and actor.has(*PLACERS),
        "may_key": live and actor.has(*KEY_GIVERS),
        "evaluation_form": EvaluationForm(auto_id="evaluation_%s"),
        "agent_form": AgentForm(auto_id="agent_%s"),
        "place_form": PlaceForm(auto_id="place_%s"),
    }


def _facts(view: staff.AgencyView) -> list[dict[str, Any]]:
    entry = view.entry
    names = {row.code: row.name for row in staff.branches()}
    scope = (
        _("全行") if "*" in entry.branches else _("、").join(names.get(code, code) for code in sorted(entry.branches))
    )
    pairs = (
        (_("统一社会信用代码"), entry.credit_code), (_("许可或备案号"), entry.licence_no),
        (_("对接人"), entry.contact_name), (_("机构电话"), entry.phone), (_("投诉电话"), entry.complaint_phone),
        (_("委托合同"), f"{entry.contract_no} {entry.contract_from} – {entry.contract_until}".strip()),
        (_("向社会公布"), str(entry.announced_on or "")), (_("可以委托的网点"), scope),
        (_("最近评估"), str(view.evaluated_on or "")), (_("下次评估不晚于"), str(view.evaluation_due)),
    )  # fmt: skip
    return [{"name": name, "value": value or "–"} for name, value in pairs]


def _figures(figures: contact.AgencyFigures) -> list[dict[str, str]]:
    pairs = (
        (_("领号"), figures.leaves), (_("交回记录"), figures.reported), (_("逾期没交"), figures.overdue),
        (_("接通"), figures.connected), (_("有效对话"), figures.effective), (_("没领号就打"), figures.without_leave),
        (_("被拦下"), figures.refused),
    )  # fmt: skip
    return [{"name": name, "value": f"{value:,}"} for name, value in pairs]


def _overdue(found: list[contact.LeaveView]) -> Table:
    heads = (_("领号时限"), _("应在何时交回"), _("方式"), _("号码"))
    return Table(
        caption=_("逾期没交的记录"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=str(one.id),
                name=moment(one.valid_until),
                cells=(
                    Cell(moment(one.valid_until), nowrap=True), Cell(moment(one.report_by), nowrap=True),
                    Cell(words.word("contact.channel", one.channel)), Cell(one.destination_masked),
                ),
            )
            for one in found
        ),
        empty=_("都交齐了"),
        density="compact",
    )  # fmt: skip


def _placements(found: list[contact.PlacementView], actor: Actor, at: datetime) -> Table:
    names = loans.party_names((one.party_id for one in found), actor=actor)
    heads = (_("借款人"), _("状态"), _("告知"), _("可以开始"), _("委托到"), _("收回"))
    return Table(
        caption=_("委托的合同"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=str(one.id),
                name=names.get(one.party_id, "–"),
                cells=(
                    Cell(names.get(one.party_id, "–"), href=reverse("console:contract", args=[one.contract_id])),
                    Cell(_state(one, at), kind="dot", state="ok" if one.works(at) else "plain"),
                    Cell(moment(one.noticed_at) if one.noticed_at else _("还没送出"), nowrap=True),
                    Cell(moment(one.handed_over_at) if one.handed_over_at else "–", nowrap=True),
                    Cell(moment(one.until), nowrap=True),
                    Cell(_recalled(one)),
                ),
            )
            for one in found
        ),
        empty=_("没有委托的合同"),
        density="compact",
    )


def _state(one: contact.PlacementView, at: datetime) -> str:
    if one.recalled_at:
        return _("已收回")
    return _("委托中") if one.works(at) else _("等告知")


def _recalled(one: contact.PlacementView) -> str:
    if one.recalled_at is None:
        return "–"
    why, _colon, kind = one.recall_reason.partition(": ")
    told = words.word("compliance.hold", kind) if why == "hold" else words.word("contact.recall", why)
    purged = _("资料已删") if one.purged_at else _("资料还没确认删除")
    return f"{moment(one.recalled_at)} {told} · {purged}"


def _standing(found: list[contact.PlacementView], actor: Actor) -> list[dict[str, Any]]:
    names = loans.party_names((one.party_id for one in found), actor=actor)
    return [{"id": one.id, "name": names.get(one.party_id, "–")} for one in found if one.recalled_at is None]


def _agents(found: list[staff.AgentView], today: date) -> Table:
    heads = (_("工号"), _("姓名"), _("证书编号"), _("证书到期"), _("状态"))
    return Table(
        caption=_("外包人员"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=str(one.id),
                name=one.name,
                cells=(
                    Cell(one.number), Cell(one.name), Cell(one.certificate_no), Cell(str(one.certificate_until)),
                    Cell(_certified(one, today), kind="dot", state="ok" if one.certified(today) else "stop"),
                ),
            )
            for one in found
        ),
        empty=_("还没有登记人员"),
        density="compact",
    )  # fmt: skip


def _certified(one: staff.AgentView, today: date) -> str:
    if one.ended_at:
        return _("已离开")
    return _("持证") if one.certified(today) else _("证书过期")


def _evaluations(found: list[staff.EvaluationView]) -> list[dict[str, Any]]:
    return [{"on": one.on, "outcome": words.word("staff.evaluation", one.outcome), "text": one.words,
             "at": full_moment(one.at)} for one in found]  # fmt: skip


def _name(view: staff.AgencyView) -> str:
    return view.entry.name_en if (get_language() or "").startswith("en") else view.entry.name
