"""What the compliance side of the demo bank has on its desk: agencies, approvals, holds, time limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain.identity import uscc_check_character
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.domain import AgencyEntry
from heyi.config.demo.bank import DemoBank
from heyi.config.demo.book import Loan
from heyi.kit.dates import add_months
from heyi.plumbing.clock import bank_day

IMPACT: Final = {
    "impact_purpose": "只为联系本人、商量还款，用姓名、手机号和欠款情况。",
    "impact_lawful": "履行借款合同所必需，并已事先告知。",
    "impact_rights": "可能打扰本人，所以限时段、限次数，随时可以说不。",
    "impact_risk": "信息外泄、被用在别处。",
    "impact_protection": "只给当次要用的信息，全程留痕，结束后收回并删除。",
}
PLACEMENT: Final = {
    "agency": "江城诚信服务有限公司，合同 WB-2026-01，到明年年底。",
    "scope": "逾期超过三个月、联系得上的个人消费贷款，只做电话联系。",
    "record": "上次评估合格，没有处罚记录。",
    "data": "姓名、手机号、应还金额，加密传输，结束后七天内收回。",
    "told": "移交前五天发短信告知本人。",
    "watch": "合规部每月抽查录音，每年评估一次。",
}
CAMPAIGN: Final = {
    "goal": "年底前请还有困难的借款人来商量方案。",
    "who": "逾期三十到九十天的个人借款人，约四百人，按逾期天数选出。",
    "ways": "一条短信加站内消息，只在工作日 9:00 到 18:00。",
    "spared": "有暂停联系、投诉、正在协商的，系统自动排除。",
    "stop": "投诉超过三件就停。",
}
HOLDS: Final = (
    ("dispute", "本人说上个月那笔还款没有入账，正在核对"),
    ("no_contact", "本人要求近期不要联系"),
    ("vulnerability", "七十二岁，一个人住，说话要慢一点"),
)


def supervise(bank: DemoBank, book: list[Loan], *, at: datetime) -> None:
    """Fill the desk as of ``at``; ``book`` gives the contracts that something happens to."""
    agency = _agencies(bank, at)
    _approvals(bank, agency, book, at)
    _holds(bank, book, at)
    _clocks(bank, book, at)


def _agencies(bank: DemoBank, at: datetime) -> staff.AgencyView:
    today = bank_day(at)
    announced, quiet = (
        staff.register_agency(entry=_entry(number, name, name_en, today, announced), actor=bank.compliance, at=at)
        for number, name, name_en, announced in (
            (1, "江城诚信服务有限公司", "Jiangcheng Trust Services", today - timedelta(days=60)),
            (2, "湖滨咨询有限公司", "Hubin Consulting", None),
        )
    )
    for one in (announced, quiet):
        staff.evaluate_agency(
            agency_id=one.id,
            on=today - timedelta(days=340),
            outcome="passed",
            words="录音抽查 30 通，信息安全现场检查，均合格。",
            actor=bank.compliance,
            at=at,
        )
    return announced


def _entry(number: int, name: str, name_en: str, today: date, announced: date | None) -> AgencyEntry:
    stem = f"91990101MB{number:07d}"
    return AgencyEntry(
        code=f"WB{number:02d}",
        name=name,
        name_en=name_en,
        credit_code=stem + uscc_check_character(stem),
        licence_no="",
        contact_name="万青",
        phone=f"400-000-00{number:02d}",
        complaint_phone=f"400-000-01{number:02d}",
        address="示例市江城路 1 号",
        contract_no=f"WB-2026-{number:02d}",
        contract_from=add_months(today, -11),
        contract_until=add_months(today, 1) + timedelta(days=9),
        branches=frozenset({"*"}),
        announced_on=announced,
    )


def _approvals(bank: DemoBank, agency: staff.AgencyView, book: list[Loan], at: datetime) -> None:
    lead = bank.leads["0101"]
    placement = approvals.ask(
        kind="agency_placement",
        subject=f"agency:{agency.id}",
        facts={"agency": agency.entry.code},
        assessment={**PLACEMENT, **IMPACT},
        actor=lead,
        at=at,
    )
    for voter in (bank.compliance, bank.leads["0102"], bank.reviewers["0103"]):
        approvals.vote(approval_id=placement.id, vote="yes", reason="评估材料齐全，同意。", actor=voter, at=at)
    for loan in _late(book)[:2]:
        contract = loans.contract_by_no(contract_no=loan.contract_no, actor=bank.compliance)
        contact.place_contract(
            contract_id=contract.id,
            agency_id=agency.id,
            until=at + timedelta(days=30),
            actor=bank.compliance,
            at=at,
        )
    approvals.ask(
        kind="campaign",
        subject="campaign:year-end",
        facts={"name": "年底邀约"},
        assessment={**CAMPAIGN, **IMPACT},
        actor=lead,
        at=at,
    )


def _holds(bank: DemoBank, book: list[Loan], at: datetime) -> None:
    for (kind, reason), loan in zip(HOLDS, _late(book)[4:], strict=False):
        contract = loans.contract_by_no(contract_no=loan.contract_no, actor=bank.compliance)
        compliance.place_hold(kind=kind, party_id=contract.party_id, reason=reason, actor=bank.compliance, at=at)


def _clocks(bank: DemoBank, book: list[Loan], at: datetime) -> None:
    today = bank_day(at)
    running = (("complaint_answer", 17), ("complaint_answer", 6), ("credit_objection", 9), ("personal_data_request", 3))
    for number, ((kind, days_ago), loan) in enumerate(zip(running, _late(book)[8:], strict=False), start=1):
        contract = loans.contract_by_no(contract_no=loan.contract_no, actor=bank.compliance)
        compliance.start_clock(
            kind=kind,
            subject=f"demo:{number}",
            starts_on=today - timedelta(days=days_ago),
            branch=contract.branch,
            party_id=contract.party_id,
            contract_id=contract.id,
            actor=bank.compliance,
            at=at,
        )


def _late(book: list[Loan]) -> list[Loan]:
    """Consumer loans that are three months late and that no story negotiates."""
    return [loan for loan in book if loan.product == "信用卡" and loan.overdue_days > 60]
