"""``heyi worker``: the process that delivers events, runs ticks and sends what may be sent."""

from __future__ import annotations

import signal
from types import FrameType

import click

from heyi.config.cli.output import start_django


@click.command()
def worker() -> None:
    """Run the periodic work and the outbox until stopped. Several workers may run at once."""
    start_django()
    from heyi.plumbing import jobs

    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    jobs.run_forever(stop=lambda: stopping)
