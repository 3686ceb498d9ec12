"""One-time codes. Whoever asks learns nothing about whether the bank knows the person: same words, same work."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.contact import ports, sealed
from heyi.capabilities.contact.actions.send import Order, chosen_template, put
from heyi.capabilities.contact.domain import (
    CODE_LIFETIME,
    CODE_TRIES,
    CODES_PER_CLIENT,
    CODES_PER_PERSON,
    CODES_WINDOW,
    CodeCheck,
    CodePurposeUnknown,
    mask,
)
from heyi.capabilities.contact.models import CodeRecord
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import NotFound
from heyi.plumbing import limits, sealing
from heyi.plumbing.ids import new_code, new_id

TEMPLATES: Final = {"entry": "entry_code", "sign": "sign_code"}


def issue_code(
    *, party_id: UUID | None, purpose: str, at: datetime, client: str = "", claimed: str = "", language: str = "zh"
) -> str:
    """Send a six-digit code to the mobile number in the bank's record; returns that number masked.

    ``party_id`` None stands for a person that nobody found: everything looks and costs the same, and nothing is sent.
    ``claimed`` is the number that the person typed, if they typed one; its mask is the answer then. ``client`` is
    whatever tells one visitor from another (an address digest). Raises TooMany, CodePurposeUnknown.
    """
    if purpose not in TEMPLATES:
        raise CodePurposeUnknown(purpose=purpose)
    subject = _subject(party_id, claimed or client)
    limits.spend("contact.code", f"{purpose}:{subject}", limit=CODES_PER_PERSON, window=CODES_WINDOW, at=at)
    if client:
        who = sealing.blind_index(vault.system_key(sealed.CODE_KEY), client, context="contact.code.client")
        limits.spend("contact.code_client", who, limit=CODES_PER_CLIENT, window=CODES_WINDOW, at=at)
    with transaction.atomic():
        code = replace_code(subject=subject, purpose=purpose, at=at)
        shown = _post(party_id, subject, purpose, code, at, language)
    return mask("sms", claimed) if claimed else shown


def check_code(
    *, party_id: UUID | None, purpose: str, code: str, at: datetime, client: str = "", claimed: str = ""
) -> CodeCheck:
    """Is this the code? Counts the try. The answer is a value that is true exactly when the code was right.

    Call it outside of a transaction that may be rolled back, or the try is given back. For an unknown person give the
    same ``claimed`` and ``client`` as at issuing: the answers then look the same.
    """
    return check_standing_code(subject=_subject(party_id, claimed or client), purpose=purpose, code=code, at=at)


def replace_code(*, subject: str, purpose: str, at: datetime) -> str:
    """A new code for this keyed subject, in the caller's transaction; the old one ends. The caller sends it."""
    _replace(subject, purpose, at)
    code = new_code()
    row = CodeRecord(created_at=at, subject=subject, purpose=purpose, expires_at=at + CODE_LIFETIME)
    row.code_digest = _digest(row.id, code)
    row.save()
    return code


def check_standing_code(*, subject: str, purpose: str, code: str, at: datetime) -> CodeCheck:
    """``check_code`` for a subject that is no party: the same tries, the same answers."""
    with transaction.atomic():
        # Two that were asked for in the same moment may both stand: the newest counts, and the tries of all.
        standing = list(
            CodeRecord.objects.select_for_update()
            .filter(subject=subject, purpose=purpose, used_at__isnull=True, replaced_at__isnull=True)
            .order_by("-created_at", "-id")
        )
        row = standing[0] if standing else None
        if row is None or row.expires_at <= at:
            return CodeCheck("gone", 0, at)
        left = CODE_TRIES - sum(one.tries for one in standing)
        if left <= 0:
            return CodeCheck("used_up", 0, at)
        right = hmac.compare_digest(row.code_digest, _digest(row.id, code.strip()))
        row.tries, row.used_at = row.tries + 1, at if right else None
        row.save(update_fields=["tries", "used_at"])
        if right:
            _replace(subject, purpose, at)
    left -= 1
    return CodeCheck("right", left, at) if right else CodeCheck("wrong" if left else "used_up", left, at)


def _subject(party_id: UUID | None, otherwise: str) -> str:
    key = vault.system_key(sealed.CODE_KEY)
    who = f"party:{party_id}" if party_id else f"nobody:{otherwise}"
    return sealing.blind_index(key, who, context="contact.code.subject")


def _digest(code_id: UUID, code: str) -> str:
    """HMAC with a key outside of the database: a million possible codes cannot be tried on a stolen table."""
    return hmac.new(vault.system_key(sealed.CODE_KEY), f"{code_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _replace(subject: str, purpose: str, at: datetime) -> None:
    CodeRecord.objects.filter(subject=subject, purpose=purpose, used_at__isnull=True, replaced_at__isnull=True).update(
        replaced_at=at
    )


def _post(party_id: UUID | None, subject: str, purpose: str, code: str, at: datetime, language: str) -> str:
    """Queue the message; for nobody do the same work and undo it. Returns the masked number."""
    mobile = _mobile(party_id)
    with transaction.atomic():
        order = Order(
            actor=SYSTEM,
            party_id=party_id or new_id(),
            template=chosen_template(TEMPLATES[purpose]),
            values={"code": code, "minutes": int(CODE_LIFETIME.total_seconds() // 60)},
            channel="sms",
            destination=mobile or _invented(subject),
            language=language,
            expires_at=at + CODE_LIFETIME,
        )
        put(order, at)
        if not mobile:
            transaction.set_rollback(True)
    return mask("sms", order.destination)


def _mobile(party_id: UUID | None) -> str:
    """The number in the record; empty for nobody, and for somebody whose number the bank does not have."""
    try:
        return ports.reach(party_id=party_id or new_id(), contract_id=None).mobile
    except NotFound:
        return ""


def _invented(subject: str) -> str:
    """A number that looks like any other and is the same whenever the same nobody asks."""
    return f"1{3 + int(subject[:4], 16) % 7}{int(subject[4:20], 16) % 10**9:09d}"
