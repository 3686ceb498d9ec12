"""One run over one file, whatever its kind: survey, chunks, report, journal.

A wrong file is found before its first row is used. Good rows are kept chunk by chunk, each in its own transaction, so
a run that is killed leaves whole chunks behind; the same file again goes on where it stopped, because rows that say
nothing new change nothing.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans.actions.book import TURN, Outcome
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.adapters.tables import Line, RefusedWriter, Source, Table, opened, survey
from heyi.capabilities.loans.domain.columns import NO_MAPPING, ColumnMapping, is_total
from heyi.capabilities.loans.domain.faults import Fault, MayNot, WrongFile
from heyi.capabilities.loans.domain.read_contract import Read
from heyi.capabilities.loans.domain.report import SAMPLE_ROWS, ImportReport, RowFaults
from heyi.capabilities.loans.models import ImportRun
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import bulk, clock

CHUNK_ROWS: Final = 8_000
DEAD_AFTER: Final = timedelta(minutes=10)
"""No chunk takes that long, also on a slow machine."""
MAY_IMPORT: Final = ("administrator", "integration", "system")

Item = TypeVar("Item")
Progress = Callable[[int, int], None]


class Importer(Protocol[Item]):
    """What differs between kinds of files."""

    def read(self, line: int, cells: list[str]) -> Read[Item]:
        """A line as an item, or its faults. Called once for each line, in order."""

    def apply(self, items: list[Item], *, write: bool) -> list[Outcome]:
        """What becomes of each item; with ``write`` it is done, in the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, by whom and when."""

    kind: str
    source: Source
    mapping: ColumnMapping | None
    dry_run: bool
    actor: Actor
    at: datetime
    progress: Progress | None
    errors: BinaryIO | None


@dataclass(slots=True)
class _Tally(Generic[Item]):
    """Counts while a run goes on, and the way back for refused rows."""

    table: Table
    errors: BinaryIO | None
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refused: list[RowFaults] = field(default_factory=list)
    warned: list[RowFaults] = field(default_factory=list)
    writer: RefusedWriter | None = None

    def refuse(self, line: int, cells: list[str], faults: tuple[Fault, ...]) -> None:
        """Count a refused row, keep a sample, send it back with its reasons."""
        self.counts["refused"] += 1
        self.faults.update({fault.code for fault in faults})
        if len(self.refused) < SAMPLE_ROWS:
            self.refused.append(RowFaults(line, faults))
        if self.errors is not None:
            self._send_back(cells, faults, self.errors)

    def warn(self, line: int, warnings: tuple[Fault, ...]) -> None:
        """Count a row that is kept but should be looked at."""
        if warnings:
            self.counts["warned"] += 1
            if len(self.warned) < SAMPLE_ROWS:
                self.warned.append(RowFaults(line, warnings))

    def close(self) -> None:
        """Finish the error file, if there is one."""
        if self.writer is not None:
            self.writer.close()

    def _send_back(self, cells: list[str], faults: tuple[Fault, ...], stream: BinaryIO) -> None:
        layout = self.table.layout
        if self.writer is None:
            self.writer = self.table.writer(stream, error_heading=words.error_heading(layout.language))
        told = [
            words.tell_fault(fault, column=words.column_name(fault.field, layout), language=layout.language)
            for fault in faults
        ]
        width = max(len(self.table.heading), len(cells))
        padded = [*cells, *[""] * (width - len(cells))]
        self.writer.row([*padded, ("；" if layout.language == "zh" else "; ").join(told)])


def run(order: Order, importer: Callable[[Table], Importer[Item]]) -> ImportReport:
    """Import a file. Raises MayNot, BadMapping and WrongFile; a refused file is journaled, a refused row reported."""
    if not order.actor.has(*MAY_IMPORT):
        raise MayNot(act=f"loans.import_{order.kind}")
    catalogue = words.catalogue(order.kind)
    with opened(order.source) as stream:
        try:
            table = survey(stream, catalogue=catalogue, mapping=order.mapping or NO_MAPPING)
        except WrongFile as wrong:
            _journal_refusal(order, wrong)
            raise
        run_id = None if order.dry_run else _begin(order, table)
        tally = _Tally[Item](table, order.errors)
        try:
            with _no_cycles():
                _go_through(order, table, importer(table), tally, catalogue.totals, run_id)
        except BaseException:
            _end(order, run_id, table, tally, "stopped")
            raise
        tally.close()
        _end(order, run_id, table, tally, "done")
        return _report(order, table, tally, run_id)


def _go_through(
    order: Order,
    table: Table,
    importer: Importer[Item],
    tally: _Tally[Item],
    totals: frozenset[str],
    run_id: UUID | None,
) -> None:
    done = 0
    for chunk in _chunks(table.lines()):
        read = [(line, cells, _read(importer, table, line, cells, totals)) for line, cells in chunk]
        good = [entry.row for _, _, entry in read if entry is not None and entry.row is not None]
        outcomes = iter(_apply(importer, good, write=not order.dry_run))
        for line, cells, entry in read:
            if entry is None:
                tally.counts["passed_over"] += 1
            elif entry.row is None:
                tally.refuse(line, cells, entry.faults)
            else:
                _count(tally, line, cells, entry.warnings, next(outcomes))
        done += len(chunk)
        gc.collect(0)
        if run_id is not None:
            ImportRun.objects.filter(id=run_id).update(
                beat_at=clock.now()
            )  # a sign of life is of now, not of the order
        if order.progress:
            order.progress(done, table.line_count)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Rows hold no cycles: the collector would walk each chunk again and again, for a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(
    importer: Importer[Item], table: Table, line: int, cells: list[str], totals: frozenset[str]
) -> Read[Item] | None:
    """The line as an item; None for a totals row."""
    if is_total(cells, totals=totals):
        return None
    odd = table.odd_width(cells)
    return Read(None, (Fault(odd),)) if odd else importer.read(line, cells)


def _apply(importer: Importer[Item], items: list[Item], *, write: bool) -> list[Outcome]:
    if not write:
        return importer.apply(items, write=False)
    with transaction.atomic():
        bulk.one_at_a_time(TURN)
        return importer.apply(items, write=True)


def _count(tally: _Tally[Item], line: int, cells: list[str], warnings: tuple[Fault, ...], outcome: Outcome) -> None:
    if outcome.fault is not None:
        tally.refuse(line, cells, (outcome.fault,))
        return
    tally.counts[outcome.state] += 1
    if outcome.state != "unchanged":
        tally.warn(line, (*warnings, *outcome.warnings))


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, CHUNK_ROWS)):
        yield chunk


def _begin(order: Order, table: Table) -> UUID:
    name = order.source.name if isinstance(order.source, Path) else ""
    return ImportRun.objects.create(
        created_at=order.at,
        kind=order.kind,
        file_name=name[:200],
        form=table.description,
        file_digest=table.digest,
        actor=order.actor.label,
        state="running",
        rows=table.line_count,
    ).id


def _end(order: Order, run_id: UUID | None, table: Table, tally: _Tally[Item], state: str) -> None:
    """Close the run and journal it: one entry, with the digest of the file and the counts."""
    if run_id is None:
        return
    names = ("created", "updated", "unchanged", "refused", "warned", "passed_over")
    counts = {name: tally.counts[name] for name in names}
    with transaction.atomic():
        ImportRun.objects.filter(id=run_id).update(state=state, finished_at=order.at, **counts)
        journal.record(
            actor=order.actor,
            act=f"loans.import_{order.kind}",
            at=order.at,
            subject=f"loans_importrun:{run_id}",
            result=state,
            facts={"form": table.description, "rows": table.line_count, **counts},
            digests={"file": table.digest},
        )


def close_dead_runs(*, at: datetime) -> int:
    """Mark runs as stopped that gave no sign of life for long: whoever ran them was killed. Their chunks are kept."""
    silent = Q(beat_at__lt=at - DEAD_AFTER) | Q(beat_at__isnull=True, created_at__lt=at - DEAD_AFTER)
    closed = 0
    for row in ImportRun.objects.filter(silent, state="running"):
        with transaction.atomic():
            if not ImportRun.objects.filter(id=row.id, state="running").update(state="stopped", finished_at=at):
                continue
            journal.record(
                actor=SYSTEM,
                act=f"loans.import_{row.kind}",
                at=at,
                subject=f"loans_importrun:{row.id}",
                result="stopped",
                facts={"reason": "no_sign_of_life"},
            )
        closed += 1
    return closed


def _journal_refusal(order: Order, wrong: WrongFile) -> None:
    if order.dry_run:
        return
    with transaction.atomic():
        journal.record(
            actor=order.actor,
            act=f"loans.import_{order.kind}",
            at=order.at,
            subject="loans_importrun:none",
            result="refused",
            facts={"reason": wrong.reason},
        )


def _report(order: Order, table: Table, tally: _Tally[Item], run_id: UUID | None) -> ImportReport:
    layout, counts = table.layout, tally.counts
    return ImportReport(
        kind=order.kind,
        form=table.description,
        digest=table.digest,
        dry_run=order.dry_run,
        run_id=run_id,
        rows=table.line_count,
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
        warned=counts["warned"],
        passed_over=counts["passed_over"],
        columns=tuple((column.field, column.heading) for column in layout.columns),
        unknown_headings=layout.unknown,
        fault_counts=tuple(tally.faults.most_common()),
        refused_rows=tuple(tally.refused),
        warned_rows=tuple(tally.warned),
    )
