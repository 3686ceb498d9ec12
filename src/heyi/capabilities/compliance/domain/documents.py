"""A pack as it is written: its files, read but not yet understood. This is what is hashed, signed and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from heyi.kit.canonical import canonical_bytes, digest

VERSION_DIGITS: Final = 12
"""How much of the digest stands in a version: enough to tell versions apart at sight; the whole digest is kept."""
FOLDERS: Final = ("rules", "checklists", "cases", "calendar")
LAYERS: Final = ("overlay", "bank")
"""What stands above the pack: the bank's own folder, and the changes that its committee adopted."""
PARTS: Final = (*FOLDERS, *LAYERS, "overlay_cases")


@dataclass(frozen=True, slots=True)
class Document:
    """``pack.yaml`` and the files of each folder (file name → content), as plain data of strings, ints and lists.

    ``overlay`` and ``bank`` hold the layers above the pack, file name → list of new rules and amendments;
    ``overlay_cases`` the example cases of rules that the overlay adds.
    """

    name: str
    manifest: Mapping[str, Any]
    rules: Mapping[str, Any]
    checklists: Mapping[str, Any] = field(default_factory=dict)
    cases: Mapping[str, Any] = field(default_factory=dict)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    overlay: Mapping[str, Any] = field(default_factory=dict)
    bank: Mapping[str, Any] = field(default_factory=dict)
    overlay_cases: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """One plain value for everything. Folders that are empty leave no trace."""
        folders = {name: dict(getattr(self, name)) for name in PARTS}
        return {"manifest": dict(self.manifest), **{name: files for name, files in folders.items() if files}}

    def bytes(self) -> bytes:
        """The canonical form (RFC 8785): what the digest and every signature cover."""
        return canonical_bytes(_plain(self.content()))

    def digest(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal characters. Comments and the order of keys do not count."""
        return digest(self.bytes())

    def version(self) -> str:
        """The name and the beginning of the digest: other words, other version."""
        return f"{self.name}@{self.digest()[:VERSION_DIGITS]}"

    def bare(self) -> Document:
        """The pack without the bank's layers: what came with the software, or was handed in as a whole."""
        return replace(self, overlay={}, bank={}, overlay_cases={})

    def entries(self, folder: str) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
        """Every entry of a folder of lists: file name, place in the file, entry."""
        for file, content in sorted(getattr(self, folder).items()):
            for place, entry in enumerate(content):
                yield file, place, entry


def document_of(name: str, content: Mapping[str, Any]) -> Document:
    """The document of a content that was kept."""
    folders = {folder: content.get(folder, {}) for folder in PARTS}
    return Document(name=name, manifest=content["manifest"], **folders)


def _plain(value: Any) -> Any:
    """Numbers with a fraction have no canonical form; their text has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, float) else value
