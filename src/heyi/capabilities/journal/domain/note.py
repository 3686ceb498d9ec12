"""Checkpoints: the head of the tree as a C2SP signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), Ed25519.

    heyi.example/journal
    20852
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — heyi.example/journal Az3grl…

Who has the private key can sign a second history; only a copy of a checkpoint held by somebody else shows that.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519: Final = b"\x01"
DASH: Final = "\u2014"


class BadNote(ValueError):
    """The text is no checkpoint, or no signature on it holds under the given key."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the log's name, how many entries, which root."""

    origin: str
    size: int
    root: bytes


def sign_head(head: Head, key: Ed25519PrivateKey) -> str:
    """The checkpoint text, signed under the log's own name."""
    body = _body(head)
    told = _key_id(head.origin, key.public_key()) + key.sign(body.encode())
    return f"{body}\n{DASH} {head.origin} {_b64(told)}\n"


def open_head(note: str, key: Ed25519PublicKey) -> Head:
    """What the note says, once its signature by ``key`` holds. Raises BadNote."""
    body, blank, signatures = note.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or not (lines[1].isascii() and lines[1].isdigit()):
        raise BadNote("not a checkpoint")
    head = Head(origin=lines[0], size=int(lines[1]), root=_unb64(lines[2]))
    if not any(_holds(line, f"{body}\n", head.origin, key) for line in signatures.splitlines()):
        raise BadNote("no signature of this log holds")
    return head


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """The public key as other tools read it: ``name+hash+base64`` (C2SP vkey)."""
    return f"{origin}+{_key_id(origin, key).hex()}+{_b64(ED25519 + _raw(key))}"


def _body(head: Head) -> str:
    return f"{head.origin}\n{head.size}\n{_b64(head.root)}\n"


def _holds(line: str, body: str, origin: str, key: Ed25519PublicKey) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != DASH or name != origin:
        return False
    told = _unb64(encoded)
    if told[:4] != _key_id(origin, key):
        return False
    try:
        key.verify(told[4:], body.encode())
    except InvalidSignature:
        return False
    return True


def _key_id(origin: str, key: Ed25519PublicKey) -> bytes:
    return sha256(origin.encode() + b"\n" + ED25519 + _raw(key)).digest()[:4]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("not base64") from None
