"""Surfaces ask the loan book as somebody: without an actor its reads show everything, which only rooms may need."""

from __future__ import annotations

import ast
from typing import Final

import pytest

from tests.house.source import SRC, named, python_files, tree

pytestmark = pytest.mark.req("C9")

SCOPED: Final = {"contract", "contract_by_no", "contracts_of", "party"}
EXCUSED: Final = {
    "src/heyi/web/console/case/head.py": "the party of a case that its reader may see, also by a pass",
    "src/heyi/web/api/agencies.py": "an agency sees by placement, and contact has just said what lies with it",
}


def unscoped(module: ast.Module) -> list[str]:
    """Calls of the loan book's scoped reads that name no actor."""
    return [
        f"line {node.lineno}: {ast.unparse(node)[:80]}"
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "loans"
        and node.func.attr in SCOPED
        and "actor" not in {word.arg for word in node.keywords}
    ]


def test_surfaces_name_the_actor() -> None:
    found = {
        named(path): calls for path in python_files() if SRC / "web" in path.parents if (calls := unscoped(tree(path)))
    }
    assert {path: calls for path, calls in found.items() if path not in EXCUSED} == {}
    assert set(EXCUSED) - set(found) == set(), "an excuse that nobody needs any more"


def test_a_read_as_nobody_is_found() -> None:
    planted = ast.parse("loans.contract(contract_id=one)\nloans.party(party_id=two, actor=me)")
    assert unscoped(planted) == ["line 1: loans.contract(contract_id=one)"]
