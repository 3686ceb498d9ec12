"""One-time codes: six digits, ten minutes, five tries (NIST SP 800-63B section 3.1.3 allows at most ten minutes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CODE_PURPOSES: Final = frozenset({"entry", "sign", "stop"})
CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODES_PER_PERSON: Final = 5
CODES_PER_CLIENT: Final = 20
CODES_WINDOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """The answer to a code. True in a condition exactly when the code was right.

    ``reason`` is ``right``, ``wrong``, ``used_up`` (five tries) or ``gone`` (expired, used, replaced or never issued).
    It is a value and no error, so that no roll-back ever gives a try back.
    """

    reason: str
    tries_left: int
    checked_at: datetime

    def __bool__(self) -> bool:
        return self.reason == "right"
