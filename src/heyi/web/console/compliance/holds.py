"""暂停联系: every hold on people of one's branches, standing or ended; placed and lifted with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import HoldLine
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import HOLD_PLACERS, READERS, actor_of
from heyi.web.console.compliance.answers import refused, unsealed
from heyi.web.console.compliance.kinds import end_of, liftable, placeable
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query
from heyi.web.ui.templatetags.heyi_ui import full_moment, moment

SIZE = 50


class HoldQuery(Form):
    """What the list asks for."""

    kind = forms.ChoiceField(label=gettext_lazy("原因类别"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部")), ("1", gettext_lazy("还在暂停")), ("0", gettext_lazy("已经结束"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q_%s", **kwargs)
        kinds = words.choices("compliance.hold")
        self.fields["kind"].choices = [("", gettext_lazy("全部")), *kinds]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """For ``compliance.hold_lines``; conditions that cannot be used are left out."""
        self.is_valid()
        state = self.cleaned_data.get("state")
        return {"kind": self.cleaned_data.get("kind") or "", "standing": {"1": True, "0": False}.get(state or "")}


class PlaceForm(Form):
    """On whom, why, until when."""

    contract_no = forms.CharField(
        label=gettext_lazy("合同号"),
        max_length=40,
        help_text=gettext_lazy("按合同找到借款人；暂停对这个人的全部联系生效。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("原因类别"))
    until = forms.DateField(
        label=gettext_lazy("到哪一天为止"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("宽限期要写；不写就一直有效，直到有人解除。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("事实"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("谁说的、什么时候、怎么知道的。加密保存。"),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class _Names:
    """Masked names of the people held, and names of the colleagues who acted."""

    parties: dict[UUID, str]
    staff: dict[str, str]

    def who(self, label: str) -> str:
        if label == "date":
            return _("到期自动结束")
        return self.staff.get(label) or words.word("staff.actor", label.partition(":")[0]) if label else "–"


@open_to(*READERS, why="holds on people of one's branches")
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    actor, at, query = actor_of(request), clock.now(), request.GET
    form = HoldQuery(query)
    found = compliance.hold_lines(actor=actor, at=at, limit=SIZE + 1, before=_id(query.get("before")), **form.asked())
    listed = found[:SIZE]
    shown = {
        "form": form,
        "table": _table(listed, actor),
        "next_href": with_query(query, before=listed[-1].id) if len(found) > SIZE else "",
        "first_href": with_query(query, before=None) if query.get("before") else "",
        "may_place": actor.has(*HOLD_PLACERS),
    }
    return render(request, "console/compliance/holds.html", shown)


@open_to(*HOLD_PLACERS, why="stopping contact with somebody of one's branches")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Place a hold on the borrower of a contract."""
    actor = actor_of(request)
    kinds = placeable(actor, UUID(int=0))
    form = PlaceForm(request.POST or None, kinds=kinds)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            party_id = loans.contract_by_no(contract_no=given["contract_no"].strip(), actor=actor).party_id
            placed = compliance.place_hold(
                kind=given["kind"],
                party_id=party_id,
                reason=given["reason"],
                until=end_of(given["until"]),
                actor=actor,
                at=clock.now(),
            )
        except Problem as fault:
            what, then = words.problem(fault.code, fault.facts)
            field = "until" if fault.code == "compliance.hold_end_unfit" else "contract_no"
            form.add_error(field if fault.code.startswith(("compliance.hold_end", "loans.")) else None, f"{what}{then}")
        else:
            messages.success(request, _("已暂停联系，从现在起生效。"))
            return redirect("console:hold_page", placed.id)
    status = 422 if form.errors else 200
    return render(request, "console/compliance/hold_new.html", {"form": form}, status=status)


@open_to(*READERS, why="one hold on somebody of one's branches")
@require_safe
def hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Who, why, until when; the reason in full is shown on asking, and written down."""
    return render(request, "console/compliance/hold.html", _page(request, hold_id))


@open_to(*READERS, why="the reason of a hold in full, written down")
@require_POST
def reason(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Show the reason; the reading is journaled."""
    told = compliance.read_reason(hold_id=hold_id, actor=actor_of(request), at=clock.now())
    return unsealed(request, "console/compliance/hold.html", _page(request, hold_id) | {"reasons": told})


@open_to(*HOLD_PLACERS, why="ending a hold, by whoever the kind of hold names")
@require_POST
def lift_one(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Lift the hold."""
    try:
        compliance.lift_hold(
            hold_id=hold_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
        )
    except compliance.ReasonMissing as fault:
        return refused(request, "console/compliance/hold.html", _page(request, hold_id), fault)
    messages.success(request, _("已解除这项暂停。"))
    return redirect("console:hold_page", hold_id)


def _page(request: HttpRequest, hold_id: UUID) -> dict[str, Any]:
    actor, at = actor_of(request), clock.now()
    line = compliance.hold_line(hold_id=hold_id, actor=actor, at=at)
    names = _names([line], actor)
    contracts = loans.contracts_of(party_id=line.party_id, actor=actor)
    policy = compliance.hold_kinds()[line.kind]
    facts = [
        {"name": _("借款人"), "value": names.parties.get(line.party_id, "–")},
        {"name": _("暂停人"), "value": names.who(line.placed_by)},
        {"name": _("从什么时候"), "value": full_moment(line.placed_at)},
        {"name": _("到什么时候"), "value": full_moment(line.until) if line.until else _("一直有效，直到有人解除")},
        {"name": _("怎么结束的"), "value": _end(line, names)},
        {"name": _("依据"), "value": str(policy.source)},
    ]
    others = compliance.hold_lines(actor=actor, at=at, party_id=line.party_id, limit=SIZE)
    return {
        "hold": line,
        "kind": words.word("compliance.hold", line.kind),
        "facts": facts,
        "contracts": [{"no": one.contract_no, "href": reverse("console:contract", args=[one.id])} for one in contracts],
        "history": _table(others, actor),
        "may_lift": line.stands and liftable(actor, line.kind, line.party_id),
        "recalls": policy.recalls,
    }


def _end(line: HoldLine, names: _Names) -> str:
    if line.ended_at is None:
        return _("还在暂停")
    return f"{full_moment(line.ended_at)} · {names.who(line.ended_by)}"


def _table(found: list[HoldLine], actor: Actor) -> Table:
    names = _names(found, actor)
    heads = (_("借款人"), _("原因类别"), _("状态"), _("从什么时候"), _("到什么时候"), _("暂停人"), _("怎么结束的"))
    return Table(
        caption=_("暂停联系"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(_row(line, names) for line in found),
        empty=_("没有符合的暂停"),
    )


def _row(line: HoldLine, names: _Names) -> Row:
    name = names.parties.get(line.party_id, "–")
    return Row(
        key=str(line.id),
        name=name,
        cells=(
            Cell(name, href=reverse("console:hold_page", args=[line.id]), strong=True, nowrap=True),
            Cell(words.word("compliance.hold", line.kind)),
            Cell(_("还在暂停") if line.stands else _("已经结束"), kind="dot", state="stop" if line.stands else "plain"),
            Cell(moment(line.placed_at), nowrap=True),
            Cell(_date(line.until), nowrap=True),
            Cell(names.who(line.placed_by)),
            Cell(f"{moment(line.ended_at)} {names.who(line.ended_by)}" if line.ended_at else "–"),
        ),
    )


def _date(until: datetime | None) -> str:
    return moment(until) if until else "–"


def _names(found: list[HoldLine], actor: Actor) -> _Names:
    labels = [label for line in found for label in (line.placed_by, line.ended_by) if label]
    parties = loans.party_names((line.party_id for line in found), actor=actor)
    return _Names(parties=parties, staff=dict(people_names.of_labels(labels)))


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
