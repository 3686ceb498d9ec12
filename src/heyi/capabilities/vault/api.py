"""The door for doing."""

from heyi.capabilities.vault.actions import (
    accept_upload,
    get,
    lift_legal_hold,
    place_legal_hold,
    preview,
    put,
    scrub,
    shred,
    subject_key,
    subject_keys,
)
from heyi.capabilities.vault.copies import probe
from heyi.capabilities.vault.domain import (
    Damaged,
    HeldByLaw,
    NoPreview,
    NoSuchHold,
    NoSuchObject,
    NotYours,
    ScrubReport,
    Shredded,
    StoreAway,
    StoredObject,
    UnknownKind,
    UnsafeFile,
)
from heyi.capabilities.vault.keys import system_key
from heyi.capabilities.vault.queries import describe, objects_of, shredded_at, under_legal_hold

__all__ = [
    "Damaged",
    "HeldByLaw",
    "NoPreview",
    "NoSuchHold",
    "NoSuchObject",
    "NotYours",
    "ScrubReport",
    "Shredded",
    "StoreAway",
    "StoredObject",
    "UnknownKind",
    "UnsafeFile",
    "accept_upload",
    "describe",
    "get",
    "lift_legal_hold",
    "objects_of",
    "place_legal_hold",
    "preview",
    "probe",
    "put",
    "scrub",
    "shred",
    "shredded_at",
    "subject_key",
    "subject_keys",
    "system_key",
    "under_legal_hold",
]
