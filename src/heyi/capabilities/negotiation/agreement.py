"""From an accepted version to the facts of an agreement, and the few things asked about a plan that is followed."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from uuid import UUID

import pypdf
from django.conf import settings

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import ContractView
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import Components, InstalmentView, PlanTerms, PlanView, Schedule
from heyi.capabilities.plans.domain import annualised_rate_2021_3 as annualised
from heyi.capabilities.plans.domain import schedule as schedule_of
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import Agreement, AgreementFacts, Bank, Borrower, Original, PayTo
from heyi.capabilities.signing.domain import Components as Amounts
from heyi.capabilities.signing.domain import Row as AgreementRow
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.dates import SHANGHAI
from heyi.kit.money import Money
from heyi.plumbing import clock

_METHODS: Final[dict[str, str]] = {"frozen_balance": "frozen_parts", "lump_sum_settlement": "settlement"}
_ID_KINDS: Final[dict[str, str]] = {"id_card": "resident_id", "passport": "passport", "uscc": "social_credit_code"}


def compose(case: Case, offer: Offer, terms: PlanTerms, *, at: datetime) -> Agreement:
    """The agreement about these terms, with every figure that its clauses need."""
    today = clock.bank_day(at)
    contract = loans.contract(contract_id=case.contract_id, day=today, actor=SYSTEM)
    plan = schedule_of(terms)
    return signing.compose(
        facts=AgreementFacts(
            number=f"{case.number}-{offer.number}",
            product=contract.product,
            made_on=today,
            bank=_bank(case),
            borrower=_borrower(case, at),
            contract_no_masked=f"＊＊＊{contract.contract_tail}",
            original=_original(contract),
            balance_on=terms.start_on,
            balance=_amounts(terms.balance, terms.currency),
            waived=_amounts(terms.forgiven, terms.currency),
            method=_METHODS.get(str(terms.method), str(terms.method)),  # type: ignore[arg-type]  # the same eight
            annual_rate=terms.annual_rate,
            annualised=annualised(plan).compound or Decimal(0),
            rows=_rows(plan),
            total=plan.total,
            tolerance_days=plans.policy(at=at).tolerance.days,
            repay_account=contract.account_tail or f"＊＊＊{contract.contract_tail}",
            time_barred=bool(compliance.time_barred(contract_id=case.contract_id, at=at)),
            pay_to=_pay_to(contract),
        )
    )


def _bank(case: Case) -> Bank:
    branch, house = staff.branch(case.branch), settings.HEYI
    return Bank(
        name=house.bank_name,
        branch_code=branch.code,
        branch_name=branch.name,
        address=f"{branch.city}{branch.name}",
        hotline=house.bank_hotline,
        complaint_phone=house.complaints.phone,
        complaint_url=house.complaints.url,
        complaint_address=house.complaints.address or f"{branch.city}{branch.name}",
        complaint_mail=house.complaints.mail or None,
        supervisor=house.complaints.supervisor,
    )


def _pay_to(contract: ContractView) -> PayTo | None:
    account = settings.HEYI.repayment
    if account is None:
        return None
    return PayTo(account.payee, account.bank, account.number, account.reference_for(contract.contract_tail))


def _borrower(case: Case, at: datetime) -> Borrower:
    party = loans.party(party_id=case.party_id, actor=SYSTEM)
    name = loans.reveal(party_id=case.party_id, field="name", purpose="agreement", actor=SYSTEM, at=at)
    return Borrower(
        name=name,
        name_masked=party.name_masked,
        id_kind=_ID_KINDS.get(party.id_type, "resident_id"),  # type: ignore[arg-type]  # a closed table
        id_number_masked=party.id_number_masked,
        mobile_masked=party.mobile_masked,
        email_masked=party.email_masked,
        address_masked=party.address_masked,
    )


def _original(contract: ContractView) -> Original:
    return Original(
        annual_rate=contract.annual_rate or Decimal(0),
        matures_on=contract.matures_on,
        instalment=contract.instalment,
    )


def _amounts(parts: Components, currency: str) -> Amounts:
    return Amounts(
        **{name: Money(parts.of(name), currency) for name in ("principal", "interest", "penalty", "fees", "costs")}
    )


def _rows(plan: Schedule) -> tuple[AgreementRow, ...]:
    """What settles the carried amounts stands with the principal: both pay off the debt of today."""
    nothing = plan.terms.money(0)
    return tuple(
        AgreementRow(
            number=row.number,
            due_on=row.due_on,
            principal=row.principal + row.carried,
            interest=row.interest,
            fees=nothing,
            payment=row.payment,
            balance_after=row.balance_after,
        )
        for row in plan.rows
    )


def pages(document_id: UUID, *, at: datetime) -> int:
    """Pages of the signed file: what was not printed (E8)."""
    data = vault.get(object_id=document_id, actor=SYSTEM, at=at, purpose="count_pages")
    return len(pypdf.PdfReader(io.BytesIO(data)).pages)


def end_of(day: date) -> datetime:
    """The last second of a bank day."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def next_due(plan: PlanView) -> datetime | None:
    """When the oldest instalment that is not settled can be paid at the latest; None when all are."""
    unpaid = (one for one in plan.instalments if one.settled_on is None and one.status in ("pending", "late"))
    following = min(unpaid, key=lambda one: one.number, default=None)
    return end_of(following.payable_until) if following else None


def instalment(plan: PlanView, number: int) -> InstalmentView:
    """One instalment by its number."""
    return next(one for one in plan.instalments if one.number == number)


def so_far(plan: PlanView) -> dict[str, int | Money]:
    """What a monthly message tells: instalments paid and left, amount paid."""
    paid = [one for one in plan.instalments if one.settled_on is not None]
    return {
        "paid_periods": len(paid),
        "remaining_periods": len(plan.instalments) - len(paid),
        "paid": plan.total - plan.unpaid,
    }
