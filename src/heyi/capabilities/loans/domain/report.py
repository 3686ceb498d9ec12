"""What an import did, row by row where it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from heyi.capabilities.loans.domain.faults import Fault

SAMPLE_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class RowFaults:
    """A line of the file and what was found on it. ``line`` counts as a text editor or spreadsheet does."""

    line: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Counts of rows by outcome; the first hundred refused and doubtful ones; how the heading was understood.

    ``created + updated + unchanged + refused + passed_over == rows``. ``passed_over`` are totals rows.
    In a dry run nothing was written and ``run_id`` is None.
    """

    kind: str
    form: str
    digest: str
    dry_run: bool
    run_id: UUID | None
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    warned: int
    passed_over: int
    columns: tuple[tuple[str, str], ...]
    unknown_headings: tuple[str, ...]
    fault_counts: tuple[tuple[str, int], ...]
    refused_rows: tuple[RowFaults, ...]
    warned_rows: tuple[RowFaults, ...]

    @property
    def all_good(self) -> bool:
        return self.refused == 0


@dataclass(frozen=True, slots=True)
class UpsertReport:
    """What a batch did. ``refused`` holds the place in the batch (from 0) and the faults."""

    created: int
    updated: int
    unchanged: int
    refused: tuple[RowFaults, ...]
    warned: tuple[RowFaults, ...]
