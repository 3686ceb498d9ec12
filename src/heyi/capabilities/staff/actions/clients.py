"""Machines that may call the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import Agency, ApiClient
from heyi.capabilities.staff.queries import client_view
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing.ids import new_token

KEY_BYTES = 32
PREFIX = "heyi_"
"""Makes a leaked key recognisable to secret scanners."""


def create_client(
    *,
    name: str,
    actor: Actor,
    at: datetime,
    branches: Iterable[str] = (),
    agency_id: UUID | None = None,
    until: datetime | None = None,
) -> domain.NewClient:
    """A new API client and its key, shown this once. ``branches``: codes, or ``*``; none for one of an agency.

    Raises NameTaken, UnknownBranch, UnknownAgency, Invalid.
    """
    checks.authorise(actor)
    wanted = sorted(set(branches))
    token = PREFIX + new_token(KEY_BYTES)
    with transaction.atomic():
        for code in wanted:
            if code != "*":
                checks.branch_row(code)
        if bool(wanted) == bool(agency_id):
            raise Invalid(fields={"branches": "missing" if agency_id is None else "not_for_agencies"})
        if agency_id is not None and not Agency.objects.filter(pk=agency_id).exists():
            raise domain.UnknownAgency(agency=str(agency_id))
        if ApiClient.objects.filter(name=name).exists():
            raise domain.NameTaken(field="name")
        row = ApiClient.objects.create(
            created_at=at,
            name=checks.text("name", name, longest=60),
            key_hash=domain.key_digest(token),
            branches=wanted,
            agency_id=agency_id,
            created_by=actor.label,
            until=until,
        )
        checks.note(actor, "create_client", f"apiclient:{row.id}", at, branches=wanted, agency=str(agency_id or ""))
    return domain.NewClient(client=client_view(row), token=token)


def revoke_client(*, client_id: UUID, reason: str, actor: Actor, at: datetime) -> domain.ClientView:
    """End a client: its key is refused from the next call on. Raises Invalid when there is none in force."""
    checks.authorise(actor)
    reason = checks.text("reason", reason)
    with transaction.atomic():
        row = ApiClient.objects.select_for_update().filter(pk=client_id, revoked_at__isnull=True).first()
        if row is None:
            raise Invalid(fields={"client_id": "not_in_force"})
        row.revoked_at, row.revoked_by, row.revoke_reason = at, actor.label, reason
        row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        checks.note(actor, "revoke_client", f"apiclient:{row.id}", at)
    return client_view(row)
