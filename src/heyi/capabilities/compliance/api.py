"""The door of compliance: the verdict, the pack, holds and agreed hours."""

from heyi.capabilities.compliance.actions import agree_hours, lift_hold, place_hold
from heyi.capabilities.compliance.domain import decide
from heyi.capabilities.compliance.problems import (
    HoldAlreadyLifted,
    HoldKindUnknown,
    HoldNotFound,
    NotYourHold,
    ReasonMissing,
    WindowUnusable,
)
from heyi.capabilities.compliance.queries import agreed_window, holds, pack

__all__ = [
    "HoldAlreadyLifted",
    "HoldKindUnknown",
    "HoldNotFound",
    "NotYourHold",
    "ReasonMissing",
    "WindowUnusable",
    "agree_hours",
    "agreed_window",
    "decide",
    "holds",
    "lift_hold",
    "pack",
    "place_hold",
]
