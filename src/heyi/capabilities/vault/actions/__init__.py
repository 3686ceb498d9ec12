"""Verbs of the vault."""

from heyi.capabilities.vault.actions.legal_holds import lift_legal_hold, place_legal_hold
from heyi.capabilities.vault.actions.objects import discard, get, put, scrub
from heyi.capabilities.vault.actions.rotation import keys_to_rewrap, rewrap_keys
from heyi.capabilities.vault.actions.subject_keys import shred, subject_key, subject_keys
from heyi.capabilities.vault.actions.uploads import accept_upload, portrait, preview

__all__ = [
    "accept_upload",
    "discard",
    "get",
    "keys_to_rewrap",
    "lift_legal_hold",
    "place_legal_hold",
    "portrait",
    "preview",
    "put",
    "rewrap_keys",
    "scrub",
    "shred",
    "subject_key",
    "subject_keys",
]
