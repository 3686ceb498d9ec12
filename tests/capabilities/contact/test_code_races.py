"""64 tries of a code at once: one of them wins, and never more than five are counted."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from heyi.capabilities.contact.actions.codes import check_standing_code, replace_code
from heyi.capabilities.contact.domain import CODE_TRIES, CodeCheck
from heyi.capabilities.contact.models import CodeRecord
from tests.capabilities.contact.conftest import AFTERNOON
from tests.capabilities.contact.test_races import MANY
from tests.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.req("C9", "E1")]

WHO = {"subject": "a subject", "purpose": "entry"}


@pytest.fixture
def code(transactional_db: None) -> str:
    if "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads share no database in memory; HEYI_TEST_SQLITE=FILE gives them one")
    return replace_code(**WHO, at=AFTERNOON)


def tried(codes: list[str]) -> Counter[str]:
    """The answers of as many tries at once as there are codes; an error counts under its name."""
    answers = at_once([partial(check_standing_code, **WHO, code=code, at=AFTERNOON) for code in codes])
    return Counter(one.reason if isinstance(one, CodeCheck) else repr(one) for one in answers)


def test_a_right_code_opens_once(code: str) -> None:
    assert tried([code] * MANY) == {"right": 1, "gone": MANY - 1}
    assert CodeRecord.objects.get().tries == 1


def test_five_wrong_tries_count_and_the_right_code_comes_too_late(code: str) -> None:
    wrong = [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(MANY)]
    assert tried(wrong) == {"wrong": CODE_TRIES - 1, "used_up": MANY - CODE_TRIES + 1}
    assert CodeRecord.objects.get().tries == CODE_TRIES
    assert tried([code]) == {"used_up": 1}


def test_one_right_among_many_wrong_wins_at_most_once(code: str) -> None:
    wrong = [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(MANY - 2)]
    answers = tried([code, *wrong, code])
    assert answers["right"] <= 1
    assert CodeRecord.objects.get().tries <= CODE_TRIES
    assert set(answers) <= {"right", "wrong", "gone", "used_up"}


def test_codes_that_were_asked_for_at_once_share_their_five_tries(transactional_db: None, code: str) -> None:
    at_once([partial(replace_code, **WHO, at=AFTERNOON)] * 8)
    answers = tried(["none"] * MANY)
    assert sum(CodeRecord.objects.values_list("tries", flat=True)) == CODE_TRIES
    assert answers == {"wrong": CODE_TRIES - 1, "used_up": MANY - CODE_TRIES + 1}


def test_tries_of_an_older_code_that_still_stands_count(code: str) -> None:
    """Two that were asked for in the same moment do not know of each other: guessing gets no more tries by asking."""
    for _ in range(CODE_TRIES - 2):
        assert check_standing_code(**WHO, code="none", at=AFTERNOON).reason == "wrong"
    newer = replace_code(**WHO, at=AFTERNOON)
    CodeRecord.objects.update(replaced_at=None)
    assert check_standing_code(**WHO, code="none", at=AFTERNOON).tries_left == 1
    assert check_standing_code(**WHO, code="none", at=AFTERNOON).reason == "used_up"
    assert check_standing_code(**WHO, code=newer, at=AFTERNOON).reason == "used_up"
