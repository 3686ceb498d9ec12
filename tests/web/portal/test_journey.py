"""The whole way without a script: from the door to the first instalment, page by page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.plans import api as plans
from heyi.capabilities.signing import api as signing
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, jobs
from tests.capabilities.negotiation import steps
from tests.cast import Cast
from tests.web.portal.story import Visitor, code_sent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ANSWERS = {
    "reach": {"mobile": "13812342816", "channel": "portal", "reach_from": "09:00", "reach_until": "19:00"},
    "wish": {"wishes": ["lower_monthly", "waive_penalty"]},
    "wish-figures": {"monthly": "1,100"},
    "happened": {"reasons": ["income_down"], "since": "2026-08", "words": steps.STORY},
    "income": {"monthly": "6800"},
    "living": {"costs_monthly": "4,900", "dependants": "1"},
    "debts": {},
}


def come_in(people: Cast) -> Visitor:
    """By mobile number, ID tail and the code from the text."""
    visitor = Visitor(people.lin)
    visitor.client = Client()
    typed = {"mobile": people.lin.mobile, "id_tail": people.lin.id_number[-4:]}
    assert "看一下手机短信" in visitor.post("login", **typed)
    assert "不用今天一次还清" in visitor.post("code", code=code_sent(people.lin.party_id, "entry_code"))
    return visitor


def apply(visitor: Visitor, people: Cast) -> Case:
    """Every question, a photo, the check, handed in."""
    assert "先核对一下您本人" in visitor.post("start", people.lin.contract_id)
    case = Case.objects.get(contract_id=people.lin.contract_id)
    typed = {"name": people.lin.name, "id_number": people.lin.id_number, "acting_as": "self"}
    assert "怎么联系您最方便" in visitor.post("question", case.id, "name", **typed)
    for slug, values in ANSWERS.items():
        visitor.post("question", case.id, slug, **values)
    assert visitor.at == reverse("portal:proofs", args=[case.id])
    for kind, colour in (("income", "white"), ("hardship", "grey")):
        photo = SimpleUploadedFile(f"{kind}.jpg", steps.photo(colour), "image/jpeg")
        assert f"{kind}.jpg" in visitor.post("proofs", case.id, kind=kind, file=photo)
    assert "6,800.00 元" in visitor.get("check", case.id)
    assert case.number in visitor.post("check", case.id, agreed="on")
    case.refresh_from_db()
    return case


@pytest.mark.req("E1", "E2", "E3", "E4", "E5", "E6", "E7", "B6", "B7", "B25")
def test_from_the_door_to_the_first_instalment(people: Cast, now: time_machine.Traveller) -> None:
    lin = come_in(people)
    case = apply(lin, people)
    assert "轮到银行" in lin.get("case", case.id)

    negotiation.review(case_id=case.id, outcome="accept", actor=people.reviewer, at=clock.now())
    assert "周敏" in lin.post("room", case.id, body="周经理，36 期我怕撑不住。")
    negotiation.say(case_id=case.id, body="看到了，我想想办法。", actor=people.zhou, at=clock.now())
    assert "看到了，我想想办法。" in lin.get("room", case.id)
    steps.publish(case.id, people, clock.now())
    page = lin.get("offer", case.id)
    assert "少 1,118.07" in page, page
    tried = {"periods": "48", "first_due_on": "2027-01-15"}
    assert "再少" in lin.post("counter", case.id, act="try", **tried)
    assert "您的想法已经发给银行" in lin.post("counter", case.id, act="send", reason="12 月要交住院费", **tried)
    counter_id = negotiation.case(case_id=case.id, actor=people.zhou, at=clock.now()).open_offer.id
    negotiation.submit_for_approval(case_id=case.id, offer_id=counter_id, actor=people.zhou, at=clock.now())
    steps.vote(counter_id, people.lead, at=clock.now())
    jobs.drain(at=clock.now())

    sign(lin, case, people, now)
    assert "第 1 期" in lin.get("follow", case.id)
    plan_id = negotiation.case(case_id=case.id, actor=people.zhou, at=clock.now()).plan_id
    assert plan_id is not None
    now.move_to(clock.now() + timedelta(days=66))
    lin = Visitor(people.lin)
    amount = plans.plan(plan_id=plan_id).instalments[0].payment
    loans.record_payment(
        source="core", reference="P-1", contract_no="GX-2024-3308", amount=amount, received_on=date(2027, 1, 14),
        actor=SYSTEM, at=clock.now(),
    )  # fmt: skip
    jobs.drain(at=clock.now())
    assert "1 期，共 48 期" in lin.get("follow", case.id)
    record = lin.get("record", case.id)
    assert "双方签完" in record


def sign(lin: Visitor, case: Case, people: Cast, now: time_machine.Traveller) -> None:
    """Consent, key terms, each clause, the cost form with its time, the code, the signature, the file."""
    assert "电子签名" in lin.get("sign", case.id)
    lin.post("sign_consent", case.id)
    assert lin.at == reverse("portal:sign_terms", args=[case.id])
    ceremony_id = Case.objects.get(id=case.id).ceremony_id
    clauses = signing.ceremony(ceremony_id=ceremony_id).agreement.clauses
    for number, clause in enumerate(clauses, start=1):
        assert f"第 {number} 条" in lin.get("sign_clause", case.id, clause.id)
        now.shift(timedelta(seconds=20))
        lin.post("sign_clause", case.id, clause.id)
    assert lin.at == reverse("portal:sign_cost", args=[case.id])
    assert "请再看" in lin.post("sign_cost", case.id)
    now.shift(timedelta(seconds=30))
    lin.post("sign_cost", case.id)
    assert lin.at == reverse("portal:sign_confirm", args=[case.id])
    assert {reading.seconds for reading in signing.ceremony(ceremony_id=ceremony_id).readings} == {20}
    lin.post("sign_confirm", case.id, act="code")
    wrong = f"{(int(code_sent(people.lin.party_id, 'sign_code')) + 1) % 1_000_000:06d}"
    assert "还可以再试 4 次" in lin.post("sign_confirm", case.id, act="sign", code=wrong)
    code = code_sent(people.lin.party_id, "sign_code")
    assert "您已经签好了" in lin.post("sign_confirm", case.id, act="sign", code=code)
    signing.seal_due(clock.now())
    jobs.drain(at=clock.now() + timedelta(seconds=5))
    assert "签好了，两边各留一份" in lin.get("sign", case.id)
    pdf = lin.client.get(reverse("portal:sign_document", args=[case.id, "zh"]))
    assert signing.verify_pdf(pdf.content, at=clock.now() + timedelta(minutes=1)).genuine
    assert lin.client.get(reverse("portal:sign_document", args=[case.id, "en"])).content.startswith(b"%PDF")
