"""Rules of several jurisdictions at once: each pack judges by its own clock, and the strictest word counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from heyi.capabilities.compliance.domain.decide import decide
from heyi.capabilities.compliance.domain.facts import ContactFacts
from heyi.capabilities.compliance.domain.rules import Pack
from heyi.capabilities.compliance.domain.verdicts import Allowed, NeedsApproval, Refused, Verdict, strictest_first
from heyi.kit.canonical import digest

STEPS: Final = 12
"""How often the packs may push a contact on to each other: one's night into the other's rest day …"""
Known = Sequence[tuple[ContactFacts, Pack]]
"""The facts as each pack asks them (its own calendar day), beside the pack."""


def decide_together(known: Known, at: datetime) -> Verdict:
    """One verdict of several packs: allowed only where all allow; every refusing clause named, the strictest first.

    ``retry_at`` is the first instant at which all of them would allow. One pack alone answers as it always does.
    """
    verdicts = [decide(facts, pack, at) for facts, pack in known]
    if len(verdicts) == 1:
        return verdicts[0]
    version = joint_version([pack for _, pack in known])
    hits = strictest_first(hit for verdict in verdicts for hit in verdict.clauses)
    if not hits:
        return Allowed(version, notes=tuple(note for one in verdicts if isinstance(one, Allowed) for note in one.notes))
    if not any(isinstance(verdict, Refused) for verdict in verdicts):
        return NeedsApproval(version, hits, tuple(sorted({hit.approval for hit in hits})))
    return Refused(version, hits, retry_at=_opens(known, verdicts, at))


def joint_version(packs: Sequence[Pack]) -> str:
    """``cn+eu@…``: the names, and the beginning of the digest of their versions."""
    return f"{'+'.join(pack.name for pack in packs)}@{digest(' '.join(pack.version for pack in packs))[:12]}"


def _opens(known: Known, verdicts: Sequence[Verdict], at: datetime) -> datetime | None:
    moment = at
    for _ in range(STEPS):
        closed = [verdict for verdict in verdicts if not verdict.allowed]
        if not closed:
            return moment
        times = [verdict.retry_at for verdict in closed if verdict.retry_at is not None]
        if len(times) < len(closed):
            return None
        moment = max(times)
        verdicts = [decide(_later(facts, pack, at, moment), pack, moment) for facts, pack in known]
    return None


def _later(facts: ContactFacts, pack: Pack, at: datetime, later: datetime) -> ContactFacts:
    """On another calendar day of the pack its counts start anew."""
    if at.astimezone(pack.timezone).date() == later.astimezone(pack.timezone).date():
        return facts
    return replace(facts, connected_today=0, effective_today=0, unanswered_today=0, same_purpose_today=0)
