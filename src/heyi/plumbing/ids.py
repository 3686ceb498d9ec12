"""The only place that makes ids and secrets."""

from __future__ import annotations

import os
import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): sorted by time of creation, 74 random bits."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def new_code(digits: int = 6) -> str:
    """A one-time code of decimal digits, each equally likely."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def new_token(size: int = 16) -> str:
    """An unguessable URL-safe token of ``size`` random bytes."""
    return secrets.token_urlsafe(size)


def random_bytes(size: int) -> bytes:
    """``size`` bytes from the operating system, for keys and salts."""
    return os.urandom(size)
