"""The journal's own keys, both from the master key: one marks what the application wrote, one signs checkpoints."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from heyi.plumbing import master_key


def entry_mac(entry: bytes) -> bytes:
    """The mark of an entry that the application wrote. 32 bytes."""
    return hmac.digest(master_key.derived("journal/entry"), entry, "sha256")


def leaf_mac(index: int, leaf_hash: bytes) -> bytes:
    """The mark of a leaf that the sequencer placed at ``index``. 32 bytes."""
    return hmac.digest(master_key.derived("journal/leaf"), index.to_bytes(8, "big") + leaf_hash, "sha256")


def signing_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(master_key.derived("journal/checkpoint"))


def origin() -> str:
    """The log's name in its checkpoints: the public host and ``/journal``."""
    return f"{urlsplit(settings.HEYI.public_url).netloc}/journal"
