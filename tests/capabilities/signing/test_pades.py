"""The signed file before two judges: our own check, and validators that know nothing of us."""

from __future__ import annotations

import asyncio
import io
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from heyi.capabilities.signing.adapters.pades_check import SIZE_LIMIT, Trust, check
from heyi.capabilities.signing.domain import PdfVerdict
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Sealed, authority_in

pytestmark = pytest.mark.req("E6", "A10")
LATER = AT + timedelta(days=400)


def judge(sealed: Sealed, data: bytes | None = None) -> PdfVerdict:
    return check(sealed.file if data is None else data, trust=sealed.house.trust, at=LATER)


def test_the_finished_file_is_genuine(sealed: Sealed) -> None:
    verdict = judge(sealed)
    assert verdict.genuine
    assert verdict.reasons == ()
    borrower, bank, stamp = verdict.signatures
    assert [one.role for one in verdict.signatures] == ["borrower", "bank", "timestamp"]
    assert all(one.intact and one.trusted and one.timestamped for one in verdict.signatures)
    assert (borrower.who, borrower.when, stamp.covers_whole) == ("林**", AT, True)
    assert "示例银行" in bank.who


def test_the_borrowers_signature_alone_is_not_yet_an_agreement(sealed: Sealed) -> None:
    verdict = judge(sealed, sealed.by_borrower)
    assert verdict.intact
    assert verdict.reasons == ("not_timestamped", "incomplete")


def test_pages_without_signature_prove_nothing(sealed: Sealed) -> None:
    assert judge(sealed, sealed.pages.pdf).reasons == ("unsigned",)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"hello", bytes(SIZE_LIMIT + 1)], ids=["none", "head", "text", "big"]
)
def test_what_is_no_file_of_ours_is_said_plainly(sealed: Sealed, data: bytes) -> None:
    assert judge(sealed, data).reasons == ("not_a_pdf",)


def test_a_stranger_with_the_same_names_is_not_trusted(sealed: Sealed, tmp_path: Path) -> None:
    stranger = authority_in(tmp_path / "stranger")
    assert "untrusted" in check(sealed.file, trust=stranger.trust, at=LATER).reasons


@pytest.mark.slow
def test_no_changed_byte_is_ever_genuine(sealed: Sealed) -> None:
    """200 single bytes: anywhere, and in the last signature's container, which no signature covers."""
    chance = random.Random(70)
    begins, resumes = last_container(sealed.file)
    places = [chance.randrange(len(sealed.file)) for _ in range(150)]
    accepted = [place for place in places if judge(sealed, flipped(sealed.file, place, chance)).genuine]
    inside = [chance.randrange(begins, resumes) for _ in range(50)]
    accepted += [place for place in inside if judge(sealed, other_hex(sealed.file, place, chance)).genuine]
    assert accepted == []


def test_a_name_in_other_case_inside_the_container_is_seen(sealed: Sealed) -> None:
    """Names compare without case, so this change breaks no signature; found by flipping every bit of a container."""
    begins, resumes = last_container(sealed.file)
    container = sealed.file[begins:resumes]
    name, other = b"Heyi Signing CA".hex().encode(), b"HEYI Signing CA".hex().encode()
    place = begins + container.lower().rindex(name)
    if container == container.upper():
        other = other.upper()
    changed = sealed.file[:place] + other + sealed.file[place + len(name) :]
    assert judge(sealed, changed).reasons == ("odd_container",)


def flipped(data: bytes, place: int, chance: random.Random) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def other_hex(data: bytes, place: int, chance: random.Random) -> bytes:
    other = chance.choice([letter for letter in b"0123456789abcdefABCDEF" if letter != data[place]])
    return data[:place] + bytes([other]) + data[place + 1 :]


def last_container(data: bytes) -> tuple[int, int]:
    _, begins, resumes, _ = list(PdfFileReader(io.BytesIO(data)).embedded_signatures)[-1].byte_range
    return begins, resumes


def test_bytes_behind_the_end_are_seen(sealed: Sealed) -> None:
    assert not judge(sealed, sealed.file + b"\n% a remark").genuine


def test_a_page_changed_in_a_later_revision_is_seen(sealed: Sealed) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed.file))
    page = writer.prev.root["/Pages"]["/Kids"].raw_get(0).get_object()
    while "/Kids" in page:
        page = page["/Kids"].raw_get(0).get_object()
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)
    verdict = judge(sealed, changed.getvalue())
    assert "changed_since" in verdict.reasons
    assert verdict.changed_since
    assert verdict.intact


def test_a_field_added_later_is_seen_too(sealed: Sealed) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed.file))
    append_signature_field(writer, SigFieldSpec("Witness", box=(10, 10, 90, 40), on_page=0))
    changed = io.BytesIO()
    writer.write(changed)
    assert "changed_since" in judge(sealed, changed.getvalue()).reasons


def test_the_certificate_names_nobody_in_full(sealed: Sealed) -> None:
    signature = next(iter(PdfFileReader(io.BytesIO(sealed.file)).embedded_signatures))
    subject = signature.signer_cert.subject.native
    assert (subject["common_name"], subject["serial_number"]) == ("林**", "HY-83F2")
    assert "晓禾" not in str(subject)


def test_the_algorithm_of_the_standard_passes_it(sealed: Sealed) -> None:
    """ETSI EN 319 102-1, signatures with archival data, on the borrower's signature."""
    policy = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=list(sealed.house.trust.roots)),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
            local_knowledge=LocalKnowledge(),
        )
    )
    signature = PdfFileReader(io.BytesIO(sealed.file)).embedded_regular_signatures[0]
    result = asyncio.run(ades_lta_validation(signature, policy))
    assert result.ades_subindic == AdESPassed.OK


# ── Validators that know nothing of us ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def pdfsig(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an NSS database that trusts our root, for poppler's ``pdfsig``."""
    if not (shutil.which("pdfsig") and shutil.which("certutil")):
        pytest.skip("pdfsig and certutil are needed: apt-get install poppler-utils libnss3-tools")
    folder = tmp_path_factory.mktemp("nss")
    root = folder / "root.pem"
    root.write_bytes(sealed.house.ca.root.public_bytes(serialization.Encoding.PEM))
    database = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    trust = ["certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", str(root)]
    subprocess.run(trust, check=True)
    return folder


def second_opinion(folder: Path, data: bytes) -> str:
    file = folder / "file.pdf"
    file.write_bytes(data)
    ran = subprocess.run(["pdfsig", "-nssdir", str(folder), str(file)], capture_output=True, text=True)
    return ran.stdout + ran.stderr


def test_pdfsig_accepts_both_signatures(pdfsig: Path, sealed: Sealed) -> None:
    told = second_opinion(pdfsig, sealed.file)
    assert told.count("Signature is Valid.") == 2, told
    assert told.count("Certificate is Trusted.") == 2, told
    assert "林**" in told


def test_one_changed_byte_is_refused_by_both(pdfsig: Path, sealed: Sealed) -> None:
    begins = next(match.start() for match in re.finditer(rb"stream\r?\n", sealed.file)) + 40
    changed = flipped(sealed.file, begins, random.Random(1))
    assert "Signature is Valid." not in second_opinion(pdfsig, changed)
    assert not judge(sealed, changed).genuine


def test_openssl_accepts_the_timestamp_of_the_borrowers_signature(sealed: Sealed, tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is needed")
    signature = PdfFileReader(io.BytesIO(sealed.file)).embedded_regular_signatures[0]
    token = signature.signer_info["unsigned_attrs"][0]["values"][0]
    (tmp_path / "token.der").write_bytes(token.dump())
    (tmp_path / "signed.bin").write_bytes(signature.signer_info["signature"].native)
    for name, certificate in (("root", sealed.house.ca.root), ("issuing", sealed.house.ca.issuing)):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    command = "openssl ts -verify -token_in -in token.der -data signed.bin -CAfile root.pem -untrusted issuing.pem"
    at = ["-attime", str(int(AT.timestamp()))]
    ran = subprocess.run([*command.split(), *at], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: OK" in ran.stdout + ran.stderr
    (tmp_path / "signed.bin").write_bytes(b"something else")
    ran = subprocess.run([*command.split(), *at], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: FAILED" in ran.stdout + ran.stderr


def test_the_trust_is_in_the_roots_alone(sealed: Sealed) -> None:
    nobody = Trust(roots=(), seals=frozenset())
    verdict = check(sealed.file, trust=nobody, at=LATER)
    assert "untrusted" in verdict.reasons
    assert isinstance(sealed.house.trust.roots[0], x509.Certificate)
