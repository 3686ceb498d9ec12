"""Everything that happened on a case: who, when, what, and where it stands in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import CaseNotFound
from heyi.kit.money import Money
from heyi.kit.problems import Problem
from heyi.web.console.case.opened import Opened, in_english, label
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import moment

LIMIT: Final = 300
SIDES: Final = {"bank": "bank", "borrower": "you", "both": "met", "system": ""}
REASONED: Final = ("accept", "request_more", "refuse", "second_review", "decide_appeal")


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for ``console/case/timeline.html``. ``?kind=`` narrows, ``?kind=looks`` and the like."""
    kinds = [kind for kind in request.GET.getlist("kind") if kind in words.vocabularies()["console.act_kind"]]
    items = negotiation.timeline(case_id=page.case.id, actor=page.actor, at=page.at, kinds=kinds, limit=LIMIT)
    shown = [_item(page, item) for item in items]
    return {
        "items": shown if kinds else _folded(shown, items),
        "kinds": [_kind(page, None, current=not kinds)]
        + [_kind(page, kind, current=kind in kinds) for kind in words.vocabularies()["console.act_kind"]],
        "more": len(items) == LIMIT,
    }


def _folded(shown: list[dict[str, Any]], items: tuple[negotiation.TimelineItem, ...]) -> list[dict[str, Any]]:
    """The whole without repeating itself: answers saved one after the other are one line; «办理» lists each of them."""
    kept: list[dict[str, Any]] = []
    before = None
    for line, item in zip(shown, items, strict=True):
        same = (
            item.act == "save_answers" and before is not None and (before.act, before.actor) == (item.act, item.actor)
        )
        if same:
            kept[-1]["times"] += 1
            kept[-1]["text"] = _("一共 %(count)s 次") % {"count": kept[-1]["times"]}
        else:
            kept.append({**line, "times": 1})
        before = item
    return kept


def _kind(page: Opened, kind: str | None, *, current: bool) -> dict[str, Any]:
    if kind is None:
        return {"text": _("全部"), "href": page.href("timeline"), "current": current}
    return {
        "text": words.word("console.act_kind", kind),
        "href": f"{page.href('timeline')}?kind={kind}",
        "current": current,
    }


def _item(page: Opened, item: negotiation.TimelineItem) -> dict[str, Any]:
    blocked = item.kind == "blocked"
    return {
        "side": "stop" if blocked else "met" if item.act in ("seal", "signing.seal") else SIDES[item.side],
        "what": _what(item),
        "who": _who(page, item),
        "at": item.at,
        "text": _text(page, item),
        "proof": item.index,
        "proof_href": page.href("entry", item.entry_id) if item.entry_id else "",
    }


def _what(item: negotiation.TimelineItem) -> str:
    if item.act not in ("message", "call"):
        return words.word("console.act", item.act)
    channel = words.word("contact.channel", str(item.facts["channel"]))
    if item.kind == "blocked":
        return _("%(channel)s没有发") % {"channel": channel}
    if item.act == "call":
        return words.word("console.call_direction", str(item.facts["direction"])) + channel
    title = str(item.facts["title_en" if in_english() else "title_zh"])
    return _("%(channel)s：%(title)s") % {"channel": channel, "title": title}


def _who(page: Opened, item: negotiation.TimelineItem) -> str:
    if item.actor_name:
        return item.actor_name
    return page.case.party_name if item.side == "borrower" else words.word("staff.actor", item.actor.partition(":")[0])


def _text(page: Opened, item: negotiation.TimelineItem) -> str:
    """The facts of an act in one line; empty where the act says it all."""
    facts = item.facts
    parts = [part(page, facts) for name, part in _PARTS.items() if facts.get(name) not in (None, "", [], False)]
    if item.act in ("message", "call"):
        vocabulary = "contact.message" if item.act == "message" else "contact.call"
        parts.insert(0, words.word(vocabulary, item.result))
    elif item.act in REASONED:
        listed = (*page.rules.more_items, *page.rules.review_reasons)
        parts += [label(listed, str(key)) for key in _listed(facts.get("reasons"))]
    return " · ".join(part for part in parts if part)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


_PARTS: Final[Mapping[str, Any]] = {
    "outcome": lambda page, facts: _known("console.outcome", facts["outcome"]),
    "number": lambda page, facts: _("第 %(number)s 版") % {"number": facts["number"]} if "total_minor" in facts else "",
    "periods": lambda page, facts: _("%(count)s 期") % {"count": facts["periods"]},
    "total_minor": lambda page, facts: _("一共 %(amount)s 元") % {"amount": Money(int(facts["total_minor"]))},
    "until": lambda page, facts: _("保留到 %(day)s") % {"day": str(facts["until"])[:10]},
    "level": lambda page, facts: _known("plans.level", facts["level"]),
    "purpose": lambda page, facts: _purpose(str(facts["purpose"])),
    "field": lambda page, facts: _known("loans.reveal_field", facts["field"]),
    "minutes": lambda page, facts: _("%(count)s 分钟") % {"count": facts["minutes"]},
    "rules": lambda page, facts: _("依据 %(rules)s") % {"rules": ", ".join(facts["rules"])},
    "retry_at": lambda page, facts: _retry(facts) if facts.get("rules") else "",
    "to": lambda page, facts: str(facts["to"]) if facts.get("channel") != "portal" else "",
    "canned": lambda page, facts: str(facts["canned"]),
    "role": lambda page, facts: _known("staff.role", facts["role"]),
}


def _retry(facts: Mapping[str, Any]) -> str:
    return _("%(time)s 再试") % {"time": moment(datetime.fromisoformat(str(facts["retry_at"])))}


def _known(vocabulary: str, code: object) -> str:
    text = words.vocabularies()[vocabulary].get(str(code))
    return str(text) if text is not None else ""


def _purpose(code: str) -> str:
    for vocabulary in ("loans.reveal_purpose", "contact.purpose", "console.paper_purpose", "console.sensitive_purpose"):
        if code in words.vocabularies()[vocabulary]:
            return words.word(vocabulary, code)
    return ""


def proof(page: Opened, entry_id: UUID) -> dict[str, Any]:
    """One entry of this case with its proof. Raises CaseNotFound for an entry that is not of this case."""
    entry = journal.entry(entry_id=entry_id)
    if entry.case_id != page.case.id:
        raise CaseNotFound(entry=str(entry_id))
    try:
        receipt = journal.receipt(entry_id=entry_id)
    except Problem as fault:
        told = words.problem(fault.code, fault.facts)
        return {"entry": entry, "receipt": None, "refusal": told, "what": _known("console.act", _short(entry.act))}
    return {
        "entry": entry,
        "what": _known("console.act", _short(entry.act)) or entry.act,
        "receipt": {
            "content": receipt.entry.decode(),
            "index": receipt.index,
            "leaf_hash": receipt.leaf_hash.hex(),
            "path": [step.hex() for step in receipt.proof],
            "checkpoint": receipt.checkpoint,
        },
    }


def _short(act: str) -> str:
    return act.removeprefix("negotiation.")
