"""Every setting, event and error is documented, and nothing is documented that is gone; errors also have words."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from functools import cache

import heyi
from heyi.kit.problems import Problem
from heyi.web.ui import words
from tests.house.source import SRC, documented, named, python_files, table_keys, tree

WITHOUT_CLASS = {"heyi.forged"}
"""Codes that a page shows although no door raises them: Django's own check against forged forms."""


def settings_read(module: ast.Module) -> set[str]:
    """Environment variables that a module asks for by name."""
    texts = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if text.isupper() and text.startswith(("HEYI_", "DATABASE_", "REDIS_"))}


def events_told(module: ast.Module) -> set[str]:
    """Classes that are emitted, or subscribed to, in a module."""
    found = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not node.args or _called(node) not in ("emit", "subscribe"):
            continue
        event = node.args[0].func if isinstance(node.args[0], ast.Call) else node.args[0]
        name = event.id if isinstance(event, ast.Name) else event.attr if isinstance(event, ast.Attribute) else ""
        found |= {name} if name[:1].isupper() and not name.isupper() else set()
    return found


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@cache
def problems() -> dict[str, str]:
    """Error code → class, for every Problem of the house."""
    for module in pkgutil.walk_packages(heyi.__path__, "heyi."):
        if ".migrations" not in module.name and not module.name.endswith(("wsgi", "asgi", "__main__")):
            importlib.import_module(module.name)
    return {kind.code: f"{kind.__module__}.{kind.__qualname__}" for kind in _kinds(Problem) if "code" in vars(kind)}


def _kinds(base: type[Problem]) -> list[type[Problem]]:
    below = [kind for child in base.__subclasses__() for kind in _kinds(child)]
    return [base, *[kind for kind in below if kind.__module__.startswith("heyi.")]]


def undocumented(names: set[str], text: str) -> dict[str, set[str]]:
    """What the table lacks, and what it holds too much."""
    keys = table_keys(text)
    return {"missing": names - keys, "gone": keys - names}


def test_every_setting_is_documented() -> None:
    named_settings = set().union(*(settings_read(tree(path)) for path in python_files()))
    found = undocumented(named_settings, documented("operations.md"))
    assert found["missing"] == set()
    assert {key for key in found["gone"] if key.startswith("HEYI_")} == set()


def test_every_event_is_documented() -> None:
    told = set().union(*(events_told(tree(path)) for path in python_files()))
    assert undocumented(told, documented("events.md")) == {"missing": set(), "gone": set()}


def test_every_error_is_documented() -> None:
    codes = set(problems()) | WITHOUT_CLASS
    assert undocumented(codes, documented("errors.md")) == {"missing": set(), "gone": set()}


def test_every_error_has_words() -> None:
    assert set(problems()) - set(words.problems()) == set()


def test_no_code_stands_for_two_errors() -> None:
    kinds = [kind for kind in _kinds(Problem) if "code" in vars(kind)]
    codes = [kind.code for kind in kinds]
    assert sorted(codes) == sorted(set(codes))


def test_the_checks_find_what_is_missing() -> None:
    assert settings_read(ast.parse("_text('HEYI_NEW', '')")) == {"HEYI_NEW"}
    assert events_told(ast.parse("outbox.emit(PlanBroken(plan_id=1), at=at)")) == {"PlanBroken"}
    assert events_told(ast.parse("outbox.subscribe(loans.PaymentReceived, 'x.y')")) == {"PaymentReceived"}
    assert undocumented({"a.b"}, "| `c.d` | gone |\n") == {"missing": {"a.b"}, "gone": {"c.d"}}


def test_settings_are_read_in_one_place() -> None:
    readers = [
        named(path)
        for path in python_files()
        if path != SRC / "config" / "environment.py" and "environ" in path.read_text("utf-8")
    ]
    assert [name for name in readers if not name.startswith("src/heyi/config/")] == []
