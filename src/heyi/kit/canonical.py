"""One byte form for one value (JSON Canonicalization Scheme, RFC 8785, restricted to strings, ints, bools, null)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID


class NotCanonical(TypeError):
    """The value holds something without a single byte form, such as a float."""


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotCanonical("a time without a zone")
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space. Raises NotCanonical for floats and unknown types."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: bytes | str) -> str:
    """SHA-256 as 64 hexadecimal characters."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
