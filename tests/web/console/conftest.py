"""The bank with cases in it, and logins of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from heyi.kit.actors import Actor
from heyi.plumbing import clock
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.logins import SECRET, staff_login

Login = Callable[[Actor], Client]


@pytest.fixture
def people(db: None) -> cast.Cast:
    """Everybody."""
    return cast.build()


@pytest.fixture
def login() -> Login:
    """A browser in which a member of the cast has logged in."""
    from heyi.capabilities.staff import api as staff
    from heyi.kit.actors import SYSTEM

    def enter(actor: Actor) -> Client:
        assert actor.id is not None
        cache.clear()  # where the login library keeps which codes this person used: another test, another life
        staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
        return staff_login(member_id=actor.id)

    return enter


@pytest.fixture
def lin_case(people: cast.Cast):  # type: ignore[no-untyped-def]
    """Lin's case, accepted an hour ago: the manager has to make an offer."""
    return steps.negotiating(people, clock.now() - timedelta(hours=1))


@pytest.fixture
def afar_case(people: cast.Cast):  # type: ignore[no-untyped-def]
    """A case of the other branch."""
    return steps.submitted(people.afar, clock.now() - timedelta(hours=1))
