"""Reads about agencies: the register, who may work on a day, whose certificates run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.models import Agency, AgencyAgent, AgencyEvaluation, ApiClient
from heyi.capabilities.staff.policy import agency_policy
from heyi.capabilities.staff.queries.people import client_view
from heyi.kit.actors import Actor
from heyi.plumbing import clock


def agency(*, agency_id: UUID, actor: Actor | None = None, day: date | None = None) -> domain.AgencyView:
    """One agency; with ``actor`` only if they may see it. Raises UnknownAgency."""
    row = Agency.objects.filter(pk=agency_id).first()
    if row is None or (actor is not None and not domain.sees_agency(actor, frozenset(row.branches), row.id)):
        raise domain.UnknownAgency(agency=str(agency_id))
    return agency_view(row, day=day)


def agencies(*, actor: Actor | None = None, day: date | None = None) -> list[domain.AgencyView]:
    """The register by name, ended ones last; with ``actor`` those that they may see."""
    rows = [
        row
        for row in Agency.objects.order_by("name")
        if actor is None or domain.sees_agency(actor, frozenset(row.branches), row.id)
    ]
    return sorted((agency_view(row, day=day) for row in rows), key=lambda view: view.status == "ended")


def agency_names(*, agency_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Names in Chinese and English for lists; unknown ids are missing."""
    rows = Agency.objects.filter(pk__in=set(agency_ids)).values_list("id", "name", "name_en")
    return {agency_id: (name, name_en) for agency_id, name, name_en in rows}


def evaluations(*, agency_id: UUID) -> list[domain.EvaluationView]:
    """All looks at an agency, newest first."""
    rows = AgencyEvaluation.objects.filter(agency_id=agency_id).order_by("-on", "-created_at")
    return [domain.EvaluationView(row.id, row.on, row.outcome, row.words, row.by, row.created_at) for row in rows]


def agents(*, agency_id: UUID) -> list[domain.AgentView]:
    """The agency's people, those still working first, by number."""
    rows = AgencyAgent.objects.filter(agency_id=agency_id).order_by("number", "created_at")
    return sorted((agent_view(row) for row in rows), key=lambda view: view.ended_at is not None)


def agent_certified(*, agency_id: UUID, number: str, day: date) -> bool:
    """True when the agency has an agent of this number whose certificate runs on ``day``."""
    row = AgencyAgent.objects.filter(agency_id=agency_id, number=number, ended_at__isnull=True).first()
    return row is not None and agent_view(row).certified(day)


def agency_clients(*, agency_id: UUID) -> list[domain.ClientView]:
    """The agency's API clients, the revoked ones too."""
    return [client_view(row) for row in ApiClient.objects.filter(agency_id=agency_id).order_by("name")]


def agency_view(row: Agency, *, day: date | None = None) -> domain.AgencyView:
    """The row as a value, with what it lacks on ``day`` (today by default)."""
    policy, entry = agency_policy(), entry_of(row)
    latest = row.evaluations.order_by("-on", "-created_at").first()
    evaluated_on, outcome = (latest.on, latest.outcome) if latest else (None, None)
    return domain.AgencyView(
        id=row.id,
        entry=entry,
        status=row.status,
        status_reason=row.status_reason,
        evaluated_on=evaluated_on,
        evaluation_due=domain.evaluation_due(entry.contract_from, evaluated_on, policy),
        lacks=domain.lacks(
            entry=entry,
            status=row.status,
            outcome=outcome,
            evaluated_on=evaluated_on,
            day=day or clock.today(),
            policy=policy,
        ),
    )


def entry_of(row: Agency) -> domain.AgencyEntry:
    """What the register holds."""
    plain = (
        *("code", "name", "name_en", "credit_code", "licence_no", "contact_name", "phone", "complaint_phone"),
        *("address", "contract_no", "contract_from", "contract_until", "announced_on"),
    )
    return domain.AgencyEntry(**{name: getattr(row, name) for name in plain}, branches=frozenset(row.branches))


def agent_view(row: AgencyAgent) -> domain.AgentView:
    """The row as a value."""
    return domain.AgentView(row.id, row.number, row.name, row.certificate_no, row.certificate_until, row.ended_at)
