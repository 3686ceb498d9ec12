"""The guard on the wires: no connection to a gateway without a leave, whoever opens it and by whatever library.

Python tells its audit hooks (PEP 578) of every name that is looked up and every socket that connects. This one knows
the addresses of the gateways that reach persons (``HEYI_SMS_URL``, ``HEYI_SMTP_URL``) and lets through only who stands
in a block in which a leave was spent. It stands beside the leave of the carriers: those refuse when they are called
from elsewhere, this refuses who goes around them. A guard against mistakes in our own house: hostile code in the same
process could take it out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from heyi.capabilities.contact.domain import NotThroughContact

_open: ContextVar[bool] = ContextVar("contact_wire_open", default=False)
_installed: list[bool] = []
_NAMES: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_EVENTS: Final = _NAMES | {"socket.connect", "socket.sendto", "socket.sendmsg"}
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465, "http": 80, "https": 443}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def install() -> None:
    """Put the guard up, once a process; a hook cannot be taken down again."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_guard)


@contextmanager
def wire() -> Iterator[None]:
    """Within this block the gateways may be spoken to: entered by the delivery with a leave in its hand."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def looking() -> Iterator[None]:
    """For whoever only asks whether a gateway answers (the checkup, the demo's own servers) and tells it nothing."""
    with wire():
        yield


def _guard(event: str, told: tuple[Any, ...]) -> None:
    if event not in _EVENTS or _open.get() or (place := _place(event, told)) is None:
        return
    gateways = _gateways()
    if place in gateways or (place[1] is None and place[0] in {host for host, _ in gateways} - {"local"}):
        raise NotThroughContact(gateway=place[0] if place[1] is None else f"{place[0]}:{place[1]}")


def _place(event: str, told: tuple[Any, ...]) -> tuple[str, int | None] | None:
    """Host and port of the event; None for what has no host (files as sockets).

    A name that is looked up without a port gives the address that somebody could then connect to: it has no port here.
    """
    host, port = _asked(event, told)
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return None
    number = int(port) if str(port).isdigit() else None
    if number is None and event not in _NAMES:
        return None
    return ("local" if host in _LOCAL else host.lower()), number


def _asked(event: str, told: tuple[Any, ...]) -> tuple[Any, Any]:
    if event == "socket.getaddrinfo":
        return told[0], told[1]
    return (told[0], None) if event == "socket.gethostbyname" else _address(told[1])


def _address(address: Any) -> tuple[Any, Any]:
    return (address[0], address[1]) if isinstance(address, tuple) and len(address) >= 2 else (None, None)


def _gateways() -> frozenset[tuple[str, int]]:
    urls = (settings.HEYI.sms_url, settings.HEYI.smtp_url)
    return frozenset(place for url in urls if (place := _of_url(url)) is not None)


def _of_url(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    host = parts.hostname.lower()
    return ("local" if host in _LOCAL else host), parts.port or _PORTS.get(parts.scheme, 0)
