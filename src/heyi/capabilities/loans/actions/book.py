"""Writing contracts into the book, a few thousand at a time: what is new, what changed, what stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.actions import instalments, people
from heyi.capabilities.loans.domain.arrears import Standing, oldest_due_on, reported_since
from heyi.capabilities.loans.domain.balance import bucket_of, days_past_due
from heyi.capabilities.loans.domain.faults import Fault
from heyi.capabilities.loans.domain.rows import ContractRow, PartyRow, fingerprint
from heyi.capabilities.loans.models import Contract, PartyLink
from heyi.capabilities.vault import api as vault
from heyi.plumbing import bulk
from heyi.plumbing.clock import bank_day
from heyi.plumbing.ids import new_id
from heyi.plumbing.sealing import seal

State = Literal["created", "updated", "unchanged", "refused"]
TURN: Final = "loans.book"

_STATED: Final = (
    "product", "branch", "currency", "opened_on", "matures_on", "annual_rate", "granted_minor", "instalment_minor",
    "due_day", "periods_left", "principal_minor", "interest_minor", "penalty_minor", "fees_minor", "costs_minor",
    "due_minor", "due_paid_minor", "reported_due_on", "oldest_due_on", "days_past_due", "bucket", "as_of", "status",
    "allocation", "source_ref", "row_digest", "updated_at",
)  # fmt: skip
_MAY_BE_SILENT: Final = (
    "opened_on", "matures_on", "annual_rate", "granted_minor", "instalment_minor", "due_day", "periods_left", "as_of",
    "allocation", "source_ref",
)  # fmt: skip
"""What a report may leave out without unsaying it. Arrears are not among them: nothing told is nothing late."""
_NEW: Final = ("id", "created_at", "contract_no", "party_id", "account_no_sealed", "credit_minor", *_STATED)


@dataclass(slots=True)
class Outcome:
    """What becomes of one row."""

    state: State
    fault: Fault | None = None
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the book holds on a contract number."""

    id: UUID
    digest: bytes
    party_id: UUID
    as_of: date | None


@dataclass(slots=True)
class _Plan:
    """A row that says something new, with the identities of its people."""

    row: ContractRow
    digest: bytes
    stored: _Stored | None
    borrower: str
    links: tuple[str, ...]
    outcome: Outcome


@dataclass(slots=True)
class Chunk:
    """Rows compared with the book. ``write`` does what ``outcomes`` say; without it nothing has happened."""

    outcomes: list[Outcome]
    plans: list[_Plan]
    already: Mapping[str, people.Known] = field(default_factory=dict)


def compare(rows: Sequence[ContractRow]) -> Chunk:
    """Say for each row what writing it would do. Reads only; in a transaction it locks the contracts it found."""
    stored = _stored([row.contract_no for row in rows])
    digest_key, index_key = seals.digest_key(), seals.index_key()
    outcomes: list[Outcome] = []
    plans: list[_Plan] = []
    for row in rows:
        found = stored.get(row.contract_no)
        digest = fingerprint(row, key=digest_key)
        outcome = Outcome(_state(row, found, digest))
        outcomes.append(outcome)
        if outcome.state == "unchanged":
            continue
        if found and found.as_of and row.as_of and row.as_of < found.as_of:
            _refuse(outcome, Fault("older_than_book", "as_of", (("known", found.as_of.isoformat()),)))
            continue
        borrower = seals.identity_index(index_key, row.borrower)
        links = tuple(seals.identity_index(index_key, link.party, of=borrower, tie=link.kind) for link in row.links)
        plans.append(_Plan(row, digest, found, borrower, links, outcome))
    already = people.known({identity for plan in plans for identity in (plan.borrower, *plan.links)})
    for plan in plans:
        if plan.stored and (plan.borrower not in already or already[plan.borrower].id != plan.stored.party_id):
            _refuse(plan.outcome, Fault("borrower_changed", "id_number"))
    return Chunk(outcomes, [plan for plan in plans if plan.outcome.state != "refused"], already)


def write(chunk: Chunk, *, at: datetime) -> None:
    """Write what ``compare`` planned, in the caller's transaction. Rows of erased persons still turn to «refused»."""
    told: dict[str, PartyRow] = {}
    for plan in chunk.plans:
        told[plan.borrower] = people.merged(told.get(plan.borrower), plan.row.borrower)
        for identity, link in zip(plan.links, plan.row.links, strict=True):
            told[identity] = people.merged(told.get(identity), link.party)
    ids = people.write(told, chunk.already, at=at)
    for plan in chunk.plans:
        if plan.borrower not in ids:
            _refuse(plan.outcome, Fault("party_erased", "id_number"))
    plans = [plan for plan in chunk.plans if plan.outcome.state != "refused"]
    contract_ids = _write_contracts(plans, ids, at)
    _write_links(plans, contract_ids, ids, at)
    with_instalments = {
        contract_ids[plan.row.contract_no]: plan.row.instalments for plan in plans if plan.row.instalments is not None
    }
    if with_instalments:
        instalments.replace_all(with_instalments, at=at)


def _state(row: ContractRow, found: _Stored | None, digest: bytes) -> State:
    if found is None:
        return "created"
    return "unchanged" if found.digest == digest else "updated"


def _refuse(outcome: Outcome, fault: Fault) -> None:
    outcome.state, outcome.fault = "refused", fault


def _stored(contract_nos: list[str]) -> dict[str, _Stored]:
    rows = Contract.objects.filter(contract_no__in=contract_nos).values_list(
        "contract_no", "id", "row_digest", "party_id", "as_of"
    )
    return {number: _Stored(pk, bytes(digest), party_id, as_of) for number, pk, digest, party_id, as_of in rows}


def _write_contracts(plans: list[_Plan], ids: Mapping[str, UUID], at: datetime) -> dict[str, UUID]:
    """Insert and update; returns contract number → id."""
    today = bank_day(at)
    with_account = [ids[plan.borrower] for plan in plans if plan.row.account_no]
    keys = vault.subject_keys(subject_ids=with_account, at=at) if with_account else {}
    contract_ids: dict[str, UUID] = {}
    fresh: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    accounts: list[tuple[Any, ...]] = []
    for plan in plans:
        row, party_id = plan.row, ids[plan.borrower]
        account = _sealed_account(keys[party_id], row.account_no) if row.account_no else b""
        stated = _stated(row, plan.digest, today, at)
        if plan.stored is None:
            contract_id = new_id()
            fresh.append((contract_id, at, row.contract_no, party_id, account, 0, *stated))
        else:
            contract_id = plan.stored.id
            changed.append((contract_id, *[None if value == "" else value for value in stated]))
            if account:
                accounts.append((contract_id, account))
        contract_ids[row.contract_no] = contract_id
    bulk.insert(Contract, _NEW, fresh)
    if changed:
        bulk.update(Contract, _STATED, changed, keeping=_MAY_BE_SILENT)
    if accounts:
        bulk.update(Contract, ("account_no_sealed",), accounts)
    return contract_ids


def _sealed_account(key: bytes, account_no: str) -> bytes:
    return seal(key, account_no, context="loans.contract.account_no_sealed")


def _stated(row: ContractRow, digest: bytes, today: date, at: datetime) -> tuple[Any, ...]:
    """The columns that a report of the bank sets, in the order of ``_STATED``."""
    balance = row.balance
    since = reported_since(row.oldest_due_on, row.days_past_due, seen_on=row.as_of or today)
    due = row.due_now.amount_minor if row.due_now is not None else None
    if since and not due:
        due = None
    standing = Standing(balance.total.amount_minor, due, 0, since, settled=row.status == "settled")
    oldest = oldest_due_on(standing, day=today)
    late = days_past_due(oldest, day=today)
    return (
        row.product, row.branch, balance.currency, row.opened_on, row.matures_on, row.annual_rate,
        row.granted.amount_minor if row.granted is not None else None,
        row.instalment.amount_minor if row.instalment is not None else None,
        row.due_day, row.periods_left,
        balance.principal.amount_minor, balance.interest.amount_minor, balance.penalty.amount_minor,
        balance.fees.amount_minor, balance.costs.amount_minor,
        due, 0, since, oldest, late, bucket_of(late), row.as_of, row.status,
        row.allocation, row.source_ref, digest, at,
    )  # fmt: skip


def _write_links(plans: list[_Plan], contract_ids: Mapping[str, UUID], ids: Mapping[str, UUID], at: datetime) -> None:
    """Add ties that are not there yet. A file that does not name a guarantor has not released them."""
    wanted: dict[tuple[UUID, UUID, str], str] = {}
    for plan in plans:
        for identity, link in zip(plan.links, plan.row.links, strict=True):
            if identity in ids:
                wanted[(contract_ids[plan.row.contract_no], ids[identity], link.kind)] = link.relation
            else:
                plan.outcome.warnings += (Fault("link_erased", link.kind),)
    if not wanted:
        return
    known = {contract_id for contract_id, _, _ in wanted}
    there = set(PartyLink.objects.filter(contract_id__in=known).values_list("contract_id", "party_id", "kind"))
    bulk.insert(
        PartyLink,
        ("id", "created_at", "contract_id", "party_id", "kind", "relation"),
        [(new_id(), at, *tie, relation) for tie, relation in wanted.items() if tie not in there],
    )
