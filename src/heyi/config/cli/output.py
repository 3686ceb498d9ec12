"""What every command shares: starting Django, saying things to people or machines, failing with the next step."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

DONE, PARTLY, REFUSED, AWAY = 0, 1, 2, 3

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def start_django() -> None:
    """Load the apps; commands import rooms only after this."""
    import django

    django.setup()


def command() -> str:
    """What to type for this command: its name, or the way to it when it is not on the path."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "heyi" and not shutil.which("heyi") else "heyi"


def fail(message: str, *, next_step: str, code: int = REFUSED) -> NoReturn:
    """Say what happened and what to do, on standard error, and leave; with ``--json`` also as one object."""
    asked = click.get_current_context(silent=True)
    if asked is not None and asked.params.get("as_json"):
        told = {"ok": False, "error": Text.from_markup(message).plain, "next": Text.from_markup(next_step).plain}
        click.echo(json.dumps(told, ensure_ascii=False))
    errors.print(f"[red]✗[/red] {message}", soft_wrap=True)
    errors.print(f"  next: {next_step}", soft_wrap=True)
    sys.exit(code)


def answer(facts: dict[str, Any], *, as_json: bool, human: Callable[[], None]) -> None:
    """Facts for machines, or words for people."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        human()


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error when a person watches; otherwise silence. Yields ``report(done, total)``."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
