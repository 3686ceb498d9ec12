"""A case opened by somebody: what every tab, form and act of its page starts from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import may_vote
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain.policy import Policy, Reason
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.web.console.audience import actor_of

QUEUE: Final = "console.queue"
"""Where the session keeps the list that «next» walks along."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The case as this member of staff may see it at this instant."""

    case: negotiation.CaseView
    actor: Actor
    at: datetime
    rules: Policy
    queue: Mapping[str, str] = field(default_factory=dict)
    """The list that the reader came from, as the list itself remembers it."""

    def may(self, *acts: str) -> bool:
        """True when one of the acts can be tried now by this reader."""
        return not self.case.acts.isdisjoint(acts)

    def href(self, name: str, *arguments: object) -> str:
        """An address of this case: a tab, an act, or a page below it."""
        return reverse(f"console:case_{name}", args=[self.case.id, *arguments])


def opened(request: HttpRequest, case_id: UUID) -> Opened:
    """Open the case. Raises negotiation.CaseNotFound for what is not there and for what is not theirs."""
    actor, at = actor_of(request), clock.now()
    view = negotiation.case(case_id=case_id, actor=actor, at=at)
    return Opened(case=view, actor=actor, at=at, rules=negotiation.rules(), queue=queue_of(request))


def queue_of(request: HttpRequest) -> dict[str, str]:
    """The filter and the order of the list that was looked at last; empty for one's own queue."""
    kept = request.session.get(QUEUE)
    return {str(name): str(value) for name, value in kept.items()} if isinstance(kept, dict) else {}


def open_counter(case: negotiation.CaseView) -> negotiation.OfferView | None:
    """The borrower's version that the bank has to answer, also while it waits for an approval."""
    standing = (case.open_offer, case.waiting_offer)
    return next((one for one in standing if one and one.proposed_by == "borrower"), None)


def may_vote_on(page: Opened) -> bool:
    """True when the version that waits for an approval waits for this reader's vote."""
    waiting = page.case.waiting_offer
    if waiting is None or waiting.approval_id is None:
        return False
    asked = approvals.approval(approval_id=waiting.approval_id, at=page.at)
    return may_vote(asked, page.actor, sees=approvals.reaches(asked, page.actor))


def labels(reasons: Iterable[Reason]) -> list[tuple[str, str]]:
    """Code and words of a list of the policy, in the reader's language."""
    english = in_english()
    return [(reason.key, reason.en if english else reason.zh) for reason in reasons]


def label(reasons: Iterable[Reason], key: str) -> str:
    """The words for one code; the bare code when the list no longer has it."""
    return dict(labels(reasons)).get(key, key)


def in_english() -> bool:
    """True when the reader chose English."""
    return (get_language() or "").startswith("en")


def side_text(value: Any, name: str) -> str:
    """The text of a pack's value in the reader's language: ``side_text(clause, "title")``."""
    return str(getattr(value, f"{name}_en" if in_english() else f"{name}_zh"))
