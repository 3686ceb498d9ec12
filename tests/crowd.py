"""Acts that start at the same moment, each in a thread with connections of its own, as processes have them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all acts together; what each gave, or the error that it raised, in their order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        try:
            gate.wait(timeout=60)
            results[number] = acts[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return results
