"""The pages of a case: each tab in each state, for who may see it and who may not."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.web.console.case.tabs import TABS
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.logins import staff_login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E2", "E3", "E4")]


@pytest.fixture
def people(db: None) -> cast.Cast:
    """Everybody, at this moment: the pages ask the clock themselves."""
    return cast.build(at=clock.now())


def of(actor: Actor) -> Client:
    """A client logged in as this member of the cast."""
    assert actor.id is not None
    from heyi.capabilities.staff import api as staff
    from heyi.kit.actors import SYSTEM
    from tests.web.logins import SECRET

    if not staff.has_second_factor(staff_id=actor.id):
        staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
    return staff_login(member_id=actor.id)


def url(case_id: UUID, rest: str = "") -> str:
    return f"/console/cases/{case_id}/{rest}"


@pytest.mark.parametrize("tab", ["", *(f"{name}/" for name in TABS)])
def test_every_tab_opens(people: cast.Cast, tab: str) -> None:
    case_id = steps.submitted(people.lin, at=clock.now())
    for actor in (people.zhou, people.reviewer, people.lead, people.compliance, people.auditor):
        answer = of(actor).get(url(case_id, tab))
        assert answer.status_code == 200, (actor, tab)
        assert people.lin.name not in answer.content.decode()
        assert people.lin.mobile not in answer.content.decode()
