"""From a document to a pack. The schema has looked at the shapes before; here stands what a schema cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from heyi.capabilities.compliance.domain.documents import LAYERS, Document
from heyi.capabilities.compliance.domain.layers import amended
from heyi.capabilities.compliance.domain.rules import (
    BINDING,
    UNREAD,
    BadPack,
    Both,
    Case,
    Checklist,
    Pack,
    Question,
    Rule,
    Source,
)

NOT_FACTS = frozenset({"rule", "says", "at", "expect", "retry_at", "clauses"})


def parse_pack(document: Document) -> Pack:
    """The pack that the document describes, with the bank's layers over it. Raises BadPack, NotStricter."""
    cases = _cases(document, "cases")
    rules = tuple(
        _rule(f"rules/{file}", raw, tuple(cases.pop(str(raw["id"]), ()))) for file, _, raw in document.entries("rules")
    )
    checklists = tuple(_checklist(file, raw) for file, _, raw in document.entries("checklists"))
    _no_stray(cases)
    for layer in LAYERS:
        rules = _over(rules, document, layer)
    _unique([*(rule.id for rule in rules), *(checklist.id for checklist in checklists)])
    return Pack(
        name=document.name,
        version=document.version(),
        timezone=_zone(document.manifest["timezone"]),
        needs=frozenset(document.manifest["needs"]),
        rules=rules,
        jurisdiction=str(document.manifest["jurisdiction"]),
        digest=document.digest(),
        checklists=checklists,
    )


def _over(rules: tuple[Rule, ...], document: Document, layer: str) -> tuple[Rule, ...]:
    """The rules with one layer over them: amendments compared with what they amend, and new rules."""
    cases = _cases(document, "overlay_cases") if layer == "overlay" else {}
    for file, place, raw in document.entries(layer):
        where = f"{layer}/{file} no. {place + 1} ({raw.get('rule') or raw.get('id')})"
        if "rule" in raw:
            rules = amended(rules, raw, layer, where)
        else:
            own = _rule(where, raw, tuple(cases.pop(str(raw["id"]), ())))
            rules = (*rules, replace(own, origin=layer))
    _no_stray(cases)
    return rules


def _no_stray(cases: Mapping[str, object]) -> None:
    if cases:
        raise BadPack(
            where=f"cases of {sorted(cases)[0]}",
            problem="no rule has this id",
            next_step="mend the id, or add the rule",
        )


def _rule(file: str, raw: Mapping[str, Any], cases: tuple[Case, ...]) -> Rule:
    where = f"{file} {raw['id']}"
    if raw["severity"] in BINDING and raw["confidence"] in UNREAD:
        raise BadPack(
            where=where,
            problem=f"a text that nobody has read in force ({raw['confidence']}) cannot be {raw['severity']}",
            next_step="read the text and raise the confidence, or make it policy or advice",
        )
    return Rule(
        id=str(raw["id"]),
        kind=str(raw["kind"]),
        title=_both(raw["title"]),
        source=_source(raw["source"]),
        severity=str(raw["severity"]),
        confidence=str(raw["confidence"]),
        valid_from=_day(where, raw["valid_from"]),
        valid_to=_day(where, raw["valid_to"]) if raw.get("valid_to") else None,
        purposes=frozenset(raw["purposes"]),
        channels=frozenset(raw["channels"]),
        parameters=dict(raw["parameters"]),
        staff=_both(raw["staff"]),
        borrower=_both(raw["borrower"]),
        instead=_both(raw["instead"]),
        cases=cases,
        relaxed_by=str(raw.get("relaxed_by", "")),
        approval=str(raw.get("approval", "")),
    )


def _checklist(file: str, raw: Mapping[str, Any]) -> Checklist:
    where = f"checklists/{file} {raw['id']}"
    return Checklist(
        id=str(raw["id"]),
        title=_both(raw["title"]),
        source=_source(raw["source"]),
        confidence=str(raw["confidence"]),
        valid_from=_day(where, raw["valid_from"]),
        valid_to=_day(where, raw["valid_to"]) if raw.get("valid_to") else None,
        when=str(raw["when"]),
        items=tuple(Question(asks=_both(item), evidence=_both(item["evidence"])) for item in raw["items"]),
    )


def _cases(document: Document, folder: str) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for file, place, raw in document.entries(folder):
        where = f"{folder}/{file} no. {place + 1} ({raw['rule']})"
        found.setdefault(str(raw["rule"]), []).append(_case(where, raw))
    return found


def _case(where: str, raw: Mapping[str, Any]) -> Case:
    return Case(
        rule_id=str(raw["rule"]),
        says=_both(raw["says"]),
        at=_instant(where, raw["at"]),
        given={key: value for key, value in raw.items() if key not in NOT_FACTS},
        expect=str(raw["expect"]),
        retry_at=_instant(where, raw["retry_at"]) if raw.get("retry_at") else None,
        clauses=frozenset(raw["clauses"]) if "clauses" in raw else None,
    )


def _source(raw: Mapping[str, Any]) -> Source:
    return Source(**{key: str(value).strip() for key, value in {"clause": "", **raw}.items()})


def _both(raw: Mapping[str, Any]) -> Both:
    return Both(zh=str(raw["zh"]).strip(), en=str(raw["en"]).strip())


def _day(where: str, raw: Any) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise BadPack(where=where, problem=f"{raw} is no day of the calendar", next_step="mend the date") from error


def _instant(where: str, raw: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(raw))
    except ValueError as error:
        raise BadPack(where=where, problem=f"{raw} is no instant", next_step="mend the time") from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadPack(
            where="pack.yaml", problem=f"no such time zone: {name}", next_step="use a name of the IANA database"
        ) from error


def _unique(ids: list[str]) -> None:
    twice = sorted({entry for entry in ids if ids.count(entry) > 1})
    if twice:
        raise BadPack(where=twice[0], problem="this id stands twice", next_step="give one of the two another id")
