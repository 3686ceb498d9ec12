"""Tables of the loans room."""

from heyi.capabilities.loans.models.contracts import Contract, Instalment
from heyi.capabilities.loans.models.imports import ImportRun, StagedFile
from heyi.capabilities.loans.models.parties import Party, PartyLink
from heyi.capabilities.loans.models.payments import Allocation, Payment

__all__ = ["Allocation", "Contract", "ImportRun", "Instalment", "Party", "PartyLink", "Payment", "StagedFile"]
