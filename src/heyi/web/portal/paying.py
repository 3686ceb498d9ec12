"""The bank's account for transfers, as the payer of one contract needs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from heyi.capabilities.loans.domain import ContractView


@dataclass(frozen=True, slots=True)
class PayTo:
    """What is typed into a transfer: whose account, at which bank, its number, and the reference."""

    payee: str
    bank: str
    number: str
    reference: str


def pay_to(contract: ContractView) -> PayTo | None:
    """None where the bank named no account: then its own channels are the only way."""
    account = settings.HEYI.repayment
    if account is None:
        return None
    return PayTo(account.payee, account.bank, account.number, account.reference_for(contract.contract_tail))
