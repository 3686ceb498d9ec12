"""Addresses of the staff console. Logging in stands in ``login.py``."""

from __future__ import annotations

from django.urls import path

from heyi.web.console import home, search
from heyi.web.console.book import contracts
from heyi.web.console.case.urls import urlpatterns as case
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
    *case,
]
