"""Sealing what people wrote: under the borrower's own key, bound to its column."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from heyi.capabilities.vault import api as vault
from heyi.plumbing import sealing


class Envelope:
    """Seals and opens the texts of one borrower; the key is fetched once."""

    def __init__(self, party_id: UUID, *, at: datetime) -> None:
        self.key = vault.subject_key(subject_id=party_id, at=at)

    def close(self, text: str, column: str) -> bytes:
        """``text`` sealed for ``negotiation.<column>``; empty stays empty."""
        return sealing.seal(self.key, text, context=f"negotiation.{column}") if text else b""

    def open(self, stored: bytes | memoryview, column: str) -> str:
        """The text again; empty for empty."""
        return sealing.unseal_text(self.key, bytes(stored), context=f"negotiation.{column}") if stored else ""

    def close_values(self, values: Any, column: str) -> bytes:
        """A JSON value sealed."""
        return self.close(json.dumps(values, ensure_ascii=False, sort_keys=True), column)

    def open_values(self, stored: bytes | memoryview, column: str) -> Any:
        """The JSON value again; {} for empty."""
        text = self.open(stored, column)
        return json.loads(text) if text else {}
