"""Authenticated encryption of single values and blind indexes for equality search.

Trusted: the 32-byte keys given by the caller. Whoever has the database alone reads nothing and cannot move a value to
another row or column without being noticed, because ``context`` (table.column) and the key are bound to it.
AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; at most 2**32 values under one key, and each person has one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from heyi.kit.problems import Problem
from heyi.plumbing.ids import random_bytes

VERSION: Final = b"\x01"
NONCE_SIZE: Final = 12


class SealBroken(Problem):
    """The stored value was changed, moved, or belongs to another key."""

    code = "plumbing.seal_broken"
    status = 500


def seal(key: bytes, value: bytes | str, *, context: str) -> bytes:
    """``version ‖ nonce ‖ ciphertext+tag``: 29 bytes longer than the value."""
    plain = value.encode() if isinstance(value, str) else value
    nonce = random_bytes(NONCE_SIZE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def seal_all(key: bytes, values: Iterable[tuple[str, str]]) -> list[bytes]:
    """``seal`` for many (context, text) of one person at once; b"" for an empty text. Half the time of one by one."""
    cipher = AESGCM(key)
    sealed = []
    for context, text in values:
        if text:
            nonce = random_bytes(NONCE_SIZE)
            sealed.append(VERSION + nonce + cipher.encrypt(nonce, text.encode(), context.encode()))
        else:
            sealed.append(b"")
    return sealed


def unseal(key: bytes, sealed: bytes, *, context: str) -> bytes:
    """The value again. Raises SealBroken for anything but the same key, context and bytes."""
    if sealed[:1] != VERSION:
        raise SealBroken(context=context)
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :], context.encode())
    except InvalidTag:
        raise SealBroken(context=context) from None


def unseal_text(key: bytes, sealed: bytes, *, context: str) -> str:
    """Like ``unseal`` for UTF-8 text."""
    return unseal(key, bytes(sealed), context=context).decode()


def blind_index(key: bytes, value: str, *, context: str) -> str:
    """A keyed digest (HMAC-SHA-256, 128 bits) that finds equal values without showing them."""
    return hmac.digest(key, f"{context}\x00{value}".encode(), "sha256").hex()[:32]
