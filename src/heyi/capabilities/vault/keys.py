"""How keys hang together: master key → person's key → object's key. Each is sealed under the one above it.

A rotation of the master key wraps persons' keys anew; the keys themselves, and all that they seal, stay.
"""

from __future__ import annotations

from uuid import UUID

from heyi.plumbing import master_key
from heyi.plumbing.sealing import SealBroken, seal, unseal

WRAPPING = "vault/subject-keys"


def system_key(name: str) -> bytes:
    """The 32-byte key of this name for system data and blind indexes; no person's, never shredded."""
    return master_key.derived(f"vault/system/{name}")


def wrap_subject_key(subject_id: UUID, key: bytes) -> bytes:
    """The person's key, sealed under the master key and bound to the person."""
    return seal(_wrapping(), key, context=f"vault.subject_key:{subject_id}")


def unwrap_subject_key(subject_id: UUID, wrapped: bytes | memoryview) -> bytes:
    """The person's key again, also from before a rotation that is under way. Raises SealBroken."""
    sealed, context = bytes(wrapped), f"vault.subject_key:{subject_id}"
    try:
        return unseal(_wrapping(), sealed, context=context)
    except SealBroken:
        before = master_key.wrapping_before(WRAPPING)
        if before is None:
            raise
        return unseal(before, sealed, context=context)


def wrap_object_key(object_id: UUID, owner: bytes, key: bytes) -> bytes:
    """The object's key, sealed under its owner's key and bound to the object."""
    return seal(owner, key, context=f"vault.object_key:{object_id}")


def unwrap_object_key(object_id: UUID, owner: bytes, wrapped: bytes | memoryview) -> bytes:
    """The object's key again. Raises SealBroken."""
    return unseal(owner, bytes(wrapped), context=f"vault.object_key:{object_id}")


def _wrapping() -> bytes:
    return master_key.wrapping(WRAPPING)
