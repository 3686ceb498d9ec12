"""An own certificate authority and timestamp authority, for the demo, for tests, and for a bank that starts small.

    root ──► issuing ──► seal (the bank) · signer (one per signature) · tsa

Trusted for: that a certificate stands for the person whom the ceremony identified, and that a timestamp tells the time.
Its compromise: whoever holds the issuing key can make signatures and times that look like ours; files already sealed
stay provable by the journal's checkpoints, which name their digests. Keys are made once, on first use, and lie sealed
(AES-256-GCM under the vault's system key) in ``folder``. A signer's key exists for one signature and is never stored.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from heyi.plumbing.ids import new_id
from heyi.plumbing.sealing import seal, unseal

CONTEXT: Final = "signing.ca"
LIFE_YEARS: Final = {"root": 30, "issuing": 25, "tsa": 15, "seal": 15, "signer": 10}
"""Longer than the longest plan and the years that the file is kept, so that common readers still show «valid»."""
BACKDATED: Final = timedelta(days=5 * 366)
"""Imported agreements and a seeded demo carry earlier dates than the day on which the authority was made."""
CRL_LIFE: Final = timedelta(days=7)
TSA_LEFT_LEAST: Final = timedelta(days=2 * 366)
CHAIN: Final = {"root": "root", "issuing": "root", "tsa": "issuing", "seal": "issuing"}

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate with its private key (EC P-256)."""

    certificate: x509.Certificate
    key: Key


class EmbeddedCa:
    """Opens, or makes on first use, the authority that lies in ``folder``."""

    def __init__(self, folder: Path, *, sealing_key: bytes, organisation: str, at: datetime) -> None:
        self._folder, self._sealing_key, self._organisation = folder, sealing_key, organisation
        if not folder.exists():
            self._make(at)
        self._held = {name: self._load(name) for name in CHAIN}

    @property
    def root(self) -> x509.Certificate:
        return self._held["root"].certificate

    @property
    def issuing(self) -> x509.Certificate:
        return self._held["issuing"].certificate

    @property
    def tsa(self) -> Credential:
        return self._held["tsa"]

    @property
    def seal(self) -> Credential:
        return self._held["seal"]

    def tsa_at(self, at: datetime) -> Credential:
        """The timestamp authority with its newest certificate; with another one when less than two years are left."""
        number = 1
        newest, following = self.tsa, self._folder / f"tsa-{number}"
        while following.is_dir():
            newest = self._load(f"tsa-{number}/tsa")
            number += 1
            following = self._folder / f"tsa-{number}"
        if newest.certificate.not_valid_after_utc - at >= TSA_LEFT_LEAST:
            return newest
        aside = self._folder.with_name(f"{self._folder.name}.{new_id()}")
        aside.mkdir(mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(
            _authority_name(self._organisation, "tsa"), key, self._held["issuing"], "tsa", at - timedelta(minutes=5)
        )
        _write(aside / "tsa.crt", certificate.public_bytes(serialization.Encoding.PEM))
        sealed = seal(self._sealing_key, _key_bytes(key), context=f"{CONTEXT}.tsa-{number}/tsa")
        _write(aside / "tsa.key.sealed", sealed)
        try:
            aside.rename(following)
        except OSError:
            shutil.rmtree(aside)
        return self._load(f"tsa-{number}/tsa")

    def issue_signer(self, *, common_name: str, pseudonym: str, ceremony: str, at: datetime) -> Credential:
        """A fresh key and its certificate for one signature: masked name and pseudonym, never an identity number."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self._organisation),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ceremony),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, pseudonym),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
        key = ec.generate_private_key(ec.SECP256R1())
        return Credential(_sign(subject, key, self._held["issuing"], "signer", at - timedelta(minutes=5)), key)

    def revocation_lists(self, at: datetime) -> list[bytes]:
        """The lists of both authorities as DER, good for a week: nothing is revoked, said with a signature."""
        return [_revocation_list(self._held[name], at) for name in ("root", "issuing")]

    def _make(self, at: datetime) -> None:
        """All keys in a folder aside, then one rename: two processes that start together end with one authority."""
        aside = self._folder.with_name(f"{self._folder.name}.{new_id()}")
        aside.mkdir(mode=0o700, parents=True)
        made: dict[str, Credential] = {}
        for name, issuer in CHAIN.items():
            key = ec.generate_private_key(ec.SECP256R1())
            subject = _authority_name(self._organisation, name)
            certificate = _sign(subject, key, made.get(issuer), name, at - BACKDATED)
            made[name] = Credential(certificate, key)
            _write(aside / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
            _write(aside / f"{name}.key.sealed", seal(self._sealing_key, _key_bytes(key), context=f"{CONTEXT}.{name}"))
        try:
            aside.rename(self._folder)
        except OSError:
            shutil.rmtree(aside)

    def _load(self, name: str) -> Credential:
        sealed = (self._folder / f"{name}.key.sealed").read_bytes()
        plain = unseal(self._sealing_key, sealed, context=f"{CONTEXT}.{name}")
        key = serialization.load_der_private_key(plain, password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return Credential(x509.load_pem_x509_certificate((self._folder / f"{name}.crt").read_bytes()), key)


def _authority_name(organisation: str, name: str) -> x509.Name:
    titles = {
        "root": "Heyi Root CA",
        "issuing": "Heyi Signing CA",
        "tsa": "Heyi Timestamp Authority",
        "seal": f"{organisation} 电子合同专用章",
    }
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, titles[name][:64]),
        ]
    )


def _sign(subject: x509.Name, key: Key, issuer: Credential | None, kind: str, begins: datetime) -> x509.Certificate:
    issuer_key, issuer_name = (issuer.key, issuer.certificate.subject) if issuer else (key, subject)
    ends = begins + timedelta(days=366 * LIFE_YEARS[kind])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(min(ends, issuer.certificate.not_valid_after_utc) if issuer else ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension, critical in _USES[kind]():
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(**yes: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: yes.get(name, False) for name in names})


Extensions = list[tuple[x509.ExtensionType, bool]]


def _authority(depth: int | None) -> Extensions:
    return [
        (x509.BasicConstraints(ca=True, path_length=depth), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
    ]


def _leaf(*uses: x509.ObjectIdentifier, critical: bool) -> Extensions:
    made: Extensions = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True, content_commitment=True), True),
    ]
    return [*made, (x509.ExtendedKeyUsage(uses), critical)] if uses else made


_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_USES: Final[dict[str, Callable[[], Extensions]]] = {
    "root": lambda: _authority(1),
    "issuing": lambda: _authority(0),
    "tsa": lambda: _leaf(ExtendedKeyUsageOID.TIME_STAMPING, critical=True),
    "seal": lambda: _leaf(_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION, critical=False),
    "signer": lambda: _leaf(_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION, critical=False),
}


def _revocation_list(authority: Credential, at: datetime) -> bytes:
    begins = at - timedelta(minutes=5)
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(begins)
        .next_update(begins + CRL_LIFE)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return revoked.public_bytes(serialization.Encoding.DER)


def _key_bytes(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
