"""Coming in without a password: a short link or the mobile number, the tail of the ID, and a one-time code.

Whoever asks gets the same answer for known and unknown people and for each part that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.domain.problems import CaseNotFound, EntryRefused, NotYourAct
from heyi.capabilities.negotiation.models import Invitation
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import ids
from heyi.plumbing.sealing import blind_index

VALID_FOR: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh short link: the only moment when its token can be read."""

    id: UUID
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody proved who they are. ``contract_id`` is the one that the link was about."""

    actor: Actor
    party_id: UUID
    contract_id: UUID | None
    verified_at: datetime


def invite(*, contract_id: UUID, actor: Actor, at: datetime, send: bool = True) -> Invited:
    """Make a short link for the borrower of a contract and, with ``send``, text it to them by ``contact``."""
    if not (actor.has("manager", "lead", "system") or actor.kind == "integration"):
        raise NotYourAct(act="invite")
    contract = loans.contract(contract_id=contract_id, actor=SYSTEM)
    if not actor.sees(contract.branch):
        raise CaseNotFound(contract_id=str(contract_id))
    token = ids.new_token(12)
    with transaction.atomic():
        row = Invitation.objects.create(
            created_at=at,
            token_index=_index(token),
            party_id=contract.party_id,
            contract_id=contract_id,
            invited_by=actor.label,
            expires_at=at + VALID_FOR,
        )
        journal.record(
            actor=actor,
            act="negotiation.invite",
            at=at,
            party_id=contract.party_id,
            subject=f"negotiation_invitation:{row.id}",
            facts={"contract": str(contract_id)},
        )
        url = f"{settings.HEYI.public_url}/s/{token}"
        if send:
            contact.send(
                actor=SYSTEM,
                at=at,
                party_id=contract.party_id,
                purpose="negotiation",
                template="invitation",
                values={"link": url, "contract_tail": contract.contract_tail},
                channel="sms",
                contract_id=contract_id,
                dedupe_key=f"invitation:{row.id}",
            )
    return Invited(id=row.id, url=url, expires_at=row.expires_at)


def ask_code(
    *, at: datetime, id_tail: str, token: str = "", mobile: str = "", client: str = "", language: str = "zh"
) -> str:
    """Send a code to the number in the bank's record, if link or mobile and ID tail fit.

    Returns the number that was typed, masked; nothing for a link. The answer never tells whether anything fitted.
    Raises plumbing.too_many.
    """
    party_id, _ = _who(token=token, mobile=mobile, id_tail=id_tail, at=at)
    shown = contact.issue_code(
        party_id=party_id, purpose="entry", at=at, client=client, claimed=mobile or _claimed(token), language=language
    )
    return shown if mobile else ""


def _claimed(token: str) -> str:
    """What stands for the person when a link was opened: counts tries for links that lead nowhere, too."""
    return f"link:{_index(token)}"


def enter(*, at: datetime, id_tail: str, code: str, token: str = "", mobile: str = "", client: str = "") -> Entered:
    """The borrower behind link or mobile, ID tail and code. Raises EntryRefused, the same for every misfit."""
    party_id, contract_id = _who(token=token, mobile=mobile, id_tail=id_tail, at=at)
    verdict = contact.check_code(
        party_id=party_id, purpose="entry", code=code, at=at, client=client, claimed=mobile or _claimed(token)
    )
    if party_id is None or not verdict:
        raise EntryRefused(tries_left=verdict.tries_left)
    actor = Actor(kind="borrower", id=party_id)
    with transaction.atomic():
        Invitation.objects.filter(token_index=_index(token), used_at__isnull=True).update(used_at=at)
        journal.record(
            actor=actor,
            act="negotiation.enter",
            at=at,
            party_id=party_id,
            subject=f"loans_party:{party_id}",
            facts={"by": "link" if token else "mobile"},
        )
    return Entered(actor=actor, party_id=party_id, contract_id=contract_id, verified_at=at)


def _who(*, token: str, mobile: str, id_tail: str, at: datetime) -> tuple[UUID | None, UUID | None]:
    if not token:
        return loans.find_for_entry(mobile=mobile, id_tail=id_tail, actor=SYSTEM).party_id, None
    row = Invitation.objects.filter(token_index=_index(token), expires_at__gt=at, revoked_at__isnull=True).first()
    if row is None or len(id_tail.strip()) < 4:
        return None, None
    fits = loans.match_identity(party_id=row.party_id, id_tail=id_tail, actor=SYSTEM).get("id_tail", False)
    return (row.party_id, row.contract_id) if fits else (None, None)


def _index(token: str) -> str:
    return blind_index(vault.system_key("negotiation.invitation"), token, context="invitation.token")
