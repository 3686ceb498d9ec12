"""What this room needs from outside the bank: somebody who knows whether a name and an ID number belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class RealNameVerdict:
    """``matched`` | ``mismatched`` | ``unknown`` (no such number). ``reference`` is the service's own."""

    outcome: Literal["matched", "mismatched", "unknown"]
    source: str
    reference: str = ""


class RealName(Protocol):
    """A real-name service. Trusted for its answer only; it learns name and ID number, nothing of the debt."""

    def check(self, *, name: str, id_number: str) -> RealNameVerdict:
        """Raises RealNameAway when no answer comes."""


_plugged: dict[str, RealName] = {}


def plug_real_name(service: RealName) -> None:
    """Put the service behind the port; called by config/wiring.py only."""
    _plugged["real_name"] = service


def real_name() -> RealName:
    """The service that is plugged in."""
    return _plugged["real_name"]
