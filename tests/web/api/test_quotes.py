"""What plans would cost, asked for by another system of the bank."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.plans.domain import Components, Method, schedule
from tests import cast
from tests.capabilities.plans.cases import terms
from tests.web.api.test_api import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.req("E4")]


@pytest.fixture
def app() -> Caller:
    return Caller(cast.build().integration_token)


def asked(**changed: Any) -> dict[str, Any]:
    return {
        "method": "equal_instalments",
        "start_on": "2026-11-16",
        "first_due_on": "2026-12-31",
        "due_day": 31,
        "periods": 60,
        "principal_minor": 4_680_000,
        "interest_minor": 131_240,
        "annual_rate": "0.048",
        **changed,
    }


def test_quotes_are_the_figures_of_an_offer_and_bad_terms_stop_nobody(app: Caller) -> None:
    before = len(journal.entries(limit=50))
    wanted = [asked(), asked(first_due_on="2026-11-01", due_day=1), asked(method="step_up", step_rate="0.1")]
    status, body = app.send("POST", "/plans/quotes", {"terms": wanted, "with_rows": True})
    first, wrong, stepped = body["quotes"]
    plan = schedule(
        terms(
            method=Method.EQUAL_INSTALMENTS,
            start_on=date(2026, 11, 16),
            first_due_on=date(2026, 12, 31),
            due_day=31,
            periods=60,
            balance=Components(4_680_000, 131_240),
        )
    )
    assert status == 200
    assert first["total_minor"] == plan.total_minor
    assert [row["payment_minor"] for row in first["rows"]] == list(plan.payment_minor)
    assert first["last_due_on"] == plan.last_due_on.isoformat()
    assert wrong["wrong"] == {"first_due_on": "before_start"}
    assert wrong["total_minor"] is None
    assert stepped["total_minor"] > first["total_minor"]
    assert len(journal.entries(limit=50)) == before, "nothing is kept"


def test_too_many_at_once_are_refused_whole(app: Caller) -> None:
    status, body = app.send("POST", "/plans/quotes", {"terms": [asked()] * 501})
    assert (status, body["code"]) == (422, "heyi.invalid")
