"""RFC 3161 timestamps: from the embedded authority in this process, or from any authority over HTTP.

Trusted for: the time. Its compromise lets somebody date a signature earlier or later; it cannot change what was signed.
"""

from __future__ import annotations

from asyncio import to_thread
from datetime import datetime
from typing import Final

import httpx
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper as TokenMaker
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps import TimeStamper

from heyi.capabilities.signing.adapters.embedded_ca import Credential
from heyi.capabilities.signing.domain.errors import TimestampAway

POLICY: Final = "2.25.211437718329153446829461907212936211137"
"""Our timestamp policy, an OID made from a UUID (ITU-T X.667)."""
QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
SIZE_LIMIT: Final = 64 * 1024


def answer(request: bytes, *, authority: Credential, chain: tuple[x509.Certificate, ...], at: datetime) -> bytes:
    """The DER response to a DER request. Raises ValueError for what is no request."""
    query = tsp.TimeStampReq.load(request, strict=True)
    if query["version"].native != "v1":
        raise ValueError("not a version 1 request")
    maker = TokenMaker(
        tsa_cert=to_asn1(authority.certificate),
        tsa_key=private_asn1(authority),
        certs_to_embed=[to_asn1(certificate) for certificate in chain],
        fixed_dt=at.replace(microsecond=0),
        policy=tsp.ObjectIdentifier(POLICY),
    )
    return bytes(maker.request_tsa_response(query).dump())


class EmbeddedTimestamps(TimeStamper):
    """Asks the authority in this process; its time is the ``at`` of the act, so seeded stories have their dates."""

    def __init__(self, authority: Credential, chain: tuple[x509.Certificate, ...], *, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority, self._chain, self._at = authority, chain, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(answer(req.dump(), authority=self._authority, chain=self._chain, at=self._at))


class HttpTimestamps(TimeStamper):
    """Asks an authority over HTTP (RFC 3161, section 3.4). Raises TimestampAway when it does not answer as it must."""

    def __init__(self, url: str, *, timeout_seconds: float = 5.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url, self._timeout = url, timeout_seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await to_thread(self._ask, req.dump())

    def _ask(self, query: bytes) -> tsp.TimeStampResp:
        try:
            with httpx.Client(timeout=self._timeout, trust_env=False) as client:
                got = client.post(self._url, content=query, headers={"Content-Type": QUERY, "Accept": REPLY})
            got.raise_for_status()
            if got.headers.get("Content-Type", "").split(";")[0] != REPLY or len(got.content) > SIZE_LIMIT:
                raise ValueError("not a timestamp reply")
            return tsp.TimeStampResp.load(got.content, strict=True)
        except (httpx.HTTPError, ValueError) as error:
            raise TimestampAway(kind=type(error).__name__) from error


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate in the form that the PDF library speaks."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def private_asn1(credential: Credential) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(
        credential.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
