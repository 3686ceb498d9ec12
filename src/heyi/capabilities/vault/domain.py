"""What the vault keeps, for how long, and what it refuses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound, Problem, Unavailable

OBJECT_LIMIT: Final = 64 * 2**20
PIXEL_LIMIT: Final = 50_000_000
PAGE_LIMIT: Final = 200
PREVIEW_SIDE: Final = 1600
NAME_LIMIT: Final = 120

_UNFIT_FOR_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class UnsafeFile(Invalid):
    """The upload is not kept. ``reason``: empty · too_large · wrong_type · damaged · encrypted · active_content."""

    code = "vault.unsafe_file"


class Shredded(Problem):
    """This person's key was destroyed on request: what it sealed is gone for everybody."""

    code = "vault.shredded"
    status = 410


class Discarded(Problem):
    """The object's time was over: it was destroyed, and nobody can read it any more."""

    code = "vault.discarded"
    status = 410


class HeldByLaw(Conflict):
    """A legal hold stands, so nothing is erased. ``reasons`` names the holds."""

    code = "vault.held_by_law"


class NotYours(NotAllowed):
    """This act on keys or holds is for compliance and administrators."""

    code = "vault.not_allowed"


class WrongMasterKey(Problem):
    """A person's key opens neither with the master key nor with the one before. ``subject`` names the row."""

    code = "vault.wrong_master_key"
    status = 500


class NoSuchObject(NotFound):
    """There is no object with this id."""

    code = "vault.no_such_object"


class NoSuchHold(NotFound):
    """There is no standing hold with this id."""

    code = "vault.no_such_hold"


class Damaged(Problem):
    """Both copies are missing or changed. Restore the object from the backup, then run the scrub again."""

    code = "vault.damaged"
    status = 500


class StoreAway(Unavailable):
    """A store of objects does not answer; nothing was kept."""

    code = "vault.store_away"


class NoPreview(Problem):
    """This kind of file has no picture to show; offer the file itself."""

    code = "vault.no_preview"
    status = 415


class UnknownKind(Invalid):
    """The retention table does not know this kind of object."""

    code = "vault.unknown_kind"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What is known of an object without opening it. ``sha256`` and ``size`` are of the content as handed in.

    ``file_name`` is empty once the person's key is shredded, and ``readable`` is then False.
    """

    id: UUID
    sha256: str
    size: int
    media_type: str
    kind: str
    created_at: datetime
    subject_id: UUID | None
    case_id: UUID | None
    file_name: str
    retain_until: date | None
    readable: bool


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What one round over the stores found: objects checked, repaired from the other copy, lost in both."""

    checked: int
    repaired: tuple[UUID, ...]
    damaged: tuple[UUID, ...]

    @property
    def clean(self) -> bool:
        return not self.repaired and not self.damaged


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of object is kept after it came in, in years and days, and which rule says so."""

    kind: str
    years: int
    days: int
    source: str


def tidy_name(name: str) -> str:
    """A file name to show and to offer: last part only, no control or direction characters, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNFIT_FOR_A_NAME.sub("", last).strip(" .")[-NAME_LIMIT:]
