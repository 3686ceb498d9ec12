"""Every act that a room writes on a case has words in the timeline of the bank and in the borrower's own record."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from heyi.capabilities.negotiation.queries import timeline
from heyi.web.portal.words import ACTS
from heyi.web.ui.words import vocabularies

ROOMS = Path(__file__).resolve().parents[2] / "src/heyi/capabilities"


def written(source: str) -> Iterator[str]:
    """Acts that a file writes on a case: of ``desk.write``, and of ``journal.record`` with a case."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        given = {one.arg: one.value for one in call.keywords}
        name = ast.unparse(call.func)
        if "act" in given and (name == "desk.write" or (name == "journal.record" and "case_id" in given)):
            yield from _texts(given["act"])


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def acts() -> set[str]:
    return {act for path in ROOMS.rglob("*.py") for act in written(path.read_text("utf-8"))}


def test_acts_are_found() -> None:
    assert {"late", "say", "note", "contact.take_leave"} <= acts()
    assert list(written("desk.write(case, act='a' if x else 'b', at=at)")) == ["a", "b"]
    assert list(written("journal.record(act='c', at=at)")) == [], "not on a case"


def test_the_bank_reads_every_act_in_words() -> None:
    assert acts() - set(vocabularies()["console.act"]) - timeline._NOISE == set()


def test_the_borrower_reads_every_act_in_words() -> None:
    mine = {act for act in acts() if not act.startswith("approvals.")}
    assert mine - set(ACTS) - timeline._NOISE - timeline._INSIDE == set()
