"""Fills an empty house with the demo bank: people, a loan book of 500 borrowers, cases in every stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.plans import api as plans
from heyi.config.demo.bank import DemoBank, bring_in, open_bank
from heyi.config.demo.book import Loan
from heyi.config.demo.book import loans as invented_loans
from heyi.config.demo.stories import Person, Story, office, run, spread, story
from heyi.kit.actors import Actor
from heyi.plumbing.clock import bank_day

SEED: Final = 20261121
BORROWERS: Final = 500
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
    begin = at - timedelta(days=140)
    today = bank_day(at)
    bank = open_bank(at=begin)
    say("people", 1, 1)
    book = list(invented_loans(seed=SEED, count=BORROWERS, today=today))
    report = bring_in(book, folder=data_dir / "demo", today=today, at=begin)
    say("loan book", report.created, len(book))
    random = Random(SEED)  # noqa: S311 - a reproducible demo, not secrets
    told = _stories(bank, book, random, at)
    run(told, until=at, done=lambda done, total: say("cases", done, total))
    plans.assess(at)
    journal.sequence(at)
    size = journal.checkpoint().size
    (data_dir / MARK).write_text(json.dumps({"seed": SEED, "made_at": at.isoformat()}))
    return Seeded(contracts=len(book), cases=len(told), entries=size)


def _stories(bank: DemoBank, book: list[Loan], random: Random, at: datetime) -> list[tuple[datetime, Story]]:
    overdue = [loan for loan in book if loan.overdue_days and loan.product in ("消费贷款", "经营贷款")]
    told = []
    for index, (ending, loan) in enumerate(zip(spread(random, ENDINGS), overdue, strict=False)):
        contract = loans.contract_by_no(contract_no=loan.contract_no)
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
