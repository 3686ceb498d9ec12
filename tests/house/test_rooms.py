"""Each room explains itself on one page and holds only files whose name a newcomer knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.source import built_rooms

README_LINES = (10, 90)
API_ONLY = ("Import", "ImportFrom", "Expr", "Assign")


def readme_faults(room: Path) -> list[str]:
    """A room without a page, or with one that says nothing or too much."""
    page = room / "README.md"
    if not page.exists():
        return [f"{room.name}: no README.md"]
    lines = len(page.read_text("utf-8").splitlines())
    low, high = README_LINES
    return [] if low <= lines <= high else [f"{room.name}: README.md has {lines} lines, wanted {low} to {high}"]


def api_faults(source: str) -> list[str]:
    """The door for doing re-exports; it decides nothing itself."""
    return [
        f"line {node.lineno}: {type(node).__name__}"
        for node in ast.parse(source).body
        if type(node).__name__ not in API_ONLY
    ]


@pytest.mark.parametrize("room", built_rooms(), ids=lambda room: room.name)
def test_each_room_has_its_page(room: Path) -> None:
    assert readme_faults(room) == []


@pytest.mark.parametrize("room", built_rooms(), ids=lambda room: room.name)
def test_the_door_only_re_exports(room: Path) -> None:
    door = room / "api.py"
    if door.exists():
        assert api_faults(door.read_text("utf-8")) == []


def test_a_missing_page_is_found(tmp_path: Path) -> None:
    assert readme_faults(tmp_path) == [f"{tmp_path.name}: no README.md"]
    (tmp_path / "README.md").write_text("# room\n")
    assert "1 lines" in readme_faults(tmp_path)[0]


def test_logic_in_a_door_is_found() -> None:
    assert api_faults("from .actions import pay\ndef pay_all(): ...\n") == ["line 2: FunctionDef"]
