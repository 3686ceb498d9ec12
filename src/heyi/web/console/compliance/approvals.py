"""审批: what waits for my vote, what I asked for, all of it; asking, voting, conditions, and the ways to an end."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import STAFF_ROLES, open_to
from heyi.web.console.audience import actor_of
from heyi.web.console.compliance import approval_page
from heyi.web.console.compliance.approval_form import AskForm, ask, askable
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query
from heyi.web.ui.templatetags.heyi_ui import moment

READERS: Final = tuple(role for role in STAFF_ROLES if role != "administrator")
TABS: Final = ("waiting", "mine", "all")
DOTS: Final = {
    "waiting": "wait", "conditional": "wait", "granted": "ok", "refused": "stop", "withdrawn": "none",
    "expired": "none", "lapsed": "none", "revoked": "stop",
}  # fmt: skip


class ListQuery(Form):
    """Which kind, and how it stands."""

    kind = forms.ChoiceField(label=gettext_lazy("事项"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q_%s", **kwargs)
        everything = ("", gettext_lazy("全部"))
        kinds = [(one.key, approval_page.title_of(one)) for one in approvals.kinds()]
        self.fields["kind"].choices = [everything, *kinds]  # type: ignore[attr-defined]
        self.fields["status"].choices = [everything, *words.choices("approvals.status")]  # type: ignore[attr-defined]


class VoteForm(Form):
    """One's own word."""

    vote = forms.ChoiceField(label=gettext_lazy("我的意见"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("表决以后不能更改，会记入日志。"),
    )  # fmt: skip
    conditions = forms.CharField(
        label=gettext_lazy("附加条件（一行一条，可以不填）"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=gettext_lazy("写了条件，要等每一条都有人确认，批准才有效。只能附在同意上。"),
    )  # fmt: skip

    def __init__(self, *args: Any, committee: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in words.choices("approvals.vote") if committee or one[0] != "abstain"]
        self.fields["vote"].choices = offered  # type: ignore[attr-defined]


@open_to(*READERS, why="requests that wait for one's vote, one's own, and those one may look at")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Three lists: what waits for me, what I asked for, all that I may see."""
    actor, at, query = actor_of(request), clock.now(), request.GET
    tab = query.get("tab") if query.get("tab") in TABS else "waiting"
    form = ListQuery(query)
    form.is_valid()
    mine = approvals.waiting(actor=actor, at=at)
    found = mine if tab == "waiting" else _found(actor, at, form, own=tab == "mine")
    shown = {
        "tabs": [
            {
                "text": text,
                "href": f"?tab={name}",
                "count": len(mine) if name == "waiting" else 0,
                "current": name == tab,
            }
            for name, text in zip(TABS, (_("等我表决"), _("我提出的"), _("全部")), strict=True)
        ],
        "form": form if tab != "waiting" else None,
        "table": _table(found, at),
        "askable": [(one.key, approval_page.title_of(one)) for one in askable(actor)],
        "full": len(found) >= approval_page.PAGE,
        "reset_href": with_query(query, kind=None, status=None),
    }
    return render(request, "console/compliance/approvals.html", shown)


@open_to("manager", "lead", "compliance", why="asking for leave, by those whom the kind names")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one kind."""
    actor = actor_of(request)
    about = approvals.kind(kind)
    if about not in askable(actor):
        raise approvals.MayNotAsk(kind=kind, needs=list(about.ask))
    form = AskForm(request.POST or None, about=about, actor=actor)
    if form.is_bound and form.is_valid():
        try:
            made = ask(form, actor=actor, at=clock.now())
        except Problem as fault:
            what, then = words.problem(fault.code, fault.facts)
            form.add_error("about" if fault.code.startswith(("loans.", "staff.")) else None, f"{what}{then}")
        else:
            messages.success(request, _("申请已经提出，等同事表决。"))
            return redirect("console:vote", made.id)
    shown = {
        "form": form,
        "title": approval_page.title_of(about),
        "kind": about,
        "told": approval_page.rule_text(about),
    }
    return render(request, "console/compliance/approval_new.html", shown, status=422 if form.errors else 200)


@open_to(*READERS, why="one request with its form, votes and history, by those who have a say or oversee")
@require_safe
def one(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Everything about one request; reading its sealed texts is journaled."""
    return _page(request, approval_id)


@open_to("reviewer", "lead", "compliance", why="voting, by the roles that the kind names")
@require_POST
def vote(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Say yes or no."""
    actor, at = actor_of(request), clock.now()
    found = approvals.approval(approval_id=approval_id, at=at)
    form = VoteForm(request.POST, committee=found.rule.committee)
    if form.is_valid():
        given = form.cleaned_data
        try:
            done = approvals.vote(
                approval_id=approval_id,
                vote=given["vote"],
                reason=given["reason"],
                conditions=given["conditions"].splitlines(),
                actor=actor,
                at=at,
            )
        except Problem as fault:
            if "conditions" not in fault.facts.get("fields", ()):
                raise
            form.add_error(
                "conditions" if "conditions" in fault.facts["fields"] else None, _("条件只能附在同意上，最多十条。")
            )
        else:
            messages.success(request, _said(done))
            return redirect("console:vote", approval_id)
    return _page(request, approval_id, form=form)


@open_to(*READERS, why="what follows a vote: a condition met, a request withdrawn, a grant taken back")
@require_POST
def act(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Confirm a condition, withdraw, revoke; the door says who may."""
    actor, at, given = actor_of(request), clock.now(), request.POST
    told = given.get("reason", "")
    try:
        if given.get("act") == "confirm":
            approvals.confirm_condition(condition_id=UUID(given.get("condition", "")), proof=told, actor=actor, at=at)
            messages.success(request, _("已确认这个条件。"))
        elif given.get("act") == "withdraw":
            approvals.withdraw(approval_id=approval_id, reason=told, actor=actor, at=at)
            messages.success(request, _("申请已撤回。"))
        else:
            approvals.revoke(approval_id=approval_id, reason=told, actor=actor, at=at)
            messages.success(request, _("批准已撤销，从现在起无效。"))
    except (approvals.ReasonMissing, ValueError) as fault:
        code = fault.code if isinstance(fault, Problem) else approvals.UnknownCondition.code
        messages.error(request, " ".join(words.problem(code)))
    return redirect("console:vote", approval_id)


def _found(actor: Actor, at: datetime, form: ListQuery, *, own: bool) -> tuple[Approval, ...]:
    given = form.cleaned_data
    return approvals.approvals(
        actor=actor,
        at=at,
        kind=given.get("kind") or None,
        status=given.get("status") or None,
        asked_by=actor.label if own else None,
    )


def _page(request: HttpRequest, approval_id: UUID, form: VoteForm | None = None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    shown = approval_page.shown(approval_id, actor, at)
    if shown["may_vote"]:
        shown["form"] = form or VoteForm(committee=shown["approval"].rule.committee)
    answer = render(
        request, "console/compliance/approval.html", shown, status=422 if form is not None and form.errors else 200
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _said(done: Approval) -> str:
    if done.status == "waiting":
        return _("已记下您的意见，等其他同事表决。")
    return _("已记下您的意见。结果：%(status)s。") % {"status": words.word("approvals.status", done.status)}


def _table(found: tuple[Approval, ...], at: datetime) -> Table:
    names = approvals.names_of(found)
    return Table(
        caption=_("审批"),
        columns=tuple(
            Column(name) for name in (_("事项"), _("关于"), _("提出人"), _("提出时间"), _("表决"), _("截止"), _("状态"))
        ),
        rows=tuple(
            Row(
                key=str(one.id),
                name=approval_page.about_of(one),
                cells=(
                    Cell(
                        approval_page.kind_title(one.kind),
                        href=reverse("console:vote", args=[one.id]),
                        strong=True,
                        nowrap=True,
                    ),
                    Cell(approval_page.about_of(one)),
                    Cell(approval_page.person(one.asked_by, names)),
                    Cell(moment(one.asked_at), nowrap=True),
                    Cell(approval_page.tally(one), nowrap=True),
                    Cell(moment(one.decide_by) if one.status == "waiting" else "–", nowrap=True),
                    Cell(words.word("approvals.status", one.status), kind="dot", state=DOTS[one.status]),
                ),
            )
            for one in found
        ),
        empty=_("这里没有申请"),
        density="compact",
    )
