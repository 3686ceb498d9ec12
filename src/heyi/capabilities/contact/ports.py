"""What this room needs from outside: carriers that take a parcel, and the record that says where a person is reached.

``config/wiring.py`` plugs both. Nothing is plugged by default, and then nothing leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from heyi.capabilities.contact.leave import Leave


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a carrier takes. ``key`` is the same at every attempt: the provider must not act on it twice."""

    key: str
    channel: str
    to: str
    title: str
    text: str
    language: str
    at: datetime
    blocks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The carrier took it. ``document`` holds a letter's bytes; ``arrived``: it lies before the person already."""

    provider_id: str
    document: bytes = b""
    arrived: bool = False


class CarrierAway(Exception):
    """The component cannot be reached: nothing was sent. It is tried again."""


class CarrierUnsure(Exception):
    """The connection broke after the parcel was handed over: it may have been sent. Tried again with the same key."""


class CarrierRefused(Exception):
    """The provider will never take this parcel. The text is a short reason without personal data."""


class Carrier(Protocol):
    """Takes a parcel, given a leave that only the delivery of this room issues."""

    def carry(self, parcel: Parcel, *, leave: Leave) -> Receipt:
        """Raises CarrierAway, CarrierUnsure, CarrierRefused, NotThroughContact."""
        ...


@dataclass(frozen=True, slots=True)
class Reachable:
    """Where a person is reached, and what they are to the debt: a ``Recipient`` of compliance, or None for unknown.

    ``debtor_id`` is who owes, where the question named a contract; ``branch`` that contract's.
    """

    mobile: str
    email: str
    address: str
    relation: str | None
    debtor_id: UUID | None = None
    branch: str = ""


class Reach(Protocol):
    """The bank's record of addresses (``loans.api``)."""

    def __call__(self, *, party_id: UUID, contract_id: UUID | None) -> Reachable:
        """Raises NotFound for a person that the bank does not know."""
        ...


_carriers: dict[str, Callable[[], Carrier]] = {}
_reach: list[Reach] = []


def plug(*, carriers: Mapping[str, Callable[[], Carrier]], reach: Reach | None = None) -> None:
    """Called by config/wiring.py. A factory a channel, so that changed settings count at once."""
    _carriers.update(carriers)
    if reach is not None:
        _reach[:] = [reach]


def carrier(channel: str) -> Carrier:
    """The carrier of a channel. Raises CarrierAway when none is plugged."""
    if channel not in _carriers:
        raise CarrierAway(f"no carrier for {channel}")
    return _carriers[channel]()


def reach(*, party_id: UUID, contract_id: UUID | None) -> Reachable:
    """Where a person is reached. Raises NotFound."""
    if not _reach:
        raise LookupError("config/wiring.py plugged no reach")
    return _reach[0](party_id=party_id, contract_id=contract_id)
