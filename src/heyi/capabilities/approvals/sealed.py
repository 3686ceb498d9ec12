"""Texts of approvals at rest.

Words about a case are sealed under the borrower's key where there is one, so shredding takes them along. The impact
assessment is about the processing, names nobody and is kept at least three years (PIPL 56): it has the room's key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from heyi.capabilities.vault import api as vault
from heyi.plumbing.sealing import seal, unseal_text

ASSESSMENT, IMPACT = "approvals_request.assessment", "approvals_request.impact"
REASON, CONDITION, PROOF = "approvals_vote.reason", "approvals_condition.text", "approvals_confirmation.proof"
ENDING, LAPSE = "approvals_ending.reason", "approvals_lapse.reason"
GONE = ""
"""What is read of a text whose person was shredded."""


def key_for(party_id: UUID | None, *, at: datetime) -> bytes:
    """The key of texts about this person, or the room's own. Raises Shredded."""
    return vault.subject_key(subject_id=party_id, at=at) if party_id else room_key()


def room_key() -> bytes:
    return vault.system_key("approvals")


def close(key: bytes, text: str, context: str) -> bytes:
    """Sealed text; nothing for nothing."""
    return seal(key, text, context=context) if text else b""


def open_text(key: bytes | None, sealed: bytes | memoryview, context: str) -> str:
    """The text again; empty when there was none or its key is gone."""
    return unseal_text(key, bytes(sealed), context=context) if key and sealed else GONE


def close_answers(key: bytes, answers: Mapping[str, str], context: str) -> bytes:
    return seal(key, json.dumps(dict(answers), ensure_ascii=False, sort_keys=True), context=context)


def open_answers(key: bytes | None, sealed: bytes | memoryview, context: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(open_text(key, sealed, context) or "{}")
    return found
