"""``heyi verify-log``: is the journal what it was, entry by entry?"""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from heyi.config.cli.output import DONE, PARTLY, answer, console, json_option, progress, start_django


@click.command("verify-log")
@json_option
def verify_log(*, as_json: bool) -> None:
    """Recompute the whole journal and its checkpoints. Names each entry that somebody changed."""
    start_django()
    from heyi.capabilities.journal import api as journal

    with progress("verifying", quiet=as_json) as report:
        found = journal.verify(progress=report)

    def words() -> None:
        console.print(f"{found.size:,} entries, {found.checkpoints:,} checkpoints recomputed")
        for fault in found.faults:
            place = f"#{fault.index}" if fault.index is not None else "not yet in the tree"
            console.print(f"[red]✗[/red] entry {fault.entry_id} ({place}): {fault.kind}: {fault.detail}")
        if found.faults:
            console.print("  next: keep the database as it is, and compare with a backup and the borrowers' receipts")
        else:
            console.print("[green]✓[/green] nothing was changed, removed or put in")

    answer(asdict(found), as_json=as_json, human=words)
    sys.exit(PARTLY if found.faults else DONE)
