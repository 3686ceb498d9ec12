"""What the gate refused, one row a clause, for those who oversee."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.compliance.domain import Verdict
from heyi.capabilities.contact import gate
from heyi.capabilities.contact.models import Refusal
from heyi.plumbing.clock import bank_day
from heyi.plumbing.ids import new_id


def write_refusal(
    question: gate.Question, verdict: Verdict, branch: str, actor: str, at: datetime, *, case_id: UUID | None = None
) -> None:
    """Write down every clause that refused this contact, in the caller's transaction."""
    number = new_id()
    Refusal.objects.bulk_create(
        Refusal(
            created_at=at,
            contact_no=number,
            rule_id=note.rule_id,
            party_id=question.party_id,
            contract_id=question.contract_id,
            case_id=case_id,
            branch=branch,
            channel=question.channel,
            purpose=question.purpose,
            recipient=question.relation or "",
            actor_kind=question.actor_kind or "bank",
            agency_id=question.agency_id,
            actor=actor,
            bank_day=bank_day(at),
            why=[list(pair) for pair in note.why],
            retry_at=note.retry_at,
            pack_version=verdict.pack_version,
        )
        for note in gate.notes(verdict)
    )
