"""Looks at a PDF that somebody hands in: is it intact, who signed it and when, and did anything come afterwards?

Trusted for: the verdict that a court or a borrower reads. It trusts only the given roots, never the file's own claims,
and fails closed: whatever it cannot read or prove is a reason against the file.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from heyi.capabilities.signing.domain.verdict import PdfVerdict, SignatureFinding
from heyi.kit.canonical import digest

SIZE_LIMIT: Final = 20 * 2**20
ALLOWED: Final = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
"""What may follow a signature: proof data, and the other side's signature."""

logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(
    logging.CRITICAL
)  # a bad file is a verdict, no incident


@dataclass(frozen=True, slots=True)
class Trust:
    """The roots that count, and the certificates that are the bank's seal (SHA-256 of the DER)."""

    roots: tuple[asn1_x509.Certificate, ...]
    seals: frozenset[bytes]


def check(data: bytes, *, trust: Trust, at: datetime) -> PdfVerdict:
    """The verdict on a file of at most 20 MiB. Never raises for bad input."""
    if len(data) > SIZE_LIMIT:
        return _against(data, "not_a_pdf")
    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = list(reader.embedded_signatures)
    except Exception:  # whatever a hostile file makes the parser do, the answer is the same
        return _against(data, "not_a_pdf")
    if not signatures:
        return _against(data, "unsigned")
    try:
        return _judge(data, reader, signatures, trust, at)
    except Exception:
        return _against(data, "damaged")


def _against(data: bytes, reason: str) -> PdfVerdict:
    return PdfVerdict(intact=False, changed_since=False, signatures=(), reasons=(reason,), sha256=digest(data))


def _judge(
    data: bytes, reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], trust: Trust, at: datetime
) -> PdfVerdict:
    """Cheap proofs first; the costly look at what came between the signatures only for a file that is intact.

    Of a damaged file nothing is told about who signed it: those would be claims of whoever changed it.
    """
    if not all(_digest_holds(signature) for signature in signatures):
        return _against(data, "damaged")
    known = _proof_data(reader)
    odd = any(not _tidy(data, signature) for signature in signatures) or not _chained(signatures[-1], known, trust)
    findings = [asyncio.run(_finding(signature, known, trust, at)) for signature in signatures]
    intact = all(finding.intact for finding in findings)
    changed = intact and not odd and (not findings[-1].covers_whole or not all(map(_only_proof_follows, signatures)))
    return PdfVerdict(
        intact=intact and not odd,
        changed_since=changed,
        signatures=tuple(findings),
        reasons=_reasons(findings, intact=intact, changed=changed, odd=odd),
        sha256=digest(data),
    )


def _digest_holds(signature: EmbeddedPdfSignature) -> bool:
    """The bytes under the signature are those that it names."""
    if signature.sig_object_type == "/DocTimeStamp":
        imprint = signature.signed_data["encap_content_info"]["content"].parsed["message_imprint"]
        told, algorithm = imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native
    else:
        attributes = signature.signer_info["signed_attrs"]
        told = next(one["values"][0].native for one in attributes if one["type"].native == "message_digest")
        algorithm = signature.signer_info["digest_algorithm"]["algorithm"].native
    return bool(signature.compute_digest(algorithm) == told)


def _only_proof_follows(signature: EmbeddedPdfSignature) -> bool:
    """True when the revisions after this signature hold proof data and other signatures, nothing else."""
    result = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    return isinstance(result, DiffResult) and result.modification_level in ALLOWED


def _reasons(findings: list[SignatureFinding], *, intact: bool, changed: bool, odd: bool) -> tuple[str, ...]:
    roles = {finding.role for finding in findings}
    told = {
        "damaged": not intact,
        "odd_container": odd,
        "changed_since": changed,
        "untrusted": not all(finding.trusted for finding in findings),
        "not_timestamped": not all(finding.timestamped for finding in findings),
        "incomplete": not {"borrower", "bank"} <= roles,
    }
    return tuple(reason for reason, holds in told.items() if holds)


async def _finding(signature: EmbeddedPdfSignature, known: _Known, trust: Trust, at: datetime) -> SignatureFinding:
    """One signature at the time that its own token proves, else now."""
    when = _token_time(signature)
    context = ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=list(known.certificates),
        crls=list(known.revocation_lists),
        moment=when or at,
        revocation_mode="soft-fail",
    )
    stamp = signature.sig_object_type == "/DocTimeStamp"
    if stamp:
        status: Any = await async_validate_pdf_timestamp(signature, context, skip_diff=True)
        timestamped = status.valid and status.trusted
    else:
        status = await async_validate_pdf_signature(signature, context, context, skip_diff=True)
        token = status.timestamp_validity
        timestamped = token is not None and token.valid and token.trusted
    certificate = signature.signer_cert
    subject = certificate.subject.native
    return SignatureFinding(
        field=str(signature.field_name),
        role="timestamp" if stamp else _role(certificate, trust),
        who=str(subject.get("common_name", "")),
        serial=format(certificate.serial_number, "X"),
        when=when or signature.self_reported_timestamp,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        timestamped=bool(timestamped),
        covers_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    )


def _role(certificate: asn1_x509.Certificate, trust: Trust) -> Any:
    """The bank by its known seal, a borrower by the pseudonym that our authority writes into the subject."""
    if certificate.sha256 in trust.seals:
        return "bank"
    return "borrower" if "serial_number" in certificate.subject.native else "other"


def _token_time(signature: EmbeddedPdfSignature) -> datetime | None:
    if signature.sig_object_type == "/DocTimeStamp":
        tokens: Iterable[Any] = [signature.signed_data]
    else:
        tokens = extract_tst_data_iter(signature.signer_info, signed=False)
    return next((token["encap_content_info"]["content"].parsed["gen_time"].native for token in tokens), None)


@dataclass(frozen=True, slots=True)
class _Known:
    certificates: tuple[asn1_x509.Certificate, ...]
    revocation_lists: tuple[Any, ...]


def _proof_data(reader: PdfFileReader) -> _Known:
    """What the file carries for its own proof; it helps to find paths and is trusted for nothing."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return _Known((), ())
    return _Known(tuple(store.load_certs()), tuple(item.get_object().data for item in store.crls))


def _tidy(data: bytes, signature: EmbeddedPdfSignature) -> bool:
    """The part that no signature covers holds one canonical value and nothing besides: hex of one case, DER, zeros."""
    _, begins, resumes, _ = signature.byte_range
    told = data[begins + 1 : resumes - 1]
    if (
        data[begins : begins + 1] != b"<"
        or data[resumes - 1 : resumes] != b">"
        or told not in (told.lower(), told.upper())
    ):
        return False
    raw = bytes.fromhex(told.decode("ascii"))
    length = _der_length(raw)
    return (
        not any(raw[length:])
        and cms.ContentInfo.load(raw[:length], strict=True)["content_type"].native == "signed_data"
    )


def _der_length(raw: bytes) -> int:
    """The number of bytes of the first DER value, header included."""
    first = raw[1]
    if first < 0x80:
        return 2 + first
    size = first & 0x7F
    return 2 + size + int.from_bytes(raw[2 : 2 + size], "big")


def _chained(signature: EmbeddedPdfSignature, known: _Known, trust: Trust) -> bool:
    """Nothing in the last container is loose: certificates are signed by one another, names match to the byte.

    Found by flipping every bit of a container: a name in other case, idle bits behind a signature.
    """
    signed = signature.signed_data
    info = signed["signer_infos"][0]
    embedded = [choice.chosen for choice in signed["certificates"]]
    issuers = [_crypto(one) for one in (*embedded, *known.certificates, *trust.roots)]
    return (
        len(signed["signer_infos"]) == 1
        and [one.dump() for one in signed["digest_algorithms"]] == [info["digest_algorithm"].dump()]
        and signed["version"].native in ("v1", "v3")
        and info["version"].native == "v1"
        and info["sid"].chosen["issuer"].dump() == signature.signer_cert.issuer.dump()
        and all(one["signature_value"].contents[0] == 0 and _issued(_crypto(one), issuers) for one in embedded)
    )


def _crypto(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())


def _issued(certificate: x509.Certificate, issuers: list[x509.Certificate]) -> bool:
    for issuer in issuers:
        if issuer.subject == certificate.issuer:
            try:
                certificate.verify_directly_issued_by(issuer)
            except Exception:  # noqa: S112  # not this one, then
                continue
            return True
    return False
