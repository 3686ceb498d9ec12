"""The embedded timestamp authority over HTTP: a WSGI application that ``heyi serve`` can start for the demo.

Trusted for: the time of this machine. It signs any digest that it is sent, as every timestamp authority does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from cryptography import x509

from heyi.capabilities.signing.adapters.embedded_ca import Credential
from heyi.capabilities.signing.adapters.timestamps import QUERY, REPLY, answer

REQUEST_LIMIT: Final = 4096

Start = Callable[[str, list[tuple[str, str]]], Any]
WsgiApp = Callable[[dict[str, Any], Start], Iterable[bytes]]


def tsa_application(
    *, authority: Credential, chain: tuple[x509.Certificate, ...], clock: Callable[[], datetime]
) -> WsgiApp:
    """POST a timestamp query, get the reply; anything else is refused with its HTTP status."""

    def application(asked: dict[str, Any], start: Start) -> Iterable[bytes]:
        if asked["REQUEST_METHOD"] != "POST":
            return _refuse(start, "405 Method Not Allowed")
        if asked.get("CONTENT_TYPE", "").split(";")[0] != QUERY:
            return _refuse(start, "415 Unsupported Media Type")
        size = int(asked.get("CONTENT_LENGTH") or 0)
        if not 0 < size <= REQUEST_LIMIT:
            return _refuse(start, "413 Content Too Large")
        try:
            reply = answer(asked["wsgi.input"].read(size), authority=authority, chain=chain, at=clock())
        except ValueError:
            return _refuse(start, "400 Bad Request")
        start("200 OK", [("Content-Type", REPLY), ("Content-Length", str(len(reply)))])
        return [reply]

    return application


def _refuse(start: Start, status: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")])
    return [b""]
