"""What a change of a pack can be: one rule's own figures, changed files, or what came with a new release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.compliance.domain.documents import Document
from heyi.capabilities.compliance.domain.rules import Pack
from heyi.capabilities.compliance.domain.wording import Change

COMMITTEE_FILE: Final = "committee.yaml"


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """Change one rule: its parameters, its severity, its words. ``entry`` is an amendment without the rule's id."""

    rule_id: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FilesChange:
    """Put these files in the place of those of the same path; ``rules/hours.yaml`` → the words of the file."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TakeInstalled:
    """Take what lies in the files now: a new release of the software, or the bank's changed folder."""


PackChange = RuleEdit | FilesChange | TakeInstalled
WAYS: Final = {RuleEdit: "rule", FilesChange: "files", TakeInstalled: "installed"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would mean, before anybody is asked."""

    before: Pack
    after: Pack
    document: Document
    changes: tuple[Change, ...]

    @property
    def loosens(self) -> bool:
        """True when something becomes more permissive, or nobody can say."""
        return any(one.effect in ("looser", "unlike") for one in self.changes)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change that somebody asked for. ``figures`` are those of the dry run, as it told them."""

    id: UUID
    name: str
    way: str
    version: str
    digest: str
    base: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    holds_from: datetime
    approval_id: UUID | None
    state: str
    ended_at: datetime | None
    note: str
    committee_key: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def edited(document: Document, edit: RuleEdit) -> Document:
    """The document with this edit in the committee's layer, over an earlier edit of the same rule."""
    files = {name: list(entries) for name, entries in document.bank.items()}
    entries = files.setdefault(COMMITTEE_FILE, [])
    earlier = next((entry for entry in entries if entry.get("rule") == edit.rule_id), None)
    files[COMMITTEE_FILE] = [entry for entry in entries if entry is not earlier] + [_merged(earlier, edit)]
    return replace(document, bank=files)


def _merged(earlier: Mapping[str, Any] | None, edit: RuleEdit) -> dict[str, Any]:
    before = dict(earlier or {})
    parameters = {**before.get("parameters", {}), **edit.entry.get("parameters", {})}
    merged = {**before, **edit.entry, "rule": edit.rule_id}
    return {**merged, "parameters": parameters} if parameters else merged
