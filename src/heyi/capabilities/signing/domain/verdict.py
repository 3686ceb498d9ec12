"""What a look at a PDF says: intact or not, who signed and when, and what came afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature or document timestamp in the file.

    ``who`` is the certificate's common name, ``role`` what its certificate is for, ``when`` the trusted time when
    ``timestamped``, else the signer's own statement. ``covers_whole`` is true when nothing at all follows it.
    """

    field: str
    role: Literal["borrower", "bank", "timestamp", "other"]
    who: str
    serial: str
    when: datetime | None
    intact: bool
    trusted: bool
    timestamped: bool
    covers_whole: bool


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """``genuine`` is the one answer for a person: intact, all trusted, nothing changed since the last signature.

    ``reasons`` are codes: not_a_pdf, unsigned, damaged, untrusted, changed_since, not_timestamped, odd_container.
    """

    intact: bool
    changed_since: bool
    signatures: tuple[SignatureFinding, ...]
    reasons: tuple[str, ...]
    sha256: str

    @property
    def genuine(self) -> bool:
        return self.intact and not self.reasons
