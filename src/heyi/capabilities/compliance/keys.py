"""The installation's own key for adoptions of packs, from the master key."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from heyi.capabilities.compliance.domain.seals import public_text
from heyi.plumbing import master_key


def adoption_key() -> Ed25519PrivateKey:
    """Signs that a pack version holds from a moment on."""
    return Ed25519PrivateKey.from_private_bytes(master_key.derived("compliance/packs"))


def adoption_public_key() -> str:
    """Its public half, base64."""
    return public_text(adoption_key().public_key())
