"""Importing payments and instalments from files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from heyi.capabilities.loans.actions import instalments, payments
from heyi.capabilities.loans.actions.book import Outcome
from heyi.capabilities.loans.actions.importing import Order, Progress, run
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.adapters.tables import Source, Table
from heyi.capabilities.loans.domain.checks import instalment_faults
from heyi.capabilities.loans.domain.columns import NO_MAPPING, ColumnMapping
from heyi.capabilities.loans.domain.faults import Fault
from heyi.capabilities.loans.domain.read_contract import Context, Read, add_missing, gather
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.domain.rows import InstalmentRow, PaymentRow
from heyi.capabilities.loans.models import Contract, Instalment, Payment
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing.clock import bank_day

DEFAULT_SOURCE = "file"


def import_payments(
    *,
    source: Source,
    mapping: ColumnMapping | None = None,
    dry_run: bool,
    actor: Actor,
    at: datetime,
    progress: Progress | None = None,
    errors: BinaryIO | None = None,
) -> ImportReport:
    """Read a file of payments: booked once for each source and reference, reversals included.

    A payment for an unknown contract is kept as unmatched and warned about. Arguments and errors as ``import_loans``.
    """
    order = Order("payments", source, mapping, dry_run, actor, at, progress, errors)
    return run(order, lambda table: _Payments(table, order))


def import_instalments(
    *,
    source: Source,
    mapping: ColumnMapping | None = None,
    dry_run: bool,
    actor: Actor,
    at: datetime,
    progress: Progress | None = None,
    errors: BinaryIO | None = None,
) -> ImportReport:
    """Read a file of instalments of contracts that are in the book. Arguments and errors as ``import_loans``."""
    order = Order("instalments", source, mapping, dry_run, actor, at, progress, errors)
    return run(order, lambda table: _Instalments(table, order))


def _context(table: Table, order: Order) -> Context:
    return Context(
        layout=table.layout,
        catalogue=words.catalogue(order.kind),
        today=bank_day(order.at),
        branches={},
        mapping=order.mapping or NO_MAPPING,
        epoch=table.epoch,
    )


def _values(cells: Sequence[str], context: Context) -> tuple[dict[str, Any], list[Fault]]:
    """The cells' values and faults, missing required ones included."""
    values, faults = gather(cells, context)
    add_missing(values, faults, context)
    return values, faults


class _Payments:
    """Lines of a payment file."""

    def __init__(self, table: Table, order: Order) -> None:
        self._context = _context(table, order)
        self._order = order
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, line: int, cells: list[str]) -> Read[PaymentRow]:
        """The payment of a line."""
        values, faults = _values(cells, self._context)
        if faults:
            return Read(None, tuple(faults))
        row = _payment(values)
        found = [Fault(code, field) for field, code in payments.payment_faults(row, today=self._context.today).items()]
        first = self._seen.setdefault((row.source, row.reference), line)
        if first != line:
            found.append(Fault("duplicate_in_file", "reference", (("line", str(first)),)))
        return Read(None, tuple(found)) if found else Read(row, ())

    def apply(self, items: list[PaymentRow], *, write: bool) -> list[Outcome]:
        """One after the other, because a reversal may follow its payment in the same file."""
        told = {(row.source, row.reference) for row in items}
        return [self._one(row, told, write=write) for row in items]

    def _one(self, row: PaymentRow, told: set[tuple[str, str]], *, write: bool) -> Outcome:
        if row.reverses:
            return self._reverse(row, told, write=write)
        known = Payment.objects.filter(source=row.source, reference=row.reference).first()
        if known is not None:
            if payments.same_payment(known, row):
                return Outcome("unchanged")
            return Outcome("refused", Fault("payment_contradicts", "reference"))
        contract = Contract.objects.filter(contract_no=row.contract_no).values_list("branch", "currency").first()
        if contract is not None and contract[1] != row.amount.currency:
            return Outcome("refused", Fault("currency_differs", "currency"))
        if contract is not None and not self._order.actor.sees(contract[0]):
            return Outcome("refused", Fault("branch_not_yours", "contract_no"))
        if write:
            payments.book(row, actor=self._order.actor, at=self._order.at)
        return Outcome("created", warnings=() if contract else (Fault("payment_unmatched", "contract_no"),))

    def _reverse(self, row: PaymentRow, told: set[tuple[str, str]], *, write: bool) -> Outcome:
        found = Payment.objects.select_for_update() if write else Payment.objects.all()
        known = found.filter(source=row.source, reference=row.reverses).first()
        if known is None:
            if not write and (row.source, row.reverses) in told:
                return Outcome("updated")
            return Outcome("refused", Fault("reversed_unknown", "reverses"))
        if known.state == "reversed":
            same = known.reversed_by_reference == row.reference
            return Outcome("unchanged") if same else Outcome("refused", Fault("reversed_already", "reverses"))
        if (known.amount_minor, known.currency) != (row.amount.amount_minor, row.amount.currency):
            return Outcome("refused", Fault("reversed_amount", "amount"))
        if known.contract is not None and not self._order.actor.sees(known.contract.branch):
            return Outcome("refused", Fault("branch_not_yours", "contract_no"))
        if write:
            payments.unbook(known, reference=row.reference, at=self._order.at)
        return Outcome("updated")


def _payment(values: dict[str, Any]) -> PaymentRow:
    """A reversal may be written with a negative amount; its size is what counts."""
    amount: int = values["amount"]
    return PaymentRow(
        source=values.get("source", DEFAULT_SOURCE),
        reference=values["reference"],
        contract_no=values["contract_no"],
        amount=Money(abs(amount) if "reverses" in values else amount, values["currency"]),
        received_on=values["received_on"],
        remark=values.get("remark", ""),
        reverses=values.get("reverses", ""),
    )


class _Instalments:
    """Lines of a file of instalments."""

    def __init__(self, table: Table, order: Order) -> None:
        self._context = _context(table, order)
        self._order = order
        self._seen: dict[tuple[str, int], int] = {}

    def read(self, line: int, cells: list[str]) -> Read[tuple[str, InstalmentRow]]:
        """Contract number and instalment of a line."""
        values, faults = _values(cells, self._context)
        if faults:
            return Read(None, tuple(faults))
        contract_no: str = values["contract_no"]
        row = _instalment(values)
        found = list(instalment_faults(row))
        first = self._seen.setdefault((contract_no, row.number), line)
        if first != line:
            found.append(Fault("duplicate_in_file", "number", (("line", str(first)),)))
        return Read(None, tuple(found)) if found else Read((contract_no, row), ())

    def apply(self, items: list[tuple[str, InstalmentRow]], *, write: bool) -> list[Outcome]:
        """New, changed or as before; contracts must be in the book and in the actor's branches."""
        numbers = {contract_no for contract_no, _ in items}
        contracts = {row.contract_no: row for row in Contract.objects.filter(contract_no__in=numbers)}
        ids = [row.id for row in contracts.values()]
        stored = {(item.contract_id, item.number): item for item in Instalment.objects.filter(contract_id__in=ids)}
        told: dict[UUID, list[InstalmentRow]] = defaultdict(list)
        outcomes = []
        for contract_no, row in items:
            contract = contracts.get(contract_no)
            outcome = self._outcome(contract, row, stored)
            outcomes.append(outcome)
            if contract is not None and outcome.state in ("created", "updated"):
                told[contract.id].append(row)
        if write and told:
            instalments.put({contract_id: tuple(rows) for contract_id, rows in told.items()}, at=self._order.at)
        return outcomes

    def _outcome(
        self, contract: Contract | None, row: InstalmentRow, stored: dict[tuple[UUID, int], Instalment]
    ) -> Outcome:
        if contract is None:
            return Outcome("refused", Fault("contract_unknown", "contract_no"))
        if not self._order.actor.sees(contract.branch):
            return Outcome("refused", Fault("branch_not_yours", "contract_no"))
        if contract.currency != row.principal.currency:
            return Outcome("refused", Fault("currency_differs", "currency"))
        known = stored.get((contract.id, row.number))
        if known is None:
            return Outcome("created")
        return Outcome("unchanged" if instalments.says_the_same(known, row) else "updated")


def _instalment(values: dict[str, Any]) -> InstalmentRow:
    def money(name: str) -> Money:
        return Money(values.get(name, 0), values["currency"])

    return InstalmentRow(
        number=values["number"],
        due_on=values["due_on"],
        principal=money("principal"),
        interest=money("interest"),
        fees=money("fees"),
        principal_paid=money("principal_paid"),
        interest_paid=money("interest_paid"),
        fees_paid=money("fees_paid"),
    )
