"""The verbs of this room."""

from heyi.capabilities.compliance.actions.exams import (
    hand_in,
    start_exam,
)
from heyi.capabilities.compliance.actions.holds import (
    agree_hours,
    end_hours,
    lift_hold,
    place_hold,
    read_reason,
)

__all__ = [
    "agree_hours",
    "end_hours",
    "hand_in",
    "lift_hold",
    "place_hold",
    "read_reason",
    "start_exam",
]
