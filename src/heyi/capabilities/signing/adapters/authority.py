"""Keys, certificates, clock and roots put together, from settings: embedded or the bank's own.

``signer``: ``embedded:`` or ``pkcs12:/path/to/file.p12``. ``tsa_url``: ``embedded:`` or ``http(s)://…``.
``trust_roots``: a PEM file with the roots of an outside signer or timestamp authority; may be empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from heyi.capabilities.signing.adapters.embedded_ca import Credential, EmbeddedCa
from heyi.capabilities.signing.adapters.pades_check import Trust
from heyi.capabilities.signing.adapters.timestamps import (
    EmbeddedTimestamps,
    HttpTimestamps,
    private_asn1,
    to_asn1,
)
from heyi.capabilities.signing.domain.errors import SignerUnusable


@dataclass(frozen=True, slots=True)
class Signer:
    """Something that signs once or often, with its public certificate."""

    inner: SimpleSigner
    certificate: asn1_x509.Certificate

    @property
    def serial(self) -> str:
        return format(self.certificate.serial_number, "X")

    @property
    def der(self) -> bytes:
        return bytes(self.certificate.dump())


@dataclass(frozen=True, slots=True)
class Authority:
    """Everything that a signature needs besides the document."""

    ca: EmbeddedCa
    bank: Signer
    tsa_url: str
    trust: Trust
    embedded: bool

    def borrower(self, *, name_masked: str, pseudonym: str, ceremony: str, at: datetime) -> Signer:
        """A signer for one signature; its key is gone with the object."""
        return _signer(
            self.ca, self.ca.issue_signer(common_name=name_masked, pseudonym=pseudonym, ceremony=ceremony, at=at)
        )

    def timestamps(self, *, at: datetime) -> TimeStamper:
        """Where timestamps come from; the embedded authority takes ``at`` as its time."""
        if self.tsa_url == "embedded:":
            return EmbeddedTimestamps(self.ca.tsa_at(at), (self.ca.issuing, self.ca.root), at=at)
        return HttpTimestamps(self.tsa_url)

    def context(self, *, at: datetime) -> ValidationContext:
        """What proof data is collected with: our own lists at ``at``; outside authorities are asked by the network."""
        embedded = self.embedded
        return ValidationContext(
            trust_roots=list(self.trust.roots),
            other_certs=[to_asn1(self.ca.issuing)],
            crls=self.ca.revocation_lists(at),
            moment=at if embedded else None,
            allow_fetching=not embedded,
            revocation_mode="require" if embedded else "soft-fail",
        )


def open_authority(
    *,
    folder: Path,
    sealing_key: bytes,
    signer: str,
    signer_password: str,
    tsa_url: str,
    trust_roots: str,
    organisation: str,
    at: datetime,
) -> Authority:
    """Opens what the settings name; makes the embedded authority on first use. Raises SignerUnusable."""
    ca = EmbeddedCa(folder, sealing_key=sealing_key, organisation=organisation, at=at)
    bank = _bank(ca, signer, signer_password)
    roots = (to_asn1(ca.root), *_read_roots(trust_roots))
    return Authority(
        ca=ca,
        bank=bank,
        tsa_url=tsa_url,
        trust=Trust(roots=roots, seals=frozenset({bank.certificate.sha256, to_asn1(ca.seal.certificate).sha256})),
        embedded=signer == "embedded:" and tsa_url == "embedded:",
    )


def _bank(ca: EmbeddedCa, signer: str, password: str) -> Signer:
    if signer == "embedded:":
        return _signer(ca, ca.seal)
    kind, _, rest = signer.partition(":")
    path = rest.partition("?")[0]
    if kind != "pkcs12" or not Path(path).is_file():
        raise SignerUnusable(kind=kind, reason="no_such_file" if kind == "pkcs12" else "unknown_kind")
    inner = SimpleSigner.load_pkcs12(path, passphrase=password.encode() or None)
    if inner is None:
        raise SignerUnusable(kind=kind, reason="wrong_password_or_file")
    return Signer(inner=inner, certificate=inner.signing_cert)


def _signer(ca: EmbeddedCa, credential: Credential) -> Signer:
    store = SimpleCertificateStore()
    store.register_multiple([to_asn1(ca.issuing), to_asn1(ca.root)])
    certificate = to_asn1(credential.certificate)
    return Signer(
        inner=SimpleSigner(signing_cert=certificate, signing_key=private_asn1(credential), cert_registry=store),
        certificate=certificate,
    )


def _read_roots(path: str) -> tuple[asn1_x509.Certificate, ...]:
    if not path:
        return ()
    try:
        found = pem.unarmor(Path(path).read_bytes(), multiple=True)
        return tuple(asn1_x509.Certificate.load(der) for _, _, der in found)
    except (OSError, ValueError) as error:
        raise SignerUnusable(kind="trust_roots", reason=type(error).__name__) from error


def root_pem(ca: EmbeddedCa) -> bytes:
    """The embedded root for other validators."""
    return ca.root.public_bytes(serialization.Encoding.PEM)
