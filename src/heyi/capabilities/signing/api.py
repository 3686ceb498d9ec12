"""The door for doing."""

from __future__ import annotations

from heyi.capabilities.signing.actions.ending import expire_due, refuse
from heyi.capabilities.signing.actions.prepare import prepare
from heyi.capabilities.signing.actions.reading import acknowledge_cost_form, agree_to_esign, read_clause
from heyi.capabilities.signing.actions.renewal import proofs, renew_due
from heyi.capabilities.signing.actions.sealing import seal, seal_due
from heyi.capabilities.signing.actions.sign import require_ready, sign_as_bank, sign_as_borrower
from heyi.capabilities.signing.domain.errors import (
    CodeTooOld,
    CostFormNotConfirmed,
    Expired,
    NoSuchCeremony,
    NoSuchClause,
    NoSuchCostForm,
    NotRead,
    NotSignable,
    NotYourAct,
    NumberTaken,
    ReadLonger,
    SignerUnusable,
    TimestampAway,
    WrongState,
)
from heyi.capabilities.signing.library import compose, load_pack
from heyi.capabilities.signing.queries import (
    ceremonies_of,
    ceremony,
    document,
    is_on_file,
    verify_pdf,
)
from heyi.capabilities.signing.roots import embedded_tsa_application, root_certificates

__all__ = [
    "CodeTooOld",
    "CostFormNotConfirmed",
    "Expired",
    "NoSuchCeremony",
    "NoSuchClause",
    "NoSuchCostForm",
    "NotRead",
    "NotSignable",
    "NotYourAct",
    "NumberTaken",
    "ReadLonger",
    "SignerUnusable",
    "TimestampAway",
    "WrongState",
    "acknowledge_cost_form",
    "agree_to_esign",
    "ceremonies_of",
    "ceremony",
    "compose",
    "document",
    "embedded_tsa_application",
    "expire_due",
    "is_on_file",
    "load_pack",
    "prepare",
    "proofs",
    "read_clause",
    "refuse",
    "renew_due",
    "require_ready",
    "root_certificates",
    "seal",
    "seal_due",
    "sign_as_bank",
    "sign_as_borrower",
    "verify_pdf",
]
