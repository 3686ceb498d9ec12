"""Rows as a file to take away: CSV line by line, XLSX by way of a temporary file. Nothing in it is ever executed."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Final

from openpyxl import Workbook

Value = str | int | Decimal | date
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM: Final = b"\xef\xbb\xbf"
"""Excel reads a CSV as UTF-8 only with it."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


def harmless(value: Value) -> Value:
    """Text that a spreadsheet would take for a formula, made plain by an apostrophe (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def csv_lines(rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The file piece by piece: no more than one row is held."""
    yield BOM
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def workbook(rows: Iterable[Sequence[Value]], *, title: str) -> IO[bytes]:
    """The file, rewound; it vanishes when it is closed."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the answer that sends it closes it
    workbook_into(stream, rows, title=title)
    stream.seek(0)
    return stream


def workbook_into(stream: IO[bytes], rows: Iterable[Sequence[Value]], *, title: str) -> None:
    """The workbook at once, row by row: its lines lie in a temporary file of the library, not in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([harmless(value) for value in row])
    book.save(stream)
