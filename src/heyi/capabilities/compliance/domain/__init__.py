"""How the rules of conduct are thought: facts in, a verdict out. Pure; the law itself is data (``heyi/packs``)."""

from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.facts import (
    BANK_INITIATED,
    BORROWER_INITIATED,
    CHANNELS,
    HOLD_KINDS,
    PURPOSES,
    RECIPIENTS,
    ContactFacts,
    Hold,
    Window,
)
from heyi.capabilities.compliance.domain.parse import parse_pack
from heyi.capabilities.compliance.domain.rules import BadPack, Both, Case, Checklist, Pack, PackMissing, Rule, Source
from heyi.capabilities.compliance.domain.verdicts import CLOSED, Allowed, ClauseHit, Refused, Verdict

__all__ = [
    "BANK_INITIATED",
    "BORROWER_INITIATED",
    "CHANNELS",
    "CLOSED",
    "GATE_KINDS",
    "HOLD_KINDS",
    "PURPOSES",
    "RECIPIENTS",
    "Allowed",
    "BadPack",
    "Both",
    "Case",
    "Checklist",
    "ClauseHit",
    "ContactFacts",
    "Hold",
    "Pack",
    "PackMissing",
    "Refused",
    "Rule",
    "Source",
    "Verdict",
    "Window",
    "decide",
    "parse_pack",
]
