"""Print each requirement ID with the tests that prove it: ``make trace``. IDs without a test are listed last."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = {"E": 9, "A": 13, "V": 18, "C": 11, "T": 5, "B": 25}


def marks_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """The IDs in ``@pytest.mark.req(...)`` on a test or a class of tests."""
    return {
        str(argument.value)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.req"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    }


def tests_by_requirement() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        module = {
            str(argument.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
            for call in ast.walk(node.value)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.req"
            for argument in call.args
            if isinstance(argument, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for requirement in marks_of(node) | module:
                    found[requirement].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def main() -> int:
    found = tests_by_requirement()
    known = [f"{letter}{number}" for letter, count in GROUPS.items() for number in range(1, count + 1)]
    for requirement in known:
        for test in found.get(requirement, []):
            print(f"{requirement:4} {test}")
    print("\nno test yet:", " ".join(requirement for requirement in known if requirement not in found))
    unknown = sorted(name for name in found if not re.fullmatch(r"[EAVCTB]\d+", name) or name not in known)
    if unknown:
        print("unknown IDs:", " ".join(unknown), file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
