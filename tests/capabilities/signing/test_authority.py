"""Keys: made once, sealed at rest, one for each signature; the bank's own by settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from heyi.capabilities.signing.adapters import pades
from heyi.capabilities.signing.adapters.authority import Authority
from heyi.capabilities.signing.adapters.embedded_ca import EmbeddedCa
from heyi.capabilities.signing.adapters.pades_check import check
from heyi.capabilities.signing.domain.errors import SignerUnusable
from heyi.config import environment
from heyi.plumbing.sealing import SealBroken
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Sealed, authority_in

pytestmark = pytest.mark.req("E6", "E9")


def test_keys_are_made_once_and_lie_sealed(tmp_path: Path) -> None:
    first = authority_in(tmp_path / "ca")
    assert authority_in(tmp_path / "ca").ca.root == first.ca.root
    files = sorted(path.name for path in (tmp_path / "ca").iterdir())
    assert files == sorted(
        f"{name}.{end}" for name in ("root", "issuing", "tsa", "seal") for end in ("crt", "key.sealed")
    )
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "ca").iterdir())
    with pytest.raises(SealBroken):
        EmbeddedCa(tmp_path / "ca", sealing_key=bytes([1]) * 32, organisation="x", at=AT)


def test_processes_that_start_together_share_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: authority_in(tmp_path / "ca").ca.root, range(8)))
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ca"]


def test_each_signature_has_its_own_key(house: Authority) -> None:
    one, two = (house.ca.issue_signer(common_name="林**", pseudonym="HY-1", ceremony="1", at=AT) for _ in range(2))
    assert one.certificate.serial_number != two.certificate.serial_number
    assert one.key.public_key() != two.key.public_key()
    assert isinstance(one.key.curve, ec.SECP256R1)


def test_certificates_outlast_the_longest_plan(house: Authority) -> None:
    made = house.ca.issue_signer(common_name="林**", pseudonym="HY-1", ceremony="1", at=AT)
    assert made.certificate.not_valid_after_utc > AT + timedelta(days=366 * 5)
    assert house.ca.issuing.not_valid_after_utc > made.certificate.not_valid_after_utc


def test_the_banks_own_key_comes_from_a_file(sealed: Sealed, tmp_path: Path) -> None:
    bank = authority_in(tmp_path / "elsewhere").ca
    path = tmp_path / "seal.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", bank.seal.key, bank.seal.certificate, [bank.issuing, bank.root], BestAvailableEncryption(b"secret")
        )
    )
    (tmp_path / "roots.pem").write_bytes(bank.root.public_bytes(Encoding.PEM))
    house = authority_in(
        tmp_path / "ca", signer=f"pkcs12:{path}", signer_password="secret", trust_roots=str(tmp_path / "roots.pem")
    )
    signed = pades.sign(
        sealed.pages.pdf,
        signer=house.bank.inner,
        field="Bank",
        label="Bank",
        box=sealed.pages.boxes["bank"],
        stamp=sealed.pages.pdf,
        reason="",
        at=AT,
    )
    verdict = check(signed, trust=house.trust, at=AT)
    assert [(one.role, one.trusted) for one in verdict.signatures] == [("bank", True)]
    with pytest.raises(SignerUnusable):
        authority_in(tmp_path / "ca", signer=f"pkcs12:{path}", signer_password="wrong")


@pytest.mark.parametrize("signer", ["pkcs12:/nowhere.p12", "pkcs11:slot"])
def test_a_signer_that_cannot_be_used_is_named(tmp_path: Path, signer: str) -> None:
    with pytest.raises(SignerUnusable):
        authority_in(tmp_path / "ca", signer=signer)
    with pytest.raises(SignerUnusable):
        authority_in(tmp_path / "ca", trust_roots=str(tmp_path / "none.pem"))


def test_the_password_of_the_seal_is_read_where_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_SIGNER", "pkcs12:/seal.p12?password-env=SEAL_PASSWORD")
    with pytest.raises(environment.BadSetting):
        environment.read()
    monkeypatch.setenv("SEAL_PASSWORD", "secret")
    assert environment.read().signer_password == "secret"


def test_no_key_is_written_in_clear(tmp_path: Path) -> None:
    house = authority_in(tmp_path / "ca").ca
    clear = house.seal.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert all(clear[-64:] not in path.read_bytes() for path in (tmp_path / "ca").iterdir())
