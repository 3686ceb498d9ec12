"""The first page of the console: what is mine to do today, in the order in which it should be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import APPROVERS, CASE_WORK, READERS, actor_of
from heyi.web.console.counts import votes
from heyi.web.console.queue import filters
from heyi.web.console.queue.columns import Look, table
from heyi.web.ui.tables import Table

SHOWN = 10
UNASSIGNED = ("negotiating", "offer_open", "countered")


@dataclass(frozen=True, slots=True)
class Tile:
    """A count that opens its list. ``kind`` marks what is late."""

    name: str
    value: int
    note: str
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """A short list on the page, with the way to the whole of it."""

    key: str
    title: str
    table: Table
    count: int
    href: str


@open_to(*READERS, why="one's own work of the day")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My queue."""
    actor, at = actor_of(request), clock.now()
    return render(request, "console/home.html", page(actor, at))


def page(actor: Actor, at: datetime) -> dict[str, Any]:
    """Counts first, then the two lists with which the day begins."""
    counts = negotiation.badges(actor=actor, at=at)
    member = staff.member(staff_id=actor.id) if actor.id else None
    stacks = _stacks(actor, at)
    overdue = counts.late if actor.has(*CASE_WORK) else sum(stack.count for stack in stacks if stack.key == "late")
    return {
        "greeting": _greeting(at, member.display_name if member else ""),
        "told": _told(overdue, counts.due_today),
        "tiles": tiles(actor, counts, votes(actor, at)),
        "stacks": stacks,
        "calls": negotiation.calls_wanted(actor=actor, at=at) if actor.has(*CASE_WORK) else (),
    }


def tiles(actor: Actor, counts: negotiation.Badges, asked_to_vote: int = 0) -> list[Tile]:
    """What the actor's roles have to look after."""
    mine = CaseFilter(assignee="me")
    found: list[Tile] = []
    if actor.has(*CASE_WORK):
        found += [
            _tile(_("轮到我"), counts.queue, _("等银行处理的"), replace(mine, turn=("bank",))),
            _tile(_("今天到期"), counts.due_today, _("今天以内要办的"), replace(mine, due_today=True)),
            _tile(_("已超时"), counts.late, _("先办这些"), replace(mine, late=True), "warn" if counts.late else ""),
            _tile(_("承诺没兑现"), counts.broken, _("先了解原因"), replace(mine, status=("broken",))),
            _tile(_("遇到困难"), counts.problems, _("等答复"), replace(mine, problem=True)),
            Tile(_("未读会话"), counts.talks, _("借款人在等"), reverse("console:talks")),
        ]
    if actor.has(*APPROVERS):
        found.append(Tile(_("待我审批"), counts.to_approve, _("方案、复核和申诉"), reverse("console:approvals")))
    if asked_to_vote:
        found.append(Tile(_("等我表决"), asked_to_vote, _("一起定的事"), reverse("console:votes")))
    if actor.has("lead", "administrator"):
        found.append(
            _tile(_("还没有人"), counts.unassigned, _("等分派"), CaseFilter(assignee="none", status=UNASSIGNED))
        )
    return found


def _tile(name: str, value: int, note: str, wanted: CaseFilter, kind: str = "") -> Tile:
    return Tile(name, value, note, filters.href(wanted, reverse("console:cases")), kind)


def _stacks(actor: Actor, at: datetime) -> list[Stack]:
    wanted: list[tuple[str, str, CaseFilter, str]] = []
    cases = reverse("console:cases")
    if actor.has(*CASE_WORK):
        mine = CaseFilter(assignee="me", turn=("bank",))
        wanted.append(("mine", _("轮到我，最急的在上面"), mine, filters.href(mine, cases)))
    if actor.has(*APPROVERS):
        wanted.append(("approve", _("待我审批"), CaseFilter(to_approve=True), reverse("console:approvals")))
    if actor.has(*CASE_WORK):
        broken = CaseFilter(assignee="me", status=("broken",))
        wanted.append(("broken", _("承诺没兑现"), broken, filters.href(broken, cases)))
    if not wanted:
        late = CaseFilter(late=True)
        wanted.append(("late", _("银行已超时的"), late, filters.href(late, cases)))
    stacks = [_stack(actor, at, *one) for one in wanted]
    return [stack for place, stack in enumerate(stacks) if stack.count or place == 0]


def _stack(actor: Actor, at: datetime, key: str, title: str, wanted: CaseFilter, href: str) -> Stack:
    found = negotiation.cases(actor=actor, at=at, filters=wanted, size=SHOWN)
    drawn = table(found, Look(density="compact"), query=None, at=at)
    return Stack(key, title, replace(drawn, caption=title, pick="", foot=()), found.count, href)


def _greeting(at: datetime, name: str) -> str:
    hour = at.astimezone(SHANGHAI).hour
    if hour < 12:
        return _("早上好，%(name)s") % {"name": name}
    return (_("下午好，%(name)s") if hour < 18 else _("晚上好，%(name)s")) % {"name": name}


def _told(late: int, due_today: int) -> str:
    if late:
        return ngettext("有 %d 件已经超时，先办它。", "有 %d 件已经超时，先办它们。", late) % late
    if due_today:
        return ngettext("今天到期 %d 件。", "今天到期 %d 件。", due_today) % due_today
    return _("今天没有到期的。")
