"""How the rules of conduct are thought: facts in, a verdict out. Pure; the law itself is data (``heyi/packs``)."""

from heyi.capabilities.compliance.domain.checks import GATE_KINDS
from heyi.capabilities.compliance.domain.decide import CLOCK_SLACK, decide
from heyi.capabilities.compliance.domain.expressions.evaluate import time_of_day
from heyi.capabilities.compliance.domain.facts import (
    ACTOR_KINDS,
    BANK_INITIATED,
    BORROWER_INITIATED,
    CHANNELS,
    HOLD_KINDS,
    PURPOSES,
    RECIPIENTS,
    SERIES,
    UNLOCKS,
    WORDINGS,
    ContactFacts,
    Days,
    Hold,
    Window,
)
from heyi.capabilities.compliance.domain.holds import HoldLine, HoldPlaced, HoldPolicy, Reasons
from heyi.capabilities.compliance.domain.layers import NotStricter
from heyi.capabilities.compliance.domain.parse import parse_pack
from heyi.capabilities.compliance.domain.plan import Plan, Wants, plan_of
from heyi.capabilities.compliance.domain.rules import BadPack, Both, Case, Checklist, Pack, PackMissing, Rule, Source
from heyi.capabilities.compliance.domain.together import decide_together
from heyi.capabilities.compliance.domain.verdicts import CLOSED, Allowed, ClauseHit, NeedsApproval, Refused, Verdict

__all__ = [
    "ACTOR_KINDS",
    "BANK_INITIATED",
    "BORROWER_INITIATED",
    "CHANNELS",
    "CLOCK_SLACK",
    "CLOSED",
    "GATE_KINDS",
    "HOLD_KINDS",
    "PURPOSES",
    "RECIPIENTS",
    "SERIES",
    "UNLOCKS",
    "WORDINGS",
    "Allowed",
    "BadPack",
    "Both",
    "Case",
    "Checklist",
    "ClauseHit",
    "ContactFacts",
    "Days",
    "Hold",
    "HoldLine",
    "HoldPlaced",
    "HoldPolicy",
    "NeedsApproval",
    "NotStricter",
    "Pack",
    "PackMissing",
    "Plan",
    "Reasons",
    "Refused",
    "Rule",
    "Source",
    "Verdict",
    "Wants",
    "Window",
    "decide",
    "decide_together",
    "parse_pack",
    "plan_of",
    "time_of_day",
]
