"""``heyi admin create``: the way into an empty installation."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from heyi.capabilities.staff import api as staff
from heyi.config.cli import cli

pytestmark = [pytest.mark.django_db, pytest.mark.req("C9")]

ARGUMENTS = ["admin", "create", "Root", "--name", "管理员", "--branch", "0001", "--json"]


def test_the_first_administrator_and_their_branch() -> None:
    done = CliRunner().invoke(cli, ARGUMENTS)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert len(told["password"]) >= 16
    (member,) = staff.members()
    assert (member.username, member.roles, member.branch) == ("root", {"administrator"}, "0001")


def test_a_password_from_standard_input_is_not_told_again() -> None:
    done = CliRunner().invoke(cli, [*ARGUMENTS, "--password-stdin"], input="harbour-lantern-42\n")
    assert done.exit_code == 0, done.output
    assert "harbour-lantern-42" not in done.output


def test_a_name_is_given_once() -> None:
    CliRunner().invoke(cli, ARGUMENTS)
    again = CliRunner().invoke(cli, ARGUMENTS)
    assert again.exit_code == 2
    assert "staff.name_taken" in again.stderr


def test_a_weak_password_is_refused() -> None:
    done = CliRunner().invoke(cli, [*ARGUMENTS, "--password-stdin"], input="short\n")
    assert done.exit_code == 2
    assert staff.members() == []
