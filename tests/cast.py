"""One cast of persons for every test, brought in through the doors. One of them must see nothing.

All are invented; region 99 of the ID numbers belongs to no place. Figures are those of the design's screens: Lin owes
46,800.00 + 1,312.40 + 507.95 on a consumer loan, of which 5,184.60 are due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import Balance, ContractRow, LinkRow, PartyRow
from heyi.capabilities.loans.domain.identity import id_check_character, uscc_check_character
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import User
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.money import Money
from heyi.plumbing import clock
from tests import film

AT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
"""Monday, 9 November 2026, 10:00 in Shanghai: an ordinary working day within contact hours."""
HOME, AWAY = "0101", "0102"
PASSWORD = "correct-horse-battery-staple"


def id_number(serial: int, born: str = "19880412") -> str:
    """The sound citizen number of somebody invented."""
    stem = f"990101{born}{serial:03d}"
    return stem + id_check_character(stem)


def uscc(serial: int) -> str:
    """The sound credit code of an invented enterprise."""
    stem = f"91990101MA{serial:07d}"
    return stem + uscc_check_character(stem)


@dataclass(frozen=True, slots=True)
class Borrower:
    """A person or enterprise that owes, with one contract and the actor that they are."""

    party_id: UUID
    contract_id: UUID
    name: str
    id_number: str
    mobile: str
    branch: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="borrower", id=self.party_id)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. ``stranger`` is another branch's manager, who must see nothing of the home branch."""

    lin: Borrower
    chen: Borrower
    works: Borrower
    afar: Borrower
    zhou: Actor
    he: Actor
    reviewer: Actor
    second_reviewer: Actor
    lead: Actor
    second_lead: Actor
    compliance: Actor
    auditor: Actor
    administrator: Actor
    stranger: Actor
    integration: Actor
    integration_token: str
    agency: Actor
    agency_token: str
    agency_id: UUID


def money(yuan: str) -> Money:
    return Money.from_decimal(Decimal(yuan))


def build(*, at: datetime = AT) -> Cast:
    """The bank: two branches, its people, its borrowers, and a large sound mortgage that fills the home book."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)  # ids tell the time: they must not lie ahead of it
    return film.played((at, hour, settings.HEYI_MASTER_KEY), lambda: _build(at))


def _build(at: datetime) -> Cast:
    for code, name, city in ((HOME, "滨江支行", "示例市"), (AWAY, "湖畔支行", "示例市")):
        staff.create_branch(
            code=code, name=name, name_en=f"Branch {code}", city=city, phone="400-000-0000", actor=SYSTEM, at=at
        )
    people = {key: _member(key, name, branch, roles, skills, at) for key, name, branch, roles, skills in _PEOPLE}
    borrowers = _borrowers(at)
    client = staff.create_client(name="mobile bank", branches=[HOME, AWAY], actor=SYSTEM, at=at)
    agency_id = staff.register_agency(entry=agency_entry(), actor=SYSTEM, at=at).id
    staff.add_agent(
        agency_id=agency_id,
        number="W-01",
        name="白杨",
        certificate_no="C-2026-01",
        certificate_until=at.date() + timedelta(days=300),
        actor=SYSTEM,
        at=at,
    )
    of_agency = staff.create_client(name="agency system", agency_id=agency_id, actor=SYSTEM, at=at)
    return Cast(
        **people,
        **borrowers,
        integration=staff.client_actor(client.token, at=at),
        integration_token=client.token,
        agency=staff.client_actor(of_agency.token, at=at),
        agency_token=of_agency.token,
        agency_id=agency_id,
    )


def agency_entry(**changed: Any) -> staff.AgencyEntry:
    """An invented agency with a contract of this year, changed as told."""
    return staff.AgencyEntry(
        **{
            "code": "hezhong", "name": "和众示例服务有限公司", "name_en": "Hezhong Services (sample)",
            "credit_code": uscc(77), "licence_no": "", "contact_name": "万青", "phone": "400-000-0077",
            "complaint_phone": "400-000-0078", "address": "示例市某路 77 号", "contract_no": "WB-2026-01",
            "contract_from": date(2026, 1, 1), "contract_until": date(2027, 12, 31),
            "branches": frozenset({HOME}), "announced_on": date(2026, 1, 5), **changed,
        }
    )  # fmt: skip


_PEOPLE: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("zhou", "周敏", HOME, ("manager",), ("consumer", "credit_card")),
    ("he", "何立", HOME, ("manager",), ("business",)),
    ("reviewer", "沈言", HOME, ("reviewer",), ()),
    ("second_reviewer", "唐宁", HOME, ("reviewer",), ()),
    ("lead", "陆川", HOME, ("lead",), ()),
    ("second_lead", "江月", HOME, ("lead",), ()),
    ("compliance", "方宁", HOME, ("compliance",), ()),
    ("auditor", "严明", HOME, ("auditor",), ()),
    ("administrator", "管理员", HOME, ("administrator",), ()),
    ("stranger", "高远", AWAY, ("manager", "lead", "reviewer"), ()),
)


def _member(key: str, name: str, branch: str, roles: tuple[str, ...], skills: tuple[str, ...], at: datetime) -> Actor:
    member = staff.create_member(
        username=key,
        display_name=name,
        staff_no=f"1{len(key):02d}{sum(map(ord, key)) % 1000:03d}",
        branch=branch,
        roles=roles,
        password=PASSWORD,
        skills=skills,
        actor=SYSTEM,
        at=at,
    )
    User.objects.filter(pk=member.id).update(password_given_at=None)  # the first login lies behind them
    for kind in staff.certificate_kinds():
        if kind.roles.intersection(roles):
            staff.issue_certificate(staff_id=member.id, kind=kind.key, evidence="入职培训", actor=SYSTEM, at=at)
    scope = frozenset({"*"}) if {"compliance", "auditor", "administrator"} & set(roles) else frozenset({branch})
    return Actor(kind="staff", id=member.id, roles=frozenset(roles), branches=scope)


def contract(number: str, borrower: PartyRow, **changed: Any) -> ContractRow:
    """A consumer loan of Lin's size, changed as told."""
    return ContractRow(
        **{
            "contract_no": number,
            "product": "consumer",
            "branch": HOME,
            "borrower": borrower,
            "balance": Balance(money("46800.00"), money("1312.40"), money("507.95"), money("0"), money("0")),
            "opened_on": date(2024, 5, 10),
            "matures_on": date(2028, 5, 10),
            "annual_rate": Decimal("0.072"),
            "due_now": money("5184.60"),
            "due_day": 10,
            "oldest_due_on": date(2026, 9, 23),
            "days_past_due": 47,
            "as_of": date(2026, 11, 9),
            **changed,
        }
    )


def person(name: str, number: str, mobile: str, email: str = "", address: str = "") -> PartyRow:
    """A person as the bank's record has them."""
    return PartyRow(
        kind="person", name=name, id_type="id_card", id_number=number, mobile=mobile, email=email, address=address
    )


def bring(*rows: ContractRow, at: datetime = AT) -> None:
    """Put contracts into the loan book through the door; every row must be sound."""
    report = loans.upsert_contracts(rows=rows, actor=SYSTEM, at=at)
    assert not report.refused, report


def _borrowers(at: datetime) -> dict[str, Borrower]:
    lin = person("林知晴", id_number(281), "13812342816", "lin@example.com", "示例市滨江区某路 1 号")
    chen = person("陈立夏", id_number(612, "19790321"), "13900006620")
    afar = person("吴远", id_number(733, "19900105"), "13700004402")
    works = PartyRow(
        kind="enterprise", name="示例器材有限公司", id_type="uscc", id_number=uscc(42), mobile="13600000912"
    )
    boss = person("郑和平", id_number(118, "19700707"), "13600000913")
    card = {
        "product": "credit_card",
        "matures_on": None,
        "annual_rate": Decimal("0.18"),
        "balance": Balance(money("26400.00"), money("1980.00"), money("880.00"), money("120.00"), money("0")),
        "due_now": money("8341.27"),
    }
    bring(
        contract("GX-2024-3308", lin),
        contract("XYK-2021-6620", chen, **card),
        contract(
            "JY-2023-0912",
            works,
            product="business",
            balance=Balance(money("386200.00"), money("8200.00"), money("1500.00"), money("0"), money("0")),
            due_now=money("86200.00"),
            links=(LinkRow(kind="designated_contact", party=boss, relation="representative"),),
        ),
        contract("GX-2025-4402", afar, branch=AWAY),
        contract(
            "ZF-2022-0001",
            person("钱满", id_number(901, "19800808"), "13500000001"),
            product="mortgage",
            balance=Balance(money("30000000.00"), money("0"), money("0"), money("0"), money("0")),
            due_now=money("0"),
            oldest_due_on=None,
            days_past_due=0,
        ),
        at=at,
    )
    found = {"lin": ("GX-2024-3308", lin), "chen": ("XYK-2021-6620", chen), "works": ("JY-2023-0912", works),
             "afar": ("GX-2025-4402", afar)}  # fmt: skip
    return {key: _borrower(number, row) for key, (number, row) in found.items()}


def _borrower(contract_no: str, row: PartyRow) -> Borrower:
    view = loans.contract_by_no(contract_no=contract_no, actor=SYSTEM)
    return Borrower(view.party_id, view.id, row.name, row.id_number, row.mobile, view.branch)
