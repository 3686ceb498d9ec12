"""The register of agencies: taken in, changed, evaluated, stopped; and the people who work for them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import Agency, AgencyAgent, AgencyEvaluation
from heyi.capabilities.staff.policy import agency_policy
from heyi.capabilities.staff.queries.agencies import agency_view, agent_view
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, NotAllowed
from heyi.plumbing.clock import bank_day

LONGEST = {
    "code": 20, "name": 80, "name_en": 120, "credit_code": 18, "licence_no": 60, "contact_name": 60, "phone": 30,
    "complaint_phone": 30, "address": 160, "contract_no": 60,
}  # fmt: skip


def register_agency(*, entry: domain.AgencyEntry, actor: Actor, at: datetime) -> domain.AgencyView:
    """Take an agency into the register. Raises NotAllowed, NameTaken, UnknownBranch, AgencyDates, Invalid."""
    _keeper(actor)
    _sound(entry)
    with transaction.atomic():
        if Agency.objects.filter(code=entry.code).exists():
            raise domain.NameTaken(field="code")
        row = Agency.objects.create(created_at=at, created_by=actor.label, **_columns(entry))
        _note(actor, "register_agency", row, at, code=entry.code, until=entry.contract_until.isoformat())
    return agency_view(row, day=bank_day(at))


def change_agency(*, agency_id: UUID, entry: domain.AgencyEntry, actor: Actor, at: datetime) -> domain.AgencyView:
    """Keep the entry as it is now. The contract is not prolonged beyond an overdue evaluation.

    Raises NotAllowed, UnknownAgency, NameTaken, AgencyState, AgencyDates, Invalid.
    """
    _keeper(actor)
    _sound(entry)
    with transaction.atomic():
        row = _locked(agency_id)
        if row.status == "ended":
            raise domain.AgencyState(status=row.status)
        if Agency.objects.filter(code=entry.code).exclude(pk=row.pk).exists():
            raise domain.NameTaken(field="code")
        before = agency_view(row, day=bank_day(at))
        domain.check_extension(before.entry, entry, due=before.evaluation_due)
        changed = [name for name, value in _columns(entry).items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, _columns(entry)[name])
        row.save(update_fields=changed)
        _note(actor, "change_agency", row, at, changed=changed, until=row.contract_until.isoformat())
    return agency_view(row, day=bank_day(at))


def set_agency_status(*, agency_id: UUID, status: str, reason: str, actor: Actor, at: datetime) -> domain.AgencyView:
    """Suspend, take back or end an agency; from that moment the gate is closed to it, or open again.

    Raises NotAllowed, UnknownAgency, AgencyState, Invalid.
    """
    _keeper(actor)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        row = _locked(agency_id)
        if status not in domain.AGENCY_NEXT[row.status]:
            raise domain.AgencyState(status=row.status, possible=sorted(domain.AGENCY_NEXT[row.status]))
        before, row.status, row.status_reason = row.status, status, reason
        row.save(update_fields=["status", "status_reason"])
        _note(actor, "set_agency_status", row, at, before=before, status=status)
    return agency_view(row, day=bank_day(at))


def evaluate_agency(
    *, agency_id: UUID, on: date, outcome: str, words: str, actor: Actor, at: datetime
) -> domain.EvaluationView:
    """Write down a look at an agency. ``failed`` closes the gate to it. Raises NotAllowed, UnknownAgency, Invalid."""
    _keeper(actor)
    if outcome not in domain.EVALUATION_OUTCOMES:
        raise Invalid(fields={"outcome": "unknown"})
    if on > bank_day(at):
        raise domain.AgencyDates(fields={"on": "future"})
    words = checks.text("words", words, longest=1000)
    with transaction.atomic():
        row = AgencyEvaluation.objects.create(
            created_at=at, agency=_locked(agency_id), on=on, outcome=outcome, words=words, by=actor.label
        )
        _note(actor, "evaluate_agency", row.agency, at, on=on.isoformat(), outcome=outcome)
    return domain.EvaluationView(row.id, row.on, row.outcome, row.words, row.by, row.created_at)


def add_agent(
    *,
    agency_id: UUID,
    number: str,
    name: str,
    certificate_no: str,
    certificate_until: date,
    actor: Actor,
    at: datetime,
) -> domain.AgentView:
    """Somebody of the agency who may call or visit; the same number again renews the certificate.

    Raises NotAllowed, UnknownAgency, AgencyDates (longer than the yearly training allows), Invalid.
    """
    _keeper(actor)
    if certificate_until > bank_day(at) + agency_policy().certificate_longest:
        raise domain.AgencyDates(fields={"certificate_until": "too_long"})
    kept = {
        "name": checks.text("name", name, longest=60),
        "certificate_no": checks.text("certificate_no", certificate_no, longest=60),
        "certificate_until": certificate_until,
    }
    with transaction.atomic():
        agency = _locked(agency_id)
        row, new = AgencyAgent.objects.update_or_create(
            agency=agency,
            number=checks.text("number", number, longest=30),
            ended_at=None,
            defaults=kept,
            create_defaults={"created_at": at, **kept},
        )
        act = "add_agent" if new else "renew_agent"
        _note(actor, act, agency, at, agent=str(row.id), until=certificate_until.isoformat())
    return agent_view(row)


def end_agent(*, agent_id: UUID, reason: str, actor: Actor, at: datetime) -> domain.AgentView:
    """They work for the agency no more. Raises NotAllowed, Invalid (not in force)."""
    _keeper(actor)
    checks.text("reason", reason)
    with transaction.atomic():
        row = AgencyAgent.objects.select_for_update().filter(pk=agent_id, ended_at__isnull=True).first()
        if row is None:
            raise Invalid(fields={"agent": "not_in_force"})
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        _note(actor, "end_agent", row.agency, at, agent=str(row.id))
    return agent_view(row)


def _keeper(actor: Actor) -> None:
    if not actor.has(*domain.AGENCY_KEEPERS):
        raise NotAllowed(needs=["compliance", "administrator"])


def _sound(entry: domain.AgencyEntry) -> None:
    domain.check_entry(entry)
    too_long = {name: "too_long" for name, most in LONGEST.items() if len(getattr(entry, name)) > most}
    if too_long:
        raise Invalid(fields=too_long)
    for code in entry.branches - {"*"}:
        checks.branch_row(code)


def _columns(entry: domain.AgencyEntry) -> dict[str, object]:
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(entry).items()}
    return texts | {"branches": sorted(entry.branches)}


def _locked(agency_id: UUID) -> Agency:
    row = Agency.objects.select_for_update().filter(pk=agency_id).first()
    if row is None:
        raise domain.UnknownAgency(agency=str(agency_id))
    return row


def _note(actor: Actor, act: str, row: Agency, at: datetime, **facts: object) -> None:
    checks.note(actor, act, f"agency:{row.id}", at, **facts)
