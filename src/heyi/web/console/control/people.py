"""People of the bank: who they are, what they may do, and the machines that call in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.api import Member
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import STAFF_ROLES, open_to
from heyi.web.console import people_names
from heyi.web.console.audience import actor_of
from heyi.web.ui import words
from heyi.web.ui.forms import FilesField, Form
from heyi.web.ui.stepup import require_recent_login
from heyi.web.ui.tables import Cell, Column, Row, Table

RECENT_MINUTES = 15
ONLY = "administrator"


def _roles() -> list[tuple[str, Any]]:
    return [(role, words.word("staff.role", role)) for role in STAFF_ROLES]


def _branches() -> list[tuple[str, str]]:
    return [(row.code, f"{row.name} {row.code}") for row in staff.branches()]


class MemberForm(Form):
    """A new colleague."""

    display_name = forms.CharField(label=gettext_lazy("员工姓名"), max_length=60)
    staff_no = forms.CharField(label=gettext_lazy("工号"), max_length=30)
    username = forms.CharField(label=gettext_lazy("登录名"), max_length=60)
    branch = forms.ChoiceField(label=gettext_lazy("网点"), choices=_branches)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("角色"), choices=_roles, required=False, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label=gettext_lazy("首次密码"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 12 位，不含登录名。首次登录要换成自己的密码，并绑定验证器。"),
    )
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class RightForm(Form):
    """A role to give, and why."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=_roles)
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class PhotoForm(Form):
    """The face that the public page shows."""

    photo = FilesField(
        label=gettext_lazy("公布的照片"),
        most=1,
        accept="image/jpeg,image/png,image/webp",
        help_text=gettext_lazy("本人书面同意后再传。只存一张小图，位置等信息会去掉。"),
        error_messages={"required": gettext_lazy("请选一张照片。")},
    )


class BranchForm(Form):
    """A new branch."""

    code = forms.SlugField(label=gettext_lazy("机构号"), max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=80)
    city = forms.CharField(label=gettext_lazy("城市"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30, required=False)


class ClientForm(Form):
    """A machine that may call the API."""

    name = forms.CharField(label=gettext_lazy("接入系统名称"), max_length=60)
    branches = forms.MultipleChoiceField(
        label=gettext_lazy("看得到的网点"), choices=_branches, widget=forms.CheckboxSelectMultiple
    )


@open_to(ONLY, why="who works here and what they may do")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Members, branches and API clients."""
    return render(request, "console/control/people.html", _lists())


@open_to(ONLY, why="opening an account")
@require_http_methods(["GET", "POST"])
@require_recent_login(RECENT_MINUTES)
def new_member(request: HttpRequest) -> HttpResponse:
    """The form of a new colleague."""
    form = MemberForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = staff.create_member(**given, actor=actor_of(request), at=clock.now())
            return redirect("console:member", made.id)
        except Problem as fault:
            _beside(form, fault)
    return _form(request, form, _("新同事"))


@open_to(ONLY, why="opening a branch")
@require_http_methods(["GET", "POST"])
def new_branch(request: HttpRequest) -> HttpResponse:
    """The form of a new branch."""
    form = BranchForm(request.POST or None)
    if form.is_valid():
        try:
            staff.create_branch(**form.cleaned_data, actor=actor_of(request), at=clock.now())
            return redirect("console:people")
        except Problem as fault:
            _beside(form, fault)
    return _form(request, form, _("新网点"))


@open_to(ONLY, why="letting a machine of the bank call in")
@require_http_methods(["GET", "POST"])
@require_recent_login(RECENT_MINUTES)
def new_client(request: HttpRequest) -> HttpResponse:
    """A new API client; the key is shown on the answer and never again."""
    form = ClientForm(request.POST or None)
    if form.is_valid():
        try:
            made = staff.create_client(**form.cleaned_data, actor=actor_of(request), at=clock.now())
        except Problem as fault:
            _beside(form, fault)
        else:
            return _shown_once(
                request,
                heading=made.client.name,
                secret=made.token,
                kind=_("密钥"),
                warning=_("密钥只显示这一次"),
                what_now=_("请现在存到接入系统的保险箱里。离开这一页就再也看不到了；丢了只能停用再开一把。"),
                back=reverse("console:people"),
                done=_("存好了，回到人员与授权"),
            )
    return _form(request, form, _("新接入系统"))


@open_to(ONLY, why="ending a machine's access")
@require_POST
def end_client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Revoke an API key."""
    staff.revoke_client(
        client_id=client_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, _("密钥已停用，从下一次调用起拒绝。"))
    return redirect("console:people")


@open_to(ONLY, why="one colleague's rights and their history")
@require_safe
def member(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """A member with the history of rights."""
    return render(request, "console/control/member.html", _member(request, staff_id, RightForm()))


@open_to(ONLY, why="giving a right, with a reason")
@require_POST
@require_recent_login(RECENT_MINUTES)
def grant(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Give a role."""
    form = RightForm(request.POST)
    if form.is_valid():
        try:
            staff.grant_role(staff_id=staff_id, **form.cleaned_data, actor=actor_of(request), at=clock.now())
            return redirect("console:member", staff_id)
        except Problem as fault:
            _beside(form, fault)
    return render(request, "console/control/member.html", _member(request, staff_id, form), status=422)


@open_to(ONLY, why="taking a right back, with a reason")
@require_POST
def revoke(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Take a role back."""
    staff.revoke_role(
        staff_id=staff_id,
        role=request.POST.get("role", ""),
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        at=clock.now(),
    )
    messages.success(request, _("角色已收回，从下一次点击起生效。"))
    return redirect("console:member", staff_id)


@open_to(ONLY, why="the face that the public page shows, put there or taken away")
@require_POST
def photo(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Publish a picture, or take it away."""
    actor, at = actor_of(request), clock.now()
    if request.POST.get("act") == "remove":
        staff.remove_photo(staff_id=staff_id, actor=actor, at=at)
        messages.success(request, _("照片拿下来了。"))
        return redirect("console:member", staff_id)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            staff.set_photo(staff_id=staff_id, data=form.cleaned_data["photo"][0].read(), actor=actor, at=at)
        except Problem as fault:
            form.add_error("photo", words.problem(fault.code, fault.facts)[0])
        else:
            messages.success(request, _("照片已经公布在核验页上。"))
            return redirect("console:member", staff_id)
    shown = _member(request, staff_id, RightForm()) | {"photo_form": form}
    return render(request, "console/control/member.html", shown, status=422)


@open_to(ONLY, why="closing or reopening an account, with a reason")
@require_POST
def switch(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Close the account, or open it again."""
    verb = staff.reopen_member if request.POST.get("act") == "reopen" else staff.close_member
    verb(staff_id=staff_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now())
    return redirect("console:member", staff_id)


@open_to(ONLY, why="a way back in for who forgot the password or lost the phone, with a reason")
@require_POST
@require_recent_login(RECENT_MINUTES)
def renew(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """A new first password, shown on the answer and never again."""
    password = staff.renew_login(
        staff_id=staff_id,
        reason=request.POST.get("reason", ""),
        factors="factors" in request.POST,
        actor=actor_of(request),
        at=clock.now(),
    )
    return _shown_once(
        request,
        heading=staff.member(staff_id=staff_id).display_name,
        secret=password,
        kind=_("首次密码"),
        warning=_("首次密码只显示这一次"),
        what_now=_("请现在当面或打电话告诉本人。登录后第一步就是换成自己的密码。"),
        back=reverse("console:member", args=[staff_id]),
        done=_("告诉了，回到这位同事"),
    )


def _shown_once(request: HttpRequest, **told: str) -> HttpResponse:
    """A secret on the answer and never again, not even in the browser's store."""
    answer = render(request, "console/control/shown_once.html", told)
    answer["Cache-Control"] = "no-store"
    return answer


def _form(request: HttpRequest, form: Form, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "console/control/form.html", {"form": form, "title": title}, status=status)


def _beside(form: Form, fault: Problem) -> None:
    """A refusal of the door beside the field that it is about, else above the form."""
    what, then = words.problem(fault.code, fault.facts)
    fields = fault.facts.get("fields") or ({fault.facts["field"]: ""} if "field" in fault.facts else {})
    if fault.code == staff.WeakPassword.code:
        fields = {"password": ""}
    named = [name for name in fields if name in form.fields]
    for name in named or [None]:
        form.add_error(name, f"{what}{then}")


def _lists() -> dict[str, Any]:
    return {"members": _members(staff.members(active=None)), "branches": _branch_table(), "clients": staff.clients()}


def _members(found: list[Member]) -> Table:
    heads = (_("员工姓名"), _("工号"), _("登录名"), _("网点"), _("角色"), _("状态"))
    return Table(
        caption=_("同事"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=str(one.id),
                name=one.display_name,
                cells=(
                    Cell(one.display_name, href=reverse("console:member", args=[one.id]), strong=True, nowrap=True),
                    Cell(one.staff_no),
                    Cell(one.username),
                    Cell(one.branch_name),
                    Cell(_("、").join(words.word("staff.role", role) for role in sorted(one.roles)) or "–"),
                    Cell(_("在用") if one.active else _("已停用"), kind="dot", state="ok" if one.active else "stop"),
                ),
            )
            for one in found
        ),
        empty=_("还没有同事"),
    )


def _branch_table() -> Table:
    heads = (_("机构号"), _("名称"), _("英文名称"), _("城市"), _("联系电话"))
    return Table(
        caption=_("网点"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=row.code,
                name=row.name,
                cells=(Cell(row.code), Cell(row.name), Cell(row.name_en), Cell(row.city), Cell(row.phone or "–")),
            )
            for row in staff.branches()
        ),
        empty=_("还没有网点"),
        density="compact",
    )


def _member(request: HttpRequest, staff_id: UUID, form: RightForm) -> dict[str, Any]:
    view, history = staff.member(staff_id=staff_id), staff.grants(staff_id=staff_id)
    acts = staff.account_acts(staff_id=staff_id)
    labels = [label for one in history for label in (one.granted_by, one.revoked_by) if label]
    names = people_names.of_labels([*labels, *(one.done_by for one in acts)])
    return {
        "member": view,
        "own": actor_of(request).id == staff_id,
        "roles": [(role, words.word("staff.role", role)) for role in sorted(view.roles)],
        "form": form,
        "photo_form": PhotoForm(),
        "has_photo": staff.has_photo(staff_id=staff_id),
        "facts": [
            {"name": _("工号"), "value": view.staff_no},
            {"name": _("登录名"), "value": view.username},
            {"name": _("网点"), "value": view.branch_name},
            {"name": _("状态"), "value": _("在用") if view.active else _("已停用")},
        ],
        "history": [
            {
                "what": words.word("staff.role", one.role),
                "who": names.get(one.granted_by, one.granted_by),
                "at": one.granted_at,
                "text": one.reason
                if one.revoked_at is None
                else _("%(reason)s；后来收回：%(why)s") % {"reason": one.reason, "why": one.revoke_reason},
                "side": "bank" if one.revoked_at is None else "",
            }
            for one in history
        ],
        "acts": [
            {
                "what": words.word("staff.account_act", one.act),
                "who": names.get(one.done_by, one.done_by),
                "at": one.at,
                "text": one.reason,
                "side": "bank",
            }
            for one in acts
        ],
    }
