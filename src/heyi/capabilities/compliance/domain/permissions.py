"""What a person agreed to, and what they were told beforehand: facts for «only with consent», «only after notice».

Pure. Which consents and notices there are is not listed here: the rules name them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from heyi.capabilities.compliance.domain.rules import Pack

SORTS: Final = frozenset({"consent", "notice"})
LONGEST: Final = timedelta(days=366)
"""Nobody agrees for ever: after a year at most the bank asks or tells again."""
_NAMED_BY: Final = {"consent_required": ("consent", "consent"), "notice_required": ("notice", "notice")}


@dataclass(frozen=True, slots=True)
class Permission:
    """One consent or notice that stands or stood. ``about`` is the word by which rules ask for it (``visit``)."""

    id: UUID
    sort: str
    about: str
    party_id: UUID
    contract_id: UUID | None
    given_at: datetime
    until: datetime
    recorded_by: str
    ended_at: datetime | None
    ended_by: str

    def stands(self, at: datetime) -> bool:
        """True from when it was given until its end."""
        return self.given_at <= at < self.until and (self.ended_at is None or self.ended_at > at)


def permission_kinds(packs: Iterable[Pack]) -> tuple[tuple[str, str], ...]:
    """(sort, about) of every consent and notice that a rule of these packs asks for."""
    found = {
        (_NAMED_BY[rule.kind][0], str(rule.parameters[_NAMED_BY[rule.kind][1]]))
        for pack in packs
        for rule in pack.rules
        if rule.kind in _NAMED_BY
    }
    return tuple(sorted(found))
