"""Signatures into PDF files: PAdES (ETSI EN 319 142-1), from the act itself (B-B) to long-term proof (B-LTA).

The act and the timestamp are apart on purpose. A person signs at once, with nobody else needed; the timestamp token
goes later into the room that the signature left for it, which no signature covers. When the timestamp authority is away
nothing is half done: the signature stands, and the rest follows.

Trusted for: putting the signature over exactly the given bytes. It sees the private key for the length of one call.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final, TypeVar

from asn1crypto import cms
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from heyi.capabilities.signing.adapters.pages import Box
from heyi.capabilities.signing.domain.errors import TimestampAway

Result = TypeVar("Result")
ROOM_FOR_CMS: Final = 20_480
"""Hexadecimal characters kept free in a signature: certificates, and a timestamp token of any authority in use."""
MD: Final = "sha256"
PROOF_FIRST: Final = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
"""The timestamp comes last, over its own proof too: a finished file has not one byte behind its last signature."""
EDGE_TO_EDGE: Final = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins.uniform(0))


def sign(
    pdf: bytes, *, signer: Signer, field: str, label: str, box: Box, stamp: bytes, reason: str, at: datetime
) -> bytes:
    """The file with one more signature of level B-B in ``field``; what stood there before stays byte for byte."""
    meta = PdfSignatureMetadata(field_name=field, md_algorithm=MD, subfilter=SigSeedSubFilter.PADES, reason=reason)
    place = SigFieldSpec(
        field,
        on_page=box.page,
        box=(box.left, box.bottom, box.right, box.top),
        readable_field_name=label,
    )
    style = StaticStampStyle(
        background=_StampPage(stamp), background_opacity=1.0, background_layout=EDGE_TO_EDGE, border_width=0
    )
    pdf_signer = PdfSigner(meta, signer, stamp_style=style, new_field_spec=place)
    return _run(_sign(pdf_signer, pdf, at))


def add_signature_timestamp(pdf: bytes, *, field: str, timestamps: TimeStamper) -> bytes:
    """The file with a timestamp token in the signature of ``field`` (B-T). Raises TimestampAway."""
    signature = next(one for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures if one.field_name == field)
    content = cms.ContentInfo({"content_type": "signed_data", "content": signature.signed_data})
    info = content["content"]["signer_infos"][0]
    token = _run(_token(timestamps, info["signature"].native))
    info["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]
    )
    _, begins, resumes, _ = signature.byte_range
    room = resumes - begins - 2
    told = content.dump().hex().encode()
    if len(told) > room:
        raise ValueError(f"the timestamp token needs {len(told)} characters, the signature has {room}")
    filled: bytes = pdf[: begins + 1] + told.ljust(room, b"0") + pdf[resumes - 1 :]
    return filled


def add_validation_data(pdf: bytes, *, context: ValidationContext) -> bytes:
    """The file with certificates and revocation lists of every signature in it (B-LT)."""
    buffer = io.BytesIO(pdf)
    for index in range(len(PdfFileReader(buffer).embedded_regular_signatures)):
        signature = PdfFileReader(buffer).embedded_regular_signatures[index]
        _run(async_add_validation_info(signature, context, in_place=True))
    return buffer.getvalue()


def add_document_timestamp(
    pdf: bytes, *, context: ValidationContext, timestamps: TimeStamper, field: str = "Timestamp"
) -> bytes:
    """The file with a timestamp over everything so far (B-LTA). Raises TimestampAway."""
    stamper = PdfTimeStamper(timestamps, field_name=field, readable_field_name=field)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    made = _run(stamper.async_timestamp_pdf(writer, MD, validation_context=context, dss_settings=PROOF_FIRST))
    return bytes(made.getvalue())


def renew_document_timestamp(pdf: bytes, *, context: ValidationContext, timestamps: TimeStamper) -> bytes:
    """The file with fresh proof about its last timestamp and one more timestamp over everything (B-LTA once more).

    Raises TimestampAway.
    """
    buffer = io.BytesIO(pdf)
    stamps = PdfFileReader(buffer).embedded_timestamp_signatures
    _run(async_add_validation_info(stamps[-1], context, in_place=True))
    return add_document_timestamp(
        buffer.getvalue(), context=context, timestamps=timestamps, field=f"Timestamp{len(stamps) + 1}"
    )


def proof_until(pdf: bytes) -> datetime:
    """When the certificate of the last document timestamp ends: until then the file proves itself."""
    stamp = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures[-1]
    ends: datetime = stamp.signer_cert["tbs_certificate"]["validity"]["not_after"].native
    return ends


async def _sign(pdf_signer: PdfSigner, pdf: bytes, at: datetime) -> bytes:
    """PdfSigner.async_sign_pdf with the time of the act in the place of the machine's."""
    session = pdf_signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = at
    to_sign = session.prepare_tbs_document(validation_info=None, bytes_reserved=ROOM_FOR_CMS)
    prepared, output = to_sign.digest_tbs_document()
    done = await to_sign.perform_signature(
        document_digest=prepared.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at)
    )
    await done.post_signature_processing(output)
    output.seek(0)
    return bytes(output.read())


async def _token(timestamps: TimeStamper, value: bytes) -> cms.ContentInfo:
    return await timestamps.async_timestamp(hashlib.sha256(value).digest(), MD)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    try:
        return asyncio.run(work)
    except TimestampRequestError as error:
        raise TimestampAway(kind=type(error).__name__) from error


class _StampPage(PdfContent):
    """A page held in memory as the look of a signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """The drawing operator; sets ``box`` to the size of the page, as the layout then needs it."""
        look = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = look
        left, bottom, right, top = look.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        return b"/Stamp Do"
