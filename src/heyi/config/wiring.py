"""Everything that is plugged together: who hears which event, what runs when, which adapter stands behind a port."""

from __future__ import annotations

from datetime import timedelta

from heyi.plumbing import jobs, outbox


def connect() -> None:
    """Called once when the apps are ready. One line a wire."""
    from heyi.capabilities.contact import api as contact
    from heyi.capabilities.contact.adapters.carriers import CARRIERS
    from heyi.capabilities.contact.adapters.loans_reach import from_loans
    from heyi.capabilities.journal import api as journal
    from heyi.capabilities.loans import api as loans
    from heyi.capabilities.plans import api as plans
    from heyi.capabilities.signing import api as signing
    from heyi.capabilities.vault import api as vault
    from heyi.web.ui import sessions

    contact.plug(carriers=CARRIERS, reach=from_loans)
    jobs.register("contact.deliver_due", every=timedelta(seconds=1), work=contact.deliver_due)
    jobs.register("journal.sequence", every=timedelta(seconds=1), work=journal.sequence)
    jobs.register("loans.refresh_arrears", every=timedelta(minutes=15), work=loans.refresh_arrears)
    jobs.register("plans.assess", every=timedelta(minutes=15), work=plans.assess)
    jobs.register("sessions.clear_expired", every=timedelta(hours=1), work=sessions.clear_expired)
    jobs.register("signing.expire", every=timedelta(minutes=1), work=signing.expire_due)
    jobs.register("signing.seal", every=timedelta(seconds=1), work=signing.seal_due)
    jobs.register("vault.scrub", every=timedelta(hours=1), work=vault.scrub)

    outbox.subscribe(loans.PaymentReceived, "heyi.capabilities.plans.api.hear_payment")
    outbox.subscribe(loans.PaymentReversed, "heyi.capabilities.plans.api.hear_reversal")
