"""Fills an empty house with the demo bank: people, a loan book of 500 borrowers, cases in every stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans import api as plans
from heyi.config.demo.bank import LOGINS, PASSWORD, SECRET, DemoBank, bring_in, open_bank
from heyi.config.demo.book import Loan
from heyi.config.demo.book import loans as invented_loans
from heyi.config.demo.law import supervise
from heyi.config.demo.stories import Person, Story, office, run, spread, story
from heyi.config.demo_gateways import start_configured
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock, outbox
from heyi.plumbing.clock import bank_day

SEED: Final = 20261121
BORROWERS: Final = 500
OLD: Final = 90
"""How many stand in the first file; the others came with the second, a good week ago."""
LARGE: Final = 400_000
MARK: Final = "demo.json"
ENDINGS: Final = {
    "draft": 6,
    "submitted": 9,
    "more_requested": 5,
    "refused": 4,
    "negotiating": 8,
    "offer_open": 9,
    "countered": 6,
    "withdrawn": 3,
    "signing": 4,
    "active": 12,
    "broken": 4,
    "completed": 4,
}
DAYS_AGO: Final = {
    "draft": 3, "submitted": 1, "more_requested": 4, "refused": 6, "negotiating": 4, "offer_open": 6, "countered": 7,
    "withdrawn": 20, "signing": 8, "active": 75, "broken": 100, "completed": 40,
}  # fmt: skip

TO_TRY: Final = (
    "none", "draft", "more_requested", "refused", "negotiating", "offer_open", "countered", "signing",
    "active", "broken", "completed",
)  # fmt: skip

Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made."""

    contracts: int
    cases: int
    entries: int


def is_seeded(data_dir: Path) -> bool:
    """True when this data folder holds the demo bank already."""
    return (data_dir / MARK).exists()


def seed(*, data_dir: Path, at: datetime, say: Say) -> Seeded:
    """Make the demo bank as of ``at``. ``say(label, done, total)`` hears of the progress."""
    begin, lately = at - timedelta(days=140), at - timedelta(days=9)
    bank = open_bank(at=begin)
    say("people", 1, 1)
    old = _bring_in(range(1, OLD + 1), data_dir, begin)
    new = _bring_in(range(OLD + 1, BORROWERS + 1), data_dir, lately)
    loans.refresh_arrears(at)
    say("loan book", len(old) + len(new), BORROWERS)
    random = Random(SEED)  # noqa: S311 - a reproducible demo, not secrets
    told = _stories(bank, old, new, random, at)
    gateways = start_configured()
    try:
        run(told, until=at, done=lambda done, total: say("cases", done, total))
        plans.assess(at)
        supervise(bank, new, at=at)
        while outbox.deliver_due(at=at, limit=500):
            pass
        contact.deliver_due(at)
        compliance.refresh_limitation(at)
    finally:
        gateways.stop()
    journal.sequence(at)
    size = journal.verify().size
    borrowers = _to_try([*old, *new])
    mark = {
        "seed": SEED,
        "made_at": at.isoformat(),
        "borrowers": borrowers,
        "borrower": next(who for who in borrowers if who["stage"] == "offer_open"),
        "signer": next(who for who in borrowers if who["stage"] == "signing"),
        "manager": {"username": LOGINS[0].username, "password": PASSWORD, "totp": SECRET},
    }
    (data_dir / MARK).write_text(json.dumps(mark, ensure_ascii=False))
    return Seeded(contracts=len(old) + len(new), cases=len(told), entries=size)


def to_try(data_dir: Path) -> list[dict[str, str]]:
    """Borrowers that a visitor may play: stage, name, mobile, tail of the ID number."""
    kept: dict[str, list[dict[str, str]]] = json.loads((data_dir / MARK).read_text())
    return kept["borrowers"]


def _to_try(book: list[Loan]) -> list[dict[str, str]]:
    """One borrower for each stage that a visitor may want to see, and one who has not applied yet."""
    shown: dict[str, dict[str, str]] = {}
    everything = Actor(kind="system", id=None, roles=frozenset({"system"}), branches=frozenset({"*"}))
    for loan in reversed(book):
        contract = loans.contract_by_no(contract_no=loan.contract_no, actor=SYSTEM)
        case_id = negotiation.case_of_contract(contract_id=contract.id, actor=everything, at=clock.now())
        stage = "none"
        if case_id is not None:
            stage = negotiation.progress(case_id=case_id, actor=everything, at=clock.now()).status
        if loan.overdue_days and stage in TO_TRY and stage not in shown:
            who = loan.borrower
            shown[stage] = {
                "stage": stage, "name": who.name, "mobile": who.mobile, "id_tail": who.id_number[-4:],
            }  # fmt: skip
    return [shown[stage] for stage in TO_TRY if stage in shown]


def _bring_in(numbers: range, data_dir: Path, at: datetime) -> list[Loan]:
    book = list(invented_loans(seed=SEED, numbers=numbers, today=bank_day(at)))
    bring_in(book, folder=data_dir / "demo", today=bank_day(at), at=at)
    return book


def _stories(
    bank: DemoBank, old: list[Loan], new: list[Loan], random: Random, at: datetime
) -> list[tuple[datetime, Story]]:
    waiting = {True: _negotiable(old), False: _negotiable(new)}
    told = []
    for index, ending in enumerate(spread(random, ENDINGS)):
        loan = next(waiting[DAYS_AGO[ending] > 9])
        contract = loans.contract_by_no(contract_no=loan.contract_no, actor=SYSTEM)
        managers = bank.managers[loan.branch]
        person = Person(
            loan=loan,
            contract_id=contract.id,
            actor=Actor(kind="borrower", id=contract.party_id),
            manager=managers[index % len(managers)],
            reviewer=bank.reviewers[loan.branch],
            lead=bank.leads[loan.branch],
            index=index,
        )
        start = office(at - timedelta(days=DAYS_AGO[ending], hours=random.randrange(24)))
        told.append((start, story(person, ending, random)))
    return told


def _negotiable(book: list[Loan]) -> Iterator[Loan]:
    """Overdue loans that a reviewer decides about: the largest ones wait in the list."""
    fit = (loan for loan in book if loan.overdue_days and loan.product in ("消费贷款", "经营贷款"))
    return (loan for loan in fit if loan.principal < LARGE)
