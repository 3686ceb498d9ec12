"""Changes of the rules that were asked for, and what they would change."""

from __future__ import annotations

from uuid import UUID

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import Pack
from heyi.capabilities.compliance.domain.proposals import Proposal
from heyi.capabilities.compliance.domain.wording import Change, compare
from heyi.capabilities.compliance.models import PackProposal, PackVersion
from heyi.capabilities.compliance.problems import ProposalNotFound
from heyi.capabilities.compliance.queries import packs

PAGE = 100


def proposal(*, proposal_id: UUID) -> Proposal:
    """One proposal. Raises ProposalNotFound."""
    row = PackProposal.objects.select_related("version").defer("version__content").filter(id=proposal_id).first()
    if row is None:
        raise ProposalNotFound(proposal=str(proposal_id))
    return _of(row)


def proposals() -> tuple[Proposal, ...]:
    """The newest hundred, the newest first."""
    rows = PackProposal.objects.select_related("version").defer("version__content").order_by("-created_at", "-id")
    return tuple(_of(row) for row in rows[:PAGE])


def packs_of(found: Proposal) -> tuple[Pack, Pack]:
    """The pack that held when it was proposed, and the one that would hold."""
    base = PackVersion.objects.filter(digest=found.base).values_list("version", flat=True).first()
    before = packs.pack_of(base) if base else packs.pack(found.name, at=found.proposed_at)
    return before, packs.pack_of(found.version)


def changes_of(found: Proposal) -> tuple[Change, ...]:
    """What it would change, in words."""
    before, after = packs_of(found)
    return compare(before, after, pack_files.words())


def compared(before: Pack, after: Pack) -> tuple[Change, ...]:
    """What differs between two packs, in words."""
    return compare(before, after, pack_files.words())


def _of(row: PackProposal) -> Proposal:
    return Proposal(
        id=row.id,
        name=row.name,
        way=row.way,
        version=row.version.version,
        digest=row.version.digest,
        base=row.base,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.created_at,
        holds_from=row.holds_from,
        approval_id=row.approval_id,
        state=row.state,
        ended_at=row.ended_at,
        note=row.note,
        committee_key=row.committee_key,
        figures=dict(row.figures),
    )
