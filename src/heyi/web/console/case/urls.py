"""Addresses of a case, below ``/console/cases/<id>/``."""

from __future__ import annotations

from django.urls import path

from heyi.web.console.case import calls, editing, phrases, views
from heyi.web.console.case.acts import ACTS
from heyi.web.console.case.posting import view_of
from heyi.web.console.case.tabs import TABS

CASE = "cases/<uuid:case_id>/"

urlpatterns = [
    path(CASE, views.case, name="case"),
    *[path(f"{CASE}{name}/", views.tab_view(name), name=f"case_{name}") for name in TABS],
    *[path(f"{CASE}do/{act.name}/", view_of(act), name=f"case_{act.name}") for act in ACTS],
    path(f"{CASE}plan/try/", editing.try_terms, name="case_try"),
    path(f"{CASE}plan/save/", editing.save_terms, name="case_save"),
    path(f"{CASE}plan/versions/<uuid:offer_id>/", views.version, name="case_version"),
    path(f"{CASE}timeline/<uuid:entry_id>/", views.entry, name="case_entry"),
    path(f"{CASE}papers/<uuid:object_id>/", views.paper, name="case_paper"),
    path(f"{CASE}papers/agreement/<slug:language>/", views.agreement, name="case_agreement"),
    path(f"{CASE}call/", calls.dial, name="case_dial"),
    path(f"{CASE}call/<uuid:leave_id>/", calls.call, name="case_call"),
    path(f"{CASE}phrases/", phrases.phrases, name="case_phrases"),
    path(f"{CASE}messages/", views.messages, name="case_messages"),
    path(f"{CASE}reveal/", views.reveal, name="case_reveal"),
    path(f"{CASE}sensitive/", views.sensitive, name="case_sensitive"),
    path(f"{CASE}look/", views.look, name="case_look"),
]
