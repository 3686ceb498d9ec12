"""What can be wrong with a row, with a file, and with an act of this room. Codes are stable; words stand in packs."""

from __future__ import annotations

from dataclasses import dataclass

from heyi.kit.problems import Conflict, Invalid, NotAllowed, NotFound


class BadCell(ValueError):
    """A cell cannot be read. ``code`` names the reason; ``facts`` are plain words for the message."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one row: a code, the field of the catalogue (or ``""``), plain facts."""

    code: str
    field: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class WrongFile(Invalid):
    """The whole file is refused; nothing was written. ``reason`` is a code of packs/cn/import_errors.yaml."""

    code = "loans.wrong_file"

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        super().__init__(reason=reason, **facts)


class UnknownFile(NotFound):
    """No such file waits for an import, or it has no refused rows."""

    code = "loans.unknown_file"


class ImportUnderWay(Conflict):
    """This file is being imported, or was."""

    code = "loans.import_under_way"


class BadMapping(Invalid):
    """The mapping file cannot be used. ``fields`` maps its part to a reason."""

    code = "loans.bad_mapping"


class UnknownParty(NotFound):
    """No such party, or not yours."""

    code = "loans.unknown_party"


class UnknownContract(NotFound):
    """No such contract, or not yours."""

    code = "loans.unknown_contract"


class UnknownPayment(NotFound):
    """No such payment, or not yours."""

    code = "loans.unknown_payment"


class MayNot(NotAllowed):
    """The role of this actor does not carry this act."""

    code = "loans.may_not"


class PurposeMissing(Invalid):
    """Showing identity data needs one of ``allowed`` purposes."""

    code = "loans.purpose_missing"


class PaymentContradicts(Conflict):
    """This source and reference were recorded before with another amount, day or contract."""

    code = "loans.payment_contradicts"


class PaymentState(Conflict):
    """The payment is not in the state that this act needs. ``state`` tells which it is in."""

    code = "loans.payment_state"


class BadPayment(Invalid):
    """The payment cannot be booked as it is. ``fields`` maps field → code."""

    code = "loans.bad_payment"
