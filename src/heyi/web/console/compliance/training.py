"""培训: my certificates, the test drawn from the rules, and whose certificates run out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Both
from heyi.capabilities.compliance.domain.exam import ANSWERS, ExamQuestion
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import STAFF_ROLES, open_to
from heyi.web.console import circumstances
from heyi.web.console.audience import actor_of
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_day

TAGS: Final = {"missing": "stop", "valid": "ok", "soon": "wait", "over": "stop"}
TEAM: Final = ("lead", "compliance", "auditor", "administrator")


class RecordForm(Form):
    """A training that took place, with its evidence."""

    staff_id = forms.ChoiceField(label=gettext_lazy("谁"))
    kind = forms.ChoiceField(label=gettext_lazy("哪一种培训"))
    evidence = forms.CharField(
        label=gettext_lazy("凭证"), max_length=300, help_text=gettext_lazy("例如：签到表编号、课程编号、证书编号。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.id), f"{one.display_name} {one.staff_no}") for one in staff.members() if one.id != actor.id]
        kinds = [(one.key, title_of(one)) for one in staff.certificate_kinds() if one.exam is None]
        self.fields["staff_id"].choices = people  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


@open_to(*STAFF_ROLES, why="one's own certificates, and those of one's branch for who answers for it")
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """Mine, the way to the test, the team's."""
    return _page(request)


@open_to("compliance", why="entering a training with its evidence")
@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Write down a training that has no test."""
    actor = actor_of(request)
    form = RecordForm(request.POST, actor=actor)
    if form.is_valid():
        given = form.cleaned_data
        try:
            staff.issue_certificate(
                staff_id=UUID(given["staff_id"]), kind=given["kind"], evidence=given["evidence"], actor=actor,
                at=clock.now(),
            )  # fmt: skip
        except Problem as fault:
            form.add_error(None, "".join(words.problem(fault.code, fault.facts)))
        else:
            messages.success(request, _("培训已登记。"))
            return redirect("console:training")
    return _page(request, form)


@open_to("manager", "reviewer", "lead", why="starting the test that one's role needs")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A new test, or the one that is still open."""
    going = compliance.start_exam(kind=request.POST.get("kind", ""), actor=actor_of(request), at=clock.now())
    return redirect("console:exam", going.id)


@open_to("manager", "reviewer", "lead", "compliance", "auditor", why="one's own test; overseers read those of others")
@require_http_methods(["GET", "HEAD", "POST"])
def sit(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """The questions; after handing in, the answers with their clauses."""
    actor, at = actor_of(request), clock.now()
    if request.method == "POST":
        answers = {name: request.POST[name] for name in request.POST if "#" in name}
        done = compliance.hand_in(sitting_id=sitting_id, answers=answers, actor=actor, at=at)
        if done.result and done.result.passed:
            messages.success(request, _("通过了，证书已经生效。"))
        return redirect("console:exam", sitting_id)
    sitting = compliance.sitting(sitting_id=sitting_id, actor=actor)
    answer = render(request, "console/compliance/exam.html", _exam(sitting, at))
    answer["Cache-Control"] = "no-store"
    return answer


def title_of(kind: staff.CertificateKind) -> str:
    """The kind in the reader's language."""
    return kind.en if (get_language() or "").startswith("en") else kind.zh


def _page(request: HttpRequest, form: RecordForm | None = None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    assert actor.id is not None
    shown = {
        "mine": [_standing(one, actor) for one in staff.own_standings(staff_id=actor.id, at=at)],
        "history": _history(actor.id, at),
        "tries": _tries(actor),
        "team": _team(actor, at) if actor.has(*TEAM) else None,
        "form": form or (RecordForm(actor=actor) if actor.has("compliance") else None),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "console/compliance/training.html", shown, status=status)


def _standing(one: staff.Standing, actor: Actor) -> dict[str, Any]:
    exam = one.kind.exam
    told = ""
    if exam is not None:
        told = _("%(n)d 道题，答对 %(percent)d%% 通过，%(minutes)d 分钟，每天最多考 %(tries)d 次。") % {
            "n": exam.questions, "percent": exam.pass_percent, "minutes": exam.minutes, "tries": exam.tries_a_day,
        }  # fmt: skip
    return {
        "title": title_of(one.kind),
        "key": one.kind.key,
        "state": words.word("staff.certificate_state", one.state),
        "tag": TAGS[one.state],
        "until": full_day(one.until.astimezone(SHANGHAI).date()) if one.until else "",
        "opens_gate": one.kind.opens_gate,
        "urgent": one.kind.opens_gate and one.state in ("missing", "over"),
        "exam": told,
        "source": one.kind.source,
    }


def _history(staff_id: UUID, at: datetime) -> list[dict[str, Any]]:
    kinds = {one.key: title_of(one) for one in staff.certificate_kinds()}
    return [
        {
            "side": "bank" if one.in_force(at) else "",
            "what": kinds.get(one.kind, one.kind),
            "who": _("有效到 %(day)s") % {"day": full_day(one.until.astimezone(SHANGHAI).date())},
            "at": one.issued_at,
            "text": one.revoke_reason and _("已收回：%(why)s") % {"why": one.revoke_reason},
        }
        for one in staff.certificates(staff_id=staff_id)
    ]


def _tries(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("console:exam", args=[one.id]),
            "at": one.started_at,
            "said": _("答对 %(right)d / %(asked)d") % {"right": one.result.right, "asked": one.result.asked}
            if one.result
            else _("没有交卷"),
            "tag": ("ok" if one.result.passed else "stop") if one.result else "",
        }
        for one in compliance.sittings(actor=actor, limit=5)
    ]


def _team(actor: Actor, at: datetime) -> Table:
    kinds = staff.certificate_kinds()
    rows = staff.certificate_standings(actor=actor, at=at)
    order = {"missing": 0, "over": 1, "soon": 2, "valid": 3}
    rows = sorted(rows, key=lambda row: (min(order[one.state] for one in row[1]), row[0].staff_no))
    return Table(
        caption=_("同事的证书"),
        columns=(Column(_("员工")), Column(_("网点")), *(Column(title_of(kind)) for kind in kinds)),
        rows=tuple(
            Row(
                key=str(person.id),
                name=person.display_name,
                cells=(
                    Cell(person.display_name, small=person.staff_no),
                    Cell(person.branch_name),
                    *(_cell(next((one for one in stands if one.kind.key == kind.key), None)) for kind in kinds),
                ),
            )
            for person, stands in rows
        ),
        empty=_("没有需要证书的同事"),
        density="compact",
    )


def _cell(one: staff.Standing | None) -> Cell:
    if one is None:
        return Cell(_("不需要"))
    until = full_day(one.until.astimezone(SHANGHAI).date()) if one.until else ""
    return Cell(words.word("staff.certificate_state", one.state), kind="dot", state=TAGS[one.state], small=until)


def _exam(sitting: compliance.Sitting, at: datetime) -> dict[str, Any]:
    answers = sitting.result.answers if sitting.result else {}
    kind = staff.kind_of_certificate(sitting.kind)
    return {
        "title": title_of(kind),
        "sitting": sitting,
        "over": sitting.result is None and at > sitting.ends_at,
        "result": sitting.result,
        "questions": [_question(one, answers) for one in sitting.questions],
        "answers": [(one, words.word("training.answer", one)) for one in ANSWERS],
    }


def _question(one: ExamQuestion, answers: Mapping[str, str]) -> dict[str, Any]:
    given = answers.get(one.key, "")
    return {
        "key": one.key,
        "says": _said(one.says),
        "facts": circumstances.told(one.given),
        "at": one.at,
        "given": words.word("training.answer", given) if given else _("没有作答"),
        "right": words.word("training.answer", one.right),
        "good": given == one.right,
        "clause": _said(one.title),
        "rule_id": one.rule_id,
        "source": one.source,
        "teaches": _said(one.teaches),
        "instead": _said(one.instead),
    }


def _said(text: Both) -> str:
    return text.en if (get_language() or "").startswith("en") else text.zh
