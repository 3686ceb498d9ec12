"""My record (B25): everything that the bank holds about this matter, who looked at it and why, and proof of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.domain import EntryView
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.capabilities.staff import api as staff
from heyi.kit.problems import NotFound
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal.papers import letters, shown_proofs
from heyi.web.portal.questions import in_english
from heyi.web.portal.visit import back, own_case, party_of, reader
from heyi.web.portal.words import ACTS, FIELDS, PURPOSES
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import moment

PARTS: Final = (
    ("all", _("经过")),
    ("contact", _("联系")),
    ("looked", _("谁看过")),
    ("messages", _("消息")),
    ("papers", _("文件")),
)
LOOKS: Final = frozenset(
    {"loans.reveal", "vault.read", "negotiation.read_sensitive", "staff.look_beyond_branch", "contact.read_message"}
)
MOST: Final = 500
SHOWN: Final = 200
ICONS: Final = {"contact": "phone", "blocked": "block", "offer": "money", "talk": "message", "sign": "seal"}
SIDES: Final = {"borrower": "you", "both": "met"}


@open_to(BORROWER, why="own record")
def record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One part of the record at a time."""
    case = own_case(request, case_id)
    part = request.GET.get("part", "all")
    if part not in dict(PARTS):
        part = "all"
    here = reverse("portal:record", args=[case_id])
    tabs = [{"text": text, "href": f"{here}?part={key}", "current": key == part} for key, text in PARTS]
    shown = {"case": case, "part": part, "tabs": tabs, **_PARTS[part](request, case), **back("case", case_id)}
    return render(request, "portal/record.html", shown)


@open_to(BORROWER, why="own record")
def receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof that an entry about me stands in the log; to be checked with the log's public key, without the bank."""
    entry = journal.entry(entry_id=entry_id)
    if entry.party_id != party_of(request):
        raise NotFound(entry_id=str(entry_id))
    proof = journal.receipt(entry_id=entry_id)
    told = {
        "entry_id": str(proof.entry_id),
        "entry": proof.entry.decode(),
        "index": proof.index,
        "leaf_hash": proof.leaf_hash.hex(),
        "proof": [one.hex() for one in proof.proof],
        "checkpoint": proof.checkpoint,
        "public_key": journal.public_key(),
    }
    answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=2), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="heyi-receipt-{proof.index}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@open_to(BORROWER, why="own consent")
def revoke(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take back the consent about health and family: the words are erased, the talk goes on."""
    own_case(request, case_id)
    if request.method == "POST":
        negotiation.revoke_sensitive(case_id=case_id, actor=reader(request), at=clock.now())
        messages.success(request, _("同意已经收回，您写的健康和家庭情况已经删掉。协商照常继续。"))
    return redirect(f"{reverse('portal:record', args=[case_id])}?part=papers")


def _all(request: HttpRequest, case: negotiation.CaseView) -> dict[str, Any]:
    found = negotiation.timeline(case_id=case.id, actor=reader(request), at=clock.now(), limit=SHOWN)
    return {"entries": [_happened(one) for one in found if one.kind != "look" or one.side == "bank"]}


def _contact(request: HttpRequest, case: negotiation.CaseView) -> dict[str, Any]:
    kinds = ("contact", "blocked")
    found = negotiation.timeline(case_id=case.id, actor=reader(request), at=clock.now(), kinds=kinds, limit=SHOWN)
    return {"entries": [_happened(one) for one in found]}


def _looked(request: HttpRequest, case: negotiation.CaseView) -> dict[str, Any]:
    """Staff who looked at papers, identity data or sensitive words: on this case, and on the person."""
    looks = [*_entries(case_id=case.id), *_entries(party_id=case.party_id)]
    once = {one.id: one for one in looks if one.act in LOOKS and one.actor.startswith("staff:")}
    names = staff.member_names(staff_ids={_member(one.actor) for one in once.values()})
    ordered = sorted(once.values(), key=lambda one: one.at, reverse=True)
    return {"entries": [_look(one, names.get(_member(one.actor), "")) for one in ordered[:SHOWN]]}


def _messages(request: HttpRequest, case: negotiation.CaseView) -> dict[str, Any]:
    """The inbox; opening it marks its messages as read. New ones still say so this time."""
    at = clock.now()
    inbox = contact.portal_messages(party_id=party_of(request), at=at, limit=SHOWN)
    for one in inbox:
        if one.read_at is None:
            contact.mark_read(party_id=party_of(request), message_id=one.id, at=at)
    return {"inbox": inbox}


def _papers(request: HttpRequest, case: negotiation.CaseView) -> dict[str, Any]:
    actor, at = reader(request), clock.now()
    form = negotiation.application_form(case_id=case.id, actor=actor, at=at)
    sealed = [one for one in signing.ceremonies_of(case_id=case.id) if one.state == "sealed"]
    return {
        "proofs": shown_proofs(case.proofs),
        "agreements": [{"view": one, "current": one.id == case.ceremony_id} for one in sealed],
        "letters": letters(case.id),
        "consent_at": form.sensitive_consent_at,
        "holds_words": form.has_sensitive,
        "receipts": _receipts(case),
    }


_PARTS: Final = {"all": _all, "contact": _contact, "looked": _looked, "messages": _messages, "papers": _papers}


def _entries(**narrow: UUID) -> Iterable[EntryView]:
    return journal.entries(limit=MOST, **narrow)  # type: ignore[arg-type]


def _member(actor: str) -> UUID:
    return UUID(actor.partition(":")[2])


def _happened(item: negotiation.TimelineItem) -> dict[str, Any]:
    proof = reverse("portal:receipt", args=[item.entry_id]) if item.entry_id and item.index is not None else ""
    return {
        "icon": ICONS.get(item.kind, "file"),
        "side": SIDES.get(item.side, ""),
        "title": _title(item),
        "at": item.at,
        "text": _text(item),
        "acts": [{"text": _("下载存证凭证"), "href": proof}] if proof else [],
    }


def _title(item: negotiation.TimelineItem) -> str:
    if item.kind in ("contact", "blocked") and "channel" in item.facts:
        title = item.facts["title_en" if in_english() else "title_zh"]
        channel = words.word("contact.channel", str(item.facts["channel"]))
        return str(title) if item.act == "call" else f"{channel} · {title}"
    return str(ACTS.get(item.act, ACTS[""]))


def _text(item: negotiation.TimelineItem) -> str:
    who = {"borrower": gettext("您"), "system": gettext("系统自动"), "bank": item.actor_name or gettext("银行")}
    told = [who.get(item.side, "")]
    if item.kind in ("contact", "blocked") and "channel" in item.facts:
        told.append(_contacted(item))
    number = item.facts.get("number")
    if item.kind == "offer" and number:
        told.append(gettext("第 %(number)s 版") % {"number": number})
    return " · ".join(one for one in told if one)


def _contacted(item: negotiation.TimelineItem) -> str:
    """What became of a contact: told plainly, also when a rule made it wait or kept it back."""
    facts = item.facts
    if item.kind == "blocked" and item.result == "queued" and facts.get("retry_at"):
        later = moment(datetime.fromisoformat(str(facts["retry_at"])))
        return gettext("不在可以联系您的时间，等到 %(later)s 再发") % {"later": later}
    if item.act == "call":
        return words.word("contact.call", item.result)
    told = words.word("contact.message", item.result)
    return told if facts.get("channel") == "portal" else f"{told} · {facts.get('to') or ''}"


def _look(entry: EntryView, name: str) -> dict[str, Any]:
    facts = entry.facts
    what = FIELDS.get(str(facts.get("field") or facts.get("kind") or ""), ACTS.get(entry.act, ACTS[""]))
    purpose = str(facts.get("purpose") or facts.get("reason") or "")
    why = gettext("用途：%(purpose)s") % {"purpose": PURPOSES.get(purpose, purpose)} if purpose else ""
    return {
        "icon": "eye",
        "side": "",
        "title": name or gettext("银行工作人员"),
        "at": entry.at,
        "text": " · ".join(one for one in (str(what), why) if one),
        "acts": _receipt_acts(entry),
    }


def _receipt_acts(entry: EntryView) -> list[dict[str, Any]]:
    if entry.index is None:
        return []
    return [{"text": _("下载存证凭证"), "href": reverse("portal:receipt", args=[entry.id])}]


def _receipts(case: negotiation.CaseView) -> list[dict[str, Any]]:
    """The acts that bind, each with its receipt, newest first."""
    binding = ("negotiation.submit", "negotiation.accept_offer", "signing.sign_borrower", "signing.seal")
    found = [one for one in _entries(case_id=case.id) if one.act in binding and one.index is not None]
    return [
        {
            "title": ACTS.get(one.act.removeprefix("negotiation."), ACTS[""]),
            "at": one.at,
            "index": one.index,
            "href": reverse("portal:receipt", args=[one.id]),
        }
        for one in found
    ]
