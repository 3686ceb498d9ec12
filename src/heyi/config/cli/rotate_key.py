"""``heyi rotate-key``: another master key, and every person's key wrapped under it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from heyi.config.cli.output import AWAY, answer, console, fail, json_option, progress, start_django

RESTART = "restart heyi serve and heyi worker, so that all know both keys; then: heyi rotate-key"


@click.command(name="rotate-key")
@click.option("--new", is_flag=True, help="First step: make the new key and put the old one aside.")
@json_option
def rotate_key(*, new: bool, as_json: bool) -> None:
    """Change the master key in two steps; run again after a crash, it goes on where it stopped.

    \b
    1. heyi rotate-key --new   makes the key; with HEYI_MASTER_KEY set it is printed once and set by you
    2. restart everything      from now on both keys are known
    3. heyi rotate-key         wraps the key of each person anew, then removes the old file

    Exit codes: 0 done · 2 refused, nothing was done · 3 the database is away.
    """
    start_django()
    from django.core.exceptions import ImproperlyConfigured

    try:
        _make(as_json=as_json) if new else _rewrap(as_json=as_json)
    except ImproperlyConfigured as error:
        fail(str(error), next_step="docs/operations.md, Keys")


def _make(*, as_json: bool) -> None:
    from django.conf import settings

    from heyi.plumbing import master_key

    if settings.HEYI_MASTER_KEY_OLD:
        fail("a rotation is under way", next_step=RESTART)
    made = master_key.renewed()
    if settings.HEYI.master_key:
        told = "set HEYI_MASTER_KEY to the new key and HEYI_MASTER_KEY_OLD to the present one; "
        facts: dict[str, object] = {"ok": True, "master_key": made}
        answer(facts, as_json=as_json, human=lambda: console.print(f"new key, shown once:\n{made}", soft_wrap=True))
    else:
        _swap(settings.HEYI.data_dir, settings.HEYI_MASTER_KEY, made)
        told = ""
        answer({"ok": True}, as_json=as_json, human=lambda: console.print("[green]✓[/green] the new key is in place"))
    if not as_json:
        console.print(f"  next: {told}{RESTART}", soft_wrap=True)


def _rewrap(*, as_json: bool) -> None:
    from django.conf import settings
    from django.db import DatabaseError

    from heyi.capabilities.vault import api as vault
    from heyi.kit.actors import SYSTEM
    from heyi.kit.problems import Problem
    from heyi.plumbing import clock, master_key

    old = settings.HEYI_MASTER_KEY_OLD
    if not old:
        fail("no rotation is under way", next_step="heyi rotate-key --new")
    if not master_key.follows(settings.HEYI_MASTER_KEY, old):
        fail(
            "the new master key was not made from the old one",
            next_step="heyi rotate-key --new, and set what it prints",
        )
    try:
        with progress("wrapping keys", quiet=as_json) as report:
            done = vault.rewrap_keys(actor=SYSTEM, at=clock.now(), report=report)
    except Problem as refused:
        fail(f"{refused.code}: {refused.facts}", next_step="set HEYI_MASTER_KEY_OLD to the key that was in use before")
    except DatabaseError as error:
        fail(f"the database refused: {str(error).strip()}", next_step="heyi doctor, then heyi rotate-key", code=AWAY)
    kept = settings.HEYI.data_dir / "master.key.old"
    from_file = not settings.HEYI.master_key
    if from_file:
        kept.unlink(missing_ok=True)
    next_step = "make a new backup" if from_file else "take HEYI_MASTER_KEY_OLD away, restart, make a new backup"

    def words() -> None:
        console.print(f"[green]✓[/green] {done:,} keys of persons are wrapped under the new master key; none is left")
        console.print(f"  next: {next_step}; what an older backup holds still opens with the old key only")

    answer({"ok": True, "keys": done, "waiting": vault.keys_to_rewrap()}, as_json=as_json, human=words)


def _swap(folder: Path, old: str, new: str) -> None:
    """The old key aside first, on disk, then the new one in its place: a crash between leaves one key twice."""
    for name, key in (("master.key.old", old), ("master.key.new", new)):
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    (folder / "master.key.new").replace(folder / "master.key")
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
