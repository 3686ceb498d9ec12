"""How keys hang together: master key → person's key → object's key. Each is sealed under the one above it."""

from __future__ import annotations

from uuid import UUID

from heyi.plumbing import master_key
from heyi.plumbing.sealing import seal, unseal


def system_key(name: str) -> bytes:
    """The 32-byte key of this name for system data and blind indexes; no person's, never shredded."""
    return master_key.derived(f"vault/system/{name}")


def wrap_subject_key(subject_id: UUID, key: bytes) -> bytes:
    """The person's key, sealed under the master key and bound to the person."""
    return seal(_wrapping(), key, context=f"vault.subject_key:{subject_id}")


def unwrap_subject_key(subject_id: UUID, wrapped: bytes | memoryview) -> bytes:
    """The person's key again. Raises SealBroken."""
    return unseal(_wrapping(), bytes(wrapped), context=f"vault.subject_key:{subject_id}")


def wrap_object_key(object_id: UUID, owner: bytes, key: bytes) -> bytes:
    """The object's key, sealed under its owner's key and bound to the object."""
    return seal(owner, key, context=f"vault.object_key:{object_id}")


def unwrap_object_key(object_id: UUID, owner: bytes, wrapped: bytes | memoryview) -> bytes:
    """The object's key again. Raises SealBroken."""
    return unseal(owner, bytes(wrapped), context=f"vault.object_key:{object_id}")


def _wrapping() -> bytes:
    return master_key.derived("vault/subject-keys")
