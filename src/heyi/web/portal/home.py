"""What I owe, what I can do, and how far each negotiation is. One primary button a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Progress
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal import wrong
from heyi.web.portal.paying import PayTo, pay_to
from heyi.web.portal.visit import Words
from heyi.web.portal.words import NEXT, OVERDUE
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import day, moment

PATH_STATES: Final = {"done": "done", "current": "now", "stopped": "now", "ahead": "todo"}
SIDES: Final = {"borrower": "you", "bank": "bank", "both": "you", "none": "none"}
ENDED: Final = ("withdrawn", "closed", "completed")


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do now: words above the button, the button, and by when."""

    title: Words
    text: Words
    act: Words
    href: str
    note: Words = ""
    post: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """One contract with its running negotiation, if there is one."""

    contract: loans.ContractView
    lines: tuple[dict[str, str], ...]
    case: Any
    path: tuple[dict[str, str], ...]
    next: Next
    pay: PayTo | None
    time_barred: bool = False


@open_to(BORROWER, why="own contracts and negotiations")
def home(request: HttpRequest) -> HttpResponse:
    """Every contract of mine, the running negotiation of each, and what can be done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    party_id = _party(actor)
    cases = negotiation.cases_of(party_id=party_id, actor=actor, at=at)
    running = {case.contract.id: case for case in reversed(cases) if case.status not in ENDED}
    contracts = loans.contracts_of(party_id=party_id, actor=actor, day=clock.bank_day(at))
    accounts = [account(contract, running.get(contract.id), at) for contract in contracts]
    ended = [case for case in cases if case.status in ENDED]
    return render(
        request,
        "portal/home.html",
        {"hello": loans.salutation(party_id=party_id, actor=actor), "accounts": accounts, "ended": ended},
    )


@open_to(BORROWER, why="own negotiation")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One negotiation: where it stands, who acts next, and the ways on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    view = negotiation.case(case_id=case_id, actor=actor, at=clock.now())
    shown = account(view.contract, view, clock.now())
    return render(
        request,
        "portal/case.html",
        {"account": shown, "case": view, "links": _links(view), "back_href": reverse("portal:home")},
    )


def account(contract: loans.ContractView, case: Any, at: datetime) -> Account:
    """A contract as the portal shows it. Whoever may refuse to pay is told so before they do anything (CN-LIM-3)."""
    lines = tuple(
        {
            "name": words.word("loans.component", name),
            "text": _("%(amount)s 元") % {"amount": amount},
            "wrong": wrong.link(case, f"balance.{name}"),
        }
        for name in wrong.COMPONENTS
        if (amount := getattr(contract.balance, name))
    )
    return Account(
        contract,
        lines,
        case,
        path(case.progress) if case else (),
        next_step(contract, case),
        pay_to(contract),
        time_barred=bool(compliance.time_barred(contract_id=contract.id, at=at)),
    )


def path(progress: Progress) -> tuple[dict[str, str], ...]:
    """The five steps with dates, whose turn it is, and by when."""
    return tuple(
        {
            "name": words.word("negotiation.step", step.key),
            "state": PATH_STATES[step.state],
            "side": SIDES[progress.turn] if step.state in ("current", "stopped") else "",
            "note": _note(step.state, step.at, progress),
        }
        for step in progress.steps
    )


def _note(state: str, at: datetime | None, progress: Progress) -> str:
    if state == "done":
        return moment(at) if at else ""
    if state not in ("current", "stopped"):
        return ""
    told = words.word("negotiation.status", progress.status)
    by = deadline(progress)
    return _("%(status)s。%(by)s") % {"status": told, "by": by} if by else told


def deadline(progress: Progress) -> str:
    """Who acts next and by when, in one sentence; an apology where the bank is late; empty when nobody has to act."""
    if progress.by is None or progress.next_act not in NEXT:
        return ""
    text = OVERDUE if progress.overdue else NEXT[progress.next_act]
    return str(text) % {"day": day(progress.by)}


def next_step(contract: loans.ContractView, case: Any) -> Next:
    """What the borrower can do now, in one sentence and one button."""
    if case is None or case.status in ("withdrawn", "closed"):
        title = _("不用今天一次还清") if case is None else words.word("negotiation.status", case.status)
        return Next(
            title,
            _("先说说您的情况，银行会和您一起想办法。大约五分钟，随时可以停下再回来。"),
            _("开始申请协商") if case is None else _("重新申请"),
            reverse("portal:start", args=[contract.id]),
            post=True,
        )
    made = _BY_STATUS.get(case.status)
    by = deadline(case.progress)
    if made is None:
        return Next(
            words.word("negotiation.status", case.status),
            _("现在轮到银行。有进展会马上告诉您，您也可以随时留言。"),
            _("给客户经理留言"),
            reverse("portal:room", args=[case.id]),
            by,
        )
    title, text, act, name = made
    return Next(str(title), str(text), str(act), reverse(f"portal:{name}", args=[case.id]), by)


def _links(case: Any) -> list[dict[str, Words]]:
    """The other ways on, from the case page."""
    links: list[tuple[str, Words, Words, str]] = [
        ("file", _("我的记录"), _("联系、方案、签署，还有谁看过我的资料"), "record")
    ]
    if "say" in case.acts or case.status in ENDED:
        links.insert(0, ("message", _("和客户经理说说"), _talk_hint(case), "room"))
    if "raise_problem" in case.acts:
        links.append(("hand", _("遇到了困难"), _("这一期还不上、要晚几天、家里有事，都可以说"), "problem"))
    if case.offers:
        links.insert(0, ("money", _("看谈过的方案"), _("每一版都在，有变化的地方写明了"), "offer"))
    if case.document_id:
        links.append(("seal", _("签好的协议"), _("下载，或者自己验真伪"), "sign"))
    if case.plan_id and case.status not in ("active", "broken", "completed"):
        links.append(("calendar", _("原来的还款计划"), _("新的签好以前，还按这个还"), "follow"))
    if case.status in ("refused", "appealed"):
        links.append(("info", _("没有通过的原因"), "", "decision"))
    if "withdraw" in case.acts:
        links.append(("exit", _("不想继续了"), _("撤回不收费，以后还能再申请"), "withdraw"))
    return [
        {"icon": icon, "text": text, "hint": hint, "href": reverse(f"portal:{name}", args=[case.id])}
        for icon, text, hint, name in links
    ]


def _talk_hint(case: Any) -> Words:
    """What waits in the talk."""
    if case.unread:
        unread: int = case.unread
        return ngettext("有 %d 条新留言", "有 %d 条新留言", unread) % unread
    return _("留言、传文件，什么时候都可以")


def _party(actor: Actor) -> UUID:
    if actor.id is None:
        raise ValueError("a borrower has an id")
    return actor.id


_BY_STATUS: Final = {
    "draft": (
        _("还差一点就能交了"),
        _("您填的都保存着，从停下的地方接着填就行。"),
        _("接着填"),
        "resume",
    ),
    "more_requested": (
        _("还差一点材料"),
        _("补上就能再看。差什么、怎么补，里面写清楚了。"),
        _("去补充"),
        "more",
    ),
    "refused": (
        _("这次没有通过"),
        _("原因写在里面。觉得不对，可以请另一位同事再看一遍。"),
        _("看原因和怎么办"),
        "decision",
    ),
    "offer_open": (
        _("银行给了一个方案"),
        _("您可以接受，也可以说说您的想法，或者先不要。"),
        _("看银行的方案"),
        "offer",
    ),
    "countered": (
        _("您的想法银行收到了"),
        _("银行正在看。有答复会马上告诉您。"),
        _("看两边的方案"),
        "offer",
    ),
    "signing": (
        _("谈好了，可以签了"),
        _("每一条都会先给您看清楚。先不签也可以，不收费，不影响继续商量。"),
        _("看协议"),
        "sign",
    ),
    "active": (
        _("按约定还就好"),
        _("下一期还多少、哪天还，里面都有。有困难随时告诉我们。"),
        _("看还款计划"),
        "follow",
    ),
    "completed": (
        _("都还清了"),
        _("这段时间辛苦了。还清的通知书可以下载。"),
        _("看还款计划"),
        "follow",
    ),
    "agreed": (
        _("谈好了，协议正在准备"),
        _("几秒钟就好。签之前每一条都会先给您看清楚。"),
        _("看协议"),
        "sign",
    ),
    "broken": (
        _("有一期没有赶上"),
        _("先说说遇到了什么事，我们一起看看怎么调整。"),
        _("看还款计划"),
        "follow",
    ),
}
