"""An instalment that is late is not a broken agreement: each side reads the words that fit, from day to day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine

from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.plans import api as plans
from heyi.kit.actors import SYSTEM
from heyi.kit.dates import SHANGHAI
from heyi.plumbing import clock, jobs
from tests.cast import Cast
from tests.web.logins import SECRET, staff_login
from tests.web.portal.story import Visitor
from tests.web.portal.test_pages import signed

pytestmark = [pytest.mark.django_db, pytest.mark.req("E7")]
LATE, BROKEN = "有一期晚了，约定照旧", ("约定没能继续", "违约未还", "已违约")


def test_a_late_promise_is_called_late_and_not_broken(people: Cast, lin: Visitor, now: time_machine.Traveller) -> None:
    case_id = signed(people, lin)
    plan = plans.plan_of_case(case_id=case_id)
    assert plan is not None
    first = plan.instalments[0]

    def on(days: int) -> str:
        """What Lin reads at ten, so many days after the last day of the first instalment."""
        now.move_to(datetime.combine(first.payable_until + timedelta(days=days), time(10), SHANGHAI))
        jobs.drain(at=clock.now())  # the tick sees what time has done,
        jobs.drain(at=clock.now())  # and the next round tells it
        return Visitor(people.lin).get("follow", case_id)

    assert LATE not in on(0)
    within = on(2)
    assert "这一期还没到账" in within
    assert LATE not in within
    late = on(plan.tolerance_days + 1)
    assert LATE in late
    assert "晚了，还没还上" in late
    assert not [word for word in BROKEN if word in late]
    assert Case.objects.get(id=case_id).status == "active"
    manager = _manager(people, case_id)
    assert LATE in manager
    assert "晚了，还没还上" in manager
    assert not [word for word in BROKEN if word in manager]
    told = [line for line in contact.ledger(case_id=case_id, limit=100) if line.template == "payment_late"]
    assert {line.title_zh for line in told} == {"这一期还没到账"}

    loans.record_payment(
        source="core", reference="P-1", contract_no="GX-2024-3308", amount=first.payment, received_on=clock.today(),
        actor=SYSTEM, at=clock.now(),
    )  # fmt: skip
    paid = on(plan.tolerance_days + 2)
    assert "晚了几天，已还上" in paid
    assert LATE not in paid
    due = Case.objects.get(id=case_id).due_at
    assert due is not None
    assert clock.bank_day(due) == plan.instalments[1].payable_until, "the next one is what comes next"

    broken = on((plan.instalments[2].payable_until - first.payable_until).days + plan.tolerance_days + 1)
    assert BROKEN[0] in broken
    assert LATE not in broken
    assert BROKEN[2] in _manager(people, case_id)


def test_a_payment_taken_back_reopens_its_instalment_and_is_told(
    people: Cast, lin: Visitor, now: time_machine.Traveller
) -> None:
    """The returned money is never counted as a promise kept, and the borrower gets the days to pay again."""
    case_id = signed(people, lin)
    plan = plans.plan_of_case(case_id=case_id)
    assert plan is not None
    first = plan.instalments[0]

    def kept_and_due() -> tuple[int, date]:
        jobs.drain(at=clock.now())
        case = Case.objects.get(id=case_id)
        assert case.due_at is not None
        return case.promises_kept, clock.bank_day(case.due_at)

    def pay(reference: str) -> UUID:
        return loans.record_payment(
            source="core", reference=reference, contract_no="GX-2024-3308", amount=first.payment,
            received_on=clock.today(), actor=SYSTEM, at=clock.now(),
        ).id  # fmt: skip

    def told() -> set[str]:
        return {line.title_zh for line in contact.ledger(case_id=case_id, limit=100) if line.channel == "portal"}

    now.move_to(datetime.combine(first.payable_until - timedelta(days=1), time(10), SHANGHAI))
    paid = pay("P-1")
    assert kept_and_due() == (1, plan.instalments[1].payable_until)
    assert "还款收到了" in told()

    now.move_to(datetime.combine(first.payable_until + timedelta(days=2), time(10), SHANGHAI))
    loans.reverse_payment(payment_id=paid, actor=SYSTEM, at=clock.now())
    assert kept_and_due() == (0, first.payable_until)
    assert "有一笔还款被退回" in told()
    assert "还款被退回，这一期要重新还" in Visitor(people.lin).get("record", case_id)

    pay("P-2")
    assert kept_and_due() == (1, plan.instalments[1].payable_until)


def test_a_payment_taken_back_after_the_end_is_counted_once(people: Cast, lin: Visitor) -> None:
    case_id = signed(people, lin)
    plan = plans.plan_of_case(case_id=case_id)
    assert plan is not None

    def pay_off(reference: str) -> UUID:
        done = loans.record_payment(
            source="core", reference=reference, contract_no="GX-2024-3308", amount=plan.total,
            received_on=clock.today(), actor=SYSTEM, at=clock.now(),
        )  # fmt: skip
        jobs.drain(at=clock.now())
        return done.id

    def stands() -> tuple[str, int]:
        case = Case.objects.get(id=case_id)
        return case.status, case.promises_kept

    paid = pay_off("P-1")
    assert stands() == ("completed", len(plan.instalments))
    loans.reverse_payment(payment_id=paid, actor=SYSTEM, at=clock.now())
    jobs.drain(at=clock.now())
    assert stands() == ("active", 0)
    assert "有一笔还款被退回" in {line.title_zh for line in contact.ledger(case_id=case_id, limit=100)}
    pay_off("P-2")
    assert stands() == ("completed", len(plan.instalments))


def _manager(people: Cast, case_id: object) -> str:
    from heyi.capabilities.staff import api as staff

    assert people.zhou.id is not None
    staff.enrol_totp(staff_id=people.zhou.id, secret=SECRET, actor=SYSTEM, at=clock.now())
    return staff_login(member_id=people.zhou.id).get(f"/console/cases/{case_id}/plan/").content.decode()
