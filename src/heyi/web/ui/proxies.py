"""Who really asks: the address behind the bank's own proxies, and nobody else's word for it.

Trusted: only the machines of ``HEYI_TRUSTED_PROXIES``, to tell the client's address and whether it came by https. What
anybody else says in ``X-Forwarded-…`` or ``Forwarded`` is thrown away before a guard reads it, so that limits of
tries, lockouts and logs count the right person. A compromised proxy can choose any address for its visitors, no more.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Network = IPv4Network | IPv6Network

TOLD: Final = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP", "HTTP_FORWARDED",
)  # fmt: skip
HOPS_MOST: Final = 20


class ClientAddress:
    """The first middleware: sets ``REMOTE_ADDR`` to the client behind trusted proxies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        trusted: tuple[Network, ...] = settings.HEYI.trusted_proxies
        peer = str(request.META.get("REMOTE_ADDR", ""))
        believed = _within(peer, trusted)
        if believed:
            request.META["REMOTE_ADDR"] = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), trusted)
        for name in TOLD:
            if not (believed and name == "HTTP_X_FORWARDED_PROTO"):
                request.META.pop(name, None)
        return self.get_response(request)


def client_address(peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """The last address that no trusted proxy has: read from the right, because the left is what the client wrote.

    An entry that is no address ends the reading: what stands left of it cannot be believed.
    """
    found = peer
    for hop in reversed(forwarded_for.split(",")[-HOPS_MOST:]):
        address = _bare(hop)
        if not address:
            break
        found = address
        if not _within(address, trusted):
            break
    return found


def _bare(hop: str) -> str:
    """``192.0.2.7``, ``192.0.2.7:5123``, ``[2001:db8::7]:5123`` → the address; empty for anything else."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    plain = _bare(address)
    return bool(plain) and any(ip_address(plain) in network for network in networks)
