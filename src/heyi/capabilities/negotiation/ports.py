"""What this room needs from elsewhere: who knows whether name and ID number belong together, and who writes sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, Protocol

from heyi.capabilities.negotiation.queries.views import CaseFilter, CaseRow
from heyi.kit.actors import Actor


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


class CaseSheet(Protocol):
    """Writes cases as a spreadsheet in a reader's language. Trusted to run no cell of it; it keeps nothing."""

    def write(
        self,
        stream: BinaryIO,
        *,
        rows: Iterator[CaseRow],
        count: int,
        filters: CaseFilter,
        form: str,
        language: str,
        actor: Actor,
        at: datetime,
    ) -> None:
        """``form`` is csv or xlsx; ``rows`` are read once, as they are written."""


_services: dict[str, RealName] = {}
_sheets: dict[str, CaseSheet] = {}


def plug_real_name(service: RealName) -> None:
    """Put the service behind the port; called by config/wiring.py only."""
    _services["real_name"] = service


def real_name() -> RealName:
    """The service that is plugged in."""
    return _services["real_name"]


def plug_case_sheet(sheet: CaseSheet) -> None:
    """Put the writer behind the port; called by config/wiring.py only."""
    _sheets["cases"] = sheet


def case_sheet() -> CaseSheet:
    """The writer that is plugged in."""
    return _sheets["cases"]
