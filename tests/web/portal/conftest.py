"""The bank with its cast at ten on an ordinary Monday, and Lin with a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from heyi.plumbing import clock_trust
from tests import cast
from tests.web.portal.story import Visitor


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """The clock stands at cast.AT until a test moves it; nobody doubts it for that."""
    monkeypatch.setattr(clock_trust, "look", lambda: "")
    with time_machine.travel(cast.AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(db: None, now: time_machine.Traveller) -> cast.Cast:
    """Everybody."""
    return cast.build()


@pytest.fixture
def lin(people: cast.Cast) -> Visitor:
    """Lin, logged in."""
    return Visitor(people.lin)


@pytest.fixture
def chen(people: cast.Cast) -> Visitor:
    """Another borrower of the same branch."""
    return Visitor(people.chen)
