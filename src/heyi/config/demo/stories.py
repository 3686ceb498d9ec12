"""How the demo's cases went: each is a generator that acts through the doors and yields when it will act again.

All of them share one clock, so that the journal grows in order of time as in a real bank.
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any, Final
from uuid import UUID

from PIL import Image, ImageDraw

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans.domain import Components, Method, PlanTerms
from heyi.capabilities.signing import api as signing
from heyi.config.demo.book import Loan
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI, add_months
from heyi.kit.money import HALF_UP, Money
from heyi.plumbing import outbox
from heyi.plumbing.clock import bank_day

COMPONENTS: Final = ("principal", "interest", "penalty", "fees", "costs")

Story = Generator[datetime, datetime, None]

STORIES: Final = (
    "我在工厂上班，今年八月订单少了，工资降了两千多，孩子还在上学，想把每个月还的钱降下来，我一定会还。",
    "店里生意从夏天起一直不好，房租还要付，想晚两个月再开始还，之后按月还。",
    "七月份公司裁员，我在找新工作，现在打零工，每月收入不稳定，想还得久一点。",
    "家里老人住院，这几个月花了不少钱，医生说明年会好一些，希望银行能少收一点罚息。",
)
REASONS: Final = ("income_down", "business_trouble", "unemployed", "rate_or_payment_shock")


@dataclass(frozen=True, slots=True)
class Person:
    """A borrower of the demo with the contract and the people of the branch."""

    loan: Loan
    contract_id: UUID
    actor: Actor
    manager: Actor
    reviewer: Actor
    lead: Actor
    index: int


def run(stories: list[tuple[datetime, Story]], *, until: datetime, done: Callable[[int, int], None]) -> None:
    """Let all stories act in order of time, and tell the events of each act at its own time."""
    turn = count()
    heap = []
    for begin, story in stories:
        next(story)
        heap.append((begin, next(turn), story))
    heapq.heapify(heap)
    while heap:
        at, _, story = heapq.heappop(heap)
        if at > until:
            continue
        try:
            following = story.send(at)
            heapq.heappush(heap, (following, next(turn), story))
        except StopIteration:
            done(len(stories) - len(heap), len(stories))
        while outbox.deliver_due(at=at, limit=50):
            pass
        contact.deliver_due(at)


def office(at: datetime, *, hours: float = 2.0) -> datetime:
    """The bank's next working moment at least ``hours`` later, between 9:00 and 17:30."""
    local = (at + timedelta(hours=hours)).astimezone(SHANGHAI)
    if local.time() > time(17, 30):
        local = datetime.combine(local.date() + timedelta(days=1), time(9, 20), SHANGHAI)
    if local.time() < time(9, 0):
        local = datetime.combine(local.date(), time(9, 20), SHANGHAI)
    while local.weekday() >= 5:
        local = datetime.combine(local.date() + timedelta(days=1), time(9, 40), SHANGHAI)
    return local.astimezone(UTC)


def story(person: Person, ending: str, random: Random) -> Story:
    """From the first page to ``ending``; the parts follow each other as the states do."""
    at = yield datetime.min.replace(tzinfo=UTC)
    case_id, at = yield from _apply(person, at, random, finished=ending != "draft")
    if ending in ("draft", "submitted"):
        return
    at = yield office(at, hours=6)
    if ending in ("refused", "more_requested"):
        _say_no(person, case_id, ending, at)
        return
    negotiation.review(case_id=case_id, outcome="accept", actor=person.reviewer, at=at)
    if negotiation.progress(case_id=case_id, actor=person.reviewer, at=at).status == "second_review":
        at = yield office(at)
        negotiation.second_review(case_id=case_id, confirm=True, actor=person.lead, at=at)
    yield from _talk(person, case_id, at, ending, random)


def _apply(
    person: Person, at: datetime, random: Random, *, finished: bool
) -> Generator[datetime, datetime, tuple[UUID, datetime]]:
    income = 4500 + 100 * random.randrange(45)
    done = negotiation.start_application(
        contract_id=person.contract_id, actor=person.actor, at=at, code_verified_at=at - timedelta(minutes=1)
    )
    case_id = done.case_id
    steps = _answers(person, income, random)
    for place, (step, values) in enumerate(steps.items()):
        if not finished and place > 3:
            break
        negotiation.save_answers(case_id=case_id, step=step, values=values, actor=person.actor, at=at)
        at = yield at + timedelta(seconds=random.randrange(15, 80))
    if finished:
        for kind in ("income", "hardship"):
            negotiation.attach_proof(
                case_id=case_id,
                kind=kind,
                data=_photo(person, kind),
                file_name=f"{kind}.jpg",
                actor=person.actor,
                at=at,
            )
        negotiation.submit(case_id=case_id, actor=person.actor, at=at)
    return case_id, at


def _answers(person: Person, income: int, random: Random) -> dict[str, dict[str, Any]]:
    borrower = person.loan.borrower
    company = borrower.kind == "enterprise"
    wish = max(200, income // 5)
    return {
        "who": {
            "name": borrower.name,
            "id_number": borrower.id_number,
            "acting_as": "legal_representative" if company else "self",
        },
        "contact": {"mobile": borrower.mobile, "channel": "portal", "reach_from": "09:00", "reach_until": "19:00"},
        "wanted": {"wishes": ["lower_monthly", "waive_penalty"], "monthly": str(wish)},
        "happened": {
            "reasons": [REASONS[person.index % 4]],
            "since": "2026-07",
            "words": f"{STORIES[person.index % 4]}（{person.index}）",
        },
        "income": {"monthly": str(income)},
        "living": {"costs_monthly": str(int(income * 0.6)), "dependants": str(random.randrange(3))},
        "debts": {"other_debts_monthly": str(100 * random.randrange(4))},
        "proofs": {"later": "on"},
        "truth": {"agreed": True, "statement": negotiation.rules().truth_statement.key},
    }


def _say_no(person: Person, case_id: UUID, ending: str, at: datetime) -> None:
    if ending == "refused":
        negotiation.review(
            case_id=case_id, outcome="refuse", reasons=["able_to_pay"], actor=person.reviewer, at=at,
            words="按您填的收支，现在的月供还得上。情况有变化可以再申请。",
        )  # fmt: skip
    else:
        items = [item.key for item in negotiation.rules().more_items][:1]
        negotiation.review(
            case_id=case_id, outcome="request_more", reasons=items, actor=person.reviewer, at=at,
            words="还差一份最近三个月的收入说明，拍照就行。",
        )  # fmt: skip


def _talk(person: Person, case_id: UUID, at: datetime, ending: str, random: Random) -> Story:
    at = yield office(at)
    _say(case_id, person.manager, "您好，我是您的客户经理。材料看过了，您先别急，我们一起看看怎么还比较合适。", at)
    at = yield at + timedelta(minutes=random.randrange(20, 200))
    _say(case_id, person.actor, "谢谢，我就怕每个月太多还不上。", at)
    if ending == "negotiating":
        return
    at = yield office(at)
    offer = negotiation.draft_offer(
        case_id=case_id,
        terms=terms_for(loans.contract(contract_id=person.contract_id, actor=SYSTEM), at, periods=24),
        reason="按您的收支先排了一版，您看看合不合适。",
        actor=person.manager,
        at=at,
    )
    offer_id, at = yield from _by_manager_or_lead(
        person, case_id, offer.subject_id, at,
        act=negotiation.publish_offer, ask="超出我的权限，按收支测算可持续。", answer="同意。",
    )  # fmt: skip
    at = yield at + timedelta(hours=random.randrange(3, 30))
    if ending == "offer_open":
        return
    if ending == "withdrawn":
        negotiation.withdraw(case_id=case_id, actor=person.actor, at=at)
        return
    if ending == "countered" or random.random() < 0.3:
        wish = negotiation.Wish(periods=36)
        done = negotiation.counter(
            case_id=case_id, wish=wish, reason="24 期每月有点紧，能不能分 36 期？", actor=person.actor, at=at
        )
        if ending == "countered":
            return
        at = yield office(at)
        offer_id, at = yield from _by_manager_or_lead(
            person, case_id, done.subject_id, at,
            act=negotiation.accept_offer, ask="借款人想分 36 期，测算可持续。", answer="同意 36 期。",
        )  # fmt: skip
    else:
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=person.actor, at=at)
    at = yield office(at)
    yield from _sign(person, case_id, at, ending, random)


def _by_manager_or_lead(
    person: Person,
    case_id: UUID,
    offer_id: UUID | None,
    at: datetime,
    *,
    act: Callable[..., object],
    ask: str,
    answer: str,
) -> Generator[datetime, datetime, tuple[UUID, datetime]]:
    """The manager acts on a version; beyond their authority they ask with a reason, and a lead votes yes. A moment
    after the vote the version is open, or accepted."""
    if offer_id is None:
        raise ValueError("a version has an id")
    try:
        act(case_id=case_id, offer_id=offer_id, actor=person.manager, at=at)
    except negotiation.ApprovalNeeded:
        negotiation.submit_for_approval(case_id=case_id, offer_id=offer_id, actor=person.manager, at=at, reason=ask)
        at = yield office(at)
        asked = negotiation.offer(case_id=case_id, offer_id=offer_id, actor=person.lead, at=at).offer.approval_id
        if asked is None:
            raise ValueError("a submitted version names its request") from None
        approvals.vote(approval_id=asked, vote="yes", reason=answer, actor=person.lead, at=at)
        at = yield at + timedelta(seconds=2)
    return offer_id, at


def _sign(person: Person, case_id: UUID, at: datetime, ending: str, random: Random) -> Story:
    case = negotiation.case(case_id=case_id, actor=person.manager, at=at)
    if case.status == "agreed":
        negotiation.open_signing(case_id=case_id, actor=person.manager, at=at)
    if ending == "signing":
        return
    at = yield at + timedelta(hours=random.randrange(1, 10))
    ceremony_id = negotiation.case(case_id=case_id, actor=person.actor, at=at).ceremony_id
    if ceremony_id is None:
        raise ValueError("an agreed case has a ceremony")
    at = read_and_sign(ceremony_id, person.actor, at)
    at = yield office(at, hours=1)
    if signing.ceremony(ceremony_id=ceremony_id).waiting_for == "bank":
        signing.sign_as_bank(ceremony_id=ceremony_id, actor=person.manager, at=at)
    signing.seal_due(at)
    yield from _follow(person, case_id, at, ending)


def read_and_sign(ceremony_id: UUID, actor: Actor, at: datetime) -> datetime:
    """What a careful borrower does: agree to e-sign, read each clause and the cost form, sign. Returns the end."""
    view = signing.agree_to_esign(ceremony_id=ceremony_id, actor=actor, at=at)
    for clause in view.agreement.clauses:
        at += timedelta(seconds=12)
        signing.read_clause(ceremony_id=ceremony_id, clause_id=clause.id, seconds=12, actor=actor, at=at)
    at += timedelta(seconds=60)
    signing.acknowledge_cost_form(ceremony_id=ceremony_id, seconds=60, actor=actor, at=at)
    signing.sign_as_borrower(ceremony_id=ceremony_id, code_verified_at=at, actor=actor, at=at)
    return at


def _follow(person: Person, case_id: UUID, at: datetime, ending: str) -> Story:
    """Pay as promised, or stop: ``broken`` pays nothing, ``completed`` settles, ``active`` pays what falls due."""
    at = yield at + timedelta(minutes=5)
    if ending == "broken":
        return
    case = negotiation.case(case_id=case_id, actor=person.manager, at=at)
    offer = next(offer for offer in case.offers if offer.status == "accepted")
    if ending == "completed":
        at = yield office(at, hours=30)
        _pay(person, offer.total, "all", at)
        return
    due = offer.first_due_on
    number = 0
    while True:
        at = yield datetime.combine(due - timedelta(days=1), time(11, 0), SHANGHAI).astimezone(UTC)
        number += 1
        _pay(person, offer.payment, str(number), at)
        due = add_months(offer.first_due_on, number)


def _pay(person: Person, amount: Money, name: str, at: datetime) -> None:
    loans.record_payment(
        source="core",
        reference=f"{person.loan.contract_no}-{name}",
        contract_no=person.loan.contract_no,
        amount=amount,
        received_on=bank_day(at),
        actor=SYSTEM,
        at=at,
    )


def terms_for(contract: loans.ContractView, at: datetime, *, periods: int) -> PlanTerms:
    """Equal instalments at four fifths of the contract's rate, the penalty interest waived, from next month's tenth."""
    balance, day = contract.balance, bank_day(at)
    rate = (contract.annual_rate or Decimal(0)) * Decimal("0.8")
    parts = {f"{name}_minor": balance.part(name).amount_minor for name in COMPONENTS}
    return PlanTerms(
        method=Method.EQUAL_INSTALMENTS,
        start_on=day,
        first_due_on=_tenth(day),
        periods=periods,
        balance=Components(**parts),
        annual_rate=rate.quantize(Decimal("0.0001"), rounding=HALF_UP),
        waivers=Components(penalty_minor=parts["penalty_minor"]),
    )


def _tenth(day: date) -> date:
    """The tenth of next month."""
    return add_months(day.replace(day=10), 1)


def _say(case_id: UUID, actor: Actor, body: str, at: datetime) -> None:
    negotiation.say(case_id=case_id, body=body, actor=actor, at=at)


def _photo(person: Person, kind: str) -> bytes:
    """A picture that says what it is, different for each borrower."""
    picture = Image.new("RGB", (640, 400), "white")
    ImageDraw.Draw(picture).text((40, 40), f"DEMO {kind} {person.index}\n{person.loan.contract_no}", fill="black")
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=70)
    return made.getvalue()


def spread(random: Random, endings: dict[str, int]) -> Iterator[str]:
    """Each ending as often as told, in an order that mixes branches and products."""
    row = [ending for ending, times in endings.items() for _ in range(times)]
    random.shuffle(row)
    yield from row
