"""A pack replayed over the ledger: what was asked, how far it is, what it found. Values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

DRY_RUN_STATES: Final = frozenset({"queued", "running", "done", "failed"})


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """``contacts`` against which the clause stood; ``alone``: where nothing else refused."""

    rule_id: str
    contacts: int
    alone: int
    advice: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Of the contacts of one branch, agency or day, so many would have been refused or would have needed approval."""

    name: str
    contacts: int
    refused: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one dry run. ``outcomes``: allowed, advised, needs_approval, refused."""

    contacts: int
    outcomes: tuple[tuple[str, int], ...]
    by_clause: tuple[ClauseCount, ...]
    by_branch: tuple[Share, ...]
    by_agency: tuple[Share, ...]
    by_day: tuple[Share, ...]

    @property
    def refused(self) -> int:
        """Contacts that would not have been made."""
        said = dict(self.outcomes)
        return said.get("refused", 0) + said.get("needs_approval", 0)

    def stored(self) -> dict[str, Any]:
        """As JSON for a row."""
        return asdict(self)


def read_figures(raw: dict[str, Any]) -> Figures:
    """From a row's JSON."""
    return Figures(
        contacts=raw["contacts"],
        outcomes=tuple((str(name), int(count)) for name, count in raw["outcomes"]),
        by_clause=tuple(ClauseCount(**one) for one in raw["by_clause"]),
        by_branch=tuple(Share(**one) for one in raw["by_branch"]),
        by_agency=tuple(Share(**one) for one in raw["by_agency"]),
        by_day=tuple(Share(**one) for one in raw["by_day"]),
    )


@dataclass(frozen=True, slots=True)
class DryRunView:
    """One replay. ``stage``: reading (``done`` of ``total`` contacts), counting, judging, adding up."""

    id: UUID
    at: datetime
    asked_by: str
    pack_version: str
    since: datetime
    until: datetime
    state: str
    stage: str
    done: int
    total: int
    took: timedelta | None
    error: str
    figures: Figures | None
