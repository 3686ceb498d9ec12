"""Stopping words before they leave, asking once more, releasing a false alarm, hearing a call afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.models import WordingReview
from heyi.capabilities.journal.models import Entry
from heyi.kit.actors import SYSTEM
from tests.cast import AT, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C1", "C8")]
BLOCKED = "再不还钱就让你单位领导都知道"
FINE = "您慢慢看，不着急。"


def stopped(people: Cast, text: str = BLOCKED) -> UUID:
    with pytest.raises((compliance.WordingRefused, compliance.WordingToConfirm)) as caught:
        compliance.require_wording(text=text, party_id=people.lin.party_id, subject="case:1", actor=people.zhou, at=AT)
    return UUID(caught.value.facts["review"])


def passes(people: Cast, text: str = BLOCKED) -> bool:
    try:
        compliance.require_wording(text=text, party_id=people.lin.party_id, subject="", actor=people.zhou, at=AT)
    except (compliance.WordingRefused, compliance.WordingToConfirm):
        return False
    return True


def test_fine_words_pass_and_leave_no_trace(people: Cast) -> None:
    assert passes(people, FINE)
    assert not WordingReview.objects.exists()


def test_a_stop_tells_place_clause_and_better_words_and_is_kept_sealed(people: Cast) -> None:
    with pytest.raises(compliance.WordingRefused) as caught:
        compliance.require_wording(
            text=BLOCKED, party_id=people.lin.party_id, subject="case:1", actor=people.zhou, at=AT
        )
    finding = caught.value.facts["findings"][0]
    assert BLOCKED[finding["start"] : finding["end"]]
    assert finding["clauses"]
    assert finding["better_zh"]
    row = WordingReview.objects.get()
    assert "单位".encode() not in bytes(row.text_sealed)
    assert Entry.objects.filter(act="compliance.stop_wording").count() == 1


def test_another_person_releases_this_very_wording_with_a_reason(people: Cast) -> None:
    review_id = stopped(people)
    with pytest.raises(compliance.ReasonMissing):
        compliance.release_wording(review_id=review_id, reason=" ", actor=people.compliance, at=AT)
    with pytest.raises(compliance.WordingNotYours):
        compliance.release_wording(review_id=review_id, reason="误报", actor=people.zhou, at=AT)
    compliance.release_wording(review_id=review_id, reason="这是培训用的例句", actor=people.compliance, at=AT)
    assert passes(people)
    assert not passes(people, BLOCKED + "，等着吧")
    (released,) = compliance.released_sentences(actor=people.compliance, at=AT)
    assert released.text == BLOCKED
    assert released.reason == "这是培训用的例句"
    assert Entry.objects.filter(act="compliance.release_wording").count() == 1


def test_nobody_releases_their_own_words(people: Cast) -> None:
    with pytest.raises(compliance.WordingRefused) as caught:
        compliance.require_wording(
            text=BLOCKED, party_id=people.lin.party_id, subject="", actor=people.compliance, at=AT
        )
    with pytest.raises(compliance.OwnWording):
        compliance.release_wording(
            review_id=UUID(caught.value.facts["review"]), reason="误报", actor=people.compliance, at=AT
        )


def test_a_block_cannot_be_confirmed_away(people: Cast) -> None:
    review_id = stopped(people)
    with pytest.raises(compliance.WordingRefused):
        compliance.confirm_wording(review_id=review_id, actor=people.zhou, at=AT)
    assert not passes(people)


def test_a_warning_passes_once_its_writer_confirmed_it(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from heyi.capabilities.compliance.actions import conduct

    monkeypatch.setattr(conduct, "worst", lambda findings: "warn" if findings else "")
    review_id = stopped(people)
    with pytest.raises(compliance.WordingNotYours):
        compliance.confirm_wording(review_id=review_id, actor=people.compliance, at=AT)
    compliance.confirm_wording(review_id=review_id, actor=people.zhou, at=AT)
    assert passes(people)


def test_a_transcript_is_kept_for_supervision_and_the_borrowers_words_are_not_judged(people: Cast) -> None:
    asked = {"party_id": people.lin.party_id, "subject": "recording:1", "actor": SYSTEM, "at": AT}
    assert compliance.review_wording(text=BLOCKED, direction="in", **asked) == ()
    assert compliance.review_wording(text=BLOCKED, direction="out", **asked)
    (line,) = compliance.wording_lines(actor=people.compliance, at=AT + timedelta(minutes=1))
    assert (line.origin, line.decision) == ("transcript", "")
    assert compliance.read_wording(review_id=line.id, actor=people.compliance, at=AT) == BLOCKED
    assert Entry.objects.filter(act="compliance.read_wording").count() == 1
