"""Several files in a message, a call at a time that suits, lines that look wrong, earlier agreements, the TSA away."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, Message
from heyi.capabilities.signing import api as signing
from heyi.kit.problems import Invalid
from heyi.plumbing import clock, jobs
from tests.capabilities.negotiation import steps
from tests.cast import Cast
from tests.web.portal.story import Visitor
from tests.web.portal.test_pages import ready_to_sign, signed

pytestmark = pytest.mark.django_db


def picture(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, steps.photo(), "image/jpeg")


@pytest.mark.req("E3")
def test_a_message_takes_several_files(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    page = lin.post("room", case_id, body="三张都在这里", file=[picture(f"第{n}张.jpg") for n in range(3)])
    assert all(f"第{n}张.jpg" in page for n in range(3))
    sent = negotiation.messages(case_id=case_id, actor=people.zhou, at=clock.now())[-1]
    assert len(sent.files) == 3


@pytest.mark.req("E3")
def test_one_bad_file_or_too_many_send_nothing_and_keep_the_words(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    bad = SimpleUploadedFile("x.pdf", b"%PDF-1.7 broken", "application/pdf")
    page = lin.post("room", case_id, body="请看", file=[picture("好.jpg"), bad])
    assert "打不开" in page
    assert "请看" in page
    assert "一次最多 5 个文件" in lin.post("room", case_id, body="请看", file=[picture(f"{n}.jpg") for n in range(6)])
    assert not Message.objects.filter(case_id=case_id, side="borrower").exists()


@pytest.mark.req("E3")
def test_a_call_is_wished_for_seen_by_both_and_fulfilled_by_a_call(
    people: Cast, lin: Visitor, now: time_machine.Traveller
) -> None:
    case_id = steps.negotiating(people, clock.now())
    tomorrow = clock.today() + timedelta(days=1)
    assert "请选一个时间" in lin.post("call_me", case_id, day=tomorrow.isoformat())
    page = lin.post("call_me", case_id, day=tomorrow.isoformat(), part="afternoon")
    assert "下午 2–6 点打给您" in page
    assert "想请您打电话给我" in page
    lin.post("call_me", case_id, day=tomorrow.isoformat(), part="morning")
    wish = negotiation.case(case_id=case_id, actor=people.zhou, at=clock.now()).call_wish
    assert wish is not None
    assert (wish.on, wish.window, wish.missed) == (tomorrow, "morning", False)
    assert negotiation.calls_wanted(actor=people.zhou, at=clock.now()) == (), "it is for tomorrow"
    now.shift(timedelta(days=1, hours=5))
    (due,) = negotiation.calls_wanted(actor=people.zhou, at=clock.now())
    assert due.missed
    assert negotiation.calls_wanted(actor=people.stranger, at=clock.now()) == ()
    assert "时间过了还没有接到" in Visitor(people.lin).get("room", case_id)
    told = {"case_id": case_id, "actor": people.zhou, "at": clock.now()}
    for outcome in ("unanswered", "connected"):
        assert negotiation.calls_wanted(actor=people.zhou, at=clock.now())
        asked = negotiation.dial(**told, purpose="service")  # type: ignore[arg-type]
        assert asked.leave is not None
        negotiation.report_call(**told, leave_id=asked.leave.id, outcome=outcome)  # type: ignore[arg-type]
    assert negotiation.calls_wanted(actor=people.zhou, at=clock.now()) == ()


@pytest.mark.req("E3")
def test_a_wish_for_a_call_is_taken_back(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    lin.post("call_me", case_id, day=(clock.today() + timedelta(days=2)).isoformat(), part="evening")
    page = lin.post("no_call", case_id)
    assert "好的，不打了" in page
    assert "想打电话说" in page
    with pytest.raises(Invalid):
        negotiation.ask_call(
            case_id=case_id,
            on=clock.today() + timedelta(days=30),
            window="evening",
            words="x",
            actor=people.lin.actor,
            at=clock.now(),
        )


@pytest.mark.req("E7", "B25")
def test_a_line_that_looks_wrong_begins_the_words(people: Cast, lin: Visitor) -> None:
    case_id, offer_id = steps.offered(people, clock.now())
    lin.get("home")
    line = f"{reverse('portal:problem', args=[case_id])}?about=balance.penalty"
    assert line in lin.page.links
    assert "欠款里的「罚息」507.95 元，我觉得不对" in lin.get("problem", case_id, about="balance.penalty")
    chosen = re.search(r'<input[^>]*value="wrong_amount"[^>]*>', lin.answer.content.decode())
    assert chosen is not None
    assert "checked" in chosen[0]
    lin.get("version", case_id, offer_id)
    about = f"offer.{offer_id}.annual_rate"
    assert f"{reverse('portal:problem', args=[case_id])}?about={about}" in lin.page.links
    assert "第 1 版方案里的「年利率」4.8%，我觉得不对" in lin.get("problem", case_id, about=about)
    for nonsense in ("balance.__class__", "offer.x.total", f"offer.{offer_id}.reason", "<script>"):
        assert "我觉得不对" not in lin.get("problem", case_id, about=nonsense)


def test_without_a_case_the_hotline_stands_beside_the_balance(people: Cast, chen: Visitor) -> None:
    page = chen.get("home")
    assert "觉得哪一项不对" in page
    assert not [link for link in chen.page.links if "about=" in link]


@pytest.mark.req("E6", "B25")
def test_every_signed_agreement_can_be_had_also_an_earlier_one(people: Cast, lin: Visitor) -> None:
    case_id = signed(people, lin)
    first = Case.objects.get(id=case_id).ceremony_id
    number = signing.ceremony(ceremony_id=first).number
    negotiation.request_change(
        case_id=case_id, reason="income_down", words="又降了", actor=people.lin.actor, at=clock.now()
    )
    offer_id = steps.publish(case_id, people, clock.now(), periods=30)
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=clock.now())
    jobs.drain(at=clock.now())
    second = Case.objects.get(id=case_id).ceremony_id
    assert second != first
    page = lin.get("record", case_id, part="papers")
    assert number in page
    address = reverse("portal:agreement", args=[case_id, first, "zh"])
    assert address in lin.page.links
    assert lin.client.get(address).content.startswith(b"%PDF")
    unsigned = reverse("portal:agreement", args=[case_id, second, "zh"])
    assert lin.client.get(unsigned).status_code == 404, "a draft is no agreement"


@pytest.mark.req("E6")
def test_the_page_waits_in_words_while_the_time_stamp_authority_is_away(
    people: Cast, lin: Visitor, monkeypatch: pytest.MonkeyPatch, now: time_machine.Traveller
) -> None:
    case_id, at = ready_to_sign(people, lin), clock.now()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    there = settings.HEYI
    monkeypatch.setattr(settings, "HEYI", replace(there, tsa_url=nobody))
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    signing.sign_as_borrower(ceremony_id=ceremony_id, code_verified_at=at, actor=people.lin.actor, at=at)
    signing.seal_due(at)
    page = lin.get("sign", case_id)
    assert "您已经签好了" in page
    assert "下一次自动再试" in page
    assert "关掉页面也没关系" in page
    state = reverse("portal:sign_state", args=[case_id])
    assert "HX-Redirect" not in lin.client.get(state), "the page stays while there is nothing new"
    monkeypatch.setattr(settings, "HEYI", there)
    now.shift(timedelta(minutes=2))
    signing.seal_due(clock.now())
    jobs.drain(at=clock.now())
    assert "HX-Redirect" in Visitor(people.lin).client.get(state)
    assert "签好了，两边各留一份" in Visitor(people.lin).get("sign", case_id)
