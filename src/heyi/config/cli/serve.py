"""``heyi serve``: pages, live streams and the worker, started and watched together."""

from __future__ import annotations

import click

from heyi.config.cli.output import fail, start_django


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port of the pages; live streams use the next one.")
@click.option("--threads", default=8, show_default=True, help="Threads for pages.")
@click.option("--migrate/--no-migrate", default=True, show_default=True, help="Bring the database up to date first.")
def serve(*, host: str, port: int, threads: int, migrate: bool) -> None:
    """Serve the portal, the console and the API until Ctrl-C."""
    start_django()
    from django.core.management import call_command
    from django.db import OperationalError

    from heyi.config.supervisor import Supervisor

    try:
        if migrate:
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        fail(f"the database does not answer: {error}".strip(), next_step="heyi doctor", code=3)
    Supervisor(host=host, port=port, threads=threads).run()
