"""The way out: every channel against a real server, the gate at the moment of sending, and what goes wrong outside."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from pypdf import PdfReader

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact import gate, ports
from heyi.capabilities.contact.adapters.carriers import CARRIERS
from heyi.capabilities.contact.models import LedgerEntry, Message
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, jobs
from tests.capabilities.contact.conftest import AFTERNOON, COMPLIANCE, MANAGER, NIGHT, SHANGHAI

pytestmark = pytest.mark.django_db

NEXT_MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)


def line(message_id, borrower):
    return next(line for line in contact.ledger(party_id=borrower) if line.id == message_id)


@pytest.mark.req("E7")
def test_an_sms_arrives_at_the_gateway_signed_and_with_the_banks_name(tell, borrower, outside):
    message_id = tell()
    assert contact.deliver_due(AFTERNOON).sent == 1
    [arrived] = outside.arrived()
    assert (arrived.channel, arrived.to) == ("sms", "13812345678")
    assert arrived.text.startswith("【示例银行】3月10日 有一期 1,580.00 元要还")
    assert line(message_id, borrower).status == "sent"
    assert contact.deliver_due(AFTERNOON + timedelta(days=1)).sent == 0


def test_a_gateway_that_does_not_know_our_signature_refuses(tell, borrower, outside, settings):
    settings.HEYI = replace(settings.HEYI, sms_key="another-key")
    message_id = tell()
    assert contact.deliver_due(AFTERNOON).failed == 1
    assert line(message_id, borrower).last_error == "http_401"
    assert outside.arrived() == []


@pytest.mark.req("E7")
def test_a_mail_arrives_at_the_relay_with_its_title(tell, outside):
    tell(channel="email", language="en")
    contact.deliver_due(AFTERNOON)
    [arrived] = outside.arrived()
    assert (arrived.channel, arrived.to, arrived.title) == ("email", "lin@example.com", "A payment is coming up")
    assert arrived.text.startswith("1,580.00 yuan fall due")


@pytest.mark.req("E3")
def test_a_portal_message_lies_in_the_inbox_of_its_owner_only(tell, book, borrower):
    stranger = book.add()
    message_id = tell("offer_ready", channel="portal")
    contact.deliver_due(AFTERNOON)
    [message] = contact.portal_messages(party_id=borrower, at=AFTERNOON)
    assert (message.id, message.title, message.read_at) == (message_id, "有一个新方案", None)
    assert contact.portal_messages(party_id=stranger, at=AFTERNOON) == []
    with pytest.raises(contact.MessageNotFound):
        contact.mark_read(party_id=stranger, message_id=message_id, at=AFTERNOON)
    assert contact.unread_portal_messages(party_id=borrower) == 1
    contact.mark_read(party_id=borrower, message_id=message_id, at=AFTERNOON)
    assert contact.unread_portal_messages(party_id=borrower) == 0


@pytest.mark.req("E7", "E2")
@pytest.mark.parametrize("template", ["completion_letter", "refusal_letter", "agreement_cover"])
@pytest.mark.parametrize(("language", "word"), [("zh", "示例银行"), ("en", "Telephone of the bank")])
def test_a_letter_lies_in_the_vault_as_a_pdf_and_waits_for_the_post(tell, borrower, template, language, word):
    message_id = tell(template, channel="letter", language=language)
    contact.deliver_due(AFTERNOON)
    [waiting] = contact.letters_to_post()
    assert waiting.message_id == message_id
    pdf = vault.get(object_id=waiting.object_id, actor=SYSTEM, at=AFTERNOON, purpose="test")
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert word in text
    assert "400-000-0000" in text
    fonts = {font["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert all("NotoSansCJK" in font for font in fonts), fonts
    contact.confirm_arrival(message_id=message_id, actor=MANAGER, at=AFTERNOON)
    assert contact.letters_to_post() == []
    assert line(message_id, borrower).status == "delivered"


@pytest.mark.req("B9")
def test_a_reminder_queued_at_night_is_sent_at_eight_by_the_worker(tell, borrower, outside):
    with time_machine.travel(NIGHT, tick=False):
        message_id = tell(at=NIGHT)
        jobs.run_once(at=clock.now())
        waiting = line(message_id, borrower)
        assert waiting.status == "queued"
        assert waiting.next_attempt_at == NEXT_MORNING
        assert {clause.rule_id for clause in waiting.clauses} == {"CN-STD-TIME", "CN-CBA-TIME", "HEYI-HOURS"}
    with time_machine.travel(NEXT_MORNING - timedelta(seconds=1), tick=False):
        jobs.run_once(at=clock.now())
        assert outside.arrived() == []
    with time_machine.travel(NEXT_MORNING, tick=False):
        jobs.run_once(at=clock.now())
    assert len(outside.arrived()) == 1
    assert line(message_id, borrower).clauses == ()


@pytest.mark.req("B9")
def test_a_code_passes_at_night_and_its_words_are_forgotten(tell, outside):
    message_id = tell("entry_code", at=NIGHT)
    contact.deliver_due(NIGHT)
    assert "482913" in outside.arrived()[0].text
    assert contact.read_message(message_id=message_id, actor=MANAGER, at=NIGHT, purpose="call").text == ""


@pytest.mark.req("B9", "E6")
def test_the_gate_is_asked_when_sending_a_hold_placed_meanwhile_closes_the_message(tell, borrower, outside):
    message_id = tell("arrears_first_word")
    hold = compliance.place_hold(
        kind="agreement_active", party_id=borrower, reason="signed", actor=SYSTEM, at=AFTERNOON
    )
    assert contact.deliver_due(AFTERNOON).refused == 1
    refused = line(message_id, borrower)
    assert refused.status == "refused"
    assert [clause.rule_id for clause in refused.clauses] == ["CN-CC-70c"]
    compliance.lift_hold(hold_id=hold.id, reason="breach recorded", actor=COMPLIANCE, at=AFTERNOON)
    contact.deliver_due(AFTERNOON + timedelta(hours=1))
    assert outside.arrived() == [], "a closed message stays closed"
    results = {(entry.act, entry.result) for entry in journal.entries(party_id=borrower, limit=9)}
    assert ("contact.deliver", "refused") in results


@pytest.mark.req("E7", "B9")
def test_while_an_agreement_is_kept_reminders_go_on(tell, borrower, outside):
    compliance.place_hold(kind="agreement_active", party_id=borrower, reason="signed", actor=SYSTEM, at=AFTERNOON)
    tell()
    assert contact.deliver_due(AFTERNOON).sent == 1


@pytest.mark.req("B11")
def test_a_contact_person_is_told_nothing(tell, book, outside):
    sister = book.add(relation="contact_person")
    for template in ("arrears_first_word", "due_reminder", "offer_ready", "payment_received"):
        tell(template, party_id=sister)
    assert contact.deliver_due(AFTERNOON).refused == 4
    assert outside.arrived() == []


@pytest.mark.req("B9")
def test_whoever_is_nothing_to_the_debt_keeps_the_gate_closed(tell, book, outside):
    nobody = book.add(relation=None)
    message_id = tell(party_id=nobody)
    contact.deliver_due(AFTERNOON)
    waiting = line(message_id, nobody)
    assert [clause.rule_id for clause in waiting.clauses] == ["HEYI-CLOSED"]
    assert outside.arrived() == []


@pytest.mark.req("B10", "B9")
def test_the_fourth_collection_message_of_a_day_waits_for_the_next_morning(tell, borrower, outside):
    ids = [tell("arrears_first_word") for _ in range(4)]
    contact.deliver_due(AFTERNOON)
    assert len(outside.arrived()) == 3
    waiting = line(ids[3], borrower)
    assert [clause.rule_id for clause in waiting.clauses] == ["HEYI-FREQ-COLLECTION"]
    assert waiting.next_attempt_at == NEXT_MORNING
    contact.deliver_due(NEXT_MORNING)
    assert len(outside.arrived()) == 4


@pytest.mark.req("B9")
@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_component_that_is_away_holds_messages_back_and_they_go_on_by_themselves(tell, borrower, outside, channel):
    outside.stop()
    ids = [tell(channel=channel, dedupe_key=f"k{n}") for n in range(2)]
    at = AFTERNOON
    assert contact.deliver_due(at).waiting == 1, "after the first failure the channel is left alone in this tick"
    for _ in range(4):
        at += timedelta(minutes=2)
        contact.deliver_due(at)
    assert {line(each, borrower).status for each in ids} == {"queued"}
    assert contact.waiting(at=at + timedelta(minutes=2)) == 2
    outside.start()
    contact.deliver_due(at + timedelta(minutes=2))
    assert {line(each, borrower).status for each in ids} == {"sent"}
    assert len(outside.arrived()) == 2


@pytest.mark.req("B10")
def test_what_surely_did_not_leave_does_not_count(tell, borrower, outside):
    outside.stop()
    tell("arrears_first_word")
    contact.deliver_due(AFTERNOON)
    assert list(LedgerEntry.objects.values_list("outcome", flat=True)) == ["not_sent"]
    outside.start()
    for _ in range(3):
        tell("arrears_first_word")
    contact.deliver_due(AFTERNOON + timedelta(minutes=5))
    assert len(outside.arrived()) == 3


class Dies(BaseException):
    """The worker is killed: nothing may catch this."""


class LastBreath:
    """A carrier whose process dies right after the provider has taken the parcel."""

    def carry(self, parcel, *, leave):
        CARRIERS[parcel.channel]().carry(parcel, leave=leave)
        raise Dies


@pytest.mark.req("B9")
@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.django_db(transaction=True)
def test_after_a_crash_the_same_key_goes_out_again_and_has_one_effect(tell, borrower, outside, channel):
    message_id = tell(channel=channel)
    ports.plug(carriers={channel: LastBreath})
    try:
        with pytest.raises(Dies):
            contact.deliver_due(AFTERNOON)
    finally:
        ports.plug(carriers=CARRIERS)
    assert line(message_id, borrower).status == "sending"
    assert contact.deliver_due(AFTERNOON + timedelta(seconds=30)).sent == 0, "the dead worker's lease still stands"
    assert contact.deliver_due(AFTERNOON + timedelta(minutes=2)).sent == 1
    settled = line(message_id, borrower)
    assert (settled.status, settled.attempts) == ("sent", 2)
    assert len(outside.arrived()) == 1, "the provider saw the key before"
    assert LedgerEntry.objects.count() == 1


@pytest.mark.req("B9")
@pytest.mark.django_db(transaction=True)
def test_after_a_crash_the_gate_is_asked_again(tell, borrower, outside):
    evening = datetime(2026, 3, 2, 20, 59, 30, tzinfo=SHANGHAI)
    message_id = tell(at=evening)
    ports.plug(carriers={"sms": LastBreath})
    try:
        with pytest.raises(Dies):
            contact.deliver_due(evening)
    finally:
        ports.plug(carriers=CARRIERS)
    contact.deliver_due(evening + timedelta(minutes=2))
    assert line(message_id, borrower).next_attempt_at == NEXT_MORNING
    assert list(LedgerEntry.objects.values_list("outcome", flat=True)) == ["unsure"]


def test_a_message_that_could_not_leave_in_time_is_closed_and_a_stale_code_never_leaves(tell, borrower, outside):
    outside.stop()
    code = tell("entry_code", valid_for=timedelta(minutes=10))
    contact.deliver_due(AFTERNOON)
    outside.start()
    assert contact.deliver_due(AFTERNOON + timedelta(minutes=11)).failed == 1
    assert line(code, borrower).status == "failed"
    assert outside.arrived() == []


def test_somebody_who_waits_for_a_code_does_not_wait_behind_reminders(tell, outside):
    for _ in range(3):
        tell()
    tell("entry_code")
    contact.deliver_due(AFTERNOON, limit=1)
    assert "验证码" in outside.arrived()[0].text


def test_a_person_whose_key_was_destroyed_gets_nothing_and_holds_up_nobody(tell, book, borrower, outside):
    erased = book.add()
    message_id = tell(party_id=erased)
    tell()
    vault.shred(subject_id=erased, actor=COMPLIANCE, at=AFTERNOON, reason="request_by_person")
    contact.deliver_due(AFTERNOON)
    assert [arrived.to for arrived in outside.arrived()] == ["13812345678"]
    assert Message.objects.get(id=message_id).status == "queued"


@pytest.mark.req("B9")
def test_a_clock_that_fell_behind_the_ledger_closes_the_gate(tell, borrower, outside):
    tell()
    contact.deliver_due(AFTERNOON)
    late = tell(at=AFTERNOON - timedelta(hours=5))
    contact.deliver_due(AFTERNOON - timedelta(hours=5))
    assert [clause.why for clause in line(late, borrower).clauses] == [(("doubt", "clock_behind_ledger"),)]


@pytest.mark.req("B9")
def test_without_a_pack_nothing_leaves_and_with_it_everything_goes_on(tell, borrower, outside, monkeypatch):
    from heyi.capabilities.compliance.domain import PackMissing

    message_id = tell()
    with monkeypatch.context() as patch:

        def missing(**_: object) -> None:
            raise PackMissing(pack="cn")

        patch.setattr(gate.compliance, "packs", missing)
        contact.deliver_due(AFTERNOON)
    assert [clause.rule_id for clause in line(message_id, borrower).clauses] == ["HEYI-CLOSED"]
    assert outside.arrived() == []
    contact.deliver_due(AFTERNOON + timedelta(minutes=16))
    assert len(outside.arrived()) == 1
