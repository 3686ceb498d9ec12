"""Changes of the rules: looked at in words, asked of the committee, followed until they hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import BadPack
from heyi.capabilities.compliance.domain.proposals import FilesChange, PackChange, Proposal, RuleEdit, TakeInstalled
from heyi.capabilities.contact import api as contact
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import READERS, RULE_CHANGERS, actor_of
from heyi.web.console.compliance.rule_form import AskForm, RuleForm, UploadForm
from heyi.web.console.compliance.rules import EFFECT_LOOKS, STATE_LOOKS, own
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_moment

OPEN: Final = ("waiting", "approved")
REPLAYED: Final = timedelta(days=90)
RUNS_SEEN: Final = 100
PAGE: Final = "console/compliance/change_new.html"


@open_to(*RULE_CHANGERS, why="proposing another figure of a rule")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str, clause_id: str) -> HttpResponse:
    """Another figure for one rule."""
    _known(name)
    rule = compliance.pack(name, at=clock.now()).rule(clause_id)
    if rule is None or rule.base_id:
        raise Http404
    form = RuleForm(request.POST or None, rule=rule)
    back = reverse("console:clause", args=[name, rule.id])
    page = {"form": form, "title": f"{_('修改')} {rule.id}", "lead": own(rule.title), "back_href": back}
    change = RuleEdit(rule.id, form.entry()) if form.is_bound and form.is_valid() else None
    if change is not None and not change.entry:
        form.add_error(None, _("还没有改动任何数字。"))
        change = None
    return _asked(request, name, change, page)


@open_to(*RULE_CHANGERS, why="proposing changed files of a pack")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A changed file."""
    packs = [(name, name.upper()) for name in settings.HEYI.jurisdictions]
    form = UploadForm(request.POST or None, request.FILES or None, packs=packs)
    page = {
        "form": form, "title": _("上传改好的文件"), "lead": _("先核对格式、案例和差异，再交合规委员会表决。"),
        "back_href": reverse("console:rules"), "files": True,
    }  # fmt: skip
    change = FilesChange(form.texts()) if form.is_bound and form.is_valid() else None
    return _asked(request, form.cleaned_data["pack"] if change else "", change, page)


@open_to(*RULE_CHANGERS, why="proposing what came with a new release")
@require_http_methods(["GET", "HEAD", "POST"])
def installed(request: HttpRequest, name: str) -> HttpResponse:
    """What lies in the files now."""
    _known(name)
    form = AskForm(request.POST or None)
    page = {
        "form": form, "title": _("采用软件里的新内容"), "back_href": reverse("console:rules"),
        "lead": _("软件更新带来的规则，或者本行从严文件夹里的改动。表决通过之前，一切照旧。"),
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        return _asked(request, name, TakeInstalled(), page)
    return _asked(request, name, None, {**page, **_seen(request, name, TakeInstalled(), form)})


@open_to(*READERS, why="a change of the rules by which everybody works")
@require_safe
def change(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what it changes, the dry run, how the vote stands."""
    found = compliance.proposal(proposal_id=proposal_id)
    actor = actor_of(request)
    names = people_names.of_labels([found.proposed_by])
    shown = {
        "proposal": found,
        "state": words.word("compliance.proposal", found.state),
        "state_look": STATE_LOOKS.get(found.state, "plain"),
        "note": words.word("compliance.proposal_note", found.note) if found.note else "",
        "facts": [
            {"name": _("规则包"), "value": found.name.upper()},
            {"name": _("怎么改的"), "value": words.word("compliance.proposal_way", found.way)},
            {"name": _("提议人"), "value": names.get(found.proposed_by, "–")},
            {"name": _("提议时间"), "value": full_moment(found.proposed_at)},
            {"name": _("生效日"), "value": full_moment(found.holds_from)},
            {"name": _("新版本"), "value": found.version, "mono": True, "copyable": found.version},
        ],
        "table": _table(_changes(found)),
        "vote_href": _vote(found.approval_id),
        "runs": _runs(found),
        "may_withdraw": found.state in OPEN and actor.label == found.proposed_by,
    }
    return render(request, "console/compliance/change.html", shown)


@open_to(*RULE_CHANGERS, why="asking no longer for a change of the rules")
@require_POST
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Whoever asked no longer asks."""
    try:
        compliance.withdraw_pack_change(
            proposal_id=proposal_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
        )
    except Problem as fault:
        messages.error(request, "".join(words.problem(fault.code, fault.facts)))
    else:
        messages.success(request, _("已撤回这项提议。"))
    return redirect("console:rule_change", proposal_id)


def _asked(request: HttpRequest, name: str, change: PackChange | None, page: dict[str, Any]) -> HttpResponse:
    """The form; after «看差异» with the differences; after «提交» on to the proposal."""
    form = page["form"]
    if change is None:
        return render(request, PAGE, page, status=422 if form.errors else 200)
    seen = _seen(request, name, change, form)
    if form.errors or "send" not in request.POST:
        return render(request, PAGE, {**page, **seen}, status=422 if form.errors else 200)
    given = form.cleaned_data
    try:
        made = compliance.propose_pack_change(
            name=name,
            change=change,
            reason=given["reason"],
            effect=given["effect"],
            holds_from=given["holds_from"],
            actor=actor_of(request),
            at=clock.now(),
        )
    except Problem as fault:
        form.add_error("holds_from" if fault.code == "compliance.day_unusable" else None, _told(fault))
        return render(request, PAGE, {**page, **seen}, status=422)
    _replay(request, made)
    messages.success(request, _("已提交合规委员会表决。您是提议人，不能投票。"))
    return redirect("console:rule_change", made.id)


def _replay(request: HttpRequest, made: Proposal) -> None:
    """Let the worker replay both versions over the past, so that voters see what would change."""
    actor, at = actor_of(request), clock.now()
    for version in _both(made):
        try:
            contact.ask_dry_run(version=version, since=at - REPLAYED, until=at, actor=actor, at=at)
        except Problem:
            return  # a lead may propose but asks for no replay; compliance can do so from the list


def _both(found: Proposal) -> tuple[str, ...]:
    """The version that held, and the one that would hold."""
    try:
        before, after = compliance.packs_of(found)
    except Problem:
        return ()
    return before.version, after.version


def _runs(found: Proposal) -> list[dict[str, Any]]:
    """What the newest replay of either version says."""
    newest = {run.pack_version: run for run in reversed(contact.dry_runs(limit=RUNS_SEEN))}
    labels = (_("现在的规则"), _("改后的规则"))
    shown = []
    for label, version in zip(labels, _both(found), strict=False):
        run = newest.get(version)
        if run is None:
            continue
        told = words.word("contact.dry_run", run.state)
        if run.figures is not None:
            counts = {"refused": run.figures.refused, "contacts": run.figures.contacts}
            told = _("%(contacts)s 次联系里会拦下 %(refused)s 次") % counts
        shown.append({"label": label, "told": told, "href": reverse("console:dry_run", args=[run.id])})
    return shown


def _seen(request: HttpRequest, name: str, change: PackChange, form: AskForm) -> dict[str, Any]:
    """The differences in words, or why the change cannot be taken."""
    try:
        seen = compliance.preview_pack_change(name=name, change=change, actor=actor_of(request), at=clock.now())
    except Problem as fault:
        if form.is_bound:
            form.add_error(None, _told(fault))
        return {"nothing": _told(fault)}
    return {"table": _table(seen.changes), "loosens": seen.loosens, "version": seen.after.version}


def _told(fault: Problem) -> str:
    """What happened and what to do; where a file or a rule is at fault, also which."""
    what, then = words.problem(fault.code, fault.facts)
    if isinstance(fault, BadPack):
        place = " · ".join(str(fault.facts[key]) for key in ("where", "problem", "next_step") if key in fault.facts)
        return f"{what}{then} {place}"
    if fault.code == "compliance.law_loosened":
        return f"{what}{then} {fault.facts['rule']} · {fault.facts['zh']}"
    return f"{what}{then}"


def _changes(found: Proposal) -> Any:
    try:
        return compliance.changes_of(found)
    except Problem:
        return ()


def _table(changes: Any) -> Table:
    heads = (_("规则"), _("差异"), _("效果"))
    rows = (
        Row(
            key=str(place),
            name=one.rule_id,
            cells=(
                Cell(own(one.title), small=one.rule_id, strong=True),
                Cell(own(one.says)),
                Cell(own(compliance.effect_in_words(one.effect)), kind="tag", state=EFFECT_LOOKS[one.effect]),
            ),
        )
        for place, one in enumerate(changes)
    )
    return Table(
        caption=_("差异"), columns=tuple(Column(name) for name in heads), rows=tuple(rows), empty=_("没有文字上的差异")
    )


def _vote(approval_id: UUID | None) -> str:
    try:
        return reverse("console:vote", args=[approval_id]) if approval_id else ""
    except NoReverseMatch:
        return ""


def _known(name: str) -> datetime:
    if name not in settings.HEYI.jurisdictions:
        raise Http404
    return clock.now()
