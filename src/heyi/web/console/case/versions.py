"""Versions of the offer: what each says, how it differs from the one before, who gave way in what, who approved."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.negotiation import api as negotiation
from heyi.web.console.case import figures
from heyi.web.console.case.opened import Opened, label
from heyi.web.console.compliance.approval_page import KINDS_OF_TAG, TAGS
from heyi.web.ui import words

STATUS_KINDS: Final = {
    "draft": "", "awaiting_approval": "warn", "open": "note", "superseded": "", "accepted": "ok", "declined": "stop",
    "expired": "", "withdrawn": "",
}  # fmt: skip


def listed(page: Opened) -> list[dict[str, Any]]:
    """All versions, the newest first."""
    return [line(page, offer) for offer in reversed(page.case.offers)]


def line(page: Opened, offer: negotiation.OfferView) -> dict[str, Any]:
    """One version in a few lines."""
    return {
        "id": offer.id,
        "number": offer.number,
        "round": offer.round,
        "side": "you" if offer.proposed_by == "borrower" else "bank",
        "by": words.word("console.proposed_by", offer.proposed_by),
        "author": offer.author.name if offer.author else page.case.party_name,
        "status": words.word("console.offer_status", offer.status),
        "kind": STATUS_KINDS[offer.status],
        "at": offer.opened_at or offer.created_at,
        "until": offer.expires_at,
        "method": words.word("plans.method", offer.method),
        "periods": offer.periods,
        "rate": offer.annual_rate,
        "payment": offer.payment,
        "total": offer.total,
        "forgiven": offer.forgiven,
        "first_due_on": offer.first_due_on,
        "reason": offer.reason,
        "answer": label(page.rules.decline_reasons, offer.answer_reason) if offer.answer_reason else "",
        "previous": offer.previous_number,
        "changes": figures.changes(offer.difference),
        "conceded": figures.conceded(offer.difference),
        "href": page.href("version", offer.id),
        "copy_href": f"{page.href('plan')}?from=version-{offer.number}#editor" if offer.number else "",
        "digest": offer.digest,
    }


def told(page: Opened, offer_id: UUID) -> dict[str, Any]:
    """One version in full: schedule, rates, means, authority, approvals. Raises OfferNotOpen, CaseNotFound."""
    detail = negotiation.offer(case_id=page.case.id, offer_id=offer_id, actor=page.actor, at=page.at)
    return {
        **line(page, detail.offer),
        "approval_id": detail.offer.approval_id,
        "approval_state": detail.approvals[-1].status if detail.approvals else "",
        "rates": figures.rates(detail.rate, detail.offer.annual_rate),
        "means": figures.means(detail.affordability, detail.schedule, figures.income_of(page)),
        "authority": figures.authority(
            page, detail.authority, _share(page, detail), own=_own(page, detail), months=detail.offer.periods
        ),
        "today": figures.today_lines(detail.offer.difference) if detail.offer.previous_number is None else [],
        "schedule": figures.schedule_table(detail.schedule, whole=True),
        "approvals": [asked(page, one) for one in detail.approvals],
    }


def _own(page: Opened, detail: negotiation.OfferDetail) -> bool:
    roles = detail.authority.approvers
    return detail.authority.level is not None and set(roles) <= page.actor.roles


def _share(page: Opened, detail: negotiation.OfferDetail) -> Any:
    sketch = negotiation.sketch(case_id=page.case.id, terms=detail.offer.terms, actor=page.actor, at=page.at)
    return sketch.draft.share


def asked(page: Opened, one: negotiation.ApprovalView) -> dict[str, Any]:
    """One request for an approval: how it stands, why it was made, and each word on it."""
    whole = approvals.approval(approval_id=one.id, at=page.at)
    return {
        "href": reverse("console:vote", args=[one.id]) if approvals.seen_by(whole, page.actor, at=page.at) else "",
        "status": words.word("approvals.status", one.status),
        "state": one.status,
        "tag": KINDS_OF_TAG.get(one.status, ""),
        "at": one.asked_at,
        "until": one.decide_by,
        "why": one.why,
        "ending": one.ending,
        "votes": [
            {
                "at": vote.at,
                "word": words.word("approvals.vote", vote.word),
                "tag": TAGS[vote.word],
                "who": vote.voter.name,
                "role": words.word("staff.role", vote.role),
                "reason": vote.reason,
                "conditions": vote.conditions,
            }
            for vote in one.votes
        ],
    }
