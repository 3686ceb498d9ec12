"""Each page, and each way in which it can say no."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, SensitiveAnswer
from heyi.capabilities.plans import api as plans
from heyi.capabilities.signing import api as signing
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, jobs
from tests.capabilities.negotiation import steps
from tests.cast import Cast
from tests.web.portal.story import Visitor, code_sent

pytestmark = pytest.mark.django_db


def drafted(lin: Visitor) -> UUID:
    lin.post("start", lin.borrower.contract_id)
    return Case.objects.get(contract_id=lin.borrower.contract_id).id


@pytest.mark.req("E1")
def test_what_was_typed_stays_when_it_cannot_be_used(people: Cast, lin: Visitor) -> None:
    case_id = drafted(lin)
    page = lin.post("question", case_id, "name", name="林知晴", id_number="123", acting_as="self")
    assert "证件号码应该是 18 位" in page
    assert 'value="123"' in lin.answer.content.decode()
    assert "林知晴" in lin.answer.content.decode()


@pytest.mark.req("E1")
def test_the_private_page_is_asked_only_for_a_reason_that_touches_health_or_family(people: Cast, lin: Visitor) -> None:
    case_id = drafted(lin)
    lin.post("question", case_id, "happened", reasons=["income_down"])
    assert lin.at == reverse("portal:question", args=[case_id, "income"])
    assert reverse("portal:question", args=[case_id, "happened"]) in lin.page.links
    lin.post("question", case_id, "happened", reasons=["family_illness"])
    assert lin.at == reverse("portal:question", args=[case_id, "private"])
    page = lin.post("question", case_id, "private", sensitive_words="孩子住院")
    assert "写之前请先在上面打勾同意" in page
    lin.post("question", case_id, "private", sensitive_words="孩子住院", sensitive_consent="on")
    assert lin.at == reverse("portal:question", args=[case_id, "income"])
    assert "孩子住院" in lin.get("question", case_id, "private")


@pytest.mark.req("B25", "E9")
def test_the_consent_is_taken_back_and_the_words_are_gone(people: Cast, lin: Visitor) -> None:
    case_id = drafted(lin)
    lin.post("question", case_id, "happened", reasons=["family_illness"])
    lin.post("question", case_id, "private", sensitive_words="孩子住院", sensitive_consent="on")
    assert "收回同意" in lin.get("record", case_id, part="papers")
    assert "同意已经收回" in lin.post("revoke", case_id)
    assert "收回同意，删掉" not in lin.get("record", case_id, part="papers")
    assert bytes(SensitiveAnswer.objects.get(case_id=case_id).words_sealed) == b""


@pytest.mark.req("E1")
def test_handing_in_too_early_says_what_is_missing(people: Cast, lin: Visitor) -> None:
    case_id = drafted(lin)
    page = lin.post("check", case_id, agreed="on")
    assert "还有几题没有填完" in page
    assert "这题还没有填" in page
    assert "请先看一下这句话" in lin.post("check", case_id)


@pytest.mark.req("E1")
@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "空的"), (b"<html>x</html>", "只能收照片"), (b"%PDF-1.4 broken", "打不开")],
)
def test_a_file_that_cannot_be_taken_says_why(people: Cast, lin: Visitor, data: bytes, told: str) -> None:
    case_id = drafted(lin)
    page = lin.post("proofs", case_id, kind="income", file=SimpleUploadedFile("a.pdf", data))
    assert told in page


@pytest.mark.req("E1")
def test_a_paper_is_taken_back_and_read_by_its_owner(people: Cast, lin: Visitor) -> None:
    case_id = drafted(lin)
    lin.post("proofs", case_id, kind="income", file=SimpleUploadedFile("工资.jpg", steps.photo()))
    proof = negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=clock.now()).proofs[0]
    read = lin.client.get(reverse("portal:file", args=[case_id, proof.object_id]))
    assert read.content == steps.photo()
    assert read["Content-Disposition"].startswith("attachment")
    assert lin.client.get(reverse("portal:preview", args=[case_id, proof.object_id]))["Content-Type"] == "image/jpeg"
    assert "工资.jpg" not in lin.post("remove_proof", case_id, proof.id)


@pytest.mark.req("E2")
def test_what_is_missing_is_told_supplied_and_handed_in_again(people: Cast, lin: Visitor) -> None:
    case_id = steps.submitted(people.lin, clock.now())
    negotiation.review(
        case_id=case_id, outcome="request_more", reasons=["income_proof"], words="流水缺 9 月", actor=people.reviewer,
        at=clock.now(),
    )  # fmt: skip
    page = lin.get("more", case_id)
    assert "收入说明或流水" in page
    assert "流水缺 9 月" in page
    assert "沈言" in page
    photo = SimpleUploadedFile("流水.jpg", steps.photo("blue"))
    assert "流水.jpg" in lin.post("more", case_id, kind="income", file=photo)
    assert "银行收到了" in lin.post("check", case_id, agreed="on")
    assert lin.client.get(reverse("portal:more", args=[case_id])).status_code == 302


@pytest.mark.req("E2")
def test_a_refusal_gives_reasons_and_a_way_to_appeal(people: Cast, lin: Visitor) -> None:
    case_id = steps.submitted(people.lin, clock.now())
    negotiation.review(
        case_id=case_id, outcome="refuse", reasons=["able_to_pay"], words="按您填的，够还。", actor=people.reviewer,
        at=clock.now(),
    )  # fmt: skip
    page = lin.get("decision", case_id)
    assert "按您的收支，可以按原合同还" in page
    assert "按您填的，够还。" in page
    assert "写一两句就行" in lin.post("decision", case_id, words=" ")
    assert "另一位同事" in lin.post("decision", case_id, words="9 月起停工了")
    assert "9 月起停工了" in lin.get("decision", case_id)


@pytest.mark.req("E1")
def test_taking_everything_back_needs_no_reason(people: Cast, lin: Visitor) -> None:
    case_id = steps.submitted(people.lin, clock.now())
    assert "不收费" in lin.get("withdraw", case_id)
    assert "已经撤回了" in lin.post("withdraw", case_id)
    assert "重新申请" in lin.get("case", case_id)
    assert "先核对一下您本人" in lin.post("start", people.lin.contract_id)


@pytest.mark.req("E3")
def test_the_talk_keeps_what_was_typed_and_shows_read_marks(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    assert "写几个字，或者选一个文件再发" in lin.post("room", case_id, body="  ")
    bad = SimpleUploadedFile("a.exe", b"MZ")
    assert "只能收照片" in lin.post("room", case_id, body="看看这个", file=bad)
    assert "看看这个" in lin.answer.content.decode()
    lin.post("room", case_id, body="在吗", file=SimpleUploadedFile("单子.jpg", steps.photo("red")))
    assert "已读" not in lin.get("room", case_id)
    negotiation.mark_read(case_id=case_id, actor=people.zhou, at=clock.now())
    negotiation.say(case_id=case_id, body="在的", actor=people.zhou, at=clock.now())
    part = lin.client.get(reverse("portal:room_messages", args=[case_id])).content.decode()
    assert "已读" in part
    assert "在的" in part
    assert "单子.jpg" in part
    assert negotiation.case(case_id=case_id, actor=people.lin.actor, at=clock.now()).unread == 0


@pytest.mark.req("E3")
def test_a_wish_for_a_call_is_a_message(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    assert "请选一个时间" in lin.post("call_me", case_id, day="2026-11-10")
    page = lin.post("call_me", case_id, day="2026-11-10", part="morning")
    assert "想请您打电话给我：11 月 10 日（周二），上午 9–12 点。" in page


@pytest.mark.req("E5", "B6", "B7")
def test_an_offer_is_told_in_words_and_answered_three_ways(people: Cast, lin: Visitor) -> None:
    case_id, offer_id = steps.offered(people, clock.now())
    page = lin.get("offer", case_id)
    for told in ("不用先还", "免 507.95", "降 2.4%", "465.10 元", "有点紧", "谁让了什么", "保留到"):
        assert told in page, told
    assert "48,112.40" in lin.get("version", case_id, offer_id)
    assert "1,434.90" in lin.get("accept", case_id)
    assert "选一个最接近的" in lin.post("decline", case_id, offer=str(offer_id))
    lin.post("decline", case_id, offer=str(offer_id), reason="too_high", words="每月一千一我可以")
    assert "每月一千一我可以" in lin.get("room", case_id)
    assert "现在没有等您答复的方案" in lin.get("offer", case_id)


@pytest.mark.req("E5")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "至少填一样"),
        ({"periods": "900"}, "600"),
        ({"periods": "61"}, "最长可以分 60 个月"),
        ({"periods": "abc"}, "请填整数"),
        ({"monthly": "10"}, "也还不完"),
        ({"monthly": "1,100", "periods": "12"}, "至少要"),
        ({"first_due_on": "2026-11-01"}, "请选今天以后的日期"),
        ({"monthly": "一千"}, "请填数字"),
    ],
)
def test_an_idea_that_makes_no_plan_says_why(people: Cast, lin: Visitor, typed: dict[str, str], told: str) -> None:
    case_id, _ = steps.offered(people, clock.now())
    page = lin.post("counter", case_id, act="try", reason="想轻一点", **typed)
    assert told in page
    assert "想轻一点" in page, "what was typed is kept"
    assert len(negotiation.case(case_id=case_id, actor=people.lin.actor, at=clock.now()).offers) == 1


@pytest.mark.req("E5")
def test_trying_sends_nothing_and_sending_needs_a_reason(people: Cast, lin: Visitor) -> None:
    case_id, _ = steps.offered(people, clock.now())
    assert "照您的想法，会是这样" in lin.post("counter", case_id, act="try", monthly="1,100")
    assert "写一两句原因" in lin.post("counter", case_id, act="send", monthly="1,100")
    assert Case.objects.get(id=case_id).status == "offer_open"
    lin.post("counter", case_id, act="send", monthly="1,100", reason="要交学费")
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=clock.now())
    assert "银行收到了，正在看" in lin.get("offer", case_id)
    assert "已经收回" in lin.post("take_back", case_id, offer=str(view.open_offer.id))  # type: ignore[union-attr]
    assert "您有" not in lin.get("offer", case_id)


@pytest.mark.req("E5", "B6")
def test_a_yes_to_a_version_that_is_gone_is_refused(people: Cast, lin: Visitor) -> None:
    """The page stood open while the bank improved its offer: the yes belongs to what was read."""
    case_id, old = steps.offered(people, clock.now())
    steps.publish(case_id, people, clock.now(), first_due_on=date(2026, 12, 12))
    answer = lin.client.post(reverse("portal:accept", args=[case_id]), {"offer": str(old)})
    assert answer.status_code == 409
    assert "已经不是现在的方案" in answer.content.decode()
    assert Case.objects.get(id=case_id).status == "offer_open"


def signing_open(people: Cast) -> UUID:
    case_id, offer_id = steps.offered(people, clock.now())
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=clock.now())
    return case_id


@pytest.mark.req("E6")
def test_signing_says_when_the_text_is_not_ready_and_goes_on_when_it_is(people: Cast, lin: Visitor) -> None:
    case_id = signing_open(people)
    assert "协议正在准备" in lin.get("sign", case_id)
    state = reverse("portal:sign_state", args=[case_id])
    assert "HX-Redirect" not in lin.client.get(state)
    jobs.drain(at=clock.now())
    assert lin.client.get(state)["HX-Redirect"] == reverse("portal:sign", args=[case_id])
    page = lin.get("sign", case_id)
    assert "不签，再商量" in page
    assert "同意，开始看" in page


@pytest.mark.req("E6")
def test_no_step_of_the_signing_can_be_jumped(people: Cast, lin: Visitor, now: time_machine.Traveller) -> None:
    case_id = signing_open(people)
    jobs.drain(at=clock.now())
    for name, more in (("sign_terms", ()), ("sign_clause", ("repayment",)), ("sign_cost", ()), ("sign_confirm", ())):
        lin.get(name, case_id, *more)
        assert lin.at == reverse("portal:sign", args=[case_id]), name
    lin.post("sign_consent", case_id)
    lin.post("sign_confirm", case_id, act="code")
    assert lin.at == reverse("portal:sign_terms", args=[case_id])
    assert "请再看 10 秒" in lin.post("sign_cost", case_id), "a form that was never shown counts no time"
    assert lin.client.get(reverse("portal:sign_clause", args=[case_id, "no-such"])).status_code == 404


@pytest.mark.req("E6")
def test_refusing_takes_one_form_and_no_reason(people: Cast, lin: Visitor) -> None:
    case_id = signing_open(people)
    jobs.drain(at=clock.now())
    assert "先不签" in lin.get("sign_refuse", case_id)
    assert "没有签，什么都没有变" in lin.post("sign_refuse", case_id)
    jobs.drain(at=clock.now())
    assert Case.objects.get(id=case_id).status == "negotiating"


@pytest.mark.req("E6")
def test_five_wrong_codes_and_a_code_that_is_too_old(people: Cast, lin: Visitor, now: time_machine.Traveller) -> None:
    case_id = ready_to_sign(people, lin)
    lin.post("sign_confirm", case_id, act="code")
    code = code_sent(people.lin.party_id, "sign_code")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert "应该是 6 位" in lin.post("sign_confirm", case_id, act="sign", code="12")
    for left in (4, 3, 2, 1):
        assert f"还可以再试 {left} 次" in lin.post("sign_confirm", case_id, act="sign", code=wrong)
    assert "不能再用了" in lin.post("sign_confirm", case_id, act="sign", code=wrong)
    assert "不能再用了" in lin.post("sign_confirm", case_id, act="sign", code=code)
    lin.post("sign_confirm", case_id, act="code")
    fresh = code_sent(people.lin.party_id, "sign_code")
    now.shift(timedelta(minutes=11))
    assert "不能再用了" in lin.post("sign_confirm", case_id, act="sign", code=fresh)
    assert signing.ceremony(ceremony_id=Case.objects.get(id=case_id).ceremony_id).state == "reading"


@pytest.mark.req("E6")
def test_codes_run_out_with_a_plain_word(people: Cast, lin: Visitor) -> None:
    case_id = ready_to_sign(people, lin)
    pages = [lin.post("sign_confirm", case_id, act="code") for _ in range(12)]
    assert "试得有点多" in pages[-1]


def ready_to_sign(people: Cast, lin: Visitor) -> UUID:
    """Everything read through the doors; only the code is missing."""
    case_id = signing_open(people)
    at = clock.now()
    jobs.drain(at=at)
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    actor = people.lin.actor
    signing.agree_to_esign(ceremony_id=ceremony_id, actor=actor, at=at - timedelta(minutes=5))
    for clause in signing.ceremony(ceremony_id=ceremony_id).agreement.clauses:
        signing.read_clause(ceremony_id=ceremony_id, clause_id=clause.id, seconds=20, actor=actor, at=at)
    signing.acknowledge_cost_form(ceremony_id=ceremony_id, seconds=60, actor=actor, at=at)
    return case_id


def signed(people: Cast, lin: Visitor) -> UUID:
    """Signed and sealed."""
    case_id, at = ready_to_sign(people, lin), clock.now()
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    signing.sign_as_borrower(ceremony_id=ceremony_id, code_verified_at=at, actor=people.lin.actor, at=at)
    signing.seal_due(at)
    jobs.drain(at=at)
    return case_id


@pytest.mark.req("E7")
def test_a_problem_is_told_and_its_answer_shown(people: Cast, lin: Visitor) -> None:
    case_id = signed(people, lin)
    assert "还到尾号" in lin.get("follow", case_id)
    assert "选一个最接近的" in lin.post("problem", case_id, words="工资晚发")
    assert "轮到银行答复" in lin.post("problem", case_id, kind="pay_later", words="工资晚发")
    told = negotiation.case(case_id=case_id, actor=people.zhou, at=clock.now()).problems[0]
    negotiation.answer_problem(
        case_id=case_id, problem_id=told.id, words="晚 3 天没关系。", actor=people.zhou, at=clock.now()
    )
    assert "晚 3 天没关系。" in lin.get("problem", case_id)


@pytest.mark.req("E7")
def test_other_terms_are_asked_for_while_the_plan_holds(people: Cast, lin: Visitor) -> None:
    case_id = signed(people, lin)
    assert "选一个最接近的" in lin.post("change", case_id)
    assert "重新商量" in lin.post("change", case_id, reason="income_down", words="又降了")
    assert "原来的还款计划" in lin.get("case", case_id)
    assert "第 1 期" in lin.get("follow", case_id)
    assert "原来签的协议照旧有效" in lin.get("withdraw", case_id)


@pytest.mark.req("E7")
def test_the_end_comes_with_a_letter(people: Cast, lin: Visitor) -> None:
    case_id = signed(people, lin)
    plan = plans.plan_of_case(case_id=case_id)
    assert plan is not None
    loans.record_payment(
        source="core", reference="P-all", contract_no="GX-2024-3308", amount=plan.total, received_on=clock.today(),
        actor=SYSTEM, at=clock.now(),
    )  # fmt: skip
    jobs.drain(at=clock.now())
    assert "都还清了，辛苦了" in lin.get("follow", case_id)
    contact.deliver_due(clock.now())
    page = lin.get("follow", case_id)
    assert "下载还清通知书" in page
    letter = next(link for link in lin.page.links if "/files/" in link)
    assert lin.client.get(letter).content.startswith(b"%PDF")


@pytest.mark.req("B25", "B2")
def test_my_record_says_who_looked_and_why_and_gives_receipts(people: Cast, lin: Visitor) -> None:
    case_id = steps.negotiating(people, clock.now())
    loans.reveal(party_id=people.lin.party_id, field="mobile", purpose="call", actor=people.zhou, at=clock.now())
    contact.deliver_due(clock.now())
    journal.sequence(clock.now())
    looked = lin.get("record", case_id, part="looked")
    assert "周敏" in looked
    assert "看了手机号 · 用途：打电话" in looked
    assert "短信" in lin.get("record", case_id, part="contact")
    assert "申请" in lin.get("record", case_id, part="messages")
    assert "把申请交给银行" in lin.get("record", case_id, part="papers")
    receipt = next(link for link in lin.page.links if "/receipts/" in link)
    told = lin.client.get(receipt).json()
    assert told["checkpoint"]
    assert "申请通过了" in lin.get("record", case_id)
    assert "经过" in lin.get("record", case_id, part="no-such-part")


@pytest.mark.req("C2", "B22")
def test_whoever_may_refuse_to_pay_is_told_before_they_do_anything(people: Cast, lin: Visitor) -> None:
    assert "已超过诉讼时效" not in lin.get("home")
    compliance.record_limitation_event(
        contract_id=lin.borrower.contract_id,
        kind="called_due",
        on=clock.today() - timedelta(days=1200),
        evidence="notice:1",
        actor=SYSTEM,
        at=clock.now(),
    )
    assert "您有权不还" in lin.get("home")
    case_id, _offer_id = steps.offered(people, clock.now())
    assert "您有权不还" in lin.get("accept", case_id)
