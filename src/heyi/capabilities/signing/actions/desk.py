"""What every verb does the same way: take the ceremony under lock, know whose act it is, write the step."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from heyi.capabilities.journal import api as journal
from heyi.capabilities.signing.domain.ceremony import Progress, Verb, after, in_time
from heyi.capabilities.signing.domain.errors import NoSuchCeremony, NotYourAct
from heyi.capabilities.signing.models import Ceremony, Step
from heyi.kit.actors import Actor

BANK_ROLES = ("manager", "lead")


def take(ceremony_id: UUID) -> Ceremony:
    """The ceremony, locked until the transaction ends. Raises NoSuchCeremony."""
    row = Ceremony.objects.select_for_update().filter(id=ceremony_id).first()
    if row is None:
        raise NoSuchCeremony()
    return row


def as_borrower(row: Ceremony, actor: Actor) -> None:
    """Only the borrower themselves. Another borrower learns nothing, not even that the ceremony exists."""
    if actor.kind != "borrower":
        raise NotYourAct(needs="borrower")
    if actor.id != row.party_id:
        raise NoSuchCeremony()


def as_bank(row: Ceremony, actor: Actor) -> None:
    """Staff with authority in this branch, or the system where the bank's policy seals by itself."""
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.has(*BANK_ROLES):
        raise NotYourAct(needs=" or ".join(BANK_ROLES))
    if not actor.sees(row.branch):
        raise NoSuchCeremony()


def step(
    row: Ceremony,
    verb: Verb,
    *,
    actor: Actor,
    at: datetime,
    facts: dict[str, Any] | None = None,
    digests: dict[str, str] | None = None,
    timely: bool = True,
) -> None:
    """Move the ceremony by the table, keep the step, and journal the act. The caller saves further fields before."""
    before, following = row.state, after(row.state, verb)  # type: ignore[arg-type]
    if timely:
        in_time(expires_at=row.expires_at, at=at)
    row.state = following
    row.save()
    if before != following:
        Step.objects.create(ceremony=row, created_at=at, verb=verb, before=before, after=following, actor=actor.label)
    write(row, verb, actor=actor, at=at, facts=facts, digests=digests)


def write(
    row: Ceremony,
    act: str,
    *,
    actor: Actor,
    at: datetime,
    result: str = "done",
    facts: dict[str, Any] | None = None,
    digests: dict[str, str] | None = None,
) -> None:
    """One entry in the journal about this ceremony; the digest of what is being signed always stands with it."""
    journal.record(
        actor=actor,
        act=f"signing.{act}",
        at=at,
        subject=f"signing_ceremony:{row.id}",
        case_id=row.case_id,
        party_id=row.party_id,
        result=result,
        facts={"state": row.state, **(facts or {})},
        digests={"agreement": row.agreement_digest, **(digests or {})},
    )


def progress(row: Ceremony, clauses: tuple[str, ...]) -> Progress:
    """What the rules before a signature look at."""
    return Progress(
        state=row.state,  # type: ignore[arg-type]
        expires_at=row.expires_at,
        consented_at=row.consented_at,
        acknowledged=frozenset(row.readings.values_list("clause_id", flat=True)),
        clauses=clauses,
        cost_form_acknowledged_at=row.cost_form_acknowledged_at,
    )
