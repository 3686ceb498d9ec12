"""What an entry says, byte for byte, and what may never stand in one."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any, Final
from uuid import UUID

from heyi.kit.canonical import canonical_bytes
from heyi.kit.problems import Invalid, NotFound, Problem

TEXT_LIMIT: Final = 200
FACTS_LIMIT: Final = 4096
_ID_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?![0-9A-Za-z])")
_MOBILE: Final = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z]|\.\d)")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class NotForTheJournal(Invalid):
    """A fact looks like personal data, is too long, or a digest is none. Nothing was written."""

    code = "journal.not_for_the_journal"
    status = 500


class NoSuchEntry(NotFound):
    """There is no entry with this id."""

    code = "journal.no_such_entry"


class NotYetPlaced(Problem):
    """The entry has no place in the tree yet; the sequencer gives it one within a second or so."""

    code = "journal.not_yet_placed"
    status = 503


class TreeDamaged(Problem):
    """The stored tree contradicts itself: nothing is signed on top of it. Run ``heyi verify-log``."""

    code = "journal.tree_damaged"
    status = 500


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry to read. ``actor`` is a label such as ``staff:018f…``; ``index`` is None until it has its place."""

    id: UUID
    index: int | None
    at: datetime
    actor: str
    act: str
    subject: str
    case_id: UUID | None
    party_id: UUID | None
    result: str
    facts: Mapping[str, Any]
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry stands in the log, to be checked by anybody who has the log's public key.

    ``leaf_hash`` is SHA-256(0x00 ‖ entry); ``proof`` leads from it to the root that ``checkpoint`` signs.
    """

    entry_id: UUID
    entry: bytes
    index: int
    leaf_hash: bytes
    proof: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written.

    ``kind``: content_changed · leaf_changed · missing · inserted · node_changed · checkpoint_mismatch ·
    signature_invalid. ``detail`` is a stable word or figures for the technician, never personal data.
    """

    kind: str
    entry_id: UUID | None
    index: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What the whole check found: entries in the tree, entries still waiting, checkpoints, faults."""

    size: int
    pending: int
    checkpoints: int
    faults: tuple[Fault, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


def entry_bytes(
    *,
    entry_id: str,
    at: str,
    actor: str,
    act: str,
    subject: str,
    case_id: str | None,
    party_id: str | None,
    result: str,
    facts: str,
    digests: str,
) -> bytes:
    """The canonical JSON (RFC 8785) that is hashed. ``facts`` and ``digests`` are canonical JSON objects already.

    Written by hand because a check of the whole log calls it for each entry; a test holds it to ``canonical_bytes``.
    """
    text = encode_basestring
    case = f'"{case_id}"' if case_id else "null"
    party = f'"{party_id}"' if party_id else "null"
    return (
        f'{{"act":{text(act)},"actor":{text(actor)},"at":"{at}","case":{case},"digests":{digests},"facts":{facts},'
        f'"id":"{entry_id}","party":{party},"result":{text(result)},"subject":{text(subject)},"v":1}}'
    ).encode()


def canonical_facts(facts: Mapping[str, Any] | None) -> str:
    """Facts as canonical JSON. Raises NotForTheJournal for long text and for anything shaped like personal data."""
    for value in _texts(facts or {}):
        if len(value) > TEXT_LIMIT:
            raise NotForTheJournal(why="too_long")
        if looks_personal(value):
            raise NotForTheJournal(why="personal_data")
    told = canonical_bytes(dict(facts or {})).decode()
    if len(told) > FACTS_LIMIT:
        raise NotForTheJournal(why="too_long")
    return told


def canonical_digests(digests: Mapping[str, str] | None) -> str:
    """Digests as canonical JSON. Raises NotForTheJournal unless each is 64 hexadecimal characters."""
    if not all(_DIGEST.fullmatch(value) for value in (digests or {}).values()):
        raise NotForTheJournal(why="not_a_digest")
    return canonical_bytes(dict(digests or {})).decode()


def salted(value: str | bytes, *, salt: bytes) -> str:
    """HMAC-SHA-256 of personal data, as hexadecimal. With a borrower's key as salt, shredding the key ends the link."""
    return hmac.digest(salt, value.encode() if isinstance(value, str) else value, "sha256").hex()


def looks_personal(text: str) -> bool:
    """True for text that holds an ID number (GB 11643, checksum right), a mainland mobile or an e-mail address."""
    if _MOBILE.search(text) or _EMAIL.search(text):
        return True
    return any(_id_number_holds(found.group()) for found in _ID_NUMBER.finditer(text))


def read_object(text: str) -> dict[str, Any]:
    """The JSON object in ``text``. Raises ValueError for anything else."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key, item in value.items() for text in (str(key), *_texts(item))]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def _id_number_holds(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
