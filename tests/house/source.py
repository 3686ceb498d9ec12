"""The house as the checks see it: its files, its rooms, its trees of syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "heyi"
ROOMS_DIR = SRC / "capabilities"
ROOMS = ("journal", "vault", "staff", "approvals", "loans", "compliance", "contact", "signing", "plans", "negotiation")
"""Bottom to top, as in .importlinter."""


def python_files(*, tests: bool = False) -> list[Path]:
    """Every module of the house, without migrations; with ``tests`` also tests, scripts and bench."""
    roots = [SRC, ROOT / "tests", ROOT / "scripts", ROOT / "bench"] if tests else [SRC]
    found = (path for root in roots for path in root.rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts and ".venv" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of one file, parsed once."""
    source = path.read_text("utf-8")
    try:
        return ast.parse(source, filename=str(path))
    except SystemError:  # CPython 3.11 may lose count of its recursion once, after a test that recursed deeply
        return ast.parse(source, filename=str(path))


def named(path: Path) -> str:
    """A file as one writes it in a message."""
    return str(path.relative_to(ROOT))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def built_rooms() -> list[Path]:
    """Rooms that hold something: a model, an action or a domain."""
    return [ROOMS_DIR / room for room in ROOMS if _holds_something(ROOMS_DIR / room)]


def _holds_something(room: Path) -> bool:
    parts = ("models", "actions", "domain")
    return any((room / f"{part}.py").exists() or (room / part).is_dir() for part in parts)


def documented(page: str) -> str:
    """The text of a page of docs, empty when it is missing."""
    path = ROOT / "docs" / page
    return path.read_text("utf-8") if path.exists() else ""


def table_keys(text: str) -> set[str]:
    """The first column of every Markdown table: the code in backticks at the start of a row."""
    rows = (line for line in text.splitlines() if line.startswith("| `"))
    return {row.split("`")[1] for row in rows}
