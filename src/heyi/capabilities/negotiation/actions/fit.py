"""Words of a colleague that the borrower will see pass the conduct check before anything else happens (C1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.models import Case
from heyi.kit.actors import Actor


def require(case_id: UUID, *texts: str, actor: Actor, at: datetime) -> None:
    """Raises compliance.WordingRefused or WordingToConfirm. Call it before the transaction, so that a stop is kept.

    A borrower's own words are never judged; a case that the colleague cannot see is left to the act to refuse.
    """
    if actor.kind != "staff" or not any(text.strip() for text in texts):
        return
    case = Case.objects.filter(id=case_id).first()
    if case is None or not desk.visible(actor, case, at=at):
        return
    for text in texts:
        compliance.require_wording(
            text=text, party_id=case.party_id, subject=f"negotiation_case:{case.id}", actor=actor, at=at
        )
