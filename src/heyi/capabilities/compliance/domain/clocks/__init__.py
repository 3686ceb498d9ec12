"""Clocks: the limitation of debts and every other time limit, computed and explained. Pure."""

from heyi.capabilities.compliance.domain.clocks.deadlines import Deadline, DeadlineKind, Extension, due_on
from heyi.capabilities.compliance.domain.clocks.limitation import (
    INTERRUPTIONS,
    KINDS,
    LASTING,
    PROCEEDINGS,
    RENEWALS,
    Limitation,
    LimitationEvent,
    LimitationRules,
    Step,
    limitation,
)
from heyi.capabilities.compliance.domain.clocks.rules import LimitationPack, NextAct, parse_deadlines, parse_limitation

__all__ = [
    "INTERRUPTIONS",
    "KINDS",
    "LASTING",
    "PROCEEDINGS",
    "RENEWALS",
    "Deadline",
    "DeadlineKind",
    "Extension",
    "Limitation",
    "LimitationEvent",
    "LimitationPack",
    "LimitationRules",
    "NextAct",
    "Step",
    "due_on",
    "limitation",
    "parse_deadlines",
    "parse_limitation",
]
