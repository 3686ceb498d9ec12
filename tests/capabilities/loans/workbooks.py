"""Workbooks for the tests, good and bad."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook


def xlsx_file(*rows: Mapping[str, Any], above: Sequence[Sequence[Any]] = (), epoch_1904: bool = False) -> bytes:
    """A workbook with the headings of the first row, perhaps with title lines above."""
    book = Workbook()
    if epoch_1904:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for line in above:
        sheet.append(list(line))
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells_of(data: bytes) -> list[list[Any]]:
    """What a spreadsheet program would see: value and type of each cell of the first sheet."""
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive with each member passed through ``change(name, content)``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return out.getvalue()
