"""A file has at most 500 lines, a function at most 70; no drawer for odds and ends."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.source import ROOT, functions, named, python_files, tree

FILE_LINES = 500
FUNCTION_LINES = 70
VAGUE = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}


def long_functions(module: ast.Module) -> list[str]:
    """Functions over the limit, counted from ``def`` to the last line of the body."""
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in functions(module)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]


def vague_names(paths: list[Path]) -> list[str]:
    """Files or folders whose name says nothing."""
    return [str(path) for path in paths if VAGUE & {path.stem, *path.parent.parts}]


def too_long(path: Path) -> bool:
    return len(path.read_text("utf-8").splitlines()) > FILE_LINES


def test_files_stay_readable() -> None:
    files = [*python_files(tests=True), *(ROOT / "src").rglob("*.css"), *(ROOT / "src").rglob("*.html")]
    files += [path for path in (ROOT / "src").rglob("*.js") if "vendor" not in path.parts]
    assert [named(path) for path in files if too_long(path)] == []


def test_functions_stay_readable() -> None:
    wrong = {named(path): faults for path in python_files(tests=True) if (faults := long_functions(tree(path)))}
    assert wrong == {}


def test_names_say_what_is_inside() -> None:
    assert vague_names([path.relative_to(ROOT) for path in python_files(tests=True)]) == []


def test_a_long_function_is_found() -> None:
    body = "\n".join(f"    x = {number}" for number in range(FUNCTION_LINES))
    assert long_functions(ast.parse(f"def tale():\n{body}\n")) == ["tale (71 lines)"]


def test_a_long_file_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text("x = 1\n" * (FILE_LINES + 1))
    assert too_long(page)


@pytest.mark.parametrize("name", ["plans/utils.py", "helpers/dates.py"])
def test_a_vague_name_is_found(name: str) -> None:
    assert vague_names([Path(name)]) == [name]
