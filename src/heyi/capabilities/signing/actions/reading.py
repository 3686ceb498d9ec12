"""What the borrower does before signing: agree to sign electronically, read clause by clause, confirm the cost form."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.domain.ceremony import CeremonyView, credible_seconds, long_enough
from heyi.capabilities.signing.domain.errors import NoSuchClause, WrongState
from heyi.capabilities.signing.library import load_pack
from heyi.capabilities.signing.models import Ceremony, ClauseReading
from heyi.capabilities.signing.queries import agreement_of, view_of
from heyi.kit.actors import Actor


def agree_to_esign(*, ceremony_id: UUID, actor: Actor, at: datetime) -> CeremonyView:
    """The borrower agrees to conclude this agreement electronically (Electronic Signature Law, article 3).

    Doing it again changes nothing. Raises NoSuchCeremony, NotYourAct, WrongState, Expired.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        desk.as_borrower(row, actor)
        if row.consented_at is None:
            row.consented_at = at
            desk.step(row, "agree", actor=actor, at=at)
    return view_of(row)


def read_clause(*, ceremony_id: UUID, clause_id: str, seconds: int, actor: Actor, at: datetime) -> CeremonyView:
    """The borrower acknowledges one clause after ``seconds`` on the screen (never more than can have passed).

    Doing it again keeps the first. Raises NoSuchCeremony, NotYourAct, NoSuchClause, WrongState, Expired.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        desk.as_borrower(row, actor)
        since = _consented(row, "read")
        if agreement_of(row).clause(clause_id) is None:
            raise NoSuchClause(clause=clause_id)
        counted = credible_seconds(seconds=seconds, since=since, at=at)
        _, new = ClauseReading.objects.get_or_create(
            ceremony=row,
            clause_id=clause_id,
            defaults={
                "created_at": at,
                "shown_at": at - timedelta(seconds=counted),
                "seconds": counted,
                "acknowledged_at": at,
            },
        )
        if new:
            desk.step(row, "read", actor=actor, at=at, facts={"clause": clause_id, "seconds": counted})
    return view_of(row)


def acknowledge_cost_form(*, ceremony_id: UUID, seconds: int, actor: Actor, at: datetime) -> CeremonyView:
    """The borrower confirms the comprehensive-cost form after the forced reading time (CN-APR-2).

    Raises ReadLonger with the seconds that are left, NoSuchCeremony, NotYourAct, WrongState, Expired.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        desk.as_borrower(row, actor)
        since = _consented(row, "acknowledge")
        if row.cost_form_acknowledged_at is None:
            counted = long_enough(seconds=seconds, consented_at=since, at=at, parameters=load_pack(row.pack).parameters)
            row.cost_form_seconds, row.cost_form_acknowledged_at = counted, at
            desk.step(row, "acknowledge", actor=actor, at=at, facts={"seconds": counted})
    return view_of(row)


def _consented(row: Ceremony, verb: str) -> datetime:
    if row.consented_at is None:
        raise WrongState(state=row.state, verb=verb)
    return row.consented_at
