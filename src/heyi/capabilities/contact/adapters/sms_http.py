"""An SMS gateway over HTTP: a JSON body, signed, with an idempotency key.

``POST url`` with ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header), ``X-Heyi-Timestamp`` and
``X-Heyi-Signature: v1=<HMAC-SHA-256 of "timestamp.body">``. Trusted: TLS and the gateway itself, which reads number and
text. Who knows the key can send in the bank's name but reads nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final

import httpx

from heyi.capabilities.contact.leave import Leave
from heyi.capabilities.contact.ports import CarrierAway, CarrierRefused, CarrierUnsure, Parcel, Receipt

TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
ANSWER_LIMIT: Final = 64 * 1024


class SmsGateway:
    """The gateway at ``url``; ``bank`` stands in front of each text, as the mainland's operators ask."""

    def __init__(self, *, url: str, key: str, bank: str) -> None:
        self.url, self.key, self.bank = url, key, bank

    def carry(self, parcel: Parcel, *, leave: Leave) -> Receipt:
        leave.spend(parcel.key)
        body = json.dumps({"to": parcel.to, "text": f"【{self.bank}】{parcel.text}"}, ensure_ascii=False).encode()
        stamp = str(int(parcel.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": parcel.key,
            "X-Heyi-Timestamp": stamp,
            "X-Heyi-Signature": sign(self.key, stamp, body),
        }
        return _receipt(_post(self.url, body, headers))


def sign(key: str, stamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA-256 of time and body, in hexadecimal."""
    return "v1=" + hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _post(url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
            return client.post(url, content=body, headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise CarrierAway(type(error).__name__) from error
    except httpx.TransportError as error:
        raise CarrierUnsure(type(error).__name__) from error


def _receipt(answer: httpx.Response) -> Receipt:
    if answer.status_code in (408, 409, 425, 429) or answer.status_code >= 500:
        raise CarrierUnsure(f"http_{answer.status_code}")
    if not answer.is_success:
        raise CarrierRefused(f"http_{answer.status_code}")
    try:
        provider_id = str(json.loads(answer.content[:ANSWER_LIMIT])["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise CarrierUnsure("answer_not_understood") from error
    return Receipt(provider_id=provider_id[:200])
