"""Branches, and looking beyond one's own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.staff import domain
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import Branch, BranchPass
from heyi.capabilities.staff.queries import branch as branch_of_code
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.sealing import seal

REASON_CONTEXT = "staff.branchpass.reason"


def create_branch(
    *, code: str, name: str, name_en: str, city: str, phone: str = "", actor: Actor, at: datetime
) -> domain.BranchView:
    """Open a branch. Raises NotAllowed, NameTaken, Invalid."""
    checks.authorise(actor)
    with transaction.atomic():
        if Branch.objects.filter(code=code).exists():
            raise domain.NameTaken(field="code")
        row = Branch.objects.create(
            created_at=at,
            code=checks.text("code", code, longest=20),
            name=checks.text("name", name, longest=60),
            name_en=checks.text("name_en", name_en, longest=80),
            city=checks.text("city", city, longest=40),
            phone=phone,
        )
        checks.note(actor, "create_branch", f"branch:{row.id}", at, code=code)
    return branch_of_code(code)


def look_beyond_branch(
    *, actor: Actor, case_id: UUID, branch: str, reason: str, at: datetime, hours: int = 8
) -> domain.Pass:
    """``actor`` may see one case of ``branch`` for ``hours`` (1 … 72). The reason is sealed, the act journaled.

    Raises NotAllowed for who does no case work, UnknownBranch, Invalid (no reason, hours out of range).
    """
    if actor.kind != "staff" or actor.id is None or not actor.has(*domain.CASE_ROLES):
        raise NotAllowed(needs=sorted(domain.CASE_ROLES))
    reason = checks.text("reason", reason)
    until = domain.pass_until(at, hours)
    with transaction.atomic():
        member, row_branch = checks.locked(actor.id), checks.branch_row(branch)
        row = BranchPass.objects.create(
            created_at=at,
            member=member,
            case_id=case_id,
            branch=row_branch.code,
            reason_sealed=seal(vault.system_key("staff"), reason, context=REASON_CONTEXT),
            until=until,
        )
        checks.note(actor, "look_beyond_branch", f"branchpass:{row.id}", at, case_id=case_id, branch=branch)
    return domain.Pass(id=row.id, case_id=case_id, branch=branch, until=until)
