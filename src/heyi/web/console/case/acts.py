"""Every act of staff on a case as one table: its form, who may call it, the one door it knocks at, what it says after.

``posting`` makes a view of each row; ``tabs`` shows its form where the reader may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.web.console.audience import CASE_WORK, HOLD_LIFTERS, HOLD_PLACERS
from heyi.web.console.case import forms, gate
from heyi.web.console.case.opened import Opened, may_vote_on, open_counter
from heyi.web.console.compliance.kinds import end_of, start_of

MANAGERS: Final = ("manager", "lead")
REVIEWERS: Final = ("reviewer", "lead")
VOTERS: Final = ("lead", "compliance")


@dataclass(frozen=True, slots=True)
class Doing:
    """What an act hands to its door. ``seen`` is the version of the case that the page showed."""

    page: Opened
    data: dict[str, Any]
    request: HttpRequest
    seen: int | None

    @property
    def who(self) -> dict[str, Any]:
        """The arguments that every door asks for."""
        return {"case_id": self.page.case.id, "actor": self.page.actor, "at": self.page.at}


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the table. ``audience`` are the roles that may try; the door decides.

    ``tab`` is where its form stands ("" for every tab), ``needs`` the act of the room's table that must be open.
    """

    name: str
    tab: str
    form: type[forms.CaseForm]
    audience: tuple[str, ...]
    do: Callable[[Doing], object]
    done: str | Promise
    needs: str = ""

    def open_for(self, page: Opened) -> bool:
        """True when this reader can try it now."""
        wanted = self.needs or self.name
        if not page.actor.has(*self.audience) or page.case.looked_beyond_branch:
            return False
        if wanted == SIGNING:
            return page.case.status == "signing"
        return wanted == ALWAYS or (may_vote_on(page) if wanted == VOTING else page.may(wanted))


SIGNING: Final = "signing"
"""Open while the agreement is being signed; the signing room decides."""
VOTING: Final = "voting"
"""Open while a version waits for this reader's vote; the approvals room decides."""
ALWAYS: Final = "always"
"""Open whatever the state."""


def _accept(doing: Doing) -> object:
    return negotiation.review(outcome="accept", words=doing.data["words"], seen_version=doing.seen, **doing.who)


def _request_more(doing: Doing) -> object:
    return negotiation.review(outcome="request_more", seen_version=doing.seen, **_reasoned(doing), **doing.who)


def _refuse(doing: Doing) -> object:
    return negotiation.review(outcome="refuse", seen_version=doing.seen, **_reasoned(doing), **doing.who)


def _reasoned(doing: Doing) -> dict[str, Any]:
    return {"reasons": doing.data["reasons"], "words": doing.data["words"]}


def _take_up(doing: Doing) -> object:
    return negotiation.take_up(**doing.who)


def _second_review(doing: Doing) -> object:
    confirm = doing.data["confirm"] == "yes"
    return negotiation.second_review(confirm=confirm, words=doing.data["words"], seen_version=doing.seen, **doing.who)


def _decide_appeal(doing: Doing) -> object:
    overturn = doing.data["overturn"] == "yes"
    return negotiation.decide_appeal(overturn=overturn, seen_version=doing.seen, **_reasoned(doing), **doing.who)


def _assign(doing: Doing) -> object:
    member = UUID(doing.data["member"]) if doing.data["member"] else None
    return negotiation.assign(role=doing.data["role"], member_id=member, **doing.who)


def _reassign(doing: Doing) -> object:
    return negotiation.reassign(member_id=UUID(doing.data["member"]), reason=doing.data["reason"], **doing.who)


def _hand_over(doing: Doing) -> object:
    return negotiation.hand_over(member_id=UUID(doing.data["member"]), note=doing.data["note"], **doing.who)


def _say(doing: Doing) -> object:
    """A note stays inside; a message leaves only when the gate would let it."""
    data, internal = doing.data, bool(doing.data["internal"])
    if not internal:
        gate.require_talk(doing.page)
    files = [negotiation.Upload(data=file.read(), file_name=file.name or "") for file in data["file"]]
    return negotiation.say(body=data["body"], files=files, internal=internal, canned=data["canned"], **doing.who)


def _log_phone(doing: Doing) -> object:
    data = doing.data
    return negotiation.log_phone(
        outcome=data["outcome"],
        effective=data["effective"],
        minutes=data["minutes"] or 0,
        words=data["words"],
        **doing.who,
    )


def _submit(doing: Doing) -> object:
    """Ask a higher level for a yes to the borrower's version; a draft is submitted from the editor."""
    return negotiation.submit_for_approval(
        offer_id=_counter(doing), reason=doing.data["reason"], seen_version=doing.seen, **doing.who
    )


def _approve(doing: Doing) -> object:
    return _vote(doing, "yes", doing.data["conditions"].splitlines())


def _reject(doing: Doing) -> object:
    return _vote(doing, "no")


def _vote(doing: Doing, word: str, conditions: Sequence[str] = ()) -> object:
    """The same vote as on the page of the approvals, on the request that this page showed."""
    asked = approvals.approval(approval_id=doing.data["approval"], at=doing.page.at)
    if asked.case_id != doing.page.case.id:
        raise approvals.ApprovalNotFound(approval_id=str(asked.id))
    return approvals.vote(
        approval_id=asked.id,
        vote=word,
        reason=doing.data["reason"],
        conditions=conditions,
        actor=doing.page.actor,
        at=doing.page.at,
    )


def _accept_counter(doing: Doing) -> object:
    return negotiation.accept_offer(offer_id=_counter(doing), seen_version=doing.seen, **doing.who)


def _decline_counter(doing: Doing) -> object:
    data = doing.data
    return negotiation.decline_offer(
        offer_id=_counter(doing), reason=data["reason"], words=data["words"], seen_version=doing.seen, **doing.who
    )


_NONE: Final = UUID(int=0)
"""No version at all: the door answers that it is not open."""


def _counter(doing: Doing) -> UUID:
    standing = open_counter(doing.page.case)
    return standing.id if standing else _NONE


def _open_signing(doing: Doing) -> object:
    return negotiation.open_signing(**doing.who)


def _sign(doing: Doing) -> object:
    return signing.sign_as_bank(ceremony_id=_ceremony(doing), actor=doing.page.actor, at=doing.page.at)


def _refuse_signing(doing: Doing) -> object:
    return signing.refuse(
        ceremony_id=_ceremony(doing), reason=doing.data["reason"], actor=doing.page.actor, at=doing.page.at
    )


def _ceremony(doing: Doing) -> UUID:
    return doing.page.case.ceremony_id or _NONE


def _answer_problem(doing: Doing) -> object:
    data = doing.data
    return negotiation.answer_problem(
        problem_id=data["problem"], words=data["words"], outcome=data["outcome"], **doing.who
    )


def _request_change(doing: Doing) -> object:
    return negotiation.request_change(reason=doing.data["reason"], words=doing.data["words"], **doing.who)


def _complete(doing: Doing) -> object:
    return negotiation.complete(**doing.who)


def _close(doing: Doing) -> object:
    return negotiation.close(reason=doing.data["reason"], seen_version=doing.seen, **doing.who)


def _place_hold(doing: Doing) -> object:
    return compliance.place_hold(
        kind=doing.data["kind"],
        party_id=doing.page.case.party_id,
        reason=doing.data["reason"],
        until=end_of(doing.data.get("until")),
        actor=doing.page.actor,
        at=doing.page.at,
        case_id=doing.page.case.id,
    )


def _lift_hold(doing: Doing) -> object:
    standing = compliance.holds(party_id=doing.page.case.party_id, at=doing.page.at)
    if doing.data["hold"] not in {hold.id for hold in standing}:
        raise compliance.HoldNotFound
    return compliance.lift_hold(
        hold_id=doing.data["hold"],
        reason=doing.data["reason"],
        actor=doing.page.actor,
        at=doing.page.at,
        case_id=doing.page.case.id,
    )


def _agree_hours(doing: Doing) -> object:
    typed = doing.data
    return compliance.agree_hours(
        party_id=doing.page.case.party_id,
        start=typed["start"],
        end=typed["end"],
        evidence=typed["evidence"],
        actor=doing.page.actor,
        at=doing.page.at,
        case_id=doing.page.case.id,
    )


def _permit(doing: Doing) -> object:
    typed = doing.data
    sort, _sep, about = typed["what"].partition(":")
    given = start_of(typed["given"])
    return compliance.record_permission(
        sort=sort,
        about=about,
        party_id=doing.page.case.party_id,
        contract_id=doing.page.case.contract.id,
        evidence=typed["evidence"],
        given_at=given,
        until=end_of(typed["until"]) or given,
        case_id=doing.page.case.id,
        actor=doing.page.actor,
        at=doing.page.at,
    )


def _end_permit(doing: Doing) -> object:
    return compliance.end_permission(
        permission_id=doing.data["permission"],
        case_id=doing.page.case.id,
        actor=doing.page.actor,
        at=doing.page.at,
    )


def _end_hours(doing: Doing) -> object:
    return compliance.end_hours(
        party_id=doing.page.case.party_id,
        evidence=doing.data["evidence"],
        actor=doing.page.actor,
        at=doing.page.at,
        case_id=doing.page.case.id,
    )


def _confirm_arrival(doing: Doing) -> None:
    contact.confirm_arrival(message_id=doing.data["message"], **doing.who)


_SENT: Final = _("发出去了。")

ACTS: Final[tuple[Act, ...]] = (
    Act("take_up", "review", forms.Nothing, REVIEWERS, _take_up, _("您在审这件事，借款人看得到。")),
    Act("accept", "review", forms.Accept, REVIEWERS, _accept, _("您的决定记下了：通过。")),
    Act("request_more", "review", forms.RequestMore, REVIEWERS, _request_more, _("已请借款人补充。")),
    Act("refuse", "review", forms.Refuse, REVIEWERS, _refuse, _("您的决定记下了：不通过。")),
    Act("second_review", "review", forms.SecondReview, REVIEWERS, _second_review, _("复核意见记下了。")),
    Act("decide_appeal", "review", forms.DecideAppeal, REVIEWERS, _decide_appeal, _("申诉的结果记下了。")),
    Act("say", "", forms.Say, CASE_WORK, _say, _SENT),
    Act("log_phone", "", forms.LogPhone, CASE_WORK, _log_phone, _("这通电话记下了。")),
    Act("assign", "", forms.Assign, ("lead", "administrator"), _assign, _("分派好了。")),
    Act("reassign", "", forms.Reassign, MANAGERS, _reassign, _("换好了，借款人会知道新的经理是谁。")),
    Act("hand_over", "", forms.HandOver, MANAGERS, _hand_over, _("交接好了，说明只有行里看得到。"), "reassign"),
    Act("submit", "plan", forms.Submit, MANAGERS, _submit, _("提交审批了，批下来以前借款人看不到。"),
        "submit_for_approval"),
    Act("approve", "plan", forms.Approve, VOTERS, _approve, _("您的意见记下了：同意。"), VOTING),
    Act("reject", "plan", forms.Reject, VOTERS, _reject, _("您的意见记下了：不同意。"), VOTING),
    Act("accept_counter", "plan", forms.Nothing, MANAGERS, _accept_counter, _("谈好了，正在准备协议。")),
    Act("decline_counter", "plan", forms.DeclineCounter, MANAGERS, _decline_counter, _("已经答复借款人。")),
    Act("open_signing", "plan", forms.Nothing, MANAGERS, _open_signing, _("协议准备好了，请借款人来看。")),
    Act("sign", "plan", forms.Nothing, MANAGERS, _sign, _("银行盖章了，正在加时间戳。"), SIGNING),
    Act("refuse_signing", "plan", forms.RefuseSigning, MANAGERS, _refuse_signing,
        _("这份协议撤下了，可以接着商量。"), SIGNING),
    Act("answer_problem", "plan", forms.AnswerProblem, MANAGERS, _answer_problem, _SENT),
    Act("request_change", "plan", forms.RequestChange, MANAGERS, _request_change, _("开始新一轮商量。")),
    Act("complete", "plan", forms.Nothing, MANAGERS, _complete, _("这件事办完了。")),
    Act("close", "plan", forms.Close, MANAGERS, _close, _("这件事结束了。")),
    Act("permit", "compliance", forms.Permit, MANAGERS, _permit, _("记下了，凭据加密保存。"), ALWAYS),
    Act("end_permit", "compliance", forms.EndPermit, MANAGERS, _end_permit, _("收回了，从现在起不再算数。"), ALWAYS),
    Act("agree_hours", "compliance", forms.AgreeHours, MANAGERS, _agree_hours,
        _("时段改好了，之后按这个时段联系。"), "say"),
    Act("end_hours", "compliance", forms.EndHours, MANAGERS, _end_hours,
        _("约定时间取消了，之后按规定的时段联系。"), "say"),
    Act("confirm_arrival", "compliance", forms.Arrived, MANAGERS, _confirm_arrival, _("记下了：信送到了。"), ALWAYS),
    Act("place_hold", "compliance", forms.PlaceHold, HOLD_PLACERS, _place_hold, _("暂停好了。"), ALWAYS),
    Act("lift_hold", "compliance", forms.LiftHold, HOLD_LIFTERS, _lift_hold, _("暂停解除了。"), ALWAYS),
)  # fmt: skip
