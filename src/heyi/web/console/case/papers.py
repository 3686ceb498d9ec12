"""The papers of a case: proofs, files sent in the talk, the agreement. Each opening has a purpose and is journaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.capabilities.vault import api as vault
from heyi.web.console.case import agreed
from heyi.web.console.case.opened import Opened, label

TYPES: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "application/pdf": "PDF"}


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for ``console/case/papers.html``."""
    return {
        "proofs": [_proof(page, one) for one in page.case.proofs],
        "sent": [_sent(page, message, file) for message in _with_files(page) for file in message.files],
        "ceremony": agreed.ceremony(page) if page.case.ceremony_id else None,
    }


def _with_files(page: Opened) -> tuple[negotiation.MessageView, ...]:
    return negotiation.messages_with_files(case_id=page.case.id, actor=page.actor, at=page.at)


def _proof(page: Opened, one: negotiation.ProofView) -> dict[str, Any]:
    return {
        "kind": label(page.rules.proof_kinds, one.kind),
        "name": one.file_name,
        "type": TYPES.get(one.media_type, one.media_type),
        "size": filesizeformat(one.size),
        "at": one.at,
        "sha256": one.sha256,
        "href": page.href("paper", one.object_id),
    }


def _sent(page: Opened, message: negotiation.MessageView, file: negotiation.FileView) -> dict[str, Any]:
    return {
        "name": file.file_name,
        "type": TYPES.get(file.media_type, file.media_type),
        "size": filesizeformat(file.size),
        "at": message.at,
        "side": "bank" if message.side == "bank" else "you",
        "who": message.author_name or page.case.party_name,
        "href": page.href("paper", file.object_id),
    }


def named(page: Opened, object_id: UUID) -> dict[str, Any]:
    """What a paper of this case is called, without opening it. Raises CaseNotFound for any other object."""
    known = {one.object_id: (one.file_name, one.media_type) for one in page.case.proofs}
    known |= {
        file.object_id: (file.file_name, file.media_type) for message in _with_files(page) for file in message.files
    }
    if object_id not in known:
        raise negotiation.CaseNotFound(object_id=str(object_id))
    name, media_type = known[object_id]
    return {"name": name, "media_type": media_type, "picture": media_type.startswith("image/")}


def agreement(page: Opened, language: str, purpose: str) -> tuple[bytes, str]:
    """The newest file of the agreement in one language, and its name. Journaled. Raises NoSuchCeremony."""
    if page.case.ceremony_id is None:
        raise signing.NoSuchCeremony
    object_id = signing.document(ceremony_id=page.case.ceremony_id, language="en" if language == "en" else "zh")
    data = vault.get(object_id=object_id, actor=page.actor, at=page.at, purpose=purpose)
    return data, f"{page.case.number}-{language}.pdf"
