"""``heyi demo``: a synthetic bank to click through, a whole journey by the API, and a forger to be found out."""

from __future__ import annotations

import os
import sys

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from heyi.config.cli.output import command, console, errors, fail, start_django

DEMO_SETTINGS = {
    "HEYI_DEMO": "1",
    "HEYI_REPAY_PAYEE": "示例银行股份有限公司",
    "HEYI_REPAY_BANK": "示例银行示例支行",
    "HEYI_REPAY_ACCOUNT": "0000 0000 0000 0000 00",
    "HEYI_COMPLAINT_PHONE": "400-000-0001",
    "HEYI_COMPLAINT_MAIL": "complaints@bank.example",
    "HEYI_COMPLAINT_ADDRESS": "示例市示例路 1 号，示例银行消费者权益保护部",
}
"""An invented bank's particulars; what the operator sets himself comes first."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port of the pages; live streams use the next one.")
@click.option("--script", is_flag=True, help="Walk one whole journey by the public API and print each step's proof.")
@click.option("--tamper", is_flag=True, help="Change one journal entry in the database, as a forger would.")
@click.option("--only-seed", is_flag=True, help="Make the bank and leave.")
def demo(*, host: str, port: int, script: bool, tamper: bool, only_seed: bool) -> None:
    """Make the demo bank, if it is not there yet, and serve it."""
    os.environ.update(DEMO_SETTINGS | {name: os.environ[name] for name in DEMO_SETTINGS if name in os.environ})
    os.environ["HEYI_DEMO"] = "1"
    start_django()
    from django.conf import settings

    from heyi.config.demo import tampering, walk

    _make_bank()
    if tamper:
        console.print(tampering.tamper())
        console.print(f"  next: {command()} verify-log")
    elif script:
        sys.exit(walk.run(say=console.print))
    elif not only_seed:
        _tell(host, port, str(settings.HEYI.data_dir))
        _serve(host, port)


def _make_bank() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from heyi.config.demo.seed import is_seeded, seed
    from heyi.plumbing import clock

    folder = settings.HEYI.data_dir
    if is_seeded(folder):
        call_command("migrate", verbosity=0, interactive=False)
        return
    _refuse_a_real_bank()
    with Progress(
        TextColumn("{task.description:24}"), BarColumn(), TimeElapsedColumn(), console=errors, transient=False
    ) as bar:
        task = bar.add_task("tables", total=1)
        call_command("migrate", verbosity=0, interactive=False)
        seed(
            data_dir=folder,
            at=clock.now(),
            say=lambda label, done, total: bar.update(task, description=label, completed=done, total=total),
        )
        bar.update(task, description="the demo bank is ready", completed=1, total=1)


def _refuse_a_real_bank() -> None:
    from django.conf import settings
    from django.db import connection

    if "journal_entry" in connection.introspection.table_names():
        from heyi.capabilities.journal import api as journal

        if journal.entries(limit=1):
            fail(
                f"{settings.HEYI.data_dir} or DATABASE_URL already holds a bank that is not the demo",
                next_step="HEYI_DATA_DIR=somewhere/else heyi demo",
            )


def _serve(host: str, port: int) -> None:
    from heyi.config.supervisor import Supervisor

    Supervisor(host=host, port=port, threads=8).run()


def _tell(host: str, port: int, folder: str) -> None:
    from heyi.config.demo.bank import LOGINS, PASSWORD

    base = f"http://{host}:{port}"
    console.print()
    for name, address, note in (
        ("demo page", f"{base}/demo/", "people to play, codes, SMS and mail: start here"),
        ("borrower", f"{base}/", "the portal, made for a phone"),
        ("bank", f"{base}/console/", "the console, made for 1366 × 768"),
        ("API", f"{base}/api/v1/docs", "OpenAPI, to read and try"),
        ("check a file", f"{base}/verify/", "is this signed agreement genuine?"),
    ):
        console.print(f"[bold]{name:14}[/bold]{address:40}[dim]{note}[/dim]", soft_wrap=True)
    console.print()
    people = ", ".join(f"{login.username} ({login.role})" for login in LOGINS)
    console.print(f"logins: {people}; password [bold]{PASSWORD}[/bold]", soft_wrap=True)
    heyi = command()
    console.print("try this, in another window:")
    console.print(f"  {heyi} demo --script     one whole journey by the API, with its proofs")
    console.print(f"  {heyi} demo --tamper     a forger changes one entry of the journal")
    console.print(f"  {heyi} verify-log        names the entry")
    console.print(f"[dim]data in {folder}; Ctrl-C stops[/dim]", soft_wrap=True)
