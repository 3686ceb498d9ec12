"""One face for CSV and XLSX: a heading, lines, and a writer for what was refused."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from heyi.capabilities.loans.adapters import delimited, workbook
from heyi.capabilities.loans.domain.cells import EXCEL_EPOCH
from heyi.capabilities.loans.domain.columns import (
    HEADING_ROWS,
    Catalogue,
    ColumnMapping,
    Layout,
    find_heading,
    is_total,
    score,
    understand,
)
from heyi.capabilities.loans.domain.faults import WrongFile

FILE_MOST_BYTES: Final = 512 << 20

Source = Path | bytes | BinaryIO
Line = tuple[int, list[str]]

_MAGIC: Final = (
    (b"\xd0\xcf\x11\xe0", "old_workbook"),
    (b"%PDF", "not_a_table"),
    (b"\x89PNG", "not_a_table"),
    (b"\xff\xd8\xff", "not_a_table"),
    (b"Rar!", "not_a_table"),
    (b"7z\xbc\xaf", "not_a_table"),
    (b"\x1f\x8b", "not_a_table"),
)


class RefusedWriter(Protocol):
    """Takes rows back to the sender."""

    def row(self, cells: list[str]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read to its end once and found whole."""

    form: delimited.Form | workbook.Sheet
    layout: Layout
    heading: list[str]
    heading_line: int
    line_count: int
    digest: str
    stream: BinaryIO

    @property
    def epoch(self) -> date:
        return self.form.epoch if isinstance(self.form, workbook.Sheet) else EXCEL_EPOCH

    @property
    def description(self) -> str:
        """``csv utf-8 ,`` or ``xlsx``: for reports and the journal."""
        if isinstance(self.form, workbook.Sheet):
            return "xlsx"
        return f"csv {self.form.encoding} {'tab' if self.form.delimiter == chr(9) else self.form.delimiter}"

    def lines(self) -> Iterator[Line]:
        """The lines below the heading, blank ones left out: number in the file and cells."""
        for number, cells in _rows(self.form, self.stream):
            if number > self.heading_line:
                yield number, cells

    def odd_width(self, cells: list[str]) -> str | None:
        """The code of the fault when a line has more cells than the heading, or, in CSV, fewer."""
        wide = len(self.heading)
        if len(cells) > wide and any(cell.strip() for cell in cells[wide:]):
            return "too_many_cells"
        if len(cells) < wide and isinstance(self.form, delimited.Form):
            return "too_few_cells"
        return None

    def writer(self, stream: BinaryIO, *, error_heading: str) -> RefusedWriter:
        """A writer in the form of this file, its heading written, with one more column."""
        heading = [*self.heading, error_heading]
        if isinstance(self.form, workbook.Sheet):
            return workbook.WorkbookWriter(stream, self.form.name, heading)
        return delimited.DelimitedWriter(stream, self.form, heading)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """A seekable stream over the source; what was opened here is closed here."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source


def survey(stream: BinaryIO, *, catalogue: Catalogue, mapping: ColumnMapping) -> Table:
    """Read the file to its end: digest, form, heading, number of lines. Raises WrongFile for what is not whole."""
    digest, head = _digest(stream)
    if head.startswith(b"PK\x03\x04"):
        return _survey_workbook(stream, digest, catalogue, mapping)
    form = delimited.sniff(stream, score=lambda row: score(row, catalogue=catalogue, mapping=mapping))
    return _survey_rows(form, stream, digest, catalogue, mapping)


def _digest(stream: BinaryIO) -> tuple[str, bytes]:
    stream.seek(0)
    hashed, size, head = hashlib.sha256(), 0, b""
    for piece in iter(lambda: stream.read(1 << 20), b""):
        head = head or piece[:512]
        hashed.update(piece)
        size += len(piece)
        if size > FILE_MOST_BYTES:
            raise WrongFile("too_large", most_mib=FILE_MOST_BYTES >> 20)
    if not size:
        raise WrongFile("empty")
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            raise WrongFile(reason)
    if head.lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"{", b"[")):
        raise WrongFile("not_a_table")
    return hashed.hexdigest(), head


def _survey_workbook(stream: BinaryIO, digest: str, catalogue: Catalogue, mapping: ColumnMapping) -> Table:
    """The one visible sheet with a heading that we know and rows. Of several none is left out without a word."""
    refused: WrongFile | None = None
    found: list[Table] = []
    for sheet in workbook.sheets(stream):
        try:
            found.append(_survey_rows(sheet, stream, digest, catalogue, mapping))
        except WrongFile as wrong:
            refused = refused or wrong
    if len(found) > 1:
        names = [table.form.name for table in found if isinstance(table.form, workbook.Sheet)]
        raise WrongFile("several_sheets", sheets=_seen(names))
    if not found:
        raise refused or WrongFile("empty")
    return found[0]


def _survey_rows(
    form: delimited.Form | workbook.Sheet,
    stream: BinaryIO,
    digest: str,
    catalogue: Catalogue,
    mapping: ColumnMapping,
) -> Table:
    rows = _rows(form, stream)
    top = list(islice(rows, HEADING_ROWS))
    if not top:
        raise WrongFile("empty")
    at, heading = find_heading([cells for _, cells in top], catalogue=catalogue, mapping=mapping)
    if at < 0:
        raise WrongFile("no_heading", seen=_seen(top[0][1]))
    heading_line = top[at][0]
    layout = understand(heading, catalogue=catalogue, mapping=mapping)
    if layout.doubled:
        raise WrongFile("heading_twice", headings=_seen(layout.doubled))
    if layout.missing:
        raise WrongFile("heading_missing", fields=",".join(layout.missing), seen=_seen(layout.unknown))
    count, last = len(top) - at - 1, top[-1][1]
    for _, cells in rows:
        count, last = count + 1, cells
        if count > delimited.ROWS_MOST:
            raise WrongFile("too_many_rows", most=delimited.ROWS_MOST)
    if not count:
        raise WrongFile("no_rows")
    if isinstance(form, delimited.Form):
        _refuse_cut_off(form, stream, last, heading, catalogue)
    return Table(form, layout, heading, heading_line, count, digest, stream)


def _refuse_cut_off(
    form: delimited.Form, stream: BinaryIO, last: list[str], heading: list[str], catalogue: Catalogue
) -> None:
    """A last line that is short and not closed was cut off on its way here."""
    short = len(last) < len(heading) and not is_total(last, totals=catalogue.totals)
    if short and not delimited.ends_with_newline(stream, form):
        raise WrongFile("truncated_line", columns=len(last), expected=len(heading))


def _rows(form: delimited.Form | workbook.Sheet, stream: BinaryIO) -> Iterator[Line]:
    return form.rows() if isinstance(form, workbook.Sheet) else delimited.rows(stream, form)


def _seen(headings: Sequence[str]) -> str:
    return "、".join(text.strip() for text in headings if text.strip())[:200]
