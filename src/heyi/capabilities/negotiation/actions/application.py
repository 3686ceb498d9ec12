"""The borrower applies: start, save each step, hand in, take back. An integration may do so for the borrower."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import F

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.actions import assignment, desk, findings, follow, notices, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.actions.signing import drop_ceremony
from heyi.capabilities.negotiation.domain import application, states
from heyi.capabilities.negotiation.domain.application import Value
from heyi.capabilities.negotiation.domain.events import ApplicationSubmitted, CaseEnded
from heyi.capabilities.negotiation.domain.problems import (
    BadAnswers,
    CaseNotFound,
    CaseOpenAlready,
    NotComplete,
    NotYourAct,
)
from heyi.capabilities.negotiation.models import (
    Answer,
    Case,
    NumberSeries,
    Offer,
    SensitiveAnswer,
    Submission,
)
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import canonical_bytes, digest
from heyi.plumbing import clock

ANSWERS = "answer.values"
SUBMITTED = "submission.answers"
SENSITIVE = "sensitive_answer.words"


def start_application(
    *,
    contract_id: UUID,
    actor: Actor,
    at: datetime,
    channel: str = "portal",
    party_id: UUID | None = None,
    code_verified_at: datetime | None = None,
) -> Done:
    """Open a case on this contract, or return the draft that is already there.

    ``party_id`` is needed when an integration applies for the borrower. Raises CaseNotFound for a contract that is not
    the borrower's, CaseOpenAlready when a case past its draft is not finished.
    """
    contract = loans.contract(contract_id=contract_id, actor=SYSTEM)
    applicant = party_id if actor.kind == "integration" else actor.id
    if actor.kind not in ("borrower", "integration"):
        raise NotYourAct(act="start_application")
    outside = actor.kind == "integration" and not actor.sees(contract.branch)
    if contract.party_id != applicant or outside:
        raise CaseNotFound(contract_id=str(contract_id))
    with transaction.atomic():
        number = _next_number(at)
        live = Case.objects.select_for_update().filter(contract_id=contract_id).exclude(status__in=states.ENDED).first()
        if live is not None:
            return _resumed(live, code_verified_at)
        case = Case(
            created_at=at,
            number=number,
            party_id=contract.party_id,
            contract_id=contract_id,
            branch=contract.branch,
            product=contract.product,
            currency=contract.currency,
            channel=channel,
            policy_version=policy().version,
            code_verified_at=code_verified_at,
            due_minor=contract.due_now.amount_minor,
            balance_minor=contract.balance.total.amount_minor,
            days_past_due=contract.days_past_due,
            bucket=contract.bucket,
            figures_on=clock.bank_day(at),
            version=0,
        )
        desk.put(case, at=at, status="draft")
        facts = {"number": number, "contract": str(contract_id), "channel": channel}
        desk.write(case, act="start_application", actor=actor, at=at, facts=facts)
    return desk.done(case)


def _next_number(at: datetime) -> str:
    """``HY-2026-004817``: the year of the bank's calendar and a running number. Locks the year's row."""
    year = clock.bank_day(at).year
    NumberSeries.objects.get_or_create(year=year)
    NumberSeries.objects.filter(year=year).update(last=F("last") + 1)
    return f"HY-{year}-{NumberSeries.objects.get(year=year).last:06d}"


def _resumed(case: Case, code_verified_at: datetime | None) -> Done:
    if case.status != "draft":
        raise CaseOpenAlready(case_id=str(case.id), number=case.number)
    if code_verified_at:
        case.code_verified_at = code_verified_at
        case.save(update_fields=["code_verified_at"])
    return desk.done(case)


def save_answers(*, case_id: UUID, step: str, values: Mapping[str, object], actor: Actor, at: datetime) -> Done:
    """Keep the answers of one step, replacing what was there. Raises BadAnswers with a code for each field.

    Health and family details (``happened.sensitive_words``) go to a table of their own and need their own consent.
    """
    if step not in application.STEP_KEYS:
        raise BadAnswers(step=step, fields={"step": "unknown"})
    clean, wrong = application.read_step(step, values, policy(), today=clock.bank_day(at))
    if wrong:
        raise BadAnswers(step=step, fields=wrong)
    with transaction.atomic():
        case = desk.take(case_id, act="save_answers", actor=actor, at=at)
        envelope = Envelope(case.party_id, at=at)
        if step == "happened":
            _keep_sensitive(case, clean, envelope, at)
        Answer.objects.update_or_create(
            case=case,
            step=step,
            defaults={"values_sealed": envelope.close_values(clean, ANSWERS), "saved_at": at},
            create_defaults={
                "created_at": at,
                "saved_at": at,
                "values_sealed": envelope.close_values(clean, ANSWERS),
            },
        )
        desk.put(case, at=at, restart_clock=False)
        desk.write(case, act="save_answers", actor=actor, at=at, facts={"step": step, "fields": sorted(clean)})
    return desk.done(case)


def _keep_sensitive(case: Case, clean: dict[str, Value], envelope: Envelope, at: datetime) -> None:
    """Move the sensitive words out of ``clean`` into their own row; without consent, empty that row."""
    words = str(clean.pop("sensitive_words", "") or "")
    row = SensitiveAnswer.objects.filter(case=case).first()
    if clean.get("sensitive_consent"):
        row = row or SensitiveAnswer(case=case, created_at=at, consent_at=at)
        if row.revoked_at:
            row.consent_at, row.revoked_at = at, None
        row.statement = policy().sensitive_statement.key
        row.words_sealed = envelope.close(words, SENSITIVE)
        row.save()
    elif row is not None and row.revoked_at is None:
        row.words_sealed, row.revoked_at = b"", at
        row.save()


def revoke_sensitive(*, case_id: UUID, actor: Actor, at: datetime) -> Done:
    """Take back the consent for health and family details: the words are erased, the negotiation goes on."""
    with transaction.atomic():
        case = _own(case_id, actor, at)
        row = SensitiveAnswer.objects.filter(case=case, revoked_at__isnull=True).first()
        if row is not None:
            row.words_sealed, row.revoked_at = b"", at
            row.save()
            desk.write(case, act="revoke_sensitive", actor=actor, at=at, subject=f"negotiation_sensitive:{row.id}")
    return desk.done(case)


def _own(case_id: UUID, actor: Actor, at: datetime) -> Case:
    """The borrower's own case in any state, locked."""
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None or actor.kind not in ("borrower", "integration") or not desk.visible(actor, case, at=at):
        raise CaseNotFound(case_id=str(case_id))
    return case


def submit(*, case_id: UUID, actor: Actor, at: datetime, seen_version: int | None = None) -> Done:
    """Hand the application in. Raises NotComplete with every missing step and field.

    Freezes the answers, runs the checks, names a reviewer, and puts the bank to move within its service level.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="submit", actor=actor, at=at, seen_version=seen_version)
        envelope = Envelope(case.party_id, at=at)
        answers = stored_answers(case, envelope)
        missing = application.missing_steps(answers, policy(), today=clock.bank_day(at))
        if missing:
            raise NotComplete(steps=missing)
        submission = _freeze(case, answers, envelope, at)
        case.submitted_at = case.submitted_at or at
        findings.run(case, answers, submission=submission.number, at=at)
        _agree_hours(case, answers, submission, actor, at)
        assignment.place(case, role="reviewer", at=at)
        desk.put(case, at=at, status="in_review" if submission.number > 1 and case.reviewer_id else "submitted")
        desk.write(
            case,
            act="submit",
            actor=actor,
            at=at,
            subject=f"negotiation_submission:{submission.id}",
            facts={"submission": submission.number, "statement": submission.statement},
            digests={"answers": submission.digest},
        )
        desk.emit(ApplicationSubmitted(case_id=case.id, party_id=case.party_id, submission=submission.number), at=at)
        notices.send(case, "application_received", at=at)
    return desk.done(case, submission.id)


def stored_answers(case: Case, envelope: Envelope) -> dict[str, dict[str, Value]]:
    """Step → clean values, without the sensitive words."""
    return {row.step: envelope.open_values(row.values_sealed, ANSWERS) for row in case.answers.all()}


def _freeze(case: Case, answers: Mapping[str, Mapping[str, Value]], envelope: Envelope, at: datetime) -> Submission:
    return Submission.objects.create(
        created_at=at,
        case=case,
        number=case.submissions.count() + 1,
        answers_sealed=envelope.close_values(answers, SUBMITTED),
        digest=digest(envelope.key + canonical_bytes(answers)),
        statement=policy().truth_statement.key,
        channel=case.channel,
        mobile_index=findings.mobile_index(str(answers["contact"]["mobile"])),
    )


def _agree_hours(
    case: Case, answers: Mapping[str, Mapping[str, Value]], submission: Submission, actor: Actor, at: datetime
) -> None:
    """The hours that the borrower asks for bind every contact from now on (GB/T 45251-2025, 5.3).

    Handed in again unchanged they bind nobody anew: they may have been changed or ended since.
    """
    before = Submission.objects.filter(case=case, number=submission.number - 1).first()
    if before is not None and not case.answers.filter(step="contact", saved_at__gt=before.created_at).exists():
        return
    start, end = (_hour(answers["contact"].get(name)) for name in ("reach_from", "reach_until"))
    if start and end and start != end:
        compliance.agree_hours(
            party_id=case.party_id,
            start=start,
            end=end,
            evidence=f"negotiation_submission:{submission.id}",
            actor=actor,
            at=at,
        )


def _hour(typed: Value) -> time | None:
    """The clock time; the end of the day as its last minute."""
    return time.fromisoformat(str(typed).replace("24:00", "23:59")) if typed else None


def withdraw(*, case_id: UUID, actor: Actor, at: datetime, reason: str = "", seen_version: int | None = None) -> Done:
    """The borrower takes the application back; it costs nothing. A change request taken back leaves the plan alone."""
    with transaction.atomic():
        case = desk.take(case_id, act="withdraw", actor=actor, at=at, seen_version=seen_version)
        drop_ceremony(case, actor=actor if actor.kind == "borrower" else SYSTEM, at=at)
        standing = ("draft", "awaiting_approval", "open", "accepted")
        versions.withdraw_all(Offer.objects.filter(case=case, round=case.round, status__in=standing), at=at)
        back_to = follow.end_round(case, at=at) or "withdrawn"
        case.end_reason = "" if back_to != "withdrawn" else "withdrawn"
        follow.rest(case, back_to, at=at)
        desk.write(case, act="withdraw", actor=actor, at=at, texts={"reason": reason})
        if case.status == "withdrawn":
            desk.emit(CaseEnded(case_id=case.id, party_id=case.party_id, status="withdrawn"), at=at)
    return desk.done(case)
