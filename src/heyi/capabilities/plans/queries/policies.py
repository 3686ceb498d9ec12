"""The policy in force, and how much of a branch's book is restructured."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.loans import api as loans
from heyi.capabilities.plans.adapters import pack_files
from heyi.capabilities.plans.domain import Bands, BookShare, Policy, book_share
from heyi.capabilities.plans.queries.followed import restructured
from heyi.plumbing import clock
from heyi.plumbing.once import once

PACK = "cn"


def policy(*, at: datetime, name: str = PACK) -> Policy:
    """The bank's rules for plans in force at ``at``. Raises BadPack."""
    return pack_files.load(name, clock.bank_day(at))


def bands(*, product: str, at: datetime) -> Bands:
    """Who may concede what on a product, lowest level first. Raises UnknownProduct."""
    return policy(at=at).bands_of(product)


@once
def restructured_share(*, branch: str, at: datetime, plan_minor: int = 0, currency: str = "CNY") -> BookShare:
    """The share of the branch's book under running plans, now and with ``plan_minor`` more, against the cap (B8)."""
    return book_share(
        book_minor=loans.branch_book(branch=branch, currency=currency).amount_minor,
        restructured_minor=restructured(branch=branch, currency=currency).amount_minor,
        plan_minor=plan_minor,
        cap=policy(at=at).restructured_cap,
    )
