"""What the world outside may have: the root certificates, and for the demo a timestamp authority over HTTP."""

from __future__ import annotations

from datetime import datetime

from asn1crypto import pem

from heyi.capabilities.signing.adapters.tsa_server import WsgiApp, tsa_application
from heyi.capabilities.signing.authority import authority, roots
from heyi.plumbing import clock


def root_certificates(*, at: datetime) -> bytes:
    """The roots that our signatures lead to, as PEM, for anybody who wants to verify without us."""
    return b"".join(pem.armor("CERTIFICATE", root.dump()) for root in roots(at=at))


def embedded_tsa_application(*, at: datetime) -> WsgiApp:
    """The embedded timestamp authority as a WSGI application; its certificate is good for two years
    from ``at`` at least.
    """
    ca = authority(at=at).ca
    return tsa_application(authority=ca.tsa_at(at), chain=(ca.issuing, ca.root), clock=clock.now)
