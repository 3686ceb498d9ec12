"""The demo's tour: the whole journey by the API with a proof for each step, and a forger who is found out."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans.domain.identity import id_check_character, uscc_check_character
from heyi.config.demo import tampering, walk
from heyi.config.demo.bank import bring_in, open_bank
from heyi.config.demo.book import loans
from heyi.config.demo.people import enterprise, person
from heyi.plumbing import clock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.req("B24", "T5", "E6", "E7", "B2")
def test_the_walk_proves_every_step_and_the_forger_is_named(tmp_path: Path) -> None:
    yesterday = clock.now() - timedelta(days=1)
    open_bank(at=yesterday)
    today = clock.bank_day(yesterday)
    book = list(loans(seed=1, numbers=range(1, 90), today=today))
    assert bring_in(book, folder=tmp_path, today=today, at=yesterday).created == len(book)
    told: list[str] = []
    assert walk.run(say=told.append) == 0
    assert len(told) == 10
    assert not [line for line in told if "✗" in line]
    assert sum("✓" in line for line in told) == 8
    assert "intact True" in told[7]
    shown = [found[1] for line in told if (found := re.search(r"dim\](\S+) #\d+ ✓", line))]
    assert shown[-3:] == ["signing.sign_borrower", "negotiation.seal", "negotiation.promise_kept"], "of the act itself"
    said = tampering.tamper()
    faults = journal.verify().faults
    assert {str(fault.entry_id) for fault in faults} == {said.split()[1]}


def test_the_demos_people_have_sound_numbers_that_are_nobodys() -> None:
    for number in range(1, 60):
        somebody, company = person(Random(number), number), enterprise(Random(number), number)
        assert somebody.id_number[:6] == "990101"
        assert somebody.id_number[-1] == id_check_character(somebody.id_number[:-1])
        assert company.id_number[-1] == uscc_check_character(company.id_number[:-1])
