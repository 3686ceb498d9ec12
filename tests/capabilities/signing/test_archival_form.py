"""What PDF/A-2u asks of a file, read out of real sealed agreements.

This is no validator: it looks for the rules of ISO 19005-2 that agreements could break, not for all of them.
veraPDF was not to be had where this was written; where it is, run it over a sealed file (``verapdf -f 2u FILE``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

from heyi.capabilities.signing.adapters.pages import render_agreement
from heyi.capabilities.signing.domain import agreement_digest
from heyi.capabilities.signing.library import load_pack
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Sealed

pytestmark = pytest.mark.req("E6")

ACTIVE = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans"),
    *("/GoTo3DView", "/JavaScript"),
}
"""Actions that 6.5.1 forbids."""
FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode", "/CCITTFaxDecode"}
"""What 6.1.7.2 leaves of the filters (LZW is out), as far as we write them."""


def objects(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that the newest revision reaches."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.trailer["/Root"], reader.trailer.get("/Info")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(dict.values(one))
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def faults(data: bytes) -> list[str]:
    """What stands against PDF/A-2u."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    found = [*_frame(data, reader), *_metadata(root), *_intent(root), *_dates(reader)]
    for one in objects(reader):
        found += [*_stream(one), *_acts(one), *_look(one), *_annotation(one)]
        if one.get("/Type") == "/Font":
            found += _font(one)
    return sorted(set(found))


def _frame(data: bytes, reader: pypdf.PdfReader) -> Iterator[str]:
    second = data.split(b"\n", 2)[1]
    if not re.match(rb"%PDF-1\.[4-7]\r?\n", data):
        yield "6.1.2 header"
    if second[:1] != b"%" or len([byte for byte in second[1:5] if byte > 127]) < 4:
        yield "6.1.2 no binary mark"
    if len(reader.trailer.get("/ID", [])) != 2:
        yield "6.1.3 no file identifier"
    if "/Encrypt" in reader.trailer:
        yield "6.1.3 encrypted"


def _metadata(root: Any) -> Iterator[str]:
    stream = root["/Metadata"]
    packet = stream.get_data()
    if "/Filter" in stream:
        yield "6.6.2 metadata under a filter"
    told = {name: re.search(rb'pdfaid:%s(?:>|=")(\w)' % name, packet) for name in (b"part", b"conformance")}
    if {name: found and found.group(1) for name, found in told.items()} != {b"part": b"2", b"conformance": b"U"}:
        yield "6.6.4 no identification"
    if b"<?xpacket begin" not in packet or b"encoding=" in packet.split(b"?>")[0]:
        yield "6.6.2 packet"


def _dates(reader: pypdf.PdfReader) -> Iterator[str]:
    info, packet = reader.metadata, reader.trailer["/Root"]["/Metadata"].get_data().decode()
    for told, name in ((info and info.creation_date, "CreateDate"), (info and info.modification_date, "ModifyDate")):
        found = re.search(rf'xmp:{name}(?:>|=")([^<"]+)', packet)
        if told and (found is None or datetime.fromisoformat(found.group(1)) != told):
            yield f"6.6.3 {name} of the information dictionary is not that of the metadata"


def _intent(root: Any) -> Iterator[str]:
    intents = [one.get_object() for one in root.get("/OutputIntents", []) if one.get_object()["/S"] == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "6.2.3 output intent"
        return
    profile = intents[0]["/DestOutputProfile"]
    icc = profile.get_data()
    colours = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}
    if icc[36:40] != b"acsp" or icc[8] > 4 or icc[12:16] not in (b"mntr", b"prtr"):
        yield "6.2.3 no ICC profile of version 4 or less"
    if colours.get(icc[16:20]) != profile["/N"]:
        yield "6.2.3 colours of the profile"


def _stream(one: DictionaryObject) -> Iterator[str]:
    if not isinstance(one, StreamObject):
        return
    filters = one.get("/Filter", ArrayObject())
    named = {str(name) for name in filters} if isinstance(filters, ArrayObject) else {str(filters)}
    if named - FILTERS:
        yield f"6.1.7 filter {named - FILTERS}"
    if {"/F", "/FFilter", "/FDecodeParms"} & one.keys():
        yield "6.1.7 stream outside of the file"


def _acts(one: DictionaryObject) -> Iterator[str]:
    if one.get("/S") in ACTIVE or "/JS" in one or "/AA" in one:
        yield f"6.5 action {one.get('/S')}"
    if one.get("/Type") in ("/Filespec", "/EmbeddedFile") or "/EF" in one:
        yield "6.8 embedded or outside file"
    if one.get("/NeedAppearances") == True or "/XFA" in one:  # noqa: E712  # a PDF object, not Python's
        yield "6.4 form that a reader draws"


def _look(one: DictionaryObject) -> Iterator[str]:
    if one.get("/Subtype") in ("/PS",) or "/OPI" in one or "/Ref" in one or "/Alternates" in one:
        yield "6.2.9 XObject"
    if one.get("/Interpolate") == True:  # noqa: E712  # a PDF object, not Python's
        yield "6.2.8 interpolation"
    if "/TR" in one or one.get("/TR2", "/Default") != "/Default" or "/HTP" in one:
        yield "6.2.5 graphics state"


def _annotation(one: DictionaryObject) -> Iterator[str]:
    if one.get("/Type") != "/Annot" and not ("/Rect" in one and "/Subtype" in one):
        return
    flags = int(one.get("/F", 0))
    if one["/Subtype"] in ("/3D", "/Sound", "/Screen", "/Movie"):
        yield "6.3.1 kind of annotation"
    if not flags & 4 or flags & (1 | 2 | 32):
        yield f"6.3.2 flags {flags} of {one['/Subtype']}"
    width, height = one["/Rect"][2] - one["/Rect"][0], one["/Rect"][3] - one["/Rect"][1]
    if one["/Subtype"] not in ("/Popup", "/Link") and (width or height) and set(one.get("/AP", {})) != {"/N"}:
        yield f"6.3.3 look of {one['/Subtype']}"


def _font(font: DictionaryObject) -> Iterator[str]:
    kind = font["/Subtype"]
    if kind == "/Type3":
        return
    inner = font["/DescendantFonts"][0].get_object() if kind == "/Type0" else font
    descriptor = inner.get("/FontDescriptor", {})
    if kind != "/Type0" and inner.get("/Type") == "/Font" and "/CIDSystemInfo" in inner:
        return  # seen with its parent
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys():
        yield f"6.2.11.4 font {font.get('/BaseFont')} is not inside"
    if "/ToUnicode" not in font:
        yield f"6.2.11.7 font {font.get('/BaseFont')} without Unicode"
    if inner.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in inner:
        yield "6.2.11.3 no CIDToGIDMap"


def test_a_sealed_agreement_keeps_the_rules_of_the_archival_form(sealed: Sealed) -> None:
    assert faults(sealed.file) == []


def test_the_english_copy_too(sealed: Sealed) -> None:
    english = render_agreement(
        sealed.agreement, load_pack(), language="en", fingerprint=agreement_digest(sealed.agreement),
        verify_url="https://bank.example/verify/", at=AT,
    )  # fmt: skip
    assert faults(english.pdf) == []


def test_what_breaks_the_form_is_named(sealed: Sealed) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(sealed.pages.pdf))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    writer.add_attachment("note.txt", b"outside")
    del writer.root_object["/OutputIntents"]
    out = io.BytesIO()
    writer.write(out)
    told = faults(out.getvalue())
    assert {"6.2.3 output intent", "6.8 embedded or outside file"} <= set(told)
    assert any(one.startswith("6.5 action") for one in told)
