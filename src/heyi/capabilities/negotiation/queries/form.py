"""The application form with its state: for the borrower to go on with, for staff to read, masked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.domain import application
from heyi.capabilities.negotiation.domain.application import Value
from heyi.capabilities.negotiation.domain.policy import Policy
from heyi.capabilities.negotiation.domain.problems import CaseNotFound
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.queries.case import proofs_of, sensitive_of
from heyi.capabilities.negotiation.queries.reading import answer_rows, answers_of, seen
from heyi.capabilities.negotiation.queries.views import ApplicationView, StepAnswers
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from heyi.plumbing.once import once

MASKED: Final = {"who": ("name", "id_number"), "contact": ("mobile", "email")}


@once
def application_form(*, case_id: UUID, actor: Actor, at: datetime) -> ApplicationView:
    """Every step with its answers, what is still missing, and where to go on. Staff see identity values masked."""
    case = seen(case_id, actor, at)
    envelope = Envelope(case.party_id, at=at)
    answers = answers_of(case, envelope)
    saved = {row.step: row.saved_at for row in answer_rows(case)}
    missing = application.missing_steps(answers, policy(), today=clock.bank_day(at))
    editable = case.status in ("draft", "more_requested") and actor.kind != "staff"
    sensitive = sensitive_of(case)
    return ApplicationView(
        case_id=case.id,
        number=case.number,
        steps=tuple(
            StepAnswers(
                key=step.key,
                values=_shown(step.key, answers.get(step.key, {}), actor),
                saved_at=saved.get(step.key),
                complete=step.key in answers and step.key not in missing,
                errors=missing.get(step.key, {}) if step.key in answers else {},
            )
            for step in application.FORM
        ),
        next_step=next((key for key in application.STEP_KEYS if key not in answers or key in missing), None),
        proofs=proofs_of(case, envelope),
        has_sensitive=sensitive is not None and bool(sensitive.words_sealed),
        sensitive_consent_at=sensitive.consent_at if sensitive else None,
        submissions=case.submissions.count(),
        can_edit=editable,
        can_submit=editable and not missing,
        known=_known(case),
    )


def step_values(*, case_id: UUID, step: str, actor: Actor, at: datetime) -> Mapping[str, Value]:
    """The answers of one step as this reader may see them; nothing where it was not answered."""
    case = seen(case_id, actor, at)
    return _shown(step, answers_of(case, Envelope(case.party_id, at=at)).get(step, {}), actor)


def _shown(step: str, values: Mapping[str, Value], actor: Actor) -> Mapping[str, Value]:
    if actor.kind != "staff":
        return values
    hidden = MASKED.get(step, ())
    return {name: _mask(str(value)) if name in hidden else value for name, value in values.items()}


def _mask(value: str) -> str:
    """First and last characters only."""
    if "@" in value:
        return f"{value[:1]}＊＊＊@{value.partition('@')[2]}"
    if len(value) > 8:
        return f"{value[:3]}{'＊' * (len(value) - 7)}{value[-4:]}"
    return f"{value[:1]}{'＊' * (len(value) - 1)}"


def _known(case: Case) -> Mapping[str, str]:
    """What the bank's record says already, masked: ask for nothing twice (WCAG 2.2, 3.3.7)."""
    party = loans.party(party_id=case.party_id, actor=SYSTEM)
    return {
        "name": party.name_masked,
        "id_number": party.id_number_masked,
        "mobile": party.mobile_masked,
        "email": party.email_masked,
        "kind": party.kind,
    }


def sensitive_words(*, case_id: UUID, purpose: str, actor: Actor, at: datetime) -> str:
    """Health or family details, for the borrower and for those who work on the case; each reading is journaled.

    Raises CaseNotFound for everybody else, too.
    """
    desk.needs_reason("read_sensitive", purpose)
    with transaction.atomic():
        case = seen(case_id, actor, at)
        staff_of_case = actor.has("reviewer", "manager", "lead") and actor.sees(case.branch)
        if actor.kind == "staff" and not staff_of_case:
            raise CaseNotFound(case_id=str(case_id))
        row = sensitive_of(case)
        if row is None:
            return ""
        subject = f"negotiation_sensitive:{row.id}"
        desk.write(case, act="read_sensitive", actor=actor, at=at, subject=subject, facts={"purpose": purpose[:60]})
        return Envelope(case.party_id, at=at).open(row.words_sealed, "sensitive_answer.words")


def rules() -> Policy:
    """The bank's choices for negotiations: reasons, wishes, limits, service levels, statements, canned answers."""
    return policy()
