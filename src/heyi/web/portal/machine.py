"""For machines: who may contact for this bank, as JSON that anybody can check against its published key.

Signed with EdDSA (RFC 8037) as a JSON Web Signature (RFC 7515): detached in a header over the very bytes of the answer
(appendix F), and whole at ``/.well-known/bank-contacts.jws``. Trusted: the master key, from which the key follows; who
has it can publish a list of their own. The key's thumbprint (RFC 7638) belongs where impostors cannot write: in print.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.master_key import derived

GOOD_FOR: Final = timedelta(days=1)
PEOPLE_MOST: Final = 20_000
SIGNATURE: Final = "X-JWS-Signature"


@open_to(PUBLIC, why="who may contact, in a form that machines read and check (C11)")
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Numbers, branches, people and agencies; the signature of these bytes in the header."""
    body = _body(clock.now())
    head, _payload, signature = _signed(body).split(".")
    answer = _open(HttpResponse(body, content_type="application/json"))
    answer[SIGNATURE] = f"{head}..{signature}"
    answer["Access-Control-Expose-Headers"] = SIGNATURE
    return answer


@open_to(PUBLIC, why="the same with its signature in one file, to keep or pass on (C11)")
@require_safe
def contacts_signed(request: HttpRequest) -> HttpResponse:
    """The list as a whole JWS."""
    return _open(HttpResponse(_signed(_body(clock.now())), content_type="application/jose"))


@open_to(PUBLIC, why="the key that the signature is checked with")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public key as a JWK set (RFC 7517)."""
    key = {**_public(), "kid": thumbprint(), "use": "sig", "alg": "EdDSA"}
    return _open(JsonResponse({"keys": [key]}))


def thumbprint() -> str:
    """The key's name: SHA-256 of its required members in order (RFC 7638)."""
    canonical = json.dumps(_public(), separators=(",", ":"), sort_keys=True)
    return _base64(hashlib.sha256(canonical.encode()).digest())


def _body(at: datetime) -> bytes:
    house, shown = settings.HEYI, settings.HEYI.staff_names
    people, _total = staff.published_people(at=at, shown=shown, most=PEOPLE_MOST)
    agents = staff.published_agents(at=at, shown=shown)
    list_of_all = {
        "bank": house.bank_name,
        "issued_at": at.isoformat(timespec="seconds"),
        "expires_at": (at + GOOD_FOR).isoformat(timespec="seconds"),
        "hotline": house.bank_hotline,
        "complaints": house.complaints.phone,
        "site": house.public_url,
        "check": f"{house.public_url}/genuine/",
        "report": f"{house.public_url}/genuine/report/",
        "branches": [
            {"name": one.name, "name_en": one.name_en, "city": one.city, "phone": one.phone} for one in staff.branches()
        ],
        "people": [{"name": one.name, "staff_no": one.number, "branch": one.branch} for one in people],
        "agencies": [
            {
                "name": one.entry.name,
                "name_en": one.entry.name_en,
                "credit_code": one.entry.credit_code,
                "phone": one.entry.phone,
                "complaints": one.entry.complaint_phone,
                "until": one.entry.contract_until.isoformat(),
                "people": [{"name": who.name, "number": who.number} for who in agents if who.agency_id == one.id],
            }
            for one in staff.agencies()
            if one.may_work
        ],
    }
    return json.dumps(list_of_all, ensure_ascii=False, separators=(",", ":")).encode()


def _signed(body: bytes) -> str:
    head = _base64(json.dumps({"alg": "EdDSA", "kid": thumbprint()}, separators=(",", ":")).encode())
    signed = f"{head}.{_base64(body)}"
    return f"{signed}.{_base64(_key().sign(signed.encode()))}"


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived("web/contacts"))


def _public() -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64(_key().public_key().public_bytes_raw())}


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _open(answer: HttpResponse) -> HttpResponse:
    """For every site to read."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=300"
    return answer
