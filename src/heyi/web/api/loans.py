"""The loan book: batches of contracts and single payments from the core banking system."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import Balance, ContractRow, InstalmentRow, LinkRow, PartyRow
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing import clock
from heyi.plumbing.access import INTEGRATION, open_to
from heyi.web.api.idempotency import once
from heyi.web.api.schemas import REFUSALS, MoneyOut, ProblemOut

router = Router(tags=["loans"])

MAX_BATCH = 5000
Minor = Field(ge=0, le=10**15)


class PartyIn(Schema):
    """A person or enterprise. An empty text means «not told» and erases nothing; a number without a type is taken for
    the usual one, an identity card or a unified social credit code, and checked as such."""

    kind: Literal["person", "enterprise"]
    name: str = Field(min_length=1, max_length=120)
    id_type: Literal["id_card", "uscc", "passport", "other", ""] = ""
    id_number: str = Field("", max_length=40)
    mobile: str = Field("", max_length=20)
    email: str = Field("", max_length=120)
    address: str = Field("", max_length=200)
    customer_no: str = Field("", max_length=40)

    def row(self) -> PartyRow:
        usual = "id_card" if self.kind == "person" else "uscc"
        return PartyRow(**{**self.dict(), "id_type": self.id_type or (usual if self.id_number else "")})


class LinkIn(Schema):
    """Somebody tied to the contract, and how."""

    kind: Literal["guarantor", "contact_person", "designated_contact", "spouse_joint_debt"]
    party: PartyIn
    relation: str = Field("", max_length=20)


class BalanceIn(Schema):
    """What is owed by component, in minor units."""

    principal_minor: int = Minor
    interest_minor: int = Field(0, ge=0, le=10**15)
    penalty_minor: int = Field(0, ge=0, le=10**15)
    fees_minor: int = Field(0, ge=0, le=10**15)
    costs_minor: int = Field(0, ge=0, le=10**15)

    def balance(self, currency: str) -> Balance:
        return Balance.of(currency, **{name.removesuffix("_minor"): value for name, value in self.dict().items()})


class InstalmentIn(Schema):
    """What is due on one date, and how much of it the bank has already had."""

    number: int = Field(ge=1, le=1200)
    due_on: date
    principal_minor: int = Minor
    interest_minor: int = Field(0, ge=0, le=10**15)
    fees_minor: int = Field(0, ge=0, le=10**15)
    principal_paid_minor: int = Field(0, ge=0, le=10**15)
    interest_paid_minor: int = Field(0, ge=0, le=10**15)
    fees_paid_minor: int = Field(0, ge=0, le=10**15)

    def row(self, currency: str) -> InstalmentRow:
        values = self.dict()
        money = {
            name.removesuffix("_minor"): Money(value, currency)
            for name, value in values.items()
            if name.endswith("_minor")
        }
        return InstalmentRow(number=self.number, due_on=self.due_on, **money)


class ContractIn(Schema):
    """One contract as the bank knows it on ``as_of``. What is left out is «not told»."""

    contract_no: str = Field(min_length=1, max_length=64)
    product: Literal["credit_card", "consumer", "mortgage", "business"]
    branch: str = Field(min_length=1, max_length=20)
    currency: Literal["CNY", "HKD", "USD", "EUR", "JPY"] = "CNY"
    borrower: PartyIn
    balance: BalanceIn
    links: list[LinkIn] = Field(default_factory=list, max_length=20)
    opened_on: date | None = None
    matures_on: date | None = None
    annual_rate: Decimal | None = Field(None, ge=0, le=1)
    due_now_minor: int | None = Field(None, ge=0, le=10**15)
    due_day: int | None = Field(None, ge=1, le=31)
    oldest_due_on: date | None = None
    days_past_due: int | None = Field(None, ge=0, le=20_000)
    as_of: date | None = None
    status: Literal["active", "settled", "written_off"] = "active"
    allocation: str = Field("", max_length=40)
    source_ref: str = Field("", max_length=80)
    instalments: list[InstalmentIn] | None = Field(None, max_length=1200)

    def row(self) -> ContractRow:
        due_now = None if self.due_now_minor is None else Money(self.due_now_minor, self.currency)
        instalments = None if self.instalments is None else tuple(item.row(self.currency) for item in self.instalments)
        links = tuple(LinkRow(kind=link.kind, relation=link.relation, party=link.party.row()) for link in self.links)
        told = self.dict(
            include={
                "contract_no", "product", "branch", "opened_on", "matures_on", "annual_rate", "due_day",
                "oldest_due_on", "days_past_due", "as_of", "status", "allocation", "source_ref",
            }
        )  # fmt: skip
        return ContractRow(
            **told,
            borrower=self.borrower.row(),
            balance=self.balance.balance(self.currency),
            links=links,
            due_now=due_now,
            instalments=instalments,
        )


class BatchIn(Schema):
    """Up to 5,000 contracts."""

    contracts: list[ContractIn] = Field(min_length=1, max_length=MAX_BATCH)


class FaultOut(Schema):
    """One thing wrong with one row; ``words`` say it for a person."""

    code: str
    field: str
    words: str


class RowFaultsOut(Schema):
    """The place in the batch (from 0) and what was found there."""

    place: int
    faults: list[FaultOut]


class BatchOut(Schema):
    """Sound rows are kept; the others come back with their faults."""

    created: int
    updated: int
    unchanged: int
    refused: list[RowFaultsOut]
    warned: list[RowFaultsOut]


class PaymentIn(Schema):
    """Money that arrived. ``source`` and ``reference`` together name it once and for all."""

    source: str = Field(min_length=1, max_length=40)
    reference: str = Field(min_length=1, max_length=80)
    contract_no: str = Field("", max_length=64)
    amount_minor: int = Field(gt=0, le=10**15)
    currency: Literal["CNY", "HKD", "USD", "EUR", "JPY"] = "CNY"
    received_on: date
    remark: str = Field("", max_length=200)


class PaymentOut(Schema):
    """A payment and what it paid, by component, in order."""

    id: UUID
    source: str
    reference: str
    state: Literal["matched", "unmatched", "reversed"]
    amount: MoneyOut
    credit: MoneyOut
    received_on: date
    parts: list[tuple[str, int]]
    already_reported: bool
    repeated: bool

    @classmethod
    def of(cls, payment: loans.PaymentView) -> PaymentOut:
        return cls(
            id=payment.id,
            source=payment.source,
            reference=payment.reference,
            state=payment.state,
            amount=MoneyOut.of(payment.amount),
            credit=MoneyOut.of(payment.credit),
            received_on=payment.received_on,
            parts=[(name, amount.amount_minor) for name, amount in payment.parts],
            already_reported=payment.already_reported,
            repeated=payment.repeated,
        )


@router.put("/contracts", response={200: BatchOut, REFUSALS: ProblemOut}, summary="Create or change contracts")
@open_to(INTEGRATION, why="the core banking system keeps the book up to date")
def put_contracts(request: HttpRequest, batch: BatchIn) -> Any:
    """Rows with the same content change nothing. Needs `Idempotency-Key`."""

    def work() -> dict[str, Any]:
        rows = [contract.row() for contract in batch.contracts]
        report = loans.upsert_contracts(rows=rows, actor=_actor(request), at=clock.now())
        return BatchOut(
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            refused=[_faults(row) for row in report.refused],
            warned=[_faults(row) for row in report.warned],
        ).model_dump(mode="json")

    return once(request, work)


@router.post("/payments", response={200: PaymentOut, REFUSALS: ProblemOut}, summary="Record a payment")
@open_to(INTEGRATION, why="the core banking system reports money that arrived")
def post_payment(request: HttpRequest, payment: PaymentIn) -> Any:
    """Books it by the contract's order of allocation. An unknown contract number leaves it unmatched."""

    def work() -> dict[str, Any]:
        booked = loans.record_payment(
            source=payment.source,
            reference=payment.reference,
            contract_no=payment.contract_no,
            amount=Money(payment.amount_minor, payment.currency),
            received_on=payment.received_on,
            remark=payment.remark,
            actor=_actor(request),
            at=clock.now(),
        )
        return PaymentOut.of(booked).model_dump(mode="json")

    return once(request, work)


@router.post(
    "/payments/{uuid:payment_id}/reversal",
    response={200: PaymentOut, REFUSALS: ProblemOut},
    summary="Take a payment back",
)
@open_to(INTEGRATION, why="the core banking system reports money that went back")
def reverse_payment(request: HttpRequest, payment_id: UUID) -> Any:
    """Everything that it paid is owed again. Reversing twice changes nothing more."""

    def work() -> dict[str, Any]:
        reversed_one = loans.reverse_payment(payment_id=payment_id, actor=_actor(request), at=clock.now())
        return PaymentOut.of(reversed_one).model_dump(mode="json")

    return once(request, work)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _faults(row: loans.RowFaults) -> RowFaultsOut:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    faults = [
        FaultOut(
            code=fault.code,
            field=fault.field,
            words=loans.tell_fault(fault, column=fault.field, language=language),
        )
        for fault in row.faults
    ]
    return RowFaultsOut(place=row.line, faults=faults)
