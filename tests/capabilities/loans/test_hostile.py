"""Files made to hurt: whatever the bytes, the answer is a report or a named refusal."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.adapters import workbook
from heyi.capabilities.loans.adapters.sheet_xml import Shared, column_of, date_text, read_rows
from heyi.capabilities.loans.domain.cells import EXCEL_EPOCH, MAC_EPOCH
from heyi.kit.actors import SYSTEM
from tests.capabilities.loans.cases import AT, LIN, WANG, csv_file
from tests.capabilities.loans.workbooks import rewritten, xlsx_file

FILES = (
    csv_file(LIN, WANG),
    csv_file(LIN, WANG, encoding="gb18030"),
    csv_file(LIN, WANG, encoding="utf-16"),
    xlsx_file(LIN, WANG),
)
PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml")
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
changes = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6)


def refused_or_read(data: bytes) -> None:
    with contextlib.suppress(loans.WrongFile):
        loans.import_loans(source=data, dry_run=True, actor=SYSTEM, at=AT, errors=io.BytesIO())


def hurt(data: bytes, where: list[tuple[int, int]]) -> bytes:
    """The bytes with some of them changed."""
    changed = bytearray(data)
    for place, value in where:
        changed[place % len(changed)] = value
    return bytes(changed)


@patient
@given(data=st.sampled_from(FILES), where=changes)
def test_changed_bytes(bank: None, data: bytes, where: list[tuple[int, int]]) -> None:
    refused_or_read(hurt(data, where))


@patient
@given(data=st.sampled_from(FILES), end=st.integers(0, 20_000), tail=st.binary(max_size=20))
def test_cut_and_continued(bank: None, data: bytes, end: int, tail: bytes) -> None:
    refused_or_read(data[: end % len(data)] + tail)


@patient
@given(data=st.binary(max_size=400))
def test_any_bytes_at_all(bank: None, data: bytes) -> None:
    refused_or_read(data)


@patient
@given(part=st.sampled_from(PARTS), where=changes)
def test_changed_bytes_inside_a_sound_archive(bank: None, part: str, where: list[tuple[int, int]]) -> None:
    refused_or_read(
        rewritten(FILES[3], lambda name, content: hurt(content, where) if name == part and content else content)
    )


@pytest.mark.filterwarnings("ignore:Workbook contains no stylesheet")
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", [b"", b"<a/>", b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"])
def test_parts_that_say_something_else(bank: None, part: str, content: bytes) -> None:
    refused_or_read(rewritten(FILES[3], lambda name, old: content if name == part else old))


@pytest.mark.parametrize(
    ("beginning", "plain"),
    [
        (b'<?xml version="1.0"?><worksheet>', True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><worksheet>", True),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", False),
        (b"<?xml version='1.0'?><!-- a -->\n <!DOCTYPE x><x/>", False),
        (b"<!--" + b"a" * 70_000, False),
        ("<?xml version='1.0'?><x/>".encode("utf-16"), False),
        (b"", False),
    ],
)
def test_a_part_with_a_dtd_is_seen_before_it_is_parsed(beginning: bytes, plain: bool) -> None:
    assert workbook.is_plain(beginning) is plain


def rows_of(xml: str, **shared: object) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    known = {"strings": ["甲", "=乙"], "date_styles": {7}, "epoch": EXCEL_EPOCH, "columns_most": 5} | shared
    read_rows(io.BytesIO(xml.encode()), shared=Shared(**known), emit=lambda *row: found.append(row))  # type: ignore[arg-type]
    return found


def test_cells_of_every_type() -> None:
    xml = """<x:worksheet xmlns:x="urn:x"><x:sheetData>
      <x:row r="3"><x:c r="B3" t="s"><x:v>0</x:v></x:c><x:c r="D3" t="b"><x:v>1</x:v></x:c></x:row>
      <x:row>
        <x:c t="inlineStr">
          <x:is><x:r><x:t>林</x:t></x:r><x:r><x:t>知晴</x:t></x:r><x:rPh><x:t>lin</x:t></x:rPh></x:is>
        </x:c>
        <x:c><x:v>1234.5600000000002</x:v></x:c>
        <x:c s="7"><x:v>46025</x:v></x:c>
        <x:c t="e"><x:v>#REF!</x:v></x:c>
      </x:row>
      <x:row r="9"/>
      <x:row>
        <x:c><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c><x:c t="str"><x:v>a</x:v></x:c>
      </x:row>
    </x:sheetData></x:worksheet>"""
    assert rows_of(xml) == [
        (3, ["", "甲", "", "TRUE"]),
        (4, ["林知晴", "1234.56", "2026-01-03", "#REF!"]),
        (10, ["\x00f=1+1", "\x00f=乙", "a"]),
    ]


def test_a_sheet_that_is_too_wide_is_refused() -> None:
    with pytest.raises(loans.WrongFile):
        rows_of('<w><row r="1"><c r="F1"><v>1</v></c></row></w>')


def test_columns_and_dates() -> None:
    assert [column_of(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16_383]
    assert date_text("46025", EXCEL_EPOCH) == "2026-01-03"
    assert date_text("46025.5", EXCEL_EPOCH) == "2026-01-03 12:00:00"
    assert date_text("1", EXCEL_EPOCH) == "1900-01-01"
    assert date_text(str((date(2026, 1, 3) - MAC_EPOCH).days), MAC_EPOCH) == "2026-01-03"


def test_an_archive_of_too_many_members_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(workbook.MEMBERS_MOST):
            archive.writestr(f"m{number}", "")
    with pytest.raises(loans.WrongFile) as refused:
        workbook.check_archive(out)
    assert refused.value.reason == "unpacks_too_large"
