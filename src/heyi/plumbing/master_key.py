"""Keys that follow from the one master key (HKDF-SHA-256, RFC 5869): one name, one key.

Trusted: ``settings.HEYI_MASTER_KEY``, 32 bytes as hexadecimal, held outside the database. Whoever has it can open every
sealed value and sign as the log; whoever has the database alone can do neither.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def derived(name: str) -> bytes:
    """The 32-byte key of this name, the same for ever under one master key. Raises ImproperlyConfigured."""
    return _derived(settings.HEYI_MASTER_KEY, name)


@lru_cache(maxsize=64)
def _derived(master: str, name: str) -> bytes:
    try:
        secret = bytes.fromhex(master)
    except ValueError:
        secret = b""
    if len(secret) < 32:
        raise ImproperlyConfigured("HEYI_MASTER_KEY must be at least 64 hexadecimal characters; see docs/operations.md")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"heyi/{name}".encode()).derive(secret)
