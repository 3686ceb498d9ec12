"""The same call twice has its effect once and gets the same answer, also while the first one still runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from heyi.kit.problems import Conflict, Invalid
from heyi.plumbing import clock
from heyi.plumbing.models import IdempotentCall

Answer = TypeVar("Answer", bound=dict[str, Any])
MAX_KEY: Final = 120
REMEMBERED: Final = timedelta(days=30)
"""How long a key keeps its answer. Contracts and payments have keys of their own and never repeat."""


class KeyReused(Conflict):
    """The key was used before for another body."""

    code = "api.idempotency_key_reused"


class KeyMissing(Invalid):
    """A call that changes something needs an Idempotency-Key of 1 to 120 characters."""

    code = "api.idempotency_key_missing"


def once(request: HttpRequest, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run ``work`` in a transaction with its remembered answer; or return the answer of the first time.

    Two calls at once: the unique row lets one commit, the other takes the first one's answer.
    """
    client, key, digest = _asked(request)
    answered = _known(client, key, digest)
    if answered is not None:
        return answered
    try:
        with transaction.atomic():
            row = IdempotentCall.objects.create(
                created_at=clock.now(), client=client, key=key, request_digest=digest, status=0, answer={}
            )
            row.answer = work()
            row.status = 200
            row.save(update_fields=["answer", "status"])
            return dict(row.answer)
    except IntegrityError:
        answered = _known(client, key, digest)
        if answered is None:
            raise
        return answered


def known(request: HttpRequest) -> dict[str, Any] | None:
    """The answer of the first time; None when there was none. For calls that must do something outside of ``once``."""
    return _known(*_asked(request))


def forget_old(at: datetime) -> int:
    """Delete answers that no client repeats any more. Returns how many."""
    return IdempotentCall.objects.filter(created_at__lt=at - REMEMBERED).delete()[0]


def _asked(request: HttpRequest) -> tuple[str, str, str]:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= MAX_KEY:
        raise KeyMissing()
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    return request.actor.label, key, digest  # type: ignore[attr-defined]


def _known(client: str, key: str, digest: str) -> dict[str, Any] | None:
    row = IdempotentCall.objects.filter(client=client, key=key).first()
    if row is None:
        return None
    if row.request_digest != digest:
        raise KeyReused(key=key)
    return dict(row.answer)
