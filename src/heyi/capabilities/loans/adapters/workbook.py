"""XLSX: cells as text, formulas marked and never computed, damage noticed before a row is used.

Trusted: nothing. A workbook is a ZIP of XML: member count, size, compression ratio and DTDs are checked before parsing.
Rows are kept compressed in memory between the survey and the reading, so that a fault in the last row refuses the file
before the first row is written: about 30 bytes a cell.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from heyi.capabilities.loans.adapters.delimited import COLUMNS_MOST
from heyi.capabilities.loans.domain.cells import EXCEL_EPOCH, FORMULA_MARK, LIVE, MAC_EPOCH, disarm
from heyi.capabilities.loans.domain.faults import WrongFile

MEMBERS_MOST: Final = 2_000
UNPACKED_MOST_BYTES: Final = 2 << 30
RATIO_MOST: Final = 300
SPOOL_ROWS: Final = 2_000
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    ParseError,
    InvalidFileException,
    OSError,
)


@dataclass(slots=True)
class Sheet:
    """The rows of one worksheet, spooled. ``epoch`` is the day that serial number 0 stands for."""

    name: str
    epoch: date
    _chunks: list[bytes] = field(default_factory=list)
    _open: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, number: int, cells: list[str]) -> None:
        """Keep one row."""
        self._open.append((number, cells))
        if len(self._open) >= SPOOL_ROWS:
            self._pack()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows again, as often as wanted: number in the sheet and cells."""
        for chunk in self._chunks:
            yield from json.loads(zlib.decompress(chunk))
        yield from self._open

    def _pack(self) -> None:
        self._chunks.append(zlib.compress(json.dumps(self._open, ensure_ascii=False).encode(), 1))
        self._open = []


def check_archive(stream: BinaryIO) -> None:
    """Refuse damaged, hostile and foreign archives. Raises WrongFile."""
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
    except zipfile.BadZipFile:
        raise WrongFile("damaged_workbook") from None
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise WrongFile("binary_workbook" if "xl/workbook.bin" in names else "not_a_table")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MEMBERS_MOST or unpacked > UNPACKED_MOST_BYTES or unpacked > max(packed, 4096) * RATIO_MOST:
        raise WrongFile("too_large", most_mib=UNPACKED_MOST_BYTES >> 20)
    try:
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise WrongFile("hostile_workbook")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise WrongFile("damaged_workbook") from None


def sheets(stream: BinaryIO) -> Iterator[Sheet]:
    """Each visible worksheet with all its rows. Raises WrongFile when any part cannot be read to its end."""
    check_archive(stream)
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        epoch = MAC_EPOCH if book.epoch == CALENDAR_MAC_1904 else EXCEL_EPOCH
        for worksheet in book.worksheets:
            if worksheet.sheet_state == "visible":
                yield _spool(worksheet, Sheet(name=worksheet.title, epoch=epoch))
    except _DAMAGE as error:
        raise WrongFile("damaged_workbook", detail=type(error).__name__) from None


def _spool(worksheet: Any, sheet: Sheet) -> Sheet:
    worksheet.reset_dimensions()
    for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
        cells = [as_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > COLUMNS_MOST:
            raise WrongFile("too_many_columns", line=number, most=COLUMNS_MOST)
        if cells:
            sheet.add(number, cells)
    return sheet


def as_text(value: object) -> str:
    """A cell as its text: numbers with the fifteen digits that Excel keeps, dates as ISO, formulas marked."""
    if value is None:
        return ""
    if isinstance(value, str):
        return FORMULA_MARK + value if value.startswith("=") else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = getattr(value, "text", None)
    return FORMULA_MARK + str(text or "=")


class WorkbookWriter:
    """Writes refused rows as a workbook of text cells; none of them is a formula."""

    def __init__(self, stream: BinaryIO, sheet: str, heading: list[str]) -> None:
        self._stream = stream
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(sheet[:31])
        self.row(heading)

    def row(self, cells: Sequence[str]) -> None:
        """One more line."""
        self._sheet.append([self._cell(disarm(cell)) for cell in cells])

    def _cell(self, text: str) -> Any:
        cell = WriteOnlyCell(self._sheet, value=text)
        cell.data_type = "s"
        cell.number_format = "@"
        return cell

    def close(self) -> None:
        """Write the archive to the stream."""
        self._book.save(self._stream)


__all__ = ["LIVE", "Sheet", "WorkbookWriter", "as_text", "check_archive", "sheets"]
