"""The published JSON Schemas of packs (``heyi/packs/schema``) and what they say of a file, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

NAMES: Final = ("manifest", "rules", "checklists", "cases", "calendar", "overlay", "scripts", "conduct")
CONDUCT: Final = ("categories", "patterns", "words", "frames", "characters", "opinion")
"""The files of wording rules; each is a definition of the schema ``conduct``, named ``conduct/words``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where in the content, what, and what to do."""

    path: tuple[str | int, ...]
    problem: str
    next_step: str


@lru_cache(maxsize=1)
def _validators() -> dict[str, Draft202012Validator]:
    folder = resources.files("heyi") / "packs" / "schema"
    schemas = {name: json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8")) for name in NAMES}
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    parts = {f"conduct/{part}": {"$ref": f"{schemas['conduct']['$id']}#/$defs/{part}"} for part in CONDUCT}
    return {name: Draft202012Validator(schema, registry=registry) for name, schema in {**schemas, **parts}.items()}


def faults(name: str, content: Any) -> Iterator[Fault]:
    """Everything in which ``content`` departs from the schema ``name``, in the order of the file."""
    if name not in _validators():
        yield Fault((), "a pack has no file of this name", f"use one of: {', '.join(sorted(_validators()))}")
        return
    errors = sorted(_validators()[name].iter_errors(content), key=lambda error: [str(step) for step in error.path])
    for error in errors:
        yield _told(error)


def known_facts() -> frozenset[str]:
    """The facts of a contact that a case can name."""
    schema: Any = _validators()["cases"].schema
    return frozenset(schema["items"]["properties"])


def _told(error: ValidationError) -> Fault:
    path = tuple(error.absolute_path)
    field = str(path[-1]) if path else "the file"
    wanted: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    given = _short(instance)
    match error.validator:
        case "required":
            missing = next((key for key in wanted if key not in instance), "?")
            return Fault(path, f"{missing} is missing", f"add {missing}")
        case "anyOf" if field == "source":
            return Fault(path, "the source cannot be looked up", "add a link (https://…) or an identifier")
        case "additionalProperties":
            comma = any(" " in key for key in instance if key not in schema.get("properties", {}))
            hint = "put texts with a comma in quotes" if comma else "remove it, or mend its spelling"
            return Fault(path, error.message.replace("Additional properties", "other entries"), hint)
        case "enum" | "const":
            known = wanted if isinstance(wanted, list) else [wanted]
            return Fault(path, f"{field} cannot be {given}", f"use one of: {', '.join(map(str, known))}")
        case "type":
            named = " or ".join(wanted) if isinstance(wanted, list) else wanted
            hint = "; put texts, times and clause numbers in quotes" if "string" in named else ""
            return Fault(path, f"{field} is {given}, not of type {named}", f"write a {named}{hint}")
        case "pattern":
            return Fault(path, f"{field} is {given}", f"write it in the form {wanted}")
        case _:
            return Fault(path, f"{field}: {error.message[:200]}", "compare with the schema in packs/schema")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
