"""From agreed terms to a ceremony, and from the sealed agreement to a plan that is followed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.negotiation import agreement
from heyi.capabilities.negotiation.actions import desk, follow, notices, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.events import TermsAgreed
from heyi.capabilities.negotiation.domain.problems import WrongState
from heyi.capabilities.negotiation.models import Case, Offer, Round
from heyi.capabilities.plans import api as plans
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import AgreementExpired, AgreementRefused, AgreementSealed, BorrowerSigned
from heyi.kit.actors import SYSTEM, Actor


def open_signing(*, case_id: UUID, actor: Actor, at: datetime) -> Done:
    """Write the agreement from the accepted version and open its signing. ``subject_id`` of the result is the ceremony.

    Doing it again gives the same ceremony. Raises BalanceMoved when a payment came in since.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(id=case_id).first()
        if case is not None and case.status == "signing" and desk.visible(actor, case, at=at):
            return desk.done(case, case.ceremony_id)
        case = desk.take(case_id, act="open_signing", actor=actor, at=at)
        offer = accepted(case)
        terms = versions.terms_of(offer)
        versions.check_balance(case, terms)
        ceremony = signing.prepare(
            agreement=agreement.compose(case, offer, terms, at=at),
            subject_id=case.party_id,
            case_id=case.id,
            actor=SYSTEM,
            at=at,
        )
        case.ceremony_id, case.borrower_signed_at = ceremony.id, None
        desk.put(case, at=at, status="signing")
        desk.write(
            case,
            act="open_signing",
            actor=actor,
            at=at,
            subject=f"signing_ceremony:{ceremony.id}",
            facts={"offer": offer.number},
            digests={"terms": offer.terms_digest},
        )
        notices.send(case, "signing_ready", at=at)
    return desk.done(case, ceremony.id)


def drop_ceremony(case: Case, *, actor: Actor, at: datetime) -> None:
    """End a signing that is no longer wanted. Raises signing.wrong_state once both have signed."""
    if case.status == "signing" and case.ceremony_id is not None:
        signing.refuse(ceremony_id=case.ceremony_id, reason="case_ended", actor=actor, at=at)


def accepted(case: Case) -> Offer:
    """The version that both accepted in this round. Raises WrongState when there is none."""
    offer = Offer.objects.filter(case=case, round=case.round, status="accepted").select_related("previous").first()
    if offer is None:
        raise WrongState(act="open_signing", status=case.status, possible=[])
    return offer


def hear_borrower_signed(event: BorrowerSigned, at: datetime) -> None:
    """The borrower has signed: the bank is to seal."""
    case = Case.objects.select_for_update().filter(ceremony_id=event.ceremony_id, status="signing").first()
    if case is not None and case.borrower_signed_at is None:
        case.borrower_signed_at = at
        desk.put(case, at=at)


def hear_sealed(event: AgreementSealed, at: datetime) -> None:
    """Both signed: the plan begins, collection stops (rule CN-CC-70c), an earlier plan of the case is superseded."""
    case = Case.objects.select_for_update().filter(ceremony_id=event.ceremony_id).first()
    if case is None or case.status != "signing":
        return
    offer = accepted(case)
    if case.plan_id is not None:
        plans.supersede(plan_id=case.plan_id, actor=SYSTEM, at=at)
    written = signing.ceremony(ceremony_id=event.ceremony_id)
    plan = plans.adopt(
        case_id=case.id,
        contract_id=case.contract_id,
        party_id=case.party_id,
        terms=versions.terms_of(offer),
        document_id=event.document_id,
        balance_at=written.prepared_at,
        actor=SYSTEM,
        at=at,
    )
    follow.place_agreement_hold(case, at=at)
    case.plan_id, case.document_id, case.sealed_at = plan.id, event.document_id, event.sealed_at
    case.document_pages += agreement.pages(event.document_id, at=at)
    case.broken_at = None
    Round.objects.filter(case=case, number=case.round).update(ended_at=at)
    case.due_at = agreement.next_due(plan)
    desk.put(case, at=at, status="active")
    desk.write(
        case,
        act="seal",
        actor=SYSTEM,
        at=at,
        subject=f"plans_plan:{plan.id}",
        facts={"document": str(event.document_id), "pages": case.document_pages, "round": case.round},
    )
    notices.send(case, "agreement_signed", at=at)


def hear_refused(event: AgreementRefused, at: datetime) -> None:
    """Somebody did not sign: the talks go on where they were; it costs nothing."""
    _back_to_talks(event.ceremony_id, at, why=f"refused_by_{event.by}")


def hear_expired(event: AgreementExpired, at: datetime) -> None:
    """Nobody signed in time: the talks go on."""
    _back_to_talks(event.ceremony_id, at, why="expired")


def _back_to_talks(ceremony_id: UUID, at: datetime, *, why: str) -> None:
    case = Case.objects.select_for_update().filter(ceremony_id=ceremony_id).first()
    if case is None or case.status != "signing":
        return
    Offer.objects.filter(case=case, round=case.round, status="accepted").update(
        status="withdrawn", answered_at=at, answer_reason=why
    )
    case.ceremony_id, case.agreed_at, case.borrower_signed_at = None, None, None
    desk.put(case, at=at, status="negotiating")
    desk.write(case, act="refuse_signing", actor=SYSTEM, at=at, result=why)


def hear_agreed(event: TermsAgreed, at: datetime) -> None:
    """Both said yes: write the agreement at once, so that nobody waits for a click."""
    case = Case.objects.select_for_update().filter(id=event.case_id).first()
    if case is not None and case.status == "agreed":
        open_signing(case_id=case.id, actor=SYSTEM, at=at)
