"""What a signature over a pack says, and whether it holds. Ed25519 (RFC 8032) over canonical JSON (RFC 8785).

Two signatures, two meanings. The committee's covers the content alone and is made with a key that the bank keeps away
from this installation (``heyi packs sign``). The installation's covers one adoption: which content holds, since when,
by which approval; it ties the row of the database to the master key, so whoever has the database alone cannot adopt.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from heyi.kit.canonical import canonical_bytes

CONTENT: Final = "heyi.pack.v1"
ADOPTION: Final = "heyi.pack_adoption.v1"


def content_statement(name: str, digest: str) -> dict[str, Any]:
    """What the committee signs: this content of this pack, and nothing else."""
    return {"says": CONTENT, "pack": name, "digest": digest}


def adoption_statement(
    *, name: str, digest: str, holds_from: datetime, way: str, approval_id: UUID | None, adopted_by: str
) -> dict[str, Any]:
    """What the installation signs when a version begins to hold."""
    return {
        "says": ADOPTION,
        "pack": name,
        "digest": digest,
        "holds_from": holds_from.isoformat(timespec="microseconds"),
        "way": way,
        "approval": str(approval_id) if approval_id else None,
        "adopted_by": adopted_by,
    }


def sign(key: Ed25519PrivateKey, statement: Mapping[str, Any]) -> str:
    """The signature, base64, 88 characters."""
    return base64.b64encode(key.sign(canonical_bytes(dict(statement)))).decode()


def holds(public_key: str, statement: Mapping[str, Any], signature: str) -> bool:
    """True when the key (base64 of 32 bytes) signed this statement."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical_bytes(dict(statement)))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def public_text(key: Ed25519PublicKey) -> str:
    """The public key as settings write it: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes_raw()).decode()
