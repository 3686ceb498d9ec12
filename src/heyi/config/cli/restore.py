"""``heyi restore FILE``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from heyi.config.cli.output import PARTLY, answer, console, fail, json_option, progress, start_django


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--passphrase-file", type=click.Path(path_type=Path, exists=True), help="Opens the keys in the backup.")
@click.option("--force", is_flag=True, help="Replace a database that already holds entries.")
@json_option
def restore(*, file: Path, passphrase_file: Path | None, force: bool, as_json: bool) -> None:
    """Put a backup back, after checking every byte of it, and verify the journal afterwards."""
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    from heyi.capabilities.journal import api as journal
    from heyi.config import archive
    from heyi.kit.problems import Problem

    call_command("migrate", verbosity=0, interactive=False)
    if journal.entries(limit=1) and not force:
        fail("this installation already holds a journal", next_step="restore into an empty HEYI_DATA_DIR, or --force")
    passphrase = passphrase_file.read_text().strip() if passphrase_file else None
    try:
        with progress("checking", quiet=as_json) as report:
            contents = archive.read_back(
                source=file, data_dir=settings.HEYI.data_dir, passphrase=passphrase, report=report
            )
    except Problem as problem:
        fail(f"{file}: {problem}", next_step="take another backup; nothing was changed here")
    found = _verified_anew()

    def words() -> None:
        console.print(f"[green]✓[/green] {len(contents.files):,} files of {contents.made_at} are back")
        if locked:
            console.print("  its keys stayed sealed; --passphrase-file opens them, or put the master key back yourself")
        console.print(f"  journal: {found['size']:,} entries in the tree, {len(found['faults'])} faults")

    locked = contents.with_keys and passphrase is None
    facts = {
        "files": len(contents.files),
        "entries": found["size"],
        "faults": len(found["faults"]),
        "keys_left_sealed": locked,
    }
    answer(facts, as_json=as_json, human=words)
    sys.exit(PARTLY if found["faults"] else 0)


def _verified_anew() -> dict[str, Any]:
    """The journal as a new process sees it, with the keys that have just come back."""
    told = subprocess.run(
        [sys.executable, "-m", "heyi", "verify-log", "--json"], capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found
