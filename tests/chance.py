"""Chance in tests: the same examples for the same code, and others, more of them, on request.

``HEYI_EXPLORE=20`` tries new examples, twenty times as many where a test says so; a change is never red for what it did
not touch, and what exploring finds becomes a test of its own.
"""

from __future__ import annotations

import os
from typing import Final

TIMES: Final = int(os.environ.get("HEYI_EXPLORE", "0"))
SAME_AGAIN: Final = TIMES == 0


def examples(usually: int) -> int:
    """How many to try."""
    return usually * max(TIMES, 1)
