"""``heyi manage …``: Django's own commands, for operators who know them."""

from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def manage(args: tuple[str, ...]) -> None:
    """Django's management commands, such as `heyi manage migrate`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["heyi manage", *args])
