"""Verbs of the vault."""

from heyi.capabilities.vault.actions.legal_holds import lift_legal_hold, place_legal_hold
from heyi.capabilities.vault.actions.objects import get, put, scrub
from heyi.capabilities.vault.actions.subject_keys import shred, subject_key, subject_keys
from heyi.capabilities.vault.actions.uploads import accept_upload, preview

__all__ = [
    "accept_upload",
    "get",
    "lift_legal_hold",
    "place_legal_hold",
    "preview",
    "put",
    "scrub",
    "shred",
    "subject_key",
    "subject_keys",
]
