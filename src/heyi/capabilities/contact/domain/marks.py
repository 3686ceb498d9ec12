"""The short code on every message and letter, with which whoever holds it asks whether it is genuine. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a code read from paper is typed right."""
LENGTH: Final = 8
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class Genuine:
    """What the public may know of a message that was sent: the day, the way, and to whom, masked. Never the words."""

    sent_on: date
    channel: str
    to_masked: str


def code_of(random: bytes) -> str:
    """Eight characters from five random bytes: 2**40 codes."""
    number = int.from_bytes(random[:5], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))


def printed(code: str) -> str:
    """``ABCD-EFGH``, as it stands on the message."""
    return f"{code[:4]}-{code[4:]}"


def read_code(typed: str) -> str:
    """A code as people type it; empty when it cannot be one."""
    plain = "".join(typed.upper().split()).replace("-", "").translate(_MISREAD)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""
