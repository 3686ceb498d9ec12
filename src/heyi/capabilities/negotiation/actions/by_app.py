"""The borrower signs in the bank's own app: the same ceremony, step for step, carried by an API client.

The app proved who its user is; the will to sign is proved by a code to the borrower's own number, which the app cannot
know before its user types it. Each act is the borrower's, and a second entry says through which client it came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.domain.problems import CaseNotFound, NotYourAct, SignCodeWrong
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import CeremonyView
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor

Act = Callable[[UUID, Actor], CeremonyView]


def agreement_by_app(*, case_id: UUID, actor: Actor, at: datetime) -> CeremonyView:
    """The agreement and how far its signing is. Raises CaseNotFound, NotYourAct, signing.NoSuchCeremony."""
    _, ceremony_id = _found(case_id, "read_agreement", actor, at)
    return signing.ceremony(ceremony_id=ceremony_id)


def agreement_file_by_app(*, case_id: UUID, language: str, actor: Actor, at: datetime) -> bytes:
    """The newest PDF: the Chinese original, or the English translation. The reading is journaled."""
    _, ceremony_id = _found(case_id, "read_agreement", actor, at)
    object_id = signing.document(ceremony_id=ceremony_id, language="en" if language == "en" else "zh")
    return vault.get(object_id=object_id, actor=actor, at=at, purpose="own_copy")


def consent_by_app(*, case_id: UUID, actor: Actor, at: datetime) -> CeremonyView:
    """Agree to sign electronically. Raises as signing.agree_to_esign."""
    return _carried(
        case_id,
        "consent",
        actor,
        at,
        lambda ceremony_id, borrower: signing.agree_to_esign(ceremony_id=ceremony_id, actor=borrower, at=at),
    )


def read_by_app(*, case_id: UUID, clause_id: str, seconds: int, actor: Actor, at: datetime) -> CeremonyView:
    """Acknowledge one clause after ``seconds``. Raises as signing.read_clause."""
    return _carried(
        case_id,
        "read_clause",
        actor,
        at,
        lambda ceremony_id, borrower: signing.read_clause(
            ceremony_id=ceremony_id, clause_id=clause_id, seconds=seconds, actor=borrower, at=at
        ),
    )


def confirm_cost_by_app(*, case_id: UUID, seconds: int, actor: Actor, at: datetime) -> CeremonyView:
    """Confirm the comprehensive-cost form. Raises as signing.acknowledge_cost_form."""
    return _carried(
        case_id,
        "confirm_cost",
        actor,
        at,
        lambda ceremony_id, borrower: signing.acknowledge_cost_form(
            ceremony_id=ceremony_id, seconds=seconds, actor=borrower, at=at
        ),
    )


def code_by_app(*, case_id: UUID, language: str, actor: Actor, at: datetime) -> str:
    """Send the code for signing to the number in the bank's record; returns it masked. Raises TooMany."""
    case, _ = _found(case_id, "ask_sign_code", actor, at)
    return contact.issue_code(party_id=case.party_id, purpose="sign", at=at, language=language)


def check_code_by_app(*, case_id: UUID, code: str, actor: Actor, at: datetime) -> datetime:
    """When the code was found right. The try is counted in a transaction of its own: call outside of any.

    A code is only spent when everything else is there. Raises SignCodeWrong, signing.NotRead,
    signing.CostFormNotConfirmed, signing.WrongState.
    """
    case, ceremony_id = _found(case_id, "sign", actor, at)
    signing.require_ready(ceremony_id=ceremony_id, at=at)
    check = contact.check_code(party_id=case.party_id, purpose="sign", code=code, at=at)
    if not check:
        raise SignCodeWrong(tries_left=check.tries_left)
    return check.checked_at


def sign_by_app(*, case_id: UUID, code_verified_at: datetime, actor: Actor, at: datetime) -> CeremonyView:
    """The borrower's signature. Raises as signing.sign_as_borrower."""
    return _carried(
        case_id,
        "sign",
        actor,
        at,
        lambda ceremony_id, borrower: signing.sign_as_borrower(
            ceremony_id=ceremony_id, code_verified_at=code_verified_at, actor=borrower, at=at
        ),
    )


def refuse_by_app(*, case_id: UUID, reason: str, actor: Actor, at: datetime) -> CeremonyView:
    """Not signing: no reason needed. Raises as signing.refuse."""
    return _carried(
        case_id,
        "refuse",
        actor,
        at,
        lambda ceremony_id, borrower: signing.refuse(ceremony_id=ceremony_id, reason=reason, actor=borrower, at=at),
    )


def _carried(case_id: UUID, act: str, actor: Actor, at: datetime, work: Act) -> CeremonyView:
    with transaction.atomic():
        case, ceremony_id = _found(case_id, act, actor, at)
        after = work(ceremony_id, Actor(kind="borrower", id=case.party_id, roles=frozenset({"borrower"})))
        subject = f"signing_ceremony:{ceremony_id}"
        desk.write(case, act="carry_signing", actor=actor, at=at, subject=subject, facts={"step": act})
    return after


def _found(case_id: UUID, act: str, actor: Actor, at: datetime) -> tuple[Case, UUID]:
    """The case of one of the client's branches and its present signing."""
    case = Case.objects.filter(id=case_id).first()
    if case is None or not desk.visible(actor, case, at=at):
        raise CaseNotFound(case_id=str(case_id))
    if actor.kind != "integration":
        raise NotYourAct(act=act)
    if case.ceremony_id is None:
        raise signing.NoSuchCeremony()
    return case, case.ceremony_id
