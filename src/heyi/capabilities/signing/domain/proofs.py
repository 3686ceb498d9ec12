"""How long sealed files prove themselves, and when that has to be renewed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEAD: Final = timedelta(days=180)
"""Renewal begins this long before a timestamp's certificate ends: an authority may be away for weeks."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """``due`` of ``sealed`` files wait for a new timestamp; ``first_end`` is when the first proof ends."""

    sealed: int
    due: int
    first_end: datetime | None
