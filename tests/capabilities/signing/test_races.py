"""Two hands at once: one signature, one seal, one outcome."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.models import Document, Signature, Step
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Problem
from tests.capabilities.signing.cases import AT
from tests.capabilities.signing.conftest import Play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("E6")]

LATER = AT + timedelta(minutes=10)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """All acts in threads of their own; the result or the named refusal of each."""

    def one(act: Callable[[], object]) -> object:
        try:
            return act()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_the_same_person_pressing_twice_signs_once(prepare: Callable[..., Play]) -> None:
    play = prepare()
    play.agree()
    play.read_all()
    results = at_once(*[play.sign] * 4)
    assert sum(isinstance(one, signing.WrongState) for one in results) == 3, results
    assert Signature.objects.filter(ceremony_id=play.ceremony_id).count() == 1


def test_signing_and_refusing_at_once_ends_in_one_state(prepare: Callable[..., Play]) -> None:
    play = prepare()
    play.agree()
    play.read_all()

    def refuse() -> object:
        return signing.refuse(ceremony_id=play.ceremony_id, actor=play.borrower, at=LATER)

    at_once(play.sign, refuse, play.sign, refuse)
    assert play.view().state == "refused", "whoever was first, the refusal stands"
    steps = list(Step.objects.filter(ceremony_id=play.ceremony_id).order_by("id").values_list("before", "after"))
    assert all(later[0] == earlier[1] for earlier, later in itertools.pairwise(steps))


def test_several_workers_make_one_seal(prepare: Callable[..., Play]) -> None:
    play = prepare()
    play.up_to_signature()
    signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=SYSTEM, at=LATER)
    results = at_once(*[lambda: signing.seal(ceremony_id=play.ceremony_id, at=LATER)] * 3)
    assert results.count(True) == 1, results
    assert Document.objects.filter(ceremony_id=play.ceremony_id, stage="sealed").count() == 1
    assert play.view().state == "sealed"
