"""Signing in a bank's own app, by the rules of the portal: consent, each clause, the cost form, a code, the signature.

How long a text was read is measured here: whoever fetches it gets a ``reading``, sealed with the time, and hands it
back with the acknowledgement. The app is not asked how long its user read, and cannot say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.core import signing as sealed
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as ceremonies
from heyi.capabilities.signing.domain import CeremonyView
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock
from heyi.plumbing.access import INTEGRATION, open_to
from heyi.web.api.idempotency import known, once
from heyi.web.api.schemas import REFUSALS, MoneyOut, ProblemOut

router = Router(tags=["signing"])
WHY: Final = "a bank's own app lets its user sign"
CASE: Final = "/cases/{uuid:case_id}/agreement"
SALT: Final = "heyi.api.reading"
COST: Final = "cost-form"


class ReadingMissing(Invalid):
    """The text was not fetched before it was acknowledged, or the ``reading`` belongs to another one."""

    code = "api.reading_missing"


class ClauseState(Schema):
    """One clause: its title in both languages, whether it is of major interest, and whether it was acknowledged."""

    id: str
    title_zh: str
    title_en: str
    highlighted: bool
    acknowledged_at: datetime | None


class AgreementOut(Schema):
    """How far the signing is. ``waiting_for``: borrower, bank, timestamp, seal or nobody."""

    number: str
    state: str
    waiting_for: str
    agreement_digest: str
    expires_at: datetime
    total: MoneyOut
    clauses: list[ClauseState]
    has_cost_form: bool
    cost_form_min_seconds: int
    cost_form_acknowledged_at: datetime | None
    consented_at: datetime | None
    may_sign: bool
    sealed_at: datetime | None

    @classmethod
    def of(cls, view: CeremonyView) -> AgreementOut:
        given = {one.clause_id: one.acknowledged_at for one in view.readings}
        return cls(
            number=view.number, state=view.state, waiting_for=view.waiting_for, agreement_digest=view.agreement_digest,
            expires_at=view.expires_at, total=MoneyOut.of(view.agreement.total),
            clauses=[
                ClauseState(
                    id=one.id, title_zh=one.title_zh, title_en=one.title_en, highlighted=one.highlighted,
                    acknowledged_at=given[one.id],
                )
                for one in view.agreement.clauses
            ],
            has_cost_form=view.agreement.cost_form is not None, cost_form_min_seconds=view.cost_form_min_seconds,
            cost_form_acknowledged_at=view.cost_form_acknowledged_at, consented_at=view.consented_at,
            may_sign=view.may_sign, sealed_at=view.sealed_at,
        )  # fmt: skip


class ClauseOut(Schema):
    """One clause to show: plain words first, then the exact text. Only the Chinese text is signed."""

    id: str
    title_zh: str
    plain_zh: str
    body_zh: str
    title_en: str
    plain_en: str
    body_en: str
    highlighted: bool
    reading: str


class CostItemOut(Schema):
    """One line of the cost form; ``amount`` is null where it depends on what happens later."""

    name_zh: str
    name_en: str
    how_zh: str
    by_zh: str
    standard_zh: str
    amount: MoneyOut | None


class CostFormOut(Schema):
    """The comprehensive-cost form; show it for at least ``min_seconds``."""

    financed: MoneyOut
    cost: MoneyOut
    to_pay: MoneyOut
    annualised: str
    items: list[CostItemOut]
    statement_zh: str
    statement_en: str
    min_seconds: int
    reading: str


class AcknowledgeIn(Schema):
    """The ``reading`` that came with the text."""

    reading: str = Field(min_length=1, max_length=500)


class CodeIn(Schema):
    """The language of the text message."""

    language: Literal["zh", "en"] = "zh"


class CodeOut(Schema):
    """Where the code went."""

    sent_to: str


class SignIn(Schema):
    """The six digits that the borrower received and typed."""

    code: str = Field(min_length=6, max_length=6, pattern="^[0-9]{6}$")


class RefuseIn(Schema):
    """No reason is needed."""

    reason: str = Field("", max_length=1000)


@router.get(CASE, response={200: AgreementOut, REFUSALS: ProblemOut}, summary="The agreement and its signing")
@open_to(INTEGRATION, why=WHY)
def read(request: HttpRequest, case_id: UUID) -> Any:
    """404 until an agreement was prepared."""
    return AgreementOut.of(_view(request, case_id))


@router.get(CASE + "/clauses/{str:clause_id}", response={200: ClauseOut, REFUSALS: ProblemOut}, summary="One clause")
@open_to(INTEGRATION, why=WHY)
def clause(request: HttpRequest, case_id: UUID, clause_id: str) -> Any:
    """From now on it counts as shown."""
    view = _view(request, case_id)
    found = view.agreement.clause(clause_id)
    if found is None:
        raise ceremonies.NoSuchClause(clause=clause_id[:60])
    texts = {name: getattr(found, name) for name in ClauseOut.model_fields if name != "reading"}
    return ClauseOut(**texts, reading=_reading(view, clause_id))


@router.get(CASE + "/cost-form", response={200: CostFormOut, REFUSALS: ProblemOut}, summary="The cost form")
@open_to(INTEGRATION, why=WHY)
def cost_form(request: HttpRequest, case_id: UUID) -> Any:
    """From now on it counts as shown."""
    view = _view(request, case_id)
    form = view.agreement.cost_form
    if form is None:
        raise ceremonies.NoSuchCostForm()
    return CostFormOut(
        financed=MoneyOut.of(form.financed), cost=MoneyOut.of(form.cost), to_pay=MoneyOut.of(form.to_pay),
        annualised=str(form.annualised), statement_zh=form.statement_zh, statement_en=form.statement_en,
        items=[
            CostItemOut(
                name_zh=one.name_zh, name_en=one.name_en, how_zh=one.how_zh, by_zh=one.by_zh,
                standard_zh=one.standard_zh, amount=MoneyOut.of(one.amount) if one.amount else None,
            )
            for one in form.items
        ],
        min_seconds=view.cost_form_min_seconds, reading=_reading(view, COST),
    )  # fmt: skip


@router.get(CASE + "/file", response={200: None, REFUSALS: ProblemOut}, summary="The agreement as PDF")
@open_to(INTEGRATION, why=WHY)
def file(request: HttpRequest, case_id: UUID, language: Query[Literal["zh", "en"]] = "zh") -> Any:
    """The signed original in Chinese, the translation in English; the draft before."""
    data = negotiation.agreement_file_by_app(case_id=case_id, language=language, actor=_actor(request), at=clock.now())
    return HttpResponse(data, content_type="application/pdf")


@router.post(CASE + "/consent", response={200: AgreementOut, REFUSALS: ProblemOut}, summary="Agree to e-signing")
@open_to(INTEGRATION, why=WHY)
def consent(request: HttpRequest, case_id: UUID) -> Any:
    """The first step; nothing is signed by it."""
    return _once(request, lambda: negotiation.consent_by_app(case_id=case_id, actor=_actor(request), at=clock.now()))


@router.post(
    CASE + "/clauses/{str:clause_id}/acknowledge",
    response={200: AgreementOut, REFUSALS: ProblemOut},
    summary="«I understand» for one clause",
)
@open_to(INTEGRATION, why=WHY)
def acknowledge(request: HttpRequest, case_id: UUID, clause_id: str, body: AcknowledgeIn) -> Any:
    """Needs the ``reading`` of this clause. The time since it was fetched is kept as the reading time."""

    def work() -> CeremonyView:
        at = clock.now()
        seconds = _seconds(body.reading, _view(request, case_id), clause_id, at)
        return negotiation.read_by_app(
            case_id=case_id, clause_id=clause_id, seconds=seconds, actor=_actor(request), at=at
        )

    return _once(request, work)


@router.post(
    CASE + "/cost-form/acknowledge", response={200: AgreementOut, REFUSALS: ProblemOut}, summary="Confirm the cost form"
)
@open_to(INTEGRATION, why=WHY)
def confirm_cost(request: HttpRequest, case_id: UUID, body: AcknowledgeIn) -> Any:
    """Refused with the seconds that are left (``signing.read_longer``) when it was not shown long enough."""

    def work() -> CeremonyView:
        at = clock.now()
        seconds = _seconds(body.reading, _view(request, case_id), COST, at)
        return negotiation.confirm_cost_by_app(case_id=case_id, seconds=seconds, actor=_actor(request), at=at)

    return _once(request, work)


@router.post(CASE + "/code", response={200: CodeOut, REFUSALS: ProblemOut}, summary="Send the code for signing")
@open_to(INTEGRATION, why=WHY)
def code(request: HttpRequest, case_id: UUID, body: CodeIn) -> Any:
    """To the number in the bank's record. It never passes through this answer."""
    return once(
        request,
        lambda: {
            "sent_to": negotiation.code_by_app(
                case_id=case_id, language=body.language, actor=_actor(request), at=clock.now()
            )
        },
    )


@router.post(CASE + "/sign", response={200: AgreementOut, REFUSALS: ProblemOut}, summary="Sign")
@open_to(INTEGRATION, why=WHY)
def sign(request: HttpRequest, case_id: UUID, body: SignIn) -> Any:
    """The borrower's signature. A wrong code costs one of five tries; the bank's seal follows by itself."""
    told = known(request)
    if told is not None:
        return told
    at, actor = clock.now(), _actor(request)
    verified_at = negotiation.check_code_by_app(case_id=case_id, code=body.code, actor=actor, at=at)
    return _once(
        request,
        lambda: negotiation.sign_by_app(case_id=case_id, code_verified_at=verified_at, actor=actor, at=at),
    )


@router.post(CASE + "/refuse", response={200: AgreementOut, REFUSALS: ProblemOut}, summary="Do not sign")
@open_to(INTEGRATION, why=WHY)
def refuse(request: HttpRequest, case_id: UUID, body: RefuseIn) -> Any:
    """One call, at any step, without a reason. The talks go on."""
    return _once(
        request,
        lambda: negotiation.refuse_by_app(case_id=case_id, reason=body.reason, actor=_actor(request), at=clock.now()),
    )


def _once(request: HttpRequest, work: Any) -> dict[str, Any]:
    return once(request, lambda: AgreementOut.of(work()).model_dump(mode="json"))


def _view(request: HttpRequest, case_id: UUID) -> CeremonyView:
    return negotiation.agreement_by_app(case_id=case_id, actor=_actor(request), at=clock.now())


def _reading(view: CeremonyView, what: str) -> str:
    return sealed.dumps([str(view.id), what, clock.now().timestamp()], salt=SALT)


def _seconds(reading: str, view: CeremonyView, what: str, at: datetime) -> int:
    """How long ago this text was given out. Raises ReadingMissing."""
    try:
        ceremony_id, shown, since = sealed.loads(reading, salt=SALT)
    except sealed.BadSignature:
        raise ReadingMissing(fields={"reading": "unknown"}) from None
    if (ceremony_id, shown) != (str(view.id), what):
        raise ReadingMissing(fields={"reading": "of_another_text"})
    return max(0, int(at.timestamp() - since))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
