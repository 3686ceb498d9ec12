"""Which keys and which clock sign here: the embedded authority, or what the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from asn1crypto import x509
from django.conf import settings

from heyi.capabilities.signing.adapters.authority import Authority, open_authority
from heyi.capabilities.vault import api as vault
from heyi.plumbing.sealing import blind_index


@dataclass(frozen=True, slots=True)
class _Choice:
    """The settings that decide; a change of any opens anew."""

    folder: Path
    signer: str
    signer_password: str
    tsa_url: str
    trust_roots: str
    organisation: str


def authority(*, at: datetime) -> Authority:
    """The signing authority of this installation. Raises SignerUnusable."""
    house = settings.HEYI
    return _open(
        _Choice(
            folder=house.data_dir / "ca",
            signer=house.signer,
            signer_password=house.signer_password,
            tsa_url=house.tsa_url,
            trust_roots=house.trust_roots,
            organisation=house.bank_name,
        ),
        at=_First(at),
    )


def roots(*, at: datetime) -> tuple[x509.Certificate, ...]:
    """The root certificates that a validator must trust: for the page where they can be fetched."""
    return authority(at=at).trust.roots


def pseudonym(party_id: UUID) -> str:
    """Stands for the person in the certificate: always the same, and nobody outside can turn it back."""
    key = vault.system_key("signing/pseudonym")
    return "HY-" + blind_index(key, str(party_id), context="signing.pseudonym")[:16].upper()


@dataclass(frozen=True, slots=True)
class _First:
    """The time counts only when the authority is made; all times are one key of the cache."""

    at: datetime

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _First)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _open(choice: _Choice, *, at: _First) -> Authority:
    return open_authority(
        folder=choice.folder,
        sealing_key=vault.system_key("signing/ca"),
        signer=choice.signer,
        signer_password=choice.signer_password,
        tsa_url=choice.tsa_url,
        trust_roots=choice.trust_roots,
        organisation=choice.organisation,
        at=at.at,
    )
