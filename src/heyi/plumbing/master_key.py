"""Keys that follow from the one master key (HKDF-SHA-256, RFC 5869): one name, one key.

A master key is 32 bytes as hexadecimal. One that came by rotation (``renewed``) is followed by a dot and the *root* of
the first one, sealed under it. Two families hang on it:

- ``derived``: from the root. Blind indexes, the journal's signature, the authority's keys. They outlive a rotation: an
  index under another key finds nothing, and a log under another key does not verify.
- ``wrapping``: from the 32 bytes themselves. It wraps each person's own key, and is what a rotation changes. While one
  is under way, ``HEYI_MASTER_KEY_OLD`` opens what is not wrapped anew yet.

Trusted: ``settings.HEYI_MASTER_KEY``, held outside the database. Whoever has it can open every sealed value and sign as
the log; whoever has the database alone can do neither. Whoever kept an old master key and takes a new copy of the
database can guess at blind indexes and open system values, but no person's key.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from heyi.plumbing.ids import random_bytes
from heyi.plumbing.sealing import SealBroken, seal, unseal

SIZE: Final = 32
CONTEXT: Final = "master_key.root"


def derived(name: str) -> bytes:
    """The 32-byte key of this name, the same for ever, rotations included. Raises ImproperlyConfigured."""
    return _derived(_parts(settings.HEYI_MASTER_KEY)[1], name)


def wrapping(name: str) -> bytes:
    """The 32-byte key of this name that changes with the master key."""
    return _derived(_parts(settings.HEYI_MASTER_KEY)[0], name)


def wrapping_before(name: str) -> bytes | None:
    """The same under the master key before, while a rotation is under way."""
    return _derived(_parts(settings.HEYI_MASTER_KEY_OLD)[0], name) if settings.HEYI_MASTER_KEY_OLD else None


def mark() -> str:
    """Sixteen characters that tell which master key wrapped something; they give nothing of it away."""
    return wrapping("mark").hex()[:16]


def renewed() -> str:
    """A new master key that carries the root of the present one."""
    fresh = random_bytes(SIZE)
    return f"{fresh.hex()}.{seal(fresh, _parts(settings.HEYI_MASTER_KEY)[1], context=CONTEXT).hex()}"


def follows(new: str, old: str) -> bool:
    """True when ``new`` came from ``old`` by ``renewed``, so that both have one root. Raises ImproperlyConfigured."""
    return _parts(new)[1] == _parts(old)[1]


@lru_cache(maxsize=8)
def _parts(master: str) -> tuple[bytes, bytes]:
    """(the key itself, the root)."""
    own, _, carried = master.partition(".")
    try:
        secret, sealed = bytes.fromhex(own), bytes.fromhex(carried)
        root = unseal(secret, sealed, context=CONTEXT) if carried else secret
    except (ValueError, SealBroken):
        secret = root = b""
    if len(secret) < SIZE or len(root) < SIZE:
        raise ImproperlyConfigured(
            "HEYI_MASTER_KEY must be at least 64 hexadecimal characters, or what heyi rotate-key made; "
            "see docs/operations.md"
        )
    return secret, root


@lru_cache(maxsize=128)
def _derived(secret: bytes, name: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=f"heyi/{name}".encode()).derive(secret)
