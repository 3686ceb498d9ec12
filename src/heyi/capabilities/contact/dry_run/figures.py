"""What a dry run found, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


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
