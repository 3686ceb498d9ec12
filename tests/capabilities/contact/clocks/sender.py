"""A worker of its own process, run by ``test_wrong_clocks.py`` under a false clock: deliver what is due, say what left.

Arguments: seconds of work, and a line on standard output for each thing that arrived (the true time is the parent's).
"""

from __future__ import annotations

import sys
import time
from uuid import UUID

import django

django.setup()

from heyi.capabilities.contact import ports  # noqa: E402 – Django has to stand first
from heyi.plumbing import clock, clock_trust, jobs  # noqa: E402


class Counter:
    """A carrier that says what it was given."""

    def carry(self, parcel: ports.Parcel, *, leave: object) -> ports.Receipt:
        leave.spend(parcel.key)  # type: ignore[attr-defined]
        print(f"sent {clock.now().isoformat()}", flush=True)
        return ports.Receipt(provider_id=parcel.key)


def reach(*, party_id: UUID, contract_id: UUID | None) -> ports.Reachable:
    """Everybody owes."""
    return ports.Reachable(mobile="13800000000", email="", address="", relation="debtor")


ports.plug(carriers={"sms": Counter}, reach=reach)
until = time.monotonic() + float(sys.argv[1])
jobs.run_forever(stop=lambda: time.monotonic() > until, pause_seconds=0.1)
print(f"doubt {clock_trust.doubt()}", flush=True)
