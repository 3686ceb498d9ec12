"""``heyi doctor``: which components are there, which are missing, and the command that mends it."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from rich.table import Table

from heyi.config.cli.output import AWAY, DONE, answer, console, json_option, start_django

MARKS = {"ok": "[green]✓[/green]", "missing": "[red]✗[/red]", "optional": "[yellow]–[/yellow]"}


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Examine this installation."""
    start_django()
    from heyi.config.checkup import examine

    findings = examine()

    def words() -> None:
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            table.add_row(MARKS[finding.state], finding.name, finding.seen, finding.mend and f"→ {finding.mend}")
        console.print(table)

    sick = any(finding.state == "missing" for finding in findings)
    answer({"ok": not sick, "findings": [asdict(finding) for finding in findings]}, as_json=as_json, human=words)
    sys.exit(AWAY if sick else DONE)
