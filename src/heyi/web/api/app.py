"""The API for the bank's other systems: one versioned instance, one form for every refusal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from heyi import __version__
from heyi.kit.problems import Invalid, NotFound, Problem
from heyi.web.api.schemas import ProblemOut
from heyi.web.ui import words

DESCRIPTION = """
Heyi for core banking systems and a bank's own app. Every call carries `Authorization: Bearer <key>` of an API client.
Calls that change something take an `Idempotency-Key`: the same key with the same body gets the same answer and has
its effect once; a key is remembered for 30 days. Amounts are integers of minor units (fen), rates are decimal
fractions as text, times are ISO 8601 with a zone. Every refusal has the same form: a stable `code`, facts, and what
to do next.
"""


class Malformed(Invalid):
    """The body is no JSON."""

    code = "heyi.malformed"
    status = 400


class WrongMethod(Problem):
    """The address does not take this method."""

    code = "heyi.method"
    status = 405


class ClientKey(HttpBearer):
    """Only describes the scheme: the access guard has judged the key before a view runs."""

    openapi_description = "Key of an API client, made by an administrator."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "actor", None)


class PlainText(Parser):
    """Reads bodies and queries; a NUL, which no text of ours holds and PostgreSQL refuses, is refused at the door."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body, or an error that the library turns into «malformed»."""
        body = super().parse_body(request)
        _refuse_nul(body)
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        """The query."""
        query = super().parse_querydict(data, list_fields, request)
        _refuse_nul(query)
        return query


def _refuse_nul(value: object) -> None:
    if isinstance(value, str) and "\0" in value:
        raise Invalid(fields={"text": "control_character"})
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            _refuse_nul(item)


api = NinjaAPI(
    parser=PlainText(),
    title="Heyi",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    auth=ClientKey(),
)


@api.exception_handler(Problem)
def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A named refusal: its own status, its code, its facts, words to read."""
    return _answer(request, problem.code, problem.facts, status=problem.status)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The body or a parameter has not the documented shape. Values are not repeated: they may be personal."""
    fields = {".".join(str(part) for part in item["loc"]): item["type"] for item in error.errors}
    return _answer(request, "heyi.invalid", {"fields": fields}, status=422)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library refuses itself, such as a body that is no JSON."""
    kinds = {kind.status: kind for kind in (Malformed, NotFound, WrongMethod)}
    return _answer(request, kinds.get(error.status_code, Problem).code, {}, status=error.status_code)


def _answer(request: HttpRequest, code: str, facts: dict[str, Any], *, status: int) -> HttpResponse:
    what, next_step = words.problem(code, facts)
    body = ProblemOut(code=code, facts=facts, what=what, next=next_step)
    return api.create_response(request, body.model_dump(mode="json"), status=status)
