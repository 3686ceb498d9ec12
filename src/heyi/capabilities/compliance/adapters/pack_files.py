"""Packs as YAML files inside the installed package. Trusted like code: whoever can write them can change the rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from heyi.capabilities.compliance.adapters import schemas, yaml_text
from heyi.capabilities.compliance.domain.documents import FOLDERS, Document
from heyi.capabilities.compliance.domain.examples import prove
from heyi.capabilities.compliance.domain.parse import parse_pack
from heyi.capabilities.compliance.domain.rules import BadPack, Pack, PackMissing
from heyi.capabilities.compliance.domain.wording import Words

UPLOADED: Final = {
    "rules": "rules", "checklists": "checklists", "cases": "cases", "calendar": "calendar",
    "overlay": "overlay", "overlay_cases": "cases",
}  # fmt: skip
"""Folder of a pack → the schema of its files."""
SCHEMA: Final = resources.files("heyi") / "packs" / "schema"


@lru_cache(maxsize=8)
def load(name: str) -> Pack:
    """The whole pack as it comes with the software, checked and proved by its own cases. Read once a process."""
    return load_from(name, installed(name))


def installed(name: str) -> Traversable:
    """The folder of a pack that comes with the software."""
    return resources.files("heyi") / "packs" / name


def names() -> tuple[str, ...]:
    """Every pack that comes with the software."""
    folders = (resources.files("heyi") / "packs").iterdir()
    return tuple(sorted(item.name for item in folders if item.is_dir() and (item / "pack.yaml").is_file()))


def load_from(name: str, folder: Traversable) -> Pack:
    """The pack in ``folder``, checked and proved. Raises PackMissing, BadPack."""
    return made(read(name, folder))


def made(document: Document) -> Pack:
    """The pack of a document, proved: the bare pack by its cases, the bank's new rules by theirs. Raises BadPack."""
    bare = parse_pack(document.bare())
    prove(bare)
    if document.bare() == document:
        return bare
    pack = parse_pack(document)
    shipped = {rule.id for rule in bare.rules}
    prove(replace(pack, rules=tuple(rule for rule in pack.rules if rule.id not in shipped)), of=pack)
    return pack


def over(document: Document, folder: Path) -> Document:
    """The document with the bank's folder over it: ``<folder>/<name>/rules`` and ``cases``. Raises BadPack."""
    own = folder / document.name
    return replace(
        document,
        overlay=_folder(own / "rules", "overlay", "overlay"),
        overlay_cases=_folder(own / "cases", "cases", "overlay_cases"),
    )


def with_files(document: Document, texts: Mapping[str, str]) -> Document:
    """The document with these files (``rules/hours.yaml`` → text) in place of those of that name. Raises BadPack."""
    parts: dict[str, Any] = {}
    for path, text in sorted(texts.items()):
        folder, _, file = path.rpartition("/")
        if path == "pack.yaml":
            parts["manifest"] = content("manifest", path, text)
        elif folder in UPLOADED and file.endswith(".yaml"):
            part = parts.setdefault(folder, dict(getattr(document, folder)))
            part[file] = content(UPLOADED[folder], path, text)
        else:
            raise BadPack(
                where=path[:120],
                problem="a pack has no file of this name",
                next_step=f"use {', '.join(UPLOADED)} or pack.yaml",
            )
    return replace(document, **parts)


def faults_in(name: str, folder: Traversable) -> tuple[BadPack, ...]:
    """The first fault of every file of a pack; if the files are sound, the first fault of the pack as a whole."""
    found = []
    for path, item in _files(folder):
        try:
            content(
                "manifest" if path == "pack.yaml" else path.partition("/")[0], path, item.read_text(encoding="utf-8")
            )
        except BadPack as fault:
            found.append(fault)
    for schema, path, item in _wording_files(folder):
        try:
            content(schema, path, item.read_text(encoding="utf-8"))
        except BadPack as fault:
            found.append(fault)
    if not found:
        try:
            made(read(name, folder))
        except BadPack as fault:
            found.append(fault)
    return tuple(found)


def _files(folder: Traversable) -> list[tuple[str, Traversable]]:
    inner = [(kind, folder / kind) for kind in FOLDERS if (folder / kind).is_dir()]
    files = [(f"{kind}/{item.name}", item) for kind, part in inner for item in part.iterdir()]
    return [
        ("pack.yaml", folder / "pack.yaml"),
        *sorted((path, item) for path, item in files if path.endswith(".yaml")),
    ]


def _wording_files(folder: Traversable) -> list[tuple[str, str, Traversable]]:
    """Schema, path and file of what is said and not said: ``conduct/`` and ``scripts/``, where a pack has them."""
    found = []
    for kind in ("conduct", "scripts"):
        for item in sorted((folder / kind).iterdir(), key=lambda one: one.name) if (folder / kind).is_dir() else ():
            if item.name.endswith((".yaml", ".json")):
                part = item.name.partition(".")[0]
                part = "patterns" if part.startswith("patterns_") else part
                found.append((f"conduct/{part}" if kind == "conduct" else kind, f"{kind}/{item.name}", item))
    return found


def checked(document: Document) -> Document:
    """The same, if what the committee laid over it fits the schema. Raises BadPack."""
    for file, value in document.bank.items():
        for wrong in schemas.faults("overlay", value):
            raise BadPack(
                where=f"bank/{file} {_entry(value, wrong.path)}".strip(),
                problem=wrong.problem,
                next_step=wrong.next_step,
            )
    return document


@lru_cache(maxsize=1)
def words() -> Words:
    """How differences are told (``packs/schema/words.yaml``)."""
    found: Words = yaml_text.read("words.yaml", (SCHEMA / "words.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=8)
def moments(name: str) -> Mapping[str, Mapping[str, str]]:
    """When in the work a checklist is asked, in words (``moments.yaml``); empty for a pack without it."""
    file = installed(name) / "moments.yaml"
    found: Mapping[str, Mapping[str, str]] = (
        yaml_text.read("moments.yaml", file.read_text(encoding="utf-8")) if file.is_file() else {}
    )
    return found


def read(name: str, folder: Traversable) -> Document:
    """The files of a pack, each checked against its schema. Raises PackMissing, BadPack."""
    if not name.isidentifier() or not (folder / "pack.yaml").is_file():
        raise PackMissing(pack=name)
    return read_texts(name, {path: item.read_text(encoding="utf-8") for path, item in _files(folder)})


def read_texts(name: str, texts: Mapping[str, str]) -> Document:
    """The document of files given as text, ``rules/hours.yaml`` → its words. Raises BadPack."""
    folders: dict[str, dict[str, Any]] = {kind: {} for kind in FOLDERS}
    for path, text in sorted(texts.items()):
        kind, _, file = path.rpartition("/")
        if kind:
            folders[kind][file] = content(kind, path, text)
    return Document(name=name, manifest=content("manifest", "pack.yaml", texts["pack.yaml"]), **folders)


def _folder(folder: Traversable, schema: str, shown: str) -> dict[str, Any]:
    if not folder.is_dir():
        return {}
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return {item.name: content(schema, f"{shown}/{item.name}", item.read_text(encoding="utf-8")) for item in files}


def content(schema: str, path: str, text: str) -> Any:
    """One file, read and checked. Raises BadPack with file, line, rule, and what to do."""
    value = _json(path, text) if path.endswith(".json") else yaml_text.read(path, text)
    for wrong in schemas.faults(schema, value):
        where = f"{path}:{yaml_text.line_of(text, wrong.path)}"
        entry = _entry(value, wrong.path)
        raise BadPack(where=f"{where} {entry}".strip(), problem=wrong.problem, next_step=wrong.next_step)
    return value


def _json(path: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadPack(where=path, problem=str(error), next_step="make the file anew") from error


def _entry(value: Any, path: tuple[str | int, ...]) -> str:
    """The id of the rule, or the rule of the case, that the path leads through."""
    entry = value[path[0]] if isinstance(value, list) and path and isinstance(path[0], int) else None
    return str(entry.get("id") or entry.get("rule") or "") if isinstance(entry, Mapping) else ""
