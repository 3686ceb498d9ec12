"""Who acts. Every verb takes an Actor as an argument; nothing reads it from the air."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["staff", "borrower", "system", "integration", "agency"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or machine with its rights at this moment.

    ``id`` is the staff member's, the party's or the API client's id; None for the system itself.
    ``branches`` are branch codes that the actor may see; ``*`` stands for all. A machine of an agency (kind
    ``agency``) has none: it sees what was placed with ``agency_id`` and nothing else.
    """

    kind: Kind
    id: UUID | None
    roles: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()
    agency_id: UUID | None = None

    @property
    def label(self) -> str:
        """Stable text for the journal: ``staff:018f…``. Never a name."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def has(self, *roles: str) -> bool:
        """True when the actor holds at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    def sees(self, branch: str) -> bool:
        """True when the branch lies within the actor's scope."""
        return "*" in self.branches or branch in self.branches


SYSTEM = Actor(kind="system", id=None, roles=frozenset({"system"}), branches=frozenset({"*"}))
