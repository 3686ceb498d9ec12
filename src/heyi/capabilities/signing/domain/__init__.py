"""The door for thinking: agreement, clauses, ceremony, verdicts. No Django, no I/O."""

from __future__ import annotations

from heyi.capabilities.signing.domain.agreement import (
    Agreement,
    Bank,
    Borrower,
    Change,
    Clause,
    Components,
    CostForm,
    CostItem,
    Language,
    Product,
    Row,
)
from heyi.capabilities.signing.domain.ceremony import OPEN, STATES, TABLE, VERBS, CeremonyView, State, Verb, after
from heyi.capabilities.signing.domain.compose import compose
from heyi.capabilities.signing.domain.events import (
    AgreementExpired,
    AgreementRefused,
    AgreementSealed,
    BorrowerSigned,
)
from heyi.capabilities.signing.domain.facts import AgreementFacts, Method, Original, PayTo
from heyi.capabilities.signing.domain.form import agreement_bytes, agreement_digest, agreement_from
from heyi.capabilities.signing.domain.pack import AgreementPack, Parameters
from heyi.capabilities.signing.domain.signable import Lack, is_signable, lacks, required_groups
from heyi.capabilities.signing.domain.verdict import PdfVerdict, SignatureFinding

__all__ = [
    "OPEN",
    "STATES",
    "TABLE",
    "VERBS",
    "Agreement",
    "AgreementExpired",
    "AgreementFacts",
    "AgreementPack",
    "AgreementRefused",
    "AgreementSealed",
    "Bank",
    "Borrower",
    "BorrowerSigned",
    "CeremonyView",
    "Change",
    "Clause",
    "Components",
    "CostForm",
    "CostItem",
    "Lack",
    "Language",
    "Method",
    "Original",
    "Parameters",
    "PayTo",
    "PdfVerdict",
    "Product",
    "Row",
    "SignatureFinding",
    "State",
    "Verb",
    "after",
    "agreement_bytes",
    "agreement_digest",
    "agreement_from",
    "compose",
    "is_signable",
    "lacks",
    "required_groups",
]
