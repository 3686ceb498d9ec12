"""How this room seals and finds: contexts, the key of a person, the index of a contact point."""

from __future__ import annotations

import json
from typing import Final

from heyi.capabilities.contact.domain import Wording
from heyi.capabilities.vault import api as vault
from heyi.plumbing import sealing

BODY: Final = "contact.message.body"
DESTINATION: Final = "contact.message.destination"
NOTE: Final = "contact.ledger.note"
POINT_KEY: Final = "contact.point"
CODE_KEY: Final = "contact.code"


def point(destination: str) -> str:
    """A keyed digest of a number or address: equal points meet, nobody reads them."""
    if not destination:
        return ""
    return sealing.blind_index(vault.system_key(POINT_KEY), destination.strip().lower(), context="contact.point")


def seal_wording(key: bytes, wording: Wording) -> bytes:
    """Title, text and blocks as they were when the message was queued."""
    body = {"title": wording.title, "text": wording.text, "blocks": [list(block) for block in wording.blocks]}
    return sealing.seal(key, json.dumps(body, ensure_ascii=False), context=BODY)


def unseal_wording(key: bytes, sealed: bytes) -> Wording:
    """The words again. Raises SealBroken."""
    body = json.loads(sealing.unseal_text(key, sealed, context=BODY))
    return Wording(title=body["title"], text=body["text"], blocks=tuple((a, b) for a, b in body["blocks"]))
