"""CSV and its kin: which encoding, which delimiter, whole or cut off; line after line without holding the file.

Trusted: nothing. Limits: 512 MiB a file, 4 MiB a row, 128 KiB a cell, 400 columns.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final, TextIO

from heyi.capabilities.loans.domain.cells import disarm
from heyi.capabilities.loans.domain.columns import HEADING_ROWS
from heyi.capabilities.loans.domain.faults import WrongFile

DELIMITERS: Final = (",", ";", "\t", "|")
PIECE_BYTES: Final = 1 << 20
COLUMNS_MOST: Final = 400
ROWS_MOST: Final = 2_000_000
RECORD_MOST: Final = 4 << 20
"""Characters of one row, quoted line ends included: before its cells are counted, they would all stand in memory."""
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """How a delimited file is written. ``bom`` tells whether a UTF-16 byte order mark stands at its start."""

    encoding: str
    delimiter: str = ","
    newline: str = "\r\n"
    bom: bool = False


def encoding_of(stream: BinaryIO) -> tuple[str, bool]:
    """The encoding of the whole stream and whether it begins with a UTF-16 mark. Raises WrongFile.

    UTF-8 is tried first and strictly: text of another encoding almost never passes for it. GB18030 comes next.
    """
    stream.seek(0)
    head = stream.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            _decodes(stream, encoding, last_try=True)
            return encoding, encoding.startswith("utf-16")
    encoding = _utf16_without_mark(head)
    if encoding:
        _decodes(stream, encoding, last_try=True)
        return encoding, False
    if b"\x00" in head:
        raise WrongFile("binary")
    if _decodes(stream, "utf-8", last_try=False):
        return "utf-8", False
    _decodes(stream, "gb18030", last_try=True)
    return "gb18030", False


def _utf16_without_mark(head: bytes) -> str:
    """Figures, commas and Latin letters have zero bytes on one side; few Chinese characters have one (一: 4E 00)."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _decodes(stream: BinaryIO, encoding: str, *, last_try: bool) -> bool:
    """Decode all of it. A fault at the very end is a cut-off file; elsewhere it is another encoding."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in iter(lambda: stream.read(PIECE_BYTES), b""):
            decoder.decode(piece)
    except UnicodeDecodeError:
        if last_try:
            raise WrongFile("encoding_unclear", encoding=encoding) from None
        return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise WrongFile("truncated_character", encoding=encoding) from None
    return True


def sniff(stream: BinaryIO, *, score: Callable[[list[str]], int]) -> Form:
    """The form whose first lines look most like a heading to ``score``. Raises WrongFile when the stream is no text."""
    encoding, bom = encoding_of(stream)
    sample = _sample(stream, encoding)
    if not sample.strip():
        raise WrongFile("empty")
    if "\x00" in sample:
        raise WrongFile("binary")
    newline = "\r\n" if "\r\n" in sample else "\n"

    def best(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            return max((score(row) for row in islice(rows, HEADING_ROWS)), default=0)
        except csv.Error:
            return 0

    return Form(encoding=encoding, delimiter=max(DELIMITERS, key=best), newline=newline, bom=bom)


def _sample(stream: BinaryIO, encoding: str) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    return decoder.decode(stream.read(64 << 10)).lstrip("\ufeff")


def rows(stream: BinaryIO, form: Form) -> Iterator[tuple[int, list[str]]]:
    """Line number of the file and cells, for each line that is not blank. Raises WrongFile for broken quoting."""
    with _text(stream, form) as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
        begins = 1
        try:
            for row in reader:
                lines.record = 0
                if len(row) > COLUMNS_MOST:
                    raise WrongFile("too_many_columns", line=begins, most=COLUMNS_MOST)
                if any(map(str.strip, row)):
                    yield begins, row
                begins = reader.line_num + 1
        except _TooLong:
            raise WrongFile("line_too_long", line=begins, most_mib=RECORD_MOST >> 20) from None
        except csv.Error as error:
            cut = "unexpected end" in str(error)
            raise WrongFile("truncated_quote" if cut else "broken_quoting", line=begins) from None


class _TooLong(Exception):
    """One row does not end."""


class _Lines:
    """The lines of a text; ``record`` counts the characters since the last whole row."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.record = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(RECORD_MOST)
        self.record += len(line)
        if self.record >= RECORD_MOST:
            raise _TooLong
        if not line:
            raise StopIteration
        return line


def ends_with_newline(stream: BinaryIO, form: Form) -> bool:
    """True when the last character of the file closes its last line."""
    width = 2 if form.encoding.startswith("utf-16") else 1
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - width, 0))
    return stream.read(width) in (
        "\n".encode(form.encoding.removesuffix("-sig")),
        "\r".encode(form.encoding.removesuffix("-sig")),
    )


@contextmanager
def _text(stream: BinaryIO, form: Form) -> Iterator[TextIO]:
    stream.seek(0)
    if form.bom:
        stream.seek(2)
    wrapper = io.TextIOWrapper(stream, encoding=form.encoding, newline="")
    try:
        yield wrapper
    finally:
        wrapper.detach()


class DelimitedWriter:
    """Writes refused rows the way the file was written; no cell of it runs in a spreadsheet."""

    def __init__(self, stream: BinaryIO, form: Form, heading: list[str]) -> None:
        if form.bom:
            stream.write(codecs.BOM_UTF16_LE if form.encoding == "utf-16-le" else codecs.BOM_UTF16_BE)
        self._text = io.TextIOWrapper(stream, encoding=form.encoding, newline="", write_through=True)
        self._csv = csv.writer(self._text, delimiter=form.delimiter, lineterminator=form.newline)
        self.row(heading)

    def row(self, cells: list[str]) -> None:
        """One more line."""
        self._csv.writerow([disarm(cell) for cell in cells])

    def close(self) -> None:
        """Everything is in the stream; the stream stays open."""
        self._text.detach()
