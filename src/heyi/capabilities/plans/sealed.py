"""Terms under the borrower's own key: the database alone does not show them, and erasure takes them along."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.plans.domain import PlanTerms, plain_terms, terms_from_plain
from heyi.capabilities.plans.models import Plan
from heyi.capabilities.vault import api as vault
from heyi.kit.canonical import canonical_bytes
from heyi.plumbing import sealing

CONTEXT: Final = "plans.plan.terms"


def seal_terms(terms: PlanTerms, *, party_id: UUID, at: datetime) -> bytes:
    """The canonical form of the terms, sealed."""
    key = vault.subject_key(subject_id=party_id, at=at)
    return sealing.seal(key, canonical_bytes(plain_terms(terms)), context=CONTEXT)


def open_terms(row: Plan) -> PlanTerms:
    """The terms of a plan. Raises vault's Shredded when the borrower was erased."""
    key = vault.subject_key(subject_id=row.party_id, at=row.created_at)
    return terms_from_plain(json.loads(sealing.unseal(key, bytes(row.terms_sealed), context=CONTEXT)))
