"""How holds come and go: who may place and lift which kind, and whether it needs an end. Pure; the table is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.compliance.domain.facts import HOLD_KINDS
from heyi.capabilities.compliance.domain.rules import BadPack, Both, Source
from heyi.kit.actors import Actor

UNTIL: Final = frozenset({"required", "optional", "never"})


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """One kind of hold: who places and lifts it, its end, whether agencies give back, the words for the borrower."""

    kind: str
    title: Both
    borrower: Both
    source: Source
    places: frozenset[str]
    lifts: frozenset[str]
    until: str
    recalls: bool

    def may_place(self, actor: Actor, party_id: UUID) -> bool:
        """True for the roles named, and for the person themself where the kind allows it."""
        return _may(actor, party_id, self.places)

    def may_lift(self, actor: Actor, party_id: UUID) -> bool:
        """The same for lifting; a borrower takes back only what their own wish is."""
        return _may(actor, party_id, self.lifts)

    def end_fits(self, until: datetime | None) -> bool:
        """False when an end is missing, or given where only an act may end it."""
        return {"required": until is not None, "never": until is None}.get(self.until, True)


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """A hold stands from now on. ``recalls``: whatever lies with an agency comes back."""

    hold_id: UUID
    kind: str
    party_id: UUID
    contract_id: UUID | None
    recalls: bool


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold in a list or on its page. ``ended_by`` is ``""`` while it stands, ``date`` once it lapsed."""

    id: UUID
    kind: str
    party_id: UUID
    contract_id: UUID | None
    placed_at: datetime
    placed_by: str
    until: datetime | None
    ended_at: datetime | None
    ended_by: str

    @property
    def stands(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a hold was placed, and why it was lifted (``""`` while it stands), in full."""

    placed: str
    lifted: str


def parse_holds(raw: Any) -> Mapping[str, HoldPolicy]:
    """The table by kind. Raises BadPack when a kind is missing, stands twice, or has a part that cannot be read."""
    if not isinstance(raw, list):
        raise BadPack(where="holds.yaml", problem="a list of kinds is wanted")
    found = {policy.kind: policy for policy in (_policy(item) for item in raw)}
    missing = sorted(HOLD_KINDS - found.keys())
    if missing:
        raise BadPack(where="holds.yaml", problem=f"missing: {', '.join(missing)}")
    if len(found) != len(raw):
        raise BadPack(where="holds.yaml", problem="a kind stands twice")
    return {kind: policy for kind, policy in found.items() if kind in HOLD_KINDS}


def _policy(item: Mapping[str, Any]) -> HoldPolicy:
    where = f"holds.yaml:{item.get('kind', '?')}"
    try:
        policy = HoldPolicy(
            kind=str(item["kind"]),
            title=Both(**item["title"]),
            borrower=Both(**item["borrower"]),
            source=Source(**item["source"]),
            places=frozenset(item["places"]),
            lifts=frozenset(item["lifts"]),
            until=str(item["until"]),
            recalls=item["recalls"] is True,
        )
    except (KeyError, TypeError) as error:
        raise BadPack(where=where, problem=f"incomplete: {error}") from error
    if policy.until not in UNTIL or not policy.lifts or not policy.places:
        raise BadPack(where=where, problem="until, places and lifts must be filled in")
    return policy


def _may(actor: Actor, party_id: UUID, allowed: frozenset[str]) -> bool:
    if actor.kind == "borrower":
        return actor.id == party_id and "borrower" in allowed
    return actor.has(*allowed)
