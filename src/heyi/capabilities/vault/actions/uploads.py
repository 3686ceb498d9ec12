"""Files from outside: looked at hard before they are kept, shown only as fresh copies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.vault import inspection
from heyi.capabilities.vault.actions.objects import get, put
from heyi.capabilities.vault.domain import NoPreview, StoredObject, UnsafeFile
from heyi.capabilities.vault.queries import describe
from heyi.kit.actors import Actor


def accept_upload(
    *,
    data: bytes,
    file_name: str,
    kind: str,
    subject_id: UUID,
    actor: Actor,
    at: datetime,
    case_id: UUID | None = None,
) -> StoredObject:
    """Keep a JPEG, PNG, WebP or PDF as it was handed in, once it has been opened in full. At most ``upload_limit()``.

    The type is the content's, whatever the name says. Raises UnsafeFile with a reason, and what ``put`` raises.
    """
    media_type = inspection.inspect(data)
    return put(
        data=data,
        media_type=media_type,
        kind=kind,
        subject_id=subject_id,
        actor=actor,
        at=at,
        case_id=case_id,
        file_name=file_name,
    )


def preview(*, object_id: UUID, actor: Actor, at: datetime, purpose: str = "preview") -> bytes:
    """A JPEG copy of a picture: turned upright, at most 1,600 pixels a side, without EXIF. A reading, so journaled.

    Raises NoPreview for anything but a picture, and what ``get`` raises.
    """
    known = describe(object_id=object_id)
    if not known.media_type.startswith("image/"):
        raise NoPreview(media_type=known.media_type)
    return inspection.fresh_copy(get(object_id=object_id, actor=actor, at=at, purpose=purpose))


def portrait(data: bytes, *, side: int) -> bytes:
    """A picture from outside as a small JPEG, drawn anew; nothing is kept here. Raises UnsafeFile."""
    media_type = inspection.inspect(data)
    if not media_type.startswith("image/"):
        raise UnsafeFile(reason="wrong_type")
    return inspection.fresh_copy(data, side)
