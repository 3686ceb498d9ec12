"""A bank with three branches, and two contracts of two borrowers in two of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff.models import Branch
from heyi.kit.actors import SYSTEM
from tests.capabilities.loans.cases import AT, LIN, WANG, bring_in


@pytest.fixture
def bank(db: None) -> None:
    """Branches 0101 to 0103."""
    for code, name in (("0101", "滨江支行"), ("0102", "湖畔支行"), ("0103", "城东支行")):
        Branch.objects.create(created_at=AT, code=code, name=name, name_en=f"Branch {code}", city="示例市")


@dataclass(frozen=True, slots=True)
class Book:
    """Ids of what stands in the book."""

    lin: UUID
    wang: UUID
    lin_contract: UUID
    wang_contract: UUID


@pytest.fixture
def book(bank: None) -> Book:
    """Lin owes at 0101, Wang at 0102."""
    report = bring_in(LIN, WANG)
    assert report.created == 2, report.refused_rows
    lin, wang = (
        loans.contract_by_no(contract_no="HT0001", actor=SYSTEM),
        loans.contract_by_no(contract_no="HT0002", actor=SYSTEM),
    )
    return Book(lin=lin.party_id, wang=wang.party_id, lin_contract=lin.id, wang_contract=wang.id)
