"""XLSX: cells as text, formulas marked and never computed, damage noticed before a row is used.

Trusted: nothing. A workbook is a ZIP of XML: member count, size, compression ratio and DTDs are checked before parsing.
Rows are kept compressed in memory between the survey and the reading, so that a fault in the last row refuses the file
before the first row is written: about 30 bytes a cell.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from heyi.capabilities.loans.adapters import sheet_xml
from heyi.capabilities.loans.adapters.delimited import COLUMNS_MOST, ROWS_MOST
from heyi.capabilities.loans.domain.cells import EXCEL_EPOCH, MAC_EPOCH, disarm
from heyi.capabilities.loans.domain.faults import WrongFile

MEMBERS_MOST: Final = 2_000
UNPACKED_MOST_BYTES: Final = 2 << 30
STRINGS_MOST_BYTES: Final = 384 << 20
"""The texts that the cells share stand in memory all together."""
RATIO_MOST: Final = 300
PROLOG_MOST_BYTES: Final = 64 << 10
_PROLOG: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
SPOOL_ROWS: Final = 2_000


@dataclass(slots=True)
class Sheet:
    """The rows of one worksheet, spooled. ``epoch`` is the day that serial number 0 stands for."""

    name: str
    epoch: date
    count: int = 0
    _chunks: list[bytes] = field(default_factory=list)
    _open: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, number: int, cells: list[str]) -> None:
        """Keep one row. Raises WrongFile when there are too many."""
        self.count += 1
        if self.count > ROWS_MOST:
            raise WrongFile("too_many_rows", most=ROWS_MOST)
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
    strings = sum(member.file_size for member in members if member.filename == "xl/sharedStrings.xml")
    if (
        len(members) > MEMBERS_MOST
        or unpacked > min(UNPACKED_MOST_BYTES, max(packed, 4096) * RATIO_MOST)
        or strings > STRINGS_MOST_BYTES
    ):
        raise WrongFile("unpacks_too_large", most_mib=UNPACKED_MOST_BYTES >> 20, ratio=RATIO_MOST)
    try:
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    if not is_plain(part.read(PROLOG_MOST_BYTES)):
                        raise WrongFile("hostile_workbook")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise WrongFile("damaged_workbook") from None


def is_plain(beginning: bytes) -> bool:
    """True when an XML part is in an encoding of single bytes and comes to its first element without a DTD."""
    after = _PROLOG.match(beginning)
    rest = beginning[after.end() if after else 0 :]
    return b"\x00" not in beginning and rest[:1] == b"<" and rest[1:2] not in (b"!", b"?")


def sheets(stream: BinaryIO) -> Iterator[Sheet]:
    """Each visible worksheet with all its rows. Raises WrongFile when any part cannot be read to its end."""
    check_archive(stream)
    stream.seek(0)
    try:
        reader = ExcelReader(stream, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        shared = _shared(reader)
        for found, relation in reader.parser.find_sheets():
            if found.state == "visible" and relation.target in reader.valid_files:
                sheet = Sheet(name=found.name, epoch=shared.epoch)
                with reader.archive.open(relation.target) as part:
                    sheet_xml.read_rows(part, shared=shared, emit=sheet.add)
                yield sheet
    except WrongFile:
        raise
    except Exception as error:
        # Whatever a parser trips over in a foreign file, the answer is the same; its type helps whoever asks why.
        raise WrongFile("damaged_workbook", detail=type(error).__name__) from None


def _shared(reader: Any) -> sheet_xml.Shared:
    """What openpyxl has read of strings and styles. It keeps the styles of dates under a private name (3.1)."""
    return sheet_xml.Shared(
        strings=reader.shared_strings,
        date_styles=frozenset(reader.wb._date_formats),
        epoch=MAC_EPOCH if reader.wb.epoch == CALENDAR_MAC_1904 else EXCEL_EPOCH,
        columns_most=COLUMNS_MOST,
    )


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
