"""The auditor's seat: what was done, by whom, with the proof; and what the gate did not let out. Nothing is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.api import RefusedContact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.api import EntryView
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.dates import midnight
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import OVERSEERS, actor_of, case_href
from heyi.web.console.compliance.rules import rule_titles
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query
from heyi.web.ui.templatetags.heyi_ui import full_moment

SIZE = 50
CHECKED = 20
COUNTED_DAYS = 30
RESULTS = {"done": "ok", "delivered": "ok", "sent": "ok", "allowed": "ok", "queued": "wait"}
"""How a result is drawn; any other wants a look."""
COUNTED_LINES = 12
ROOMS = ("approvals", "compliance", "contact", "journal", "loans", "negotiation", "plans", "signing", "staff", "vault")


@dataclass(frozen=True, slots=True)
class Checked:
    """How many of the newest entries were proved, how many wait for their place, which do not hold."""

    proved: int
    waiting: int
    broken: tuple[UUID, ...]


class EntryQuery(Form):
    """What the list of acts asks for."""

    room = forms.ChoiceField(label=gettext_lazy("部分"), required=False)
    act = forms.CharField(label=gettext_lazy("动作"), required=False, max_length=80)
    actor = forms.CharField(label=gettext_lazy("谁"), required=False, max_length=60)
    case_id = forms.UUIDField(label=gettext_lazy("案件"), required=False)
    since = forms.DateField(label=gettext_lazy("不早于"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("不晚于"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q_%s", **kwargs)
        rooms = [(f"{room}.", words.word("lists.room", room)) for room in ROOMS]
        self.fields["room"].choices = [("", gettext_lazy("全部")), *rooms]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """For ``journal.entries``; conditions that cannot be used are left out."""
        self.is_valid()
        given = self.cleaned_data
        until = given.get("until")
        return {
            "act": given.get("act") or given.get("room") or "",
            "actor": given.get("actor") or "",
            "case_id": given.get("case_id"),
            "since": midnight(given["since"]) if given.get("since") else None,
            "until": midnight(until + timedelta(days=1)) if until else None,
        }


@open_to(*OVERSEERS, why="reading what was done, by those who check")
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Entries, newest first; ``check`` proves the newest of them again."""
    query = request.GET
    form = EntryQuery(query)
    found = journal.entries(**form.asked(), limit=SIZE + 1, before=_before(query.get("before", "")))
    listed = found[:SIZE]
    shown = {
        "form": form,
        "table": _entries(listed),
        "next_href": with_query(query, before=listed[-1].id) if len(found) > SIZE else "",
        "first_href": with_query(query, before=None) if query.get("before") else "",
        "check_href": with_query(query, check=1),
        "checked": check(journal.entries(limit=CHECKED)) if query.get("check") else None,
        "checkpoint": journal.checkpoint(),
    }
    return render(request, "console/control/audit.html", shown)


@open_to(*OVERSEERS, why="reading one act with its proof")
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry: what it says, byte for byte, and the way from it to the signed head of the log."""
    view = journal.entry(entry_id=entry_id)
    try:
        receipt, fault = journal.receipt(entry_id=entry_id), ""
    except (journal.NotYetPlaced, journal.TreeDamaged) as refused:
        receipt, fault = None, refused.code
    return render(request, "console/control/entry.html", _entry(view, receipt, fault))


@open_to(*OVERSEERS, why="reading what the gate did not let out")
@require_safe
def refusals(request: HttpRequest) -> HttpResponse:
    """Contacts that were refused, newest first, with the rules that refused them."""
    found = contact.refused_contacts(limit=SIZE + 1, before=_moment(request.GET.get("before", "")))
    listed = found[:SIZE]
    more = with_query(request.GET, before=listed[-1].at.isoformat()) if len(found) > SIZE else ""
    shown = {"table": _refusals(listed, actor_of(request)), "next_href": more, **_refusal_counts()}
    return render(request, "console/control/refusals.html", shown)


def check(found: list[EntryView]) -> Checked:
    """Prove each entry again from its stored columns up to the signed head."""
    proved, waiting, broken = 0, 0, []
    for one in found:
        try:
            journal.receipt(entry_id=one.id)
        except journal.NotYetPlaced:
            waiting += 1
        except journal.TreeDamaged:
            broken.append(one.id)
        else:
            proved += 1
    return Checked(proved, waiting, tuple(broken))


def _entries(found: list[EntryView]) -> Table:
    names = people_names.of_labels(one.actor for one in found)
    heads = (_("时间"), _("谁"), _("动作"), _("结果"), _("内容"))
    return Table(
        caption=_("日志"),
        columns=(*(Column(name) for name in heads), Column(_("序号"), right=True)),
        rows=tuple(
            Row(
                key=str(one.id),
                name=one.act,
                cells=(
                    Cell(full_moment(one.at), href=reverse("console:audit_entry", args=[one.id]), nowrap=True),
                    Cell(names[one.actor], nowrap=True),
                    Cell(one.act, nowrap=True),
                    Cell(one.result, kind="dot", state=RESULTS.get(one.result, "warn")),
                    Cell(_facts(one)),
                    Cell("–" if one.index is None else f"{one.index:,}", right=True),
                ),
            )
            for one in found
        ),
        empty=_("没有符合条件的记录"),
        density="compact",
    )


def _facts(one: EntryView) -> str:
    told = " · ".join(f"{name} {value}" for name, value in one.facts.items() if value not in (None, "", [], {}))
    return told if len(told) <= 90 else f"{told[:89]}…"


def _entry(view: EntryView, receipt: journal.Receipt | None, fault: str) -> dict[str, Any]:
    names = people_names.of_labels([view.actor])
    facts = [
        {"name": _("动作"), "value": view.act, "mono": True},
        {"name": _("谁"), "value": f"{names[view.actor]} · {view.actor}"},
        {"name": _("时间"), "value": full_moment(view.at)},
        {"name": _("结果"), "value": view.result},
        {"name": _("对象"), "value": view.subject, "mono": True},
    ]
    if view.case_id:
        facts.append({"name": _("案件"), "value": str(view.case_id), "href": case_href(view.case_id)})
    if view.index is not None:
        facts.append({"name": _("序号"), "value": f"{view.index:,}"})
    what, then = words.problem(fault) if fault else ("", "")
    return {
        "view": view,
        "facts": facts,
        "receipt": receipt,
        "content": _readable(receipt.entry) if receipt else "",
        "leaf": receipt.leaf_hash.hex() if receipt else "",
        "proof": [one.hex() for one in receipt.proof] if receipt else (),
        "fault": fault,
        "fault_kind": "note" if fault == journal.NotYetPlaced.code else "stop",
        "fault_what": what,
        "fault_then": then,
    }


def _readable(content: bytes) -> str:
    """The canonical bytes with line breaks for the eye; the bytes themselves are what is hashed."""
    return json.dumps(json.loads(content), ensure_ascii=False, indent=2)


def _refusals(found: list[RefusedContact], actor: Actor) -> Table:
    names = loans.party_names((one.party_id for one in found), actor=actor)
    actors = people_names.of_labels(one.actor for one in found)
    agencies = staff.agency_names(agency_ids=[one.agency_id for one in found if one.agency_id])
    titles = rule_titles()
    heads = (_("时间"), _("联系谁"), _("方式"), _("目的"), _("谁"), _("依据"), _("最早什么时候可以"))
    return Table(
        caption=_("没有发出的联系"),
        columns=tuple(Column(name) for name in heads),
        rows=tuple(
            Row(
                key=str(one.id),
                name=full_moment(one.at),
                cells=(
                    Cell(full_moment(one.at), nowrap=True, href=case_href(one.case_id) if one.case_id else ""),
                    Cell(names.get(one.party_id, "–"), small=_recipient(one.recipient)),
                    Cell(words.word("contact.channel", one.channel), nowrap=True),
                    Cell(words.word("contact.purpose", one.purpose)),
                    Cell(_agency(agencies, one.agency_id) if one.agency_id else actors[one.actor], nowrap=True),
                    Cell(_("、").join(titles.get(rule, rule) for rule in one.rules), small=" · ".join(one.rules)),
                    Cell(full_moment(one.retry_at) if one.retry_at else "–", nowrap=True),
                ),
            )
            for one in found
        ),
        empty=_("没有被拦下的联系"),
        density="compact",
    )


def _recipient(code: str) -> str:
    return words.word("contact.recipient", code) if code not in ("", "debtor") else ""


def _agency(names: dict[UUID, tuple[str, str]], agency_id: UUID) -> str:
    zh, en = names.get(agency_id, ("–", "–"))
    return en if (get_language() or "").startswith("en") else zh


def _refusal_counts() -> dict[str, Any]:
    """Three small tables: which rule, which branch, which agency."""
    counted = contact.refusal_counts(at=clock.now(), days=COUNTED_DAYS)
    agencies = staff.agency_names(agency_ids=[one for one, _n in counted.by_agency if one])
    branches, titles = people_names.of_branches(), rule_titles()
    parts = (
        (_("按规则"), _("规则"), [(titles.get(rule, rule), n) for rule, n in counted.by_rule[:COUNTED_LINES]]),
        (_("按网点"), _("网点"), [(branches.get(code, code or "–"), n) for code, n in counted.by_branch]),
        (_("按机构"), _("谁"), [(_agency(agencies, one) if one else _("本行"), n) for one, n in counted.by_agency]),
    )
    return {
        "counted": counted.contacts,
        "days": COUNTED_DAYS,
        "counts": [
            Table(
                caption=caption,
                columns=(Column(head), Column(_("拦下"), right=True)),
                rows=tuple(_counted(str(name), n) for name, n in lines),
                empty=_("没有"),
                density="compact",
            )
            for caption, head, lines in parts
        ],
    }


def _counted(name: str, number: int) -> Row:
    return Row(key=name, name=name, cells=(Cell(name), Cell(f"{number:,}", right=True)))


def _before(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
