"""Addresses of the staff console. Logging in stands in ``login.py``."""

from __future__ import annotations

from django.urls import path

from heyi.web.console import figures, home, search
from heyi.web.console.book import contracts, imports, payments
from heyi.web.console.case.urls import urlpatterns as case
from heyi.web.console.compliance import approvals, changes, clocks, dry_runs, holds, rules, training
from heyi.web.console.control import audit, people
from heyi.web.console.queue import bulk, lists, looks

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", lists.cases, name="cases"),
    path("approvals/", lists.approvals, name="approvals"),
    path("talks/", lists.talks, name="talks"),
    path("cases/bulk/", bulk.bulk, name="bulk"),
    path("cases/bulk/assign/", bulk.assign, name="bulk_assign"),
    path("cases/bulk/export/", bulk.export, name="export"),
    path("cases/views/", looks.save_view, name="save_view"),
    path("cases/columns/", looks.columns, name="columns"),
    path("cases/<uuid:case_id>/brief/", lists.brief_look, name="brief"),
    path("loans/", contracts.contracts, name="contracts"),
    path("loans/<uuid:contract_id>/", contracts.contract, name="contract"),
    path("loans/<uuid:contract_id>/reveal/", contracts.reveal, name="contract_reveal"),
    path("loans/<uuid:contract_id>/hold/", contracts.hold, name="hold"),
    path("loans/<uuid:contract_id>/hold/<uuid:hold_id>/lift/", contracts.lift, name="lift"),
    path("loans/<uuid:contract_id>/invite/", contracts.invite, name="invite"),
    path("search/", search.search, name="search"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:staged_id>/", imports.staged, name="staged"),
    path("imports/<uuid:staged_id>/state/", imports.state, name="import_state"),
    path("imports/<uuid:staged_id>/retry/", imports.retry, name="import_retry"),
    path("imports/<uuid:staged_id>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:staged_id>/refused/", imports.refused, name="import_refused"),
    path("imports/template/<slug:kind>/", imports.template, name="import_template"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<uuid:payment_id>/", payments.payment, name="payment"),
    path("payments/<uuid:payment_id>/match/", payments.match, name="match"),
    path("payments/<uuid:payment_id>/reverse/", payments.reverse_payment, name="reverse_payment"),
    path("loans/<uuid:contract_id>/limitation/", clocks.limitation, name="limitation"),
    path("loans/<uuid:contract_id>/limitation/record/", clocks.record, name="limitation_record"),
    path("loans/<uuid:contract_id>/limitation/<uuid:event_id>/withdraw/", clocks.withdraw, name="limitation_withdraw"),
    path("clocks/", clocks.clocks, name="clocks"),
    path("clocks/<uuid:clock_id>/end/", clocks.end, name="clock_end"),
    path("votes/", approvals.listed, name="votes"),
    path("votes/new/<slug:kind>/", approvals.new, name="vote_new"),
    path("votes/<uuid:approval_id>/", approvals.one, name="vote"),
    path("votes/<uuid:approval_id>/vote/", approvals.vote, name="vote_cast"),
    path("votes/<uuid:approval_id>/act/", approvals.act, name="vote_act"),
    path("training/", training.training, name="training"),
    path("training/record/", training.record, name="training_record"),
    path("training/exam/", training.start, name="exam_start"),
    path("training/exam/<uuid:sitting_id>/", training.sit, name="exam"),
    path("rules/", rules.rules, name="rules"),
    path("rules/clauses/", rules.clauses, name="clauses"),
    path("rules/clauses/<slug:name>/<path:clause_id>/", rules.clause, name="clause"),
    path("rules/changes/new/<slug:name>/<path:clause_id>/", changes.edit, name="rule_edit"),
    path("rules/changes/upload/", changes.upload, name="rule_upload"),
    path("rules/changes/installed/<slug:name>/", changes.installed, name="rule_installed"),
    path("rules/changes/<uuid:proposal_id>/", changes.change, name="rule_change"),
    path("rules/changes/<uuid:proposal_id>/withdraw/", changes.withdraw, name="rule_withdraw"),
    path("dry-runs/", dry_runs.dry_runs, name="dry_runs"),
    path("dry-runs/<uuid:run_id>/", dry_runs.dry_run, name="dry_run"),
    path("figures/", figures.figures, name="figures"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_member, name="new_member"),
    path("people/branches/new/", people.new_branch, name="new_branch"),
    path("people/clients/new/", people.new_client, name="new_client"),
    path("people/clients/<uuid:client_id>/end/", people.end_client, name="end_client"),
    path("people/<uuid:staff_id>/", people.member, name="member"),
    path("people/<uuid:staff_id>/grant/", people.grant, name="grant"),
    path("people/<uuid:staff_id>/revoke/", people.revoke, name="revoke"),
    path("people/<uuid:staff_id>/switch/", people.switch, name="switch"),
    path("audit/", audit.audit, name="audit"),
    path("audit/<uuid:entry_id>/", audit.entry, name="audit_entry"),
    path("refusals/", audit.refusals, name="refusals"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.place, name="hold_new"),
    path("holds/<uuid:hold_id>/", holds.hold, name="hold_page"),
    path("holds/<uuid:hold_id>/reason/", holds.reason, name="hold_reason"),
    path("holds/<uuid:hold_id>/lift/", holds.lift_one, name="hold_lift"),
    *case,
]
