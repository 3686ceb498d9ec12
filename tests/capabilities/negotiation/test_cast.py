"""The cast stands."""

from __future__ import annotations

import pytest

from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM
from tests import cast


@pytest.mark.django_db
def test_the_cast_comes_in_through_the_doors() -> None:
    people = cast.build()
    lin = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM)
    assert str(lin.balance.total) == "48,620.35"
    assert str(lin.due_now) == "5,184.60"
    assert people.stranger.branches == {"0102"}
