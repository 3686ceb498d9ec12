"""Time, ids and randomness are asked for in heyi.plumbing only; everything else takes them as arguments."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.source import SRC, named, python_files, tree

FORBIDDEN = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localdate"},
    "time": {"time", "time_ns", "monotonic", "perf_counter"},
    "uuid": {"uuid1", "uuid3", "uuid4", "uuid5", "uuid6", "uuid7"},
    "os": {"urandom"},
}
WHOLE_MODULES = {"random", "secrets"}
ALLOWED = {
    SRC / "plumbing": "this is where it belongs",
    SRC / "config" / "demo": "a seeded generator invents the same bank each time",
}
ALLOWED_FILES = {
    SRC / "config" / "settings.py": "makes the installation's secrets once, before Django can be asked",
}
WAITING = {"monotonic", "perf_counter"}
"""Measuring how long something took is not asking what time it is: free on the composition floor."""


def asks(module: ast.Module, *, may_measure: bool = False) -> list[str]:
    """Calls and imports that read the clock or make ids and random values."""
    free = WAITING if may_measure else set()
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in _names(node.value) - free:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        elif isinstance(node, ast.Import):
            found += [f"line {node.lineno}: {name.name}" for name in node.names if name.name in WHOLE_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module:
            wanted = FORBIDDEN.get(node.module, set()) - free
            names = {name.name for name in node.names}
            found += [f"line {node.lineno}: {node.module}.{name}" for name in sorted(names & wanted)]
            found += [f"line {node.lineno}: {node.module}"] if node.module in WHOLE_MODULES else []
    return found


def _names(value: ast.expr) -> set[str]:
    owner = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return FORBIDDEN.get(owner, set())


def _checked() -> list[Path]:
    return [
        path
        for path in python_files()
        if path not in ALLOWED_FILES and not any(path.is_relative_to(folder) for folder in ALLOWED)
    ]


def test_only_the_plumbing_asks() -> None:
    composition = SRC / "config"
    wrong = {
        named(path): faults
        for path in _checked()
        if (faults := asks(tree(path), may_measure=path.is_relative_to(composition)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    [
        "at = datetime.now(UTC)",
        "at = datetime.datetime.now()",
        "day = date.today()",
        "at = timezone.now()",
        "from uuid import uuid4",
        "key = uuid.uuid4()",
        "import random",
        "from secrets import token_hex",
        "import time\nt = time.time()",
    ],
)
def test_an_asking_line_is_found(line: str) -> None:
    assert len(asks(ast.parse(line))) == 1


def test_measuring_is_free_where_it_is_allowed() -> None:
    assert asks(ast.parse("t = time.monotonic()"), may_measure=True) == []
