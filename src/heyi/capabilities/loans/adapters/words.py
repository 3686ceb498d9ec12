"""What the room knows as data: column words, fault words, allocation rules (packs/cn); and the bank's mapping files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from heyi.capabilities.loans.domain.allocation import AllocationRule, Step, check_order
from heyi.capabilities.loans.domain.columns import Catalogue, ColumnMapping, FieldSpec, Layout, key
from heyi.capabilities.loans.domain.faults import BadMapping, Fault, WrongFile

KINDS: Final = ("loans", "payments", "instalments")
MAPPING_MOST_BYTES: Final = 256 << 10
_MAPPING_PARTS: Final = frozenset({"columns", "defaults", "values", "units"})


def _pack(name: str) -> Any:
    return yaml.safe_load((files("heyi") / "packs" / "cn" / name).read_text(encoding="utf-8"))


@cache
def catalogue(kind: str) -> Catalogue:
    """The known words of one kind of file."""
    data = _pack("import_columns.yaml")
    specs = tuple(
        FieldSpec(name, tuple(spec["zh"]), tuple(spec["en"]), bool(spec.get("required")))
        for name, spec in data[kind].items()
    )
    words = {key(word): spec.name for spec in reversed(specs) for word in (*spec.zh, *spec.en, spec.name)}
    values = {
        group: {key(word): code for code, known in codes.items() for word in (*known, code)}
        for group, codes in data["values"].items()
    }
    return Catalogue(
        kind=kind,
        fields=specs,
        values=values,
        totals=frozenset(key(word) for word in data["totals"]),
        units={key(str(word)): int(scale) for scale, known in data["units"].items() for word in known},
        percent=frozenset(key(word) for word in data["percent"]),
        error_column=FieldSpec("error", tuple(data["error_column"]["zh"]), tuple(data["error_column"]["en"])),
        words=words,
    )


@cache
def allocation_rules() -> dict[str, AllocationRule]:
    """The named ways to allocate a payment, by code."""
    return {
        code: AllocationRule(
            code=code,
            steps=tuple(Step(step["from_days_past_due"], check_order(step["order"])) for step in rule["steps"]),
            source=rule["source"],
            products=frozenset(rule.get("products", ())),
        )
        for code, rule in _pack("allocation.yaml").items()
    }


def allocation_rule(code: str, *, product: str) -> AllocationRule:
    """The contract's own rule, or the one of its product."""
    rules = allocation_rules()
    if code:
        return rules[code]
    return next(rule for rule in rules.values() if product in rule.products)


@cache
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    data: dict[str, dict[str, dict[str, str]]] = _pack("import_errors.yaml")
    return data


def tell_fault(fault: Fault, *, column: str, language: str) -> str:
    """A fault of a row as a sentence for the person who mends it."""
    sentence = (_sentences()["rows"].get(fault.code) or _sentences()["warnings"][fault.code])[language]
    return sentence.format(column=column, **dict(fault.facts))


def tell_refusal(wrong: WrongFile, *, language: str) -> tuple[str, str]:
    """Why a file was refused, and what to do next."""
    sentences = _sentences()
    facts = {name: str(value) for name, value in wrong.facts.items()}
    if "fields" in facts:
        facts["fields"] = "、".join(_word(name, language) for name in facts["fields"].split(","))
    return (
        sentences["files"][wrong.reason][language].format(**facts),
        sentences["next_steps"][wrong.reason][language].format(**facts),
    )


def known_codes() -> Mapping[str, frozenset[str]]:
    """All codes that have words: by part of the catalogue."""
    return {part: frozenset(codes) for part, codes in _sentences().items()}


def read_mapping(data: bytes | str, *, kind: str) -> ColumnMapping:
    """A mapping file in YAML or JSON. Raises BadMapping with the part that cannot be used.

    ``columns``: field → heading · ``defaults``: field → value for every row · ``values``: field → {their word: ours} ·
    ``units``: field → 1, 1000, 10000 …
    """
    if len(data) > MAPPING_MOST_BYTES:
        raise BadMapping(fields={"file": "too_large"})
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        found = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        raise BadMapping(fields={"file": "not_yaml_or_json"}) from None
    if not isinstance(found, dict) or not all(isinstance(part, dict) for part in found.values()):
        raise BadMapping(fields={"file": "not_a_mapping"})
    unknown = found.keys() - _MAPPING_PARTS
    if unknown:
        raise BadMapping(fields={str(name): "unknown_part" for name in unknown})
    known = {spec.name for spec in catalogue(kind).fields}
    strange = {str(name) for part in found.values() for name in part} - known
    if strange:
        raise BadMapping(fields=dict.fromkeys(sorted(strange), "unknown_field"), known=sorted(known))
    return _mapping(found)


def _mapping(found: dict[str, dict[str, Any]]) -> ColumnMapping:
    try:
        return ColumnMapping(
            columns={name: str(heading) for name, heading in found.get("columns", {}).items()},
            defaults={name: str(value) for name, value in found.get("defaults", {}).items()},
            values={
                name: {str(theirs): str(ours) for theirs, ours in words.items()}
                for name, words in found.get("values", {}).items()
            },
            units={name: int(scale) for name, scale in found.get("units", {}).items()},
        )
    except (AttributeError, TypeError, ValueError):
        raise BadMapping(fields={"file": "not_a_mapping"}) from None


def column_name(name: str, layout: Layout) -> str:
    """The heading as the file writes it, or the catalogue's first word for a column that the file lacks."""
    for column in layout.columns:
        if column.field == name:
            return column.heading
    return _word(name, layout.language)


def _word(name: str, language: str) -> str:
    """The first word of the catalogue for a field."""
    for kind in KINDS:
        for spec in catalogue(kind).fields:
            if spec.name == name:
                return spec.zh[0] if language == "zh" else spec.en[0]
    return name


def error_heading(language: str) -> str:
    """The heading of the column that is added to refused rows."""
    spec = catalogue("loans").error_column
    return spec.zh[0] if language == "zh" else spec.en[0]
