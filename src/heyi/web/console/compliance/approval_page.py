"""What the page of one approval shows, and the words that lists of them share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval, Kind, Papers, Question, VoteRule, check_voter, may_vote
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.problems import Problem
from heyi.web.console.audience import case_href
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import full_day, full_moment, money, rate

PAGE: Final = 200
TAGS: Final = {"yes": "ok", "no": "stop", "abstain": ""}
KINDS_OF_TAG: Final = {
    "waiting": "wait", "conditional": "wait", "granted": "ok", "refused": "stop", "revoked": "stop"
}  # fmt: skip


def shown(approval_id: UUID, actor: Actor, at: datetime) -> dict[str, Any]:
    """Everything on the page. Raises ApprovalNotFound for who may not see it."""
    found = approvals.approval(approval_id=approval_id, at=at)
    papers = approvals.papers(approval_id=approval_id, actor=actor, at=at)
    names = approvals.names_of([found])
    kind = approvals.kind(found.kind)
    near = approvals.reaches(found, actor)
    return {
        "approval": found,
        "title": kind_title(found.kind),
        "about": about_of(found),
        "status": words.word("approvals.status", found.status),
        "status_tag": KINDS_OF_TAG.get(found.status, ""),
        "facts": _facts(found, kind, names),
        "offer": _offer(found, actor, at),
        "form_answers": _answers(kind.questions, papers.assessment),
        "impact_answers": _answers(kind.impact, papers.impact),
        "votes": _votes(found, papers, names),
        "conditions": _conditions(found, papers, names),
        "rule": rule_text(kind, found.rule),
        "ending": papers.ending,
        "standing": _standing(found),
        "may_vote": may_vote(found, actor, sees=near),
        "why_not": _why_not(found, actor, near),
        "may_confirm": found.status == "conditional" and _has_a_say(found, actor, near),
        "may_withdraw": found.status == "waiting" and actor.label == found.asked_by,
        "may_revoke": found.status in ("granted", "conditional") and approvals.may_revoke(found, actor),
    }


def _english() -> bool:
    return (get_language() or "").startswith("en")


def title_of(kind: Kind) -> str:
    """The kind in the reader's language."""
    return kind.en if _english() else kind.zh


def kind_title(key: str) -> str:
    """The same by its key; a kind that the pack no longer has shows its key."""
    return next((title_of(kind) for kind in approvals.kinds() if kind.key == key), key)


def about_of(found: Approval) -> str:
    """What it is about, in a few words: the facts that were given for lists."""
    if found.kind == negotiation.APPROVAL_KIND:
        by = words.word("console.proposed_by", str(found.facts["by"]))
        periods = _("%(count)s 期") % {"count": found.facts["periods"]}
        return f"{found.facts['title']} · {by} · {periods}"
    title = found.facts.get("title") or found.facts.get(f"title_{'en' if _english() else 'zh'}")
    return str(title) if title else " · ".join(str(value) for value in found.facts.values() if value) or found.subject


def person(label: str, names: Mapping[UUID, str]) -> str:
    """Who a label stands for."""
    kind, _colon, key = label.partition(":")
    return names.get(UUID(key), label) if kind == "staff" and key else words.word("staff.actor", kind)


def tally(found: Approval) -> str:
    """Votes so far: ``同意 2 · 不同意 1``; how many are wanted while it waits."""
    counted = {word: sum(vote.word == word for vote in found.votes) for word in ("yes", "no", "abstain")}
    told = " · ".join(f"{words.word('approvals.vote', word)} {n}" for word, n in counted.items() if n)
    wanted = _("已投 %(cast)d / %(quorum)d") % {"cast": len(found.votes), "quorum": found.rule.quorum}
    return told or (wanted if found.status == "waiting" else "–")


def rule_text(kind: Kind, rule: VoteRule | None = None) -> str:
    """In words how this is decided."""
    rule = rule or kind.vote
    roles = _("、").join(words.word("staff.role", role) for role in rule.roles)
    told = [
        ngettext("由%(roles)s表决，至少 %(n)d 票。", "由%(roles)s表决，至少 %(n)d 票。", rule.quorum)
        % {"roles": roles, "n": rule.quorum}
    ]
    if rule.each_role:
        told.append(
            _("%(roles)s都要同意。") % {"roles": _("、").join(words.word("staff.role", r) for r in rule.each_role)}
        )
    if rule.one_no_refuses:
        told.append(_("有一票不同意就不通过。"))
    else:
        told.append(_("同意的要多于 %(num)d/%(den)d。") % {"num": rule.yes_over[0], "den": rule.yes_over[1]})
    told.append(_("提出和准备的人不参加表决。"))
    return "".join(told) if not _english() else " ".join(told)


def _facts(found: Approval, kind: Kind, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    branch = next((row.name for row in staff.branches() if row.code == found.branch), found.branch)
    facts: list[dict[str, Any]] = [
        {"name": _("关于"), "value": about_of(found), "strong": True},
        {"name": _("提出人"), "value": person(found.asked_by, names)},
        {"name": _("提出时间"), "value": full_moment(found.asked_at)},
        {"name": _("范围"), "value": branch or _("全行")},
        {"name": _("表决截止"), "value": full_moment(found.decide_by)},
        {"name": _("依据"), "value": kind.basis},
    ]
    if found.case_id:
        facts.append({"name": _("案件"), "value": _("打开案件"), "href": case_href(found.case_id)})
    elif found.subject.startswith("loans_contract:"):
        href = reverse("console:contract", args=[found.subject.partition(":")[2]])
        facts.append({"name": _("合同"), "value": _("打开合同"), "href": href})
    if found.valid_until:
        facts.append({"name": _("有效到"), "value": full_moment(found.valid_until)})
    if found.ended_at and found.ended_by:
        facts.append({"name": _("结束"), "value": f"{person(found.ended_by, names)} · {full_moment(found.ended_at)}"})
    return facts


def _offer(found: Approval, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The version that is voted on, in figures; for those who may look at its case."""
    if found.kind != negotiation.APPROVAL_KIND or found.case_id is None:
        return []
    offer_id = UUID(found.subject.partition(":")[2])
    try:
        seen = negotiation.offer(case_id=found.case_id, offer_id=offer_id, actor=actor, at=at).offer
    except negotiation.CaseNotFound:
        return []
    if seen.digest != found.facts["terms"]:
        return [{"name": _("方案"), "value": _("后来改过，这里表决的是改以前的条件")}]
    cap = _("会超过支行的重组占比上限") if found.facts["over_cap"] else _("没有超过")
    return [
        {"name": _("每期应还（元）"), "value": money(seen.payment), "strong": True},
        {"name": _("期数"), "value": seen.periods},
        {"name": _("年利率"), "value": rate(seen.annual_rate)},
        {"name": _("合计还款（元）"), "value": money(seen.total)},
        {"name": _("银行减免（元）"), "value": money(seen.forgiven)},
        {"name": _("首期"), "value": full_day(seen.first_due_on)},
        {"name": _("审批权限"), "value": words.word("plans.level", str(found.facts["level"]))},
        {"name": _("支行占比"), "value": cap},
        {
            "name": _("方案"),
            "value": _("看还款表和负担测试"),
            "href": reverse("console:case_version", args=[found.case_id, offer_id]),
        },
    ]


def _answers(questions: tuple[Question, ...], answers: Mapping[str, str]) -> list[tuple[str, str]]:
    told = []
    for question in questions:
        answer = answers.get(question.key, "")
        chosen = next((en if _english() else zh for code, zh, en in question.choices if code == answer), answer)
        told.append((question.en if _english() else question.zh, chosen or "–"))
    return told if answers else []


def _votes(found: Approval, papers: Papers, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "who": names.get(vote.voter_id, "–"),
            "role": words.word("staff.role", vote.role),
            "word": words.word("approvals.vote", vote.word),
            "tag": TAGS[vote.word],
            "at": vote.at,
            "reason": papers.reasons.get(vote.id, ""),
        }
        for vote in found.votes
    ]


def _conditions(found: Approval, papers: Papers, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "text": papers.conditions.get(one.id, ""),
            "set_by": names.get(one.set_by, "–"),
            "confirmed_at": one.confirmed_at,
            "confirmed_by": person(one.confirmed_by, approvals_names(one.confirmed_by)) if one.confirmed_by else "",
            "proof": papers.confirmations.get(one.id, ""),
        }
        for one in found.conditions
    ]


def approvals_names(label: str) -> dict[UUID, str]:
    """The name behind one label of staff."""
    return staff.member_names(staff_ids=[UUID(label.partition(":")[2])]) if label.startswith("staff:") else {}


def _standing(found: Approval) -> tuple[str, str, str]:
    """Kind of alert, title, text: what the outcome means now."""
    told = {
        "waiting": ("note", _("还在表决"), _("通过以前，这件事先不做。")),
        "conditional": ("warn", _("通过了，但条件还没有全部确认"), _("每个条件都确认以后，批准才有效。")),
        "granted": ("ok", _("批准有效"), _("可以按申请的内容办。")),
        "refused": ("stop", _("没有通过"), _("这件事不做。情况变了，可以重新申请。")),
        "withdrawn": ("plain", _("申请已撤回"), _("需要时可以重新申请。")),
        "expired": ("plain", _("到期还没有结果"), _("没有结果就不做。需要时可以重新申请。")),
        "lapsed": ("plain", _("批准已到期"), _("继续做要重新申请。")),
        "revoked": ("stop", _("批准已撤销"), _("从撤销那一刻起不再做。")),
    }
    return told[found.status]


def _has_a_say(found: Approval, actor: Actor, near: bool) -> bool:
    try:
        check_voter(found, actor, sees=near)
    except Problem:
        return False
    return True


def _why_not(found: Approval, actor: Actor, near: bool) -> str:
    """Why somebody who might expect to vote does not; empty when there is nothing to explain."""
    if found.status != "waiting" or may_vote(found, actor, sees=near):
        return ""
    if actor.label == found.asked_by or actor.id in found.apart:
        return _("这是您提出或准备的申请，由其他同事表决。")
    if any(vote.voter_id == actor.id for vote in found.votes):
        return _("您已经表决。")
    return ""
