"""A pack of rules: dated, sourced data, checked when it is read. A rule without a source does not load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from heyi.kit.canonical import canonical_bytes, digest
from heyi.kit.problems import Problem

RANKS: Final = frozenset({"LAW", "REG", "JI", "RULE", "NORM", "STD", "SELF", "POLICY"})
SEVERITIES: Final = frozenset({"hard", "policy", "advice"})
CONFIDENCES: Final = frozenset({"V1", "V2", "D", "G"})
UNPROVEN: Final = frozenset({"D", "G"})
OUTCOMES: Final = frozenset({"allowed", "refused"})


class BadPack(Problem):
    """A pack file breaks the schema; nothing of the pack is used."""

    code = "compliance.bad_pack"
    status = 500


class PackMissing(Problem):
    """There is no such pack, or none of its rules is in force yet."""

    code = "compliance.pack_missing"
    status = 503


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: the instrument, its clause, and its legal rank."""

    text: str
    clause: str
    rank: str

    def __str__(self) -> str:
        return f"{self.text} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Case:
    """An example that belongs to the rule: these facts, at this time, this answer of this rule."""

    says: str
    at: datetime
    given: Mapping[str, Any]
    expect: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause. ``kind`` names the check that judges it; the thresholds are all in ``parameters``."""

    id: str
    kind: str
    title: Both
    source: Source
    severity: str
    confidence: str
    valid_from: date
    valid_to: date | None
    purposes: frozenset[str]
    channels: frozenset[str]
    parameters: Mapping[str, Any]
    staff: Both
    borrower: Both
    instead: Both
    cases: tuple[Case, ...]

    def in_force(self, day: date) -> bool:
        """``valid_to`` is the first day on which the rule no longer stands."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction. ``version`` is the digest of the data: other words, other version."""

    name: str
    version: str
    timezone: ZoneInfo
    needs: frozenset[str]
    rules: tuple[Rule, ...]

    def at(self, day: date) -> Pack:
        """The same pack with the rules in force on ``day``."""
        return Pack(self.name, self.version, self.timezone, self.needs, tuple(r for r in self.rules if r.in_force(day)))

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, if the pack has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def parse_pack(name: str, manifest: Mapping[str, Any], files: Mapping[str, Any]) -> Pack:
    """The pack from its manifest and rule files (file name → list of rules). Raises BadPack."""
    rules = tuple(_rule(file, raw) for file, content in sorted(files.items()) for raw in _list(file, content))
    _unique(rules)
    body = digest(canonical_bytes(_plain({"manifest": dict(manifest), "files": dict(files)})))
    return Pack(
        name=name,
        version=f"{name}@{body[:12]}",
        timezone=ZoneInfo(_text("pack", manifest, "timezone")),
        needs=frozenset(_strings("pack", manifest, "needs")),
        rules=rules,
    )


def _rule(file: str, raw: Mapping[str, Any]) -> Rule:
    where = f"{file}:{raw.get('id', '?')}"
    rule = Rule(
        id=_text(where, raw, "id"),
        kind=_text(where, raw, "kind"),
        title=_both(where, raw, "title"),
        source=_source(where, raw),
        severity=_one_of(where, raw, "severity", SEVERITIES),
        confidence=_one_of(where, raw, "confidence", CONFIDENCES),
        valid_from=_date(where, raw, "valid_from"),
        valid_to=_date(where, raw, "valid_to") if raw.get("valid_to") else None,
        purposes=frozenset(_strings(where, raw, "purposes")),
        channels=frozenset(_strings(where, raw, "channels")),
        parameters=dict(raw.get("parameters") or {}),
        staff=_both(where, raw, "staff"),
        borrower=_both(where, raw, "borrower"),
        instead=_both(where, raw, "instead"),
        cases=tuple(_case(where, case) for case in raw.get("cases") or ()),
    )
    if rule.severity == "hard" and rule.confidence in UNPROVEN:
        raise BadPack(where=where, problem="a rule whose text nobody has read cannot be hard")
    return rule


def _case(where: str, raw: Mapping[str, Any]) -> Case:
    given = {key: value for key, value in raw.items() if key not in ("says", "at", "expect", "retry_at")}
    return Case(
        says=_text(where, raw, "says"),
        at=_instant(where, raw, "at"),
        given=given,
        expect=_one_of(where, raw, "expect", OUTCOMES),
        retry_at=_instant(where, raw, "retry_at") if raw.get("retry_at") else None,
    )


def _source(where: str, raw: Mapping[str, Any]) -> Source:
    source = raw.get("source")
    if not isinstance(source, Mapping):
        raise BadPack(where=where, problem="no source")
    return Source(
        text=_text(where, source, "text"),
        clause=str(source.get("clause", "")),
        rank=_one_of(where, source, "rank", RANKS),
    )


def _both(where: str, raw: Mapping[str, Any], key: str) -> Both:
    value = raw.get(key)
    if not isinstance(value, Mapping):
        raise BadPack(where=where, problem=f"{key} needs zh and en")
    return Both(zh=_text(f"{where}.{key}", value, "zh"), en=_text(f"{where}.{key}", value, "en"))


def _text(where: str, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadPack(where=where, problem=f"{key} must be a text")
    return value.strip()


def _strings(where: str, raw: Mapping[str, Any], key: str) -> Iterable[str]:
    value = raw.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadPack(where=where, problem=f"{key} must be a list of texts")
    return value


def _one_of(where: str, raw: Mapping[str, Any], key: str, allowed: frozenset[str]) -> str:
    value = raw.get(key)
    if value not in allowed:
        raise BadPack(where=where, problem=f"{key} must be one of {', '.join(sorted(allowed))}")
    return str(value)


def _date(where: str, raw: Mapping[str, Any], key: str) -> date:
    value = raw.get(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadPack(where=where, problem=f"{key} must be a date")
    return value


def _instant(where: str, raw: Mapping[str, Any], key: str) -> datetime:
    value = raw.get(key)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise BadPack(where=where, problem=f"{key} must be a quoted time with its zone")
    return moment


def _list(file: str, content: Any) -> list[Mapping[str, Any]]:
    if not isinstance(content, list) or not all(isinstance(item, Mapping) for item in content):
        raise BadPack(where=file, problem="a rule file is a list of rules")
    return content


def _unique(rules: tuple[Rule, ...]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise BadPack(where=rule.id, problem="this id stands twice")
        seen.add(rule.id)


def _plain(value: Any) -> Any:
    """Numbers with a fraction have no canonical form; their text has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, float) else value
