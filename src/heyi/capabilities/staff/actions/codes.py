"""One-time codes at the login: five tries, and each code counts once, whichever process checks it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from heyi.capabilities.vault import api as vault
from heyi.plumbing import limits
from heyi.plumbing.sealing import blind_index

TRIES = 5
WINDOW = timedelta(minutes=15)
KEPT = 4
"""A code is valid for three steps of 30 seconds, so the last four that were used cover all that still could be."""
PURPOSE = "staff.code"
PASSWORD = "staff.password"  # noqa: S105  # the name of a counter
CONTEXT = "mfa.authenticator.used"


def spend_code_try(*, staff_id: UUID, at: datetime) -> int:
    """Count one try before the code is looked at. Returns the tries left; raises TooMany after five in 15 minutes."""
    return limits.spend(PURPOSE, str(staff_id), limit=TRIES, window=WINDOW, at=at)


def accept_code(*, staff_id: UUID, code: str) -> bool:
    """Note that a right code was used and forget the wrong tries. False when it was used before (RFC 6238, 5.2)."""
    mark = blind_index(vault.system_key("staff"), f"{staff_id}:{code.strip()}", context=CONTEXT)
    with transaction.atomic():
        totp = Authenticator.objects.select_for_update().filter(user_id=staff_id, type=Authenticator.Type.TOTP).first()
        if totp is not None:
            used: list[str] = totp.data.get("used", [])
            if mark in used:
                return False
            totp.data["used"] = [*used, mark][-KEPT:]
            totp.save(update_fields=["data"])
    limits.forgive(PURPOSE, str(staff_id))
    return True


def spend_password_try(*, staff_id: UUID, at: datetime) -> int:
    """The same for the present password where it is asked for again; logins are counted by the login library."""
    return limits.spend(PASSWORD, str(staff_id), limit=TRIES, window=WINDOW, at=at)


def password_was_right(*, staff_id: UUID) -> None:
    """Forget the wrong tries."""
    limits.forgive(PASSWORD, str(staff_id))
