"""Addresses and ties from the loan book. What the book does not know about a person keeps the gate closed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from heyi.capabilities.contact.ports import Reachable
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM

RELATIONS: Final = (
    ("borrower", "debtor"),
    ("spouse_joint_debt", "debtor"),
    ("guarantor", "guarantor"),
    ("designated_contact", "designated_contact"),
    ("contact_person", "contact_person"),
)
"""Role in the book → what the person is to the debt, the strongest first. A spouse owes where the book says so."""


def from_loans(*, party_id: UUID, contract_id: UUID | None) -> Reachable:
    """Where the person is reached. Raises UnknownParty."""
    place = loans.reach(party_id=party_id, actor=SYSTEM)
    roles = loans.roles_of(party_id=party_id, contract_id=contract_id)
    relation = next((relation for role, relation in RELATIONS if role in roles), None)
    debtor_id, branch = loans.owed_by(contract_id=contract_id) if contract_id else (None, "")
    return Reachable(place.mobile, place.email, place.address, relation, debtor_id, branch)
