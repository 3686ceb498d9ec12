"""Every operation of the API, fed with what its own description allows and forbids: it answers as described, never 500.

Schemathesis makes the cases; real ids are put where an operation asks for one, so that not all end at «not found».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from heyi.config.wsgi import application
from heyi.kit.problems import Problem
from heyi.plumbing import clock
from heyi.plumbing.ids import new_token
from heyi.web.api import plans
from tests import cast
from tests.capabilities.negotiation import steps

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.req("C9")]

EXAMPLES = 6
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The connection that holds the test's transaction stays open between requests, as Django's own client has it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


@pytest.fixture
def real(people: cast.Cast) -> dict[str, Any]:
    """Ids that exist, by the name of the parameter."""
    case_id, offer_id = steps.offered(people, clock.now())
    return {"case_id": str(case_id), "offer_id": str(offer_id), "step": "income"}


def test_every_operation_answers_as_described(people: cast.Cast, real: dict[str, Any]) -> None:
    wrong = _wrong(people.integration_token, real)
    assert wrong == {}, "\n\n".join(f"{label}: {told}" for label, told in wrong.items())


@pytest.mark.parametrize("planted", ["raises", "undescribed"])
def test_a_planted_defect_is_found(planted: str, people: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that trips over odd input, and one that answers what the description does not know."""

    def defective(given: Any) -> Any:
        if given.interest_minor == 0:
            raise ZeroDivisionError if planted == "raises" else Teapot()
        return sound(given)

    sound = plans._terms
    monkeypatch.setattr(plans, "_terms", defective)
    assert set(_wrong(people.integration_token, {}, only="/plans/quotes")) == {"POST /api/v1/plans/quotes"}


class Teapot(Problem):
    """A refusal with a status that no operation describes."""

    code = "heyi.invalid"
    status = 418


def _wrong(token: str, real: dict[str, Any], *, only: str = "") -> dict[str, str]:
    """Operation → how it answered otherwise than described."""
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    wrong = {}
    for found in description.get_all_operations():
        operation = found.ok()
        if only not in operation.label:
            continue
        try:
            _fuzz(operation, token, real)
        except FailureGroup as faults:
            wrong[operation.label] = "; ".join(str(one)[:700] for one in faults.exceptions)
        except Failure as fault:
            wrong[operation.label] = str(fault)[:700]
    return wrong


def _fuzz(operation: Any, token: str, real: dict[str, Any]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans())
    def ask(case: Any, known: bool) -> None:
        if known and case.path_parameters:
            case.path_parameters.update({name: real[name] for name in set(case.path_parameters) & set(real)})
        case.headers.update({"Authorization": f"Bearer {token}", "Idempotency-Key": new_token(8)})
        with transaction.atomic():
            case.call_and_validate(checks=CHECKS)
            transaction.set_rollback(True)

    ask()
