"""Who may do what: grants, their end, what may not lie in one hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.models import ApiClient, BranchPass, User
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9", "B23")]

AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
PASSWORD = "harbour-lantern-42"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _branches() -> None:
    for code, name, name_en in (("gz01", "广州支行", "Guangzhou"), ("sz01", "深圳支行", "Shenzhen")):
        staff.create_branch(code=code, name=name, name_en=name_en, city=name[:2], actor=SYSTEM, at=AT)


def someone(*roles: str, branch: str = "gz01", username: str = "zhou", at: datetime = AT) -> staff.Member:
    return staff.create_member(
        username=username,
        display_name="周敏",
        staff_no=f"S-{username}",
        branch=branch,
        roles=roles,
        password=PASSWORD,
        actor=SYSTEM,
        at=at,
    )


def actor(member: staff.Member, at: datetime = AT) -> Actor:
    return staff.actor_of(User.objects.get(pk=member.id), at=at)


@pytest.mark.parametrize(
    ("roles", "branches"),
    [
        (("manager",), {"gz01"}),
        (("reviewer", "lead"), {"gz01"}),
        (("compliance",), {"*"}),
        (("auditor",), {"*"}),
        (("administrator",), {"*"}),
        ((), set()),
    ],
)
def test_roles_decide_the_branches_that_are_seen(roles: tuple[str, ...], branches: set[str]) -> None:
    who = actor(someone(*roles))
    assert who.roles == set(roles)
    assert who.branches == branches


def test_a_role_ends_when_it_is_taken_back_and_the_history_tells() -> None:
    member = someone("manager")
    later = AT + timedelta(hours=1)
    staff.revoke_role(staff_id=member.id, role="manager", reason="moved to cards", actor=SYSTEM, at=later)
    assert actor(member, later).roles == frozenset()
    (line,) = staff.grants(staff_id=member.id)
    assert (line.granted_by, line.granted_at, line.reason) == ("system", AT, "appointed")
    assert (line.revoked_by, line.revoked_at, line.revoke_reason) == ("system", later, "moved to cards")


def test_a_role_with_an_end_lapses_by_itself_and_can_be_given_again() -> None:
    member = someone()
    until = AT + timedelta(days=1)
    staff.grant_role(staff_id=member.id, role="lead", reason="holiday cover", until=until, actor=SYSTEM, at=AT)
    assert actor(member, until - timedelta(seconds=1)).roles == {"lead"}
    assert actor(member, until).roles == frozenset()
    staff.grant_role(staff_id=member.id, role="lead", reason="again", actor=SYSTEM, at=until)
    assert actor(member, until).roles == {"lead"}
    assert len(staff.grants(staff_id=member.id)) == 2


def test_a_closed_account_has_no_rights_and_keeps_its_name() -> None:
    member = someone("manager")
    staff.close_member(staff_id=member.id, reason="left the bank", actor=SYSTEM, at=AT)
    assert actor(member).roles == frozenset()
    assert staff.members() == []
    assert staff.member_names(staff_ids=[member.id]) == {member.id: "周敏"}
    staff.reopen_member(staff_id=member.id, reason="came back", actor=SYSTEM, at=AT)
    assert actor(member).roles == {"manager"}


@pytest.mark.parametrize("roles", [("auditor", "manager"), ("administrator", "compliance")])
def test_who_checks_or_hands_out_rights_does_nothing_else(roles: tuple[str, ...]) -> None:
    with pytest.raises(staff.RolesExclude) as refusal:
        someone(*roles)
    assert refusal.value.facts["roles"] == sorted(roles)
    member = someone(roles[0])
    with pytest.raises(staff.RolesExclude):
        staff.grant_role(staff_id=member.id, role=roles[1], reason="more", actor=SYSTEM, at=AT)


def test_nobody_changes_their_own_rights() -> None:
    boss = someone("administrator")
    me = actor(boss)
    for act in (
        lambda: staff.grant_role(staff_id=boss.id, role="lead", reason="why not", actor=me, at=AT),
        lambda: staff.revoke_role(staff_id=boss.id, role="administrator", reason="why not", actor=me, at=AT),
        lambda: staff.change_member(staff_id=boss.id, branch="sz01", actor=me, at=AT),
        lambda: staff.forget_second_factors(staff_id=boss.id, reason="lost it", actor=me, at=AT),
    ):
        with pytest.raises(staff.OwnRights):
            act()


@pytest.mark.parametrize("role", ["manager", "reviewer", "lead", "compliance", "auditor"])
def test_only_administrators_touch_accounts(role: str) -> None:
    someone("manager", username="target")
    me = actor(someone(role))
    target = staff.members(role="manager")[0].id
    for act in (
        lambda: staff.grant_role(staff_id=target, role="lead", reason="because", actor=me, at=AT),
        lambda: staff.revoke_role(staff_id=target, role="manager", reason="because", actor=me, at=AT),
        lambda: staff.close_member(staff_id=target, reason="because", actor=me, at=AT),
        lambda: staff.set_password(staff_id=target, password=PASSWORD, actor=me, at=AT),
        lambda: staff.enrol_totp(staff_id=target, secret=SECRET, actor=me, at=AT),
        lambda: staff.create_client(name="core", branches=["*"], actor=me, at=AT),
        lambda: staff.create_branch(code="x", name="x", name_en="x", city="x", actor=me, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_names_are_taken_once_and_passwords_must_be_hard_to_guess() -> None:
    someone("manager")
    with pytest.raises(staff.NameTaken):
        someone("manager", username="ZHOU")
    with pytest.raises(staff.WeakPassword) as refusal:
        staff.create_member(
            username="chen",
            display_name="陈立",
            staff_no="S-2",
            branch="gz01",
            roles=["manager"],
            password="password",
            actor=SYSTEM,
            at=AT,
        )
    assert "password_too_common" in refusal.value.facts["rules"]


def test_members_are_found_by_branch_role_and_skill() -> None:
    someone("manager")
    someone("reviewer", branch="sz01", username="chen")
    assert [m.username for m in staff.members(branch="sz01")] == ["chen"]
    assert [m.username for m in staff.members(role="manager")] == ["zhou"]
    changed = staff.change_member(
        staff_id=staff.members(role="manager")[0].id, branch="sz01", skills=["mortgage"], actor=SYSTEM, at=AT
    )
    assert (changed.branch, changed.skills) == ("sz01", {"mortgage"})


class TestBranchPass:
    case = uuid4()

    def ask(self, who: Actor, **change: object) -> staff.Pass:
        asked: dict[str, object] = {"case_id": self.case, "branch": "sz01", "reason": "客户转来广州办理", "at": AT}
        return staff.look_beyond_branch(actor=who, **(asked | change))  # type: ignore[arg-type]

    def may_see(self, who: Actor, case_id: UUID | None = None, branch: str = "sz01", at: datetime = AT) -> bool:
        return staff.may_see(actor=who, branch=branch, case_id=case_id or self.case, at=at)

    def test_one_case_for_some_hours_with_a_reason_that_is_sealed_and_journaled(self) -> None:
        who = actor(someone("manager"))
        assert not self.may_see(who)
        leave = self.ask(who)
        assert self.may_see(who)
        assert not self.may_see(who, case_id=uuid4())
        assert self.may_see(who, at=leave.until - timedelta(seconds=1))
        assert not self.may_see(who, at=leave.until)
        assert "客户".encode() not in bytes(BranchPass.objects.get().reason_sealed)
        assert journal.entries(limit=1)[0].act == "staff.look_beyond_branch"

    def test_a_pass_serves_its_holder_only_and_ends_with_the_account(self) -> None:
        member = someone("manager")
        self.ask(actor(member))
        assert not self.may_see(actor(someone("manager", username="chen")))
        staff.close_member(staff_id=member.id, reason="left", actor=SYSTEM, at=AT)
        assert not self.may_see(actor(member))

    @pytest.mark.parametrize("change", [{"reason": "  "}, {"hours": 0}, {"hours": 73}])
    def test_no_reason_or_no_end_no_pass(self, change: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            self.ask(actor(someone("lead")), **change)

    def test_borrowers_and_machines_get_none(self) -> None:
        for who in (Actor("borrower", uuid4(), frozenset({"borrower"})), Actor("integration", uuid4())):
            with pytest.raises(NotAllowed):
                self.ask(who)
            assert not self.may_see(who)


class TestClients:
    def test_a_key_is_shown_once_and_works_until_it_is_revoked(self) -> None:
        new = staff.create_client(name="core banking", branches=["gz01"], actor=SYSTEM, at=AT)
        who = staff.client_actor(new.token, at=AT)
        assert (who.kind, who.roles, who.branches) == ("integration", {"integration"}, {"gz01"})
        assert new.token not in str(ApiClient.objects.values().get())
        staff.revoke_client(client_id=new.client.id, reason="rotated", actor=SYSTEM, at=AT)
        with pytest.raises(staff.BadClientKey):
            staff.client_actor(new.token, at=AT)

    def test_unknown_and_lapsed_keys_get_the_same_answer(self) -> None:
        until = AT + timedelta(days=30)
        new = staff.create_client(name="app", branches=["*"], until=until, actor=SYSTEM, at=AT)
        answers = []
        for token in (new.token, "heyi_nobody", ""):
            with pytest.raises(staff.BadClientKey) as refusal:
                staff.client_actor(token, at=until)
            answers.append(str(refusal.value))
        assert len(set(answers)) == 1

    def test_a_client_needs_branches_that_exist(self) -> None:
        with pytest.raises(staff.UnknownBranch):
            staff.create_client(name="app", branches=["nowhere"], actor=SYSTEM, at=AT)
        with pytest.raises(Invalid):
            staff.create_client(name="app", branches=[], actor=SYSTEM, at=AT)


def test_every_act_stands_in_the_journal() -> None:
    member = someone("manager")
    staff.grant_role(staff_id=member.id, role="lead", reason="promoted", actor=SYSTEM, at=AT)
    staff.close_member(staff_id=member.id, reason="left", actor=SYSTEM, at=AT)
    acts = {entry.act for entry in journal.entries(limit=50)}
    assert {"staff.create_branch", "staff.create_member", "staff.grant_role", "staff.close_member"} <= acts
