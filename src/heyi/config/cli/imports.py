"""``heyi import loans|payments|instalments FILE``."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from rich.markup import escape

from heyi.config.cli.output import AWAY, DONE, PARTLY, answer, console, fail, json_option, progress, start_django

if TYPE_CHECKING:
    from heyi.capabilities.loans.domain import ColumnMapping, ImportReport, RowFaults

SHOWN_ROWS = 10


@click.group(name="import")
def import_group() -> None:
    """Bring contracts, payments or instalments in from CSV or XLSX.

    Exit codes: 0 every row is in · 1 some rows were refused · 2 the file was refused and nothing was written ·
    3 the database is away.
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What the three commands share."""
    file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    mapping = click.option(
        "--mapping",
        "mapping_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="YAML or JSON that names the columns where guessing fails (docs/operations.md).",
    )
    dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
    errors = click.option(
        "--errors",
        "errors_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Where refused rows go: the form of FILE with one more column. Replaced when it exists.",
    )
    return file(mapping(dry_run(errors(json_option(command)))))


@import_group.command()
@_options
def loans(**given: Any) -> None:
    """Contracts with their borrowers, guarantors and contacts. The same file twice changes nothing."""
    _run("loans", **given)


@import_group.command()
@_options
def payments(**given: Any) -> None:
    """Payments and reversals, each booked once by source and reference."""
    _run("payments", **given)


@import_group.command()
@_options
def instalments(**given: Any) -> None:
    """What is due on which date, for contracts that are in the book."""
    _run("instalments", **given)


def _run(
    kind: str, *, file: Path, mapping_file: Path | None, dry_run: bool, errors_file: Path | None, as_json: bool
) -> None:
    start_django()
    from django.db import DatabaseError

    from heyi.capabilities.loans import api
    from heyi.kit.actors import SYSTEM
    from heyi.plumbing import clock

    verbs = {"loans": api.import_loans, "payments": api.import_payments, "instalments": api.import_instalments}
    mapping = _mapping(mapping_file, kind)
    try:
        with progress(f"importing {file.name}", quiet=as_json) as told, _error_file(errors_file) as errors:
            report = verbs[kind](
                source=file,
                mapping=mapping,
                dry_run=dry_run,
                actor=SYSTEM,
                at=clock.now(),
                progress=told,
                errors=errors,
            )
    except api.WrongFile as wrong:
        why, then = api.tell_refusal(wrong, language=_language())
        fail(f"{escape(str(file))}: {escape(why)}", next_step=escape(then))
    except DatabaseError as error:
        fail(
            f"the database refused: {escape(str(error).strip())}",
            next_step="heyi doctor, then the same command again: what is in already stays as it is",
            code=AWAY,
        )
    answer(_facts(report, errors_file), as_json=as_json, human=lambda: _tell(report, errors_file))
    sys.exit(DONE if report.all_good else PARTLY)


def _mapping(path: Path | None, kind: str) -> ColumnMapping | None:
    from heyi.capabilities.loans import api

    if path is None:
        return None
    try:
        return api.read_mapping(path.read_bytes(), kind=kind)
    except api.BadMapping as bad:
        wrong = "; ".join(f"{name}: {reason}" for name, reason in bad.facts["fields"].items())
        fail(f"{escape(str(path))}: {escape(wrong)}", next_step="mend it as docs/operations.md shows, section Imports")


@contextmanager
def _error_file(path: Path | None) -> Iterator[BinaryIO | None]:
    """A file that appears only when something was written to it, readable by its owner: it holds personal data."""
    if path is None:
        yield None
        return
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as stream:
            yield stream
        if unfinished.stat().st_size:
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _facts(report: ImportReport, errors_file: Path | None) -> dict[str, Any]:
    facts = asdict(report)
    for name in ("refused_rows", "warned_rows"):
        facts[name] = [
            {
                "line": row.line,
                "faults": [
                    {"code": fault.code, "field": fault.field, "facts": dict(fault.facts)} for fault in row.faults
                ],
            }
            for row in getattr(report, name)
        ]
    facts["fault_counts"] = dict(report.fault_counts)
    facts["columns"] = dict(report.columns)
    return facts | {"ok": report.all_good, "errors_file": str(errors_file) if errors_file and report.refused else None}


def _tell(report: ImportReport, errors_file: Path | None) -> None:
    would = " (dry run: nothing was written)" if report.dry_run else ""
    mark = "[green]✓[/green]" if report.all_good else "[yellow]![/yellow]"
    console.print(
        f"{mark} {report.rows:,} rows of {escape(report.form)}: {report.created:,} new, {report.updated:,} changed, "
        f"{report.unchanged:,} as before, {report.refused:,} refused, {report.passed_over:,} totals{would}",
        soft_wrap=True,
    )
    if report.unknown_headings:
        console.print(f"  not used: {escape(', '.join(report.unknown_headings))}")
    _tell_rows("refused", report.refused_rows, report.refused, report)
    _tell_rows("look at", report.warned_rows, report.warned, report)
    if report.refused and errors_file:
        console.print(f"  refused rows with their reasons: {escape(str(errors_file))}", soft_wrap=True)
    elif report.refused:
        console.print("  next: --errors FILE writes the refused rows with their reasons; mend and import that file")


def _tell_rows(label: str, rows: tuple[RowFaults, ...], total: int, report: ImportReport) -> None:
    from heyi.capabilities.loans import api

    headings = dict(report.columns)
    for row in rows[:SHOWN_ROWS]:
        told = "; ".join(
            api.tell_fault(fault, column=headings.get(fault.field, fault.field), language=_language())
            for fault in row.faults
        )
        console.print(f"  {label} line {row.line}: {escape(told)}", soft_wrap=True)
    if total > SHOWN_ROWS:
        console.print(f"  … and {total - SHOWN_ROWS:,} more")


def _language() -> str:
    """Chinese on a Chinese terminal, English elsewhere."""
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
