"""The demo bank's house: branches, people with their logins, the loan book, brought in the way a real bank would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.config.demo.book import BRANCHES, Loan, write_loans
from heyi.kit.actors import SYSTEM, Actor

PASSWORD: Final = "heyi-demo-2026"  # noqa: S105 - printed on the screen of every demo
SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - the same


@dataclass(frozen=True, slots=True)
class Login:
    """One of the logins that the demo shows."""

    username: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoBank:
    """Actors by branch and role, and the borrowers' contracts."""

    managers: dict[str, tuple[Actor, ...]]
    reviewers: dict[str, Actor]
    leads: dict[str, Actor]
    compliance: Actor


_PEOPLE: Final = (
    ("zhoumin", "周敏", "10237", "0101", ("manager",)),
    ("lichuan", "李川", "10241", "0101", ("manager",)),
    ("shenyan", "沈言", "10308", "0101", ("reviewer",)),
    ("luchuan", "陆川", "10112", "0101", ("lead",)),
    ("hecheng", "何成", "20236", "0102", ("manager",)),
    ("tangning", "唐宁", "20309", "0102", ("reviewer",)),
    ("jiangyue", "江月", "20111", "0102", ("lead",)),
    ("guolin", "郭琳", "30237", "0103", ("manager",)),
    ("sunhe", "孙禾", "30310", "0103", ("reviewer",)),
    ("weiran", "魏然", "30113", "0103", ("lead",)),
    ("fangning", "方宁", "00021", "0101", ("compliance",)),
    ("yanming", "严明", "00031", "0101", ("auditor",)),
    ("admin", "白帆", "00001", "0101", ("administrator",)),
)
LOGINS: Final = (
    Login("zhoumin", "周敏", "manager"),
    Login("shenyan", "沈言", "reviewer"),
    Login("luchuan", "陆川", "lead"),
    Login("fangning", "方宁", "compliance"),
    Login("yanming", "严明", "auditor"),
)


def open_bank(*, at: datetime) -> DemoBank:
    """Branches and people. Everybody has the same password and code generator: this is a demo."""
    for code, name, name_en in BRANCHES:
        staff.create_branch(
            code=code, name=name, name_en=name_en, city="示例市", phone="400-000-0000", actor=SYSTEM, at=at
        )
    ids = {person[0]: _appoint(*person, at=at) for person in _PEOPLE}
    actors = {username: _actor(ids[username], branch, roles) for username, _, _, branch, roles in _PEOPLE}

    def holding(role: str, branch: str) -> tuple[Actor, ...]:
        return tuple(actors[name] for name, _, _, place, roles in _PEOPLE if role in roles and place == branch)

    codes = [code for code, _, _ in BRANCHES]
    return DemoBank(
        managers={code: holding("manager", code) for code in codes},
        reviewers={code: holding("reviewer", code)[0] for code in codes},
        leads={code: holding("lead", code)[0] for code in codes},
        compliance=actors["fangning"],
    )


def bring_in(book: list[Loan], *, folder: Path, today: date, at: datetime) -> loans.ImportReport:
    """The loan book as a file, through the importer."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"loans-{today.isoformat()}.csv"
    write_loans(path, book, today=today)
    return loans.import_loans(source=path, dry_run=False, actor=SYSTEM, at=at)


def _appoint(username: str, name: str, staff_no: str, branch: str, roles: tuple[str, ...], *, at: datetime) -> UUID:
    member = staff.create_member(
        username=username,
        display_name=name,
        staff_no=staff_no,
        branch=branch,
        roles=roles,
        password=PASSWORD,
        keeps_password=True,
        skills=("consumer", "credit_card", "mortgage", "business"),
        actor=SYSTEM,
        at=at,
    )
    staff.enrol_totp(staff_id=member.id, secret=SECRET, actor=SYSTEM, at=at)
    for kind in staff.certificate_kinds():
        if kind.roles.intersection(roles):
            staff.issue_certificate(
                staff_id=member.id, kind=kind.key, evidence="onboarding training", actor=SYSTEM, at=at
            )
    return member.id


def _actor(member_id: UUID, branch: str, roles: tuple[str, ...]) -> Actor:
    whole = {"compliance", "auditor", "administrator"}.intersection(roles)
    return Actor(kind="staff", id=member_id, roles=frozenset(roles), branches=frozenset({"*"} if whole else {branch}))
