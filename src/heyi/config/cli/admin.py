"""``heyi admin create USERNAME``: the first administrator of a fresh installation, who opens all other accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from heyi.config.cli.output import AWAY, answer, console, fail, json_option, start_django

if TYPE_CHECKING:
    from heyi.capabilities.staff.api import Member

FIRST_PASSWORD_BYTES = 15


@click.group(name="admin")
def admin_group() -> None:
    """Accounts that nobody can open yet from inside.

    Exit codes: 0 done · 2 refused, nothing was done · 3 the database is away.
    """


@admin_group.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name as colleagues read it.")
@click.option("--branch", required=True, help="Code of a branch; it is opened when it does not exist yet.")
@click.option("--branch-name", default="", help="Its name, when it has to be opened.")
@click.option("--staff-no", default="", help="The person's staff number; the user name when left out.")
@click.option("--password-stdin", is_flag=True, help="Read the first password from standard input.")
@json_option
def create(
    username: str, name: str, branch: str, branch_name: str, staff_no: str, password_stdin: bool, as_json: bool
) -> None:
    """Open an administrator's account and print its first password once.

    The first login asks for a code generator; the password is changed at /console/account/password/.
    """
    start_django()
    from django.db import DatabaseError

    from heyi.kit.problems import Problem

    password = sys.stdin.readline().rstrip("\n") if password_stdin else _password()
    try:
        member = _create(username, name, branch, branch_name, staff_no, password)
    except Problem as refused:
        told = ", ".join(f"{key}: {value}" for key, value in refused.facts.items())
        fail(f"{refused.code} ({escape(told)})", next_step="docs/errors.md says what this code asks for")
    except DatabaseError as error:
        fail(
            f"the database refused: {escape(str(error).strip())}",
            next_step="heyi manage migrate, or heyi doctor when the database is away",
            code=AWAY,
        )
    facts = {"ok": True, "staff_id": str(member.id), "username": member.username, "branch": member.branch}
    shown = {} if password_stdin else {"password": password}
    answer({**facts, **shown}, as_json=as_json, human=lambda: _tell(member.username, shown.get("password", "")))


def _create(username: str, name: str, branch: str, branch_name: str, staff_no: str, password: str) -> Member:
    from heyi.capabilities.staff import api as staff
    from heyi.kit.actors import SYSTEM
    from heyi.plumbing import clock

    at = clock.now()
    if branch not in {row.code for row in staff.branches()}:
        called = branch_name or branch
        staff.create_branch(code=branch, name=called, name_en=called, city=called, actor=SYSTEM, at=at)
    return staff.create_member(
        username=username,
        display_name=name,
        staff_no=staff_no or username,
        branch=branch,
        roles=["administrator"],
        password=password,
        reason="first administrator",
        actor=SYSTEM,
        at=at,
    )


def _password() -> str:
    from heyi.plumbing.ids import new_token

    return new_token(FIRST_PASSWORD_BYTES)


def _tell(username: str, password: str) -> None:
    console.print(f"[green]✓[/green] {escape(username)} is an administrator now")
    if password:
        console.print(f"  first password, shown once: {escape(password)}", soft_wrap=True)
    console.print("  next: log in at /console/login/, enrol a code generator, open the others under /console/people/")
