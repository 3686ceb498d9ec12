"""The loan book is asked as somebody: rooms as the house or for their actor, surfaces never as the house."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any, Final

import pytest

from heyi.capabilities.loans import api as loans
from tests.house.source import SRC, named, python_files, tree

pytestmark = pytest.mark.req("C9")

NOT_OF_PERSONS: Final = {
    "branch_book": "a sum over a branch",
    "branches": "ids and branch codes, for the dry run",
    "file_most_bytes": "a setting",
    "import_headings": "the columns of a template",
    "last_dues": "ids and days, for the clocks",
    "owed_by": "ids",
    "read_mapping": "reads a file that the caller holds",
    "refresh_arrears": "a job of the house",
    "roles_of": "words for ids that the caller holds",
    "tell_fault": "words",
    "tell_refusal": "words",
    "work_staged": "a job of the house; each file keeps who sent it",
}
EXCUSED: Final = {
    "src/heyi/web/console/case/head.py": "the party of a case that its reader may see, also by a pass",
    "src/heyi/web/api/agencies.py": "an agency sees by placement, and contact has just said what lies with it",
}


def unasked(doors: Mapping[str, Any]) -> set[str]:
    """Doors that may be called without saying who asks."""
    found = set()
    for name, door in doors.items():
        actor = inspect.signature(door).parameters.get("actor")
        if actor is None or actor.default is not actor.empty or "None" in str(actor.annotation):
            found.add(name)
    return found


def as_the_house(module: ast.Module) -> list[str]:
    """Calls of the loan book with the rights of the house."""
    return [
        f"line {node.lineno}: {ast.unparse(node)[:80]}"
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "loans"
        and any(word.arg == "actor" and "SYSTEM" in ast.unparse(word.value) for word in node.keywords)
    ]


def test_every_door_of_the_loan_book_asks_who_acts() -> None:
    doors = {name: door for name in loans.__all__ if inspect.isfunction(door := getattr(loans, name))}
    assert unasked(doors) == set(NOT_OF_PERSONS)


def test_surfaces_never_read_as_the_house() -> None:
    found = {
        named(path): calls
        for path in python_files()
        if SRC / "web" in path.parents and (calls := as_the_house(tree(path)))
    }
    assert {path: calls for path, calls in found.items() if path not in EXCUSED} == {}
    assert set(EXCUSED) - set(found) == set(), "an excuse that nobody needs any more"


def test_a_read_as_nobody_is_found() -> None:
    def planted(*, party_id: str, actor: str | None = None) -> None: ...

    assert unasked({"planted": planted, "party": loans.party}) == {"planted"}
    calls = ast.parse("loans.contract(contract_id=one, actor=SYSTEM)\nloans.party(party_id=two, actor=me)")
    assert as_the_house(calls) == ["line 1: loans.contract(contract_id=one, actor=SYSTEM)"]
