"""What can be read here, as frozen values."""

from heyi.capabilities.compliance.queries.exams import (
    Result,
    Sitting,
    open_sitting,
    sitting,
    sittings,
)
from heyi.capabilities.compliance.queries.holds import (
    agreed_window,
    all_agreed_hours,
    all_holds,
    hold_kinds,
    hold_line,
    hold_lines,
    hold_of,
    holds,
)
from heyi.capabilities.compliance.queries.packs import (
    pack,
)

__all__ = [
    "Result",
    "Sitting",
    "agreed_window",
    "all_agreed_hours",
    "all_holds",
    "hold_kinds",
    "hold_line",
    "hold_lines",
    "hold_of",
    "holds",
    "open_sitting",
    "pack",
    "sitting",
    "sittings",
]
