"""Importing contracts from a file, and taking them from the core banking system in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Final

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import seals
from heyi.capabilities.loans.actions import book
from heyi.capabilities.loans.actions.importing import MAY_IMPORT, Order, Progress, run
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.adapters.tables import Source, Table
from heyi.capabilities.loans.domain.cells import plain_number
from heyi.capabilities.loans.domain.checks import contract_faults, contract_warnings
from heyi.capabilities.loans.domain.columns import NO_MAPPING, ColumnMapping, key
from heyi.capabilities.loans.domain.faults import Fault, MayNot
from heyi.capabilities.loans.domain.read_contract import Context, Read, read_contract
from heyi.capabilities.loans.domain.report import ImportReport, RowFaults, UpsertReport
from heyi.capabilities.loans.domain.rows import ContractRow, fingerprint
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.canonical import digest
from heyi.kit.problems import Invalid
from heyi.plumbing import bulk
from heyi.plumbing.clock import bank_day

BATCH_MOST: Final = 5_000


def import_loans(
    *,
    source: Source,
    mapping: ColumnMapping | None = None,
    dry_run: bool,
    actor: Actor,
    at: datetime,
    progress: Progress | None = None,
    errors: BinaryIO | None = None,
) -> ImportReport:
    """Read a CSV or XLSX file of contracts into the book: good rows are kept, bad ones go to ``errors``.

    ``source`` is a path, bytes or a seekable binary stream. ``errors`` gets the refused rows in the form of the file
    with one more column; nothing is written to it when there are none. ``progress(done, total)`` hears of each chunk.
    Raises MayNot and WrongFile; then nothing was written.
    """
    order = Order("loans", source, mapping, dry_run, actor, at, progress, errors)
    return run(order, lambda table: _Contracts(table, order))


def upsert_contracts(*, rows: Sequence[ContractRow], actor: Actor, at: datetime) -> UpsertReport:
    """Take up to 5,000 contracts from the core banking system, with the checks of the import. One transaction.

    Sound rows are kept, others come back with their place in the batch. Raises MayNot; Invalid for a batch too long.
    """
    if not actor.has(*MAY_IMPORT):
        raise MayNot(act="loans.upsert_contracts")
    if len(rows) > BATCH_MOST:
        raise Invalid(fields={"rows": "too_many"}, most=BATCH_MOST)
    rows = [replace(row, contract_no=plain_number(row.contract_no)) for row in rows]
    checked = _checked(rows, actor, at)
    sound = [(place, row) for place, (row, faults) in enumerate(zip(rows, checked, strict=True)) if not faults]
    with transaction.atomic():
        bulk.one_at_a_time(book.TURN)
        chunk = book.compare([row for _, row in sound])
        book.write(chunk, at=at)
        report = _upsert_report(rows, checked, sound, chunk.outcomes, at)
        _journal(report, rows, actor, at)
    return report


class _Contracts:
    """Lines of a loan file as contracts; remembers what the file has said so far."""

    def __init__(self, table: Table, order: Order) -> None:
        self._context = Context(
            layout=table.layout,
            catalogue=words.catalogue("loans"),
            today=bank_day(order.at),
            branches=branch_words(),
            mapping=order.mapping or NO_MAPPING,
            epoch=table.epoch,
        )
        self._seen = _Seen()
        self._actor, self._at = order.actor, order.at

    def read(self, line: int, cells: list[str]) -> Read[ContractRow]:
        """The contract of a line, with what contradicts earlier lines of the file."""
        read = read_contract(cells, self._context)
        if read.row is None:
            return read
        faults = (*self._seen.faults(read.row, line), *_scope_faults(read.row, self._actor))
        if faults:
            return Read(None, faults)
        self._seen.remember(read.row, line)
        return read

    def apply(self, items: list[ContractRow], *, write: bool) -> list[book.Outcome]:
        """Compare with the book and, when asked, write."""
        chunk = book.compare(items)
        if write:
            book.write(chunk, at=self._at)
        return chunk.outcomes


class _Seen:
    """Contract numbers and identities of the lines so far, in a few dozen bytes each."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}
        self._names: dict[int, tuple[int, int]] = {}

    def faults(self, row: ContractRow, line: int) -> Iterable[Fault]:
        """A contract number twice; an ID number under two names."""
        first = self._lines.get(row.contract_no)
        if first is not None:
            yield Fault("duplicate_in_file", "contract_no", (("line", str(first)),))
        known = self._names.get(hash(row.borrower.id_number))
        if known is not None and known[0] != hash(row.borrower.name):
            yield Fault("identity_contradicts", "id_number", (("line", str(known[1])),))

    def remember(self, row: ContractRow, line: int) -> None:
        """This line is one that counts."""
        self._lines[row.contract_no] = line
        self._names.setdefault(hash(row.borrower.id_number), (hash(row.borrower.name), line))


def branch_words() -> dict[str, str]:
    """Code, name and English name of each branch → its code."""
    return {
        key(word): branch.code
        for branch in staff.branches()
        for word in (branch.name_en, branch.name, branch.code)
        if word
    }


def _scope_faults(row: ContractRow, actor: Actor) -> Iterable[Fault]:
    if not actor.sees(row.branch):
        yield Fault("branch_not_yours", "branch")


def _checked(rows: Sequence[ContractRow], actor: Actor, at: datetime) -> list[tuple[Fault, ...]]:
    """The faults of each row of a batch: its own, against the bank's branches, against the rows before it."""
    codes, seen, today = {branch.code for branch in staff.branches()}, _Seen(), bank_day(at)
    checked = []
    for place, row in enumerate(rows):
        faults = [*contract_faults(row, today=today), *seen.faults(row, place), *_scope_faults(row, actor)]
        if row.branch not in codes:
            faults.append(Fault("branch_unknown", "branch"))
        if row.allocation and row.allocation not in words.allocation_rules():
            faults.append(Fault("value_unknown", "allocation", (("known", "、".join(words.allocation_rules())),)))
        checked.append(tuple(faults))
        if not faults:
            seen.remember(row, place)
    return checked


def _upsert_report(
    rows: Sequence[ContractRow],
    checked: Sequence[tuple[Fault, ...]],
    sound: Sequence[tuple[int, ContractRow]],
    outcomes: Sequence[book.Outcome],
    at: datetime,
) -> UpsertReport:
    refused = [RowFaults(place, faults) for place, faults in enumerate(checked) if faults]
    warned = []
    for (place, row), outcome in zip(sound, outcomes, strict=True):
        if outcome.fault:
            refused.append(RowFaults(place, (outcome.fault,)))
        warnings = (*contract_warnings(row, today=bank_day(at)), *outcome.warnings)
        if warnings:
            warned.append(RowFaults(place, warnings))
    states = [outcome.state for outcome in outcomes]
    return UpsertReport(
        created=states.count("created"),
        updated=states.count("updated"),
        unchanged=states.count("unchanged"),
        refused=tuple(sorted(refused, key=lambda item: item.line)),
        warned=tuple(warned),
    )


def _journal(report: UpsertReport, rows: Sequence[ContractRow], actor: Actor, at: datetime) -> None:
    row_key = seals.digest_key()
    journal.record(
        actor=actor,
        act="loans.upsert_contracts",
        at=at,
        subject="loans_contract:batch",
        facts={
            "rows": len(rows),
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "refused": len(report.refused),
        },
        digests={"rows": digest(b"".join(fingerprint(row, key=row_key) for row in rows))},
    )
