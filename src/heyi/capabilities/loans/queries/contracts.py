"""Reads about contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from heyi.capabilities.loans.actions.arrears import standing_of
from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.domain import masks
from heyi.capabilities.loans.domain.arrears import due_now_minor
from heyi.capabilities.loans.domain.balance import COMPONENTS, Balance, Due
from heyi.capabilities.loans.domain.cells import plain_number
from heyi.capabilities.loans.domain.faults import UnknownContract
from heyi.capabilities.loans.domain.views import ContractView, InstalmentView, LinkView
from heyi.capabilities.loans.models import Contract, Instalment, PartyLink
from heyi.capabilities.loans.queries import opening
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing import clock
from heyi.plumbing.once import moments, once
from heyi.plumbing.sealing import unseal_text


@once
def contract(*, contract_id: UUID, actor: Actor, day: date | None = None) -> ContractView:
    """One contract with instalments and ties, if the actor may see it. Raises UnknownContract."""
    return _one(Q(id=contract_id), actor, day, contract_id=str(contract_id))


def contract_by_no(*, contract_no: str, actor: Actor, day: date | None = None) -> ContractView:
    """The same by the bank's number. Raises UnknownContract."""
    return _one(Q(contract_no=plain_number(contract_no)), actor, day)


def contracts_of(*, party_id: UUID, actor: Actor, day: date | None = None) -> tuple[ContractView, ...]:
    """The contracts of a borrower, the latest in arrears first; those that the actor may see."""
    rows = visible(actor).filter(party_id=party_id).order_by("-days_past_due", "contract_no")
    return tuple(_view(row, day or clock.today()) for row in rows)


def branches() -> Iterator[tuple[UUID, str]]:
    """Every contract of the book with its branch, as a stream."""
    yield from Contract.objects.values_list("id", "branch").iterator(chunk_size=20_000)


@once
def owed_by(*, contract_id: UUID) -> tuple[UUID | None, str]:
    """The borrower and the branch of a contract; (None, "") for one that the book does not hold."""
    found = Contract.objects.filter(id=contract_id).values_list("party_id", "branch").first()
    return found or (None, "")


@moments(seconds=60, changed_by="loans.")
def branch_book(*, branch: str, currency: str = "CNY") -> Money:
    """What is owed on all contracts of a branch in one currency: the base of its restructured share.

    Read from the index alone, and for a page once a minute or after an act of this room; whoever publishes terms is
    told the sum of now.
    """
    found = Contract.objects.filter(branch=branch, currency=currency).aggregate(owed=Sum("total_minor"))
    return Money(found["owed"] or 0, currency)


def visible(actor: Actor) -> QuerySet[Contract]:
    """The contracts that an actor may see: a borrower's own, else those of the branches."""
    if actor.kind != "borrower" and "*" in actor.branches:
        return Contract.objects.all()
    if actor.kind == "borrower":
        return Contract.objects.filter(party_id=actor.id) if actor.id else Contract.objects.none()
    return Contract.objects.filter(branch__in=actor.branches)


def balance_of(row: Contract) -> Balance:
    """The stored components as a balance."""
    return Balance(*(Money(getattr(row, f"{name}_minor"), row.currency) for name in COMPONENTS))


def _one(wanted: Q, actor: Actor, day: date | None, **facts: str) -> ContractView:
    row = visible(actor).filter(wanted).first()
    if row is None:
        raise UnknownContract(**facts)
    return _view(row, day or clock.today())


def _view(row: Contract, day: date) -> ContractView:
    items = _items(row)
    rule = words.allocation_rule(row.allocation, product=row.product)
    extras = row.penalty_minor + row.costs_minor
    dues = [Due(item.due_on, item.open_minor) for item in items]
    return ContractView(
        id=row.id,
        contract_no=row.contract_no,
        party_id=row.party_id,
        product=row.product,  # type: ignore[arg-type]  # constrained by the database
        branch=row.branch,
        balance=balance_of(row),
        due_now=Money(due_now_minor(standing_of(row), dues, extras_minor=extras, day=day), row.currency),
        credit=Money(row.credit_minor, row.currency),
        annual_rate=row.annual_rate,
        granted=_money(row.granted_minor, row.currency),
        instalment=_money(row.instalment_minor, row.currency),
        due_day=row.due_day,
        periods_left=row.periods_left,
        opened_on=row.opened_on,
        matures_on=row.matures_on,
        as_of=row.as_of,
        oldest_due_on=row.oldest_due_on,
        days_past_due=row.days_past_due,
        bucket=row.bucket,
        status=row.status,  # type: ignore[arg-type]  # constrained by the database
        allocation_rule=rule.code,
        allocation_order=rule.order_at(row.days_past_due),
        account_tail=_account_tail(row),
        source_ref=row.source_ref,
        updated_at=row.updated_at,
        instalments=tuple(_instalment(item, row.currency) for item in items),
        links=_links(row),
    )


@once
def _items(row: Contract) -> tuple[Instalment, ...]:
    return tuple(Instalment.objects.filter(contract=row).order_by("number"))


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _account_tail(row: Contract) -> str:
    key = opening.keys_of([row.party_id]).get(row.party_id) if row.account_no_sealed else None
    if key is None:
        return ""
    sealed = bytes(row.account_no_sealed)
    return masks.account(unseal_text(key, sealed, context="loans.contract.account_no_sealed"))


def _instalment(item: Instalment, currency: str) -> InstalmentView:
    return InstalmentView(
        id=item.id,
        number=item.number,
        due_on=item.due_on,
        principal=Money(item.principal_minor, currency),
        interest=Money(item.interest_minor, currency),
        fees=Money(item.fees_minor, currency),
        open=Money(item.open_minor, currency),
    )


@once
def _links(row: Contract) -> tuple[LinkView, ...]:
    ties = list(PartyLink.objects.filter(contract=row).select_related("party").order_by("kind", "created_at", "id"))
    keys = opening.keys_of(tie.party_id for tie in ties) if ties else {}
    return tuple(
        LinkView(
            party_id=tie.party_id,
            kind=tie.kind,  # type: ignore[arg-type]  # constrained by the database
            relation=tie.relation,
            name_masked=opening.name_of(tie.party, keys.get(tie.party_id)),
            mobile_masked=opening.mobile_of(tie.party, keys.get(tie.party_id)),
        )
        for tie in ties
    )
