"""The ``heyi`` command: one entry point, a file for each verb.

Exit codes: 0 done · 1 done in part or something was found · 2 refused, nothing was done · 3 a component is away.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Final

import click

from heyi import __version__

COMMANDS: Final = {
    "admin": "heyi.config.cli.admin:admin_group",
    "backup": "heyi.config.cli.backup:backup",
    "demo": "heyi.config.cli.demo:demo",
    "doctor": "heyi.config.cli.doctor:doctor",
    "import": "heyi.config.cli.imports:import_group",
    "manage": "heyi.config.cli.manage:manage",
    "packs": "heyi.config.cli.packs:packs_group",
    "restore": "heyi.config.cli.restore:restore",
    "rotate-key": "heyi.config.cli.rotate_key:rotate_key",
    "serve": "heyi.config.cli.serve:serve",
    "verify-log": "heyi.config.cli.verify_log:verify_log",
    "worker": "heyi.config.cli.worker:worker",
}


class _Lazy(click.Group):
    """Loads a command when it is asked for, so that ``--help`` answers at once and without a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="heyi")
def cli() -> None:
    """Heyi 合意: where a bank and a borrower in arrears reach an agreement, and both can prove how they did."""


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
    cli(prog_name="heyi", windows_expand_args=False)
    sys.exit(0)
