"""Everything that is plugged together: who hears which event, what runs when, which adapter stands behind a port."""

from __future__ import annotations

from datetime import timedelta

from heyi.plumbing import jobs, outbox


def connect() -> None:
    """Called once when the apps are ready. One line a wire."""
    from heyi.capabilities.approvals import api as approvals
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.compliance.domain import HoldPlaced
    from heyi.capabilities.contact import api as contact
    from heyi.capabilities.contact.adapters.carriers import CARRIERS
    from heyi.capabilities.contact.adapters.loans_reach import from_loans
    from heyi.capabilities.journal import api as journal
    from heyi.capabilities.loans import api as loans
    from heyi.capabilities.plans import api as plans
    from heyi.capabilities.signing import api as signing
    from heyi.capabilities.vault import api as vault
    from heyi.web.api import idempotency
    from heyi.web.ui import sessions

    contact.plug(carriers=CARRIERS, reach=from_loans)
    jobs.register("approvals.expire", every=timedelta(minutes=1), work=approvals.expire_due)
    jobs.register("api.forget_old", every=timedelta(hours=12), work=idempotency.forget_old)
    jobs.register("contact.deliver_due", every=timedelta(seconds=1), work=contact.deliver_in_turn)
    jobs.register("contact.dry_runs", every=timedelta(seconds=2), work=contact.start_dry_runs)
    jobs.register("journal.sequence", every=timedelta(seconds=1), work=journal.sequence)
    jobs.register("loans.refresh_arrears", every=timedelta(minutes=15), work=loans.refresh_arrears)
    jobs.register("loans.work_staged", every=timedelta(seconds=1), work=loans.work_staged, apart=True)
    jobs.register("plans.assess", every=timedelta(minutes=15), work=plans.assess)
    jobs.register("sessions.clear_expired", every=timedelta(hours=1), work=sessions.clear_expired)
    jobs.register("signing.expire", every=timedelta(minutes=1), work=signing.expire_due)
    jobs.register("signing.renew", every=timedelta(hours=1), work=signing.renew_due)
    jobs.register("signing.seal", every=timedelta(seconds=1), work=signing.seal_due)
    jobs.register("vault.scrub", every=timedelta(hours=1), work=vault.scrub)

    jobs.register("compliance.refresh_limitation", every=timedelta(hours=6), work=compliance.refresh_limitation)

    outbox.subscribe(loans.PaymentReceived, "heyi.capabilities.compliance.api.hear_payment")
    outbox.subscribe(loans.PaymentReversed, "heyi.capabilities.compliance.api.hear_reversal")
    outbox.subscribe(loans.PaymentReceived, "heyi.capabilities.plans.api.hear_payment")
    outbox.subscribe(loans.PaymentReversed, "heyi.capabilities.plans.api.hear_reversal")
    _packs()
    outbox.subscribe(HoldPlaced, "heyi.capabilities.contact.api.hear_hold")
    jobs.register("contact.note_notices", every=timedelta(minutes=1), work=contact.note_notices)
    _negotiation()


def _packs() -> None:
    """A change of the rules follows the committee's vote and begins on its day."""
    from heyi.capabilities.approvals import domain as approvals
    from heyi.capabilities.compliance import api as compliance

    jobs.register("compliance.adopt_packs", every=timedelta(minutes=1), work=compliance.adopt_due)
    heard: dict[type, str] = {
        approvals.ApprovalGranted: "hear_approval_granted",
        approvals.ApprovalRefused: "hear_approval_refused",
        approvals.ApprovalExpired: "hear_approval_expired",
        approvals.ApprovalRevoked: "hear_approval_revoked",
        approvals.ApprovalWithdrawn: "hear_approval_withdrawn",
    }
    for event, name in heard.items():
        outbox.subscribe(event, f"heyi.capabilities.compliance.subscribers.{name}")


def _negotiation() -> None:
    """The talks hear the votes, the signature, the promises and the money; their own events do what can wait."""
    from django.conf import settings

    from heyi.capabilities.approvals import domain as approvals
    from heyi.capabilities.loans.domain import PaymentReceived, PaymentReversed
    from heyi.capabilities.negotiation import api as negotiation
    from heyi.capabilities.negotiation.adapters import real_name
    from heyi.capabilities.negotiation.domain import ApplicationSubmitted, TermsAgreed
    from heyi.capabilities.plans import domain as plans
    from heyi.capabilities.signing import domain as signing
    from heyi.web.console.queue import case_sheet

    negotiation.plug_real_name(real_name.service(settings.HEYI.real_name_url))
    negotiation.plug_case_sheet(case_sheet.CaseSheets())
    heard: dict[type, str] = {
        ApplicationSubmitted: "hear_submitted",
        TermsAgreed: "hear_agreed",
        signing.BorrowerSigned: "hear_borrower_signed",
        signing.AgreementSealed: "hear_sealed",
        signing.AgreementRefused: "hear_refused",
        signing.AgreementExpired: "hear_expired",
        plans.PromiseKept: "hear_promise_kept",
        plans.PromiseLate: "hear_promise_late",
        plans.PromiseMadeGood: "hear_promise_made_good",
        plans.PromiseReopened: "hear_promise_reopened",
        plans.MoneyCounted: "hear_money_counted",
        plans.MoneyTakenBack: "hear_money_taken_back",
        plans.PlanBroken: "hear_plan_broken",
        plans.PlanRestored: "hear_plan_restored",
        plans.PlanCompleted: "hear_plan_completed",
        plans.PlanReopened: "hear_plan_reopened",
        PaymentReceived: "hear_payment",
        PaymentReversed: "hear_payment",
        approvals.ApprovalGranted: "hear_approval_granted",
        approvals.ApprovalRefused: "hear_approval_ended",
        approvals.ApprovalExpired: "hear_approval_ended",
        approvals.ApprovalRevoked: "hear_approval_ended",
        approvals.ApprovalWithdrawn: "hear_approval_ended",
    }
    for event, name in heard.items():
        outbox.subscribe(event, f"heyi.capabilities.negotiation.subscribers.{name}")
    jobs.register("negotiation.expire_exports", every=timedelta(hours=1), work=negotiation.expire_exports)
    jobs.register("negotiation.work_exports", every=timedelta(seconds=1), work=negotiation.work_exports, apart=True)
    jobs.register("negotiation.expire_offers", every=timedelta(minutes=1), work=negotiation.expire_offers)
    jobs.register("negotiation.remind_of_offers", every=timedelta(hours=1), work=negotiation.remind_of_offers)
    jobs.register("negotiation.remind_of_instalments", every=timedelta(hours=1), work=negotiation.remind_of_instalments)
    jobs.register("negotiation.send_progress", every=timedelta(hours=12), work=negotiation.send_progress)
    jobs.register("negotiation.copy_figures", every=timedelta(minutes=10), work=negotiation.copy_figures)
    jobs.register("negotiation.note_late", every=timedelta(minutes=10), work=negotiation.note_late)
    jobs.register("negotiation.close_silent", every=timedelta(hours=6), work=negotiation.close_silent)
