"""Addresses of the borrower's portal and of the public pages."""

from __future__ import annotations

from django.urls import path

from heyi.web.portal import application, entry, home, public, verify

app_name = "portal"

urlpatterns = [
    path("", public.landing, name="landing"),
    path("verify/", verify.verify, name="verify"),
    path("enter/", entry.enter, name="login"),
    path("enter/code/", entry.code, name="code"),
    path("enter/again/", entry.again, name="code_again"),
    path("s/<str:token>", entry.short_link, name="short_link"),
    path("leave/", entry.leave, name="leave"),
    path("my/", home.home, name="home"),
    path("my/contracts/<uuid:contract_id>/start/", application.start, name="start"),
    path("my/<uuid:case_id>/", home.case, name="case"),
    path("my/<uuid:case_id>/apply/", application.resume, name="resume"),
    path("my/<uuid:case_id>/apply/q/<slug:slug>/", application.question, name="question"),
    path("my/<uuid:case_id>/apply/proofs/", application.proofs, name="proofs"),
    path("my/<uuid:case_id>/apply/proofs/<uuid:proof_id>/remove/", application.remove_proof, name="remove_proof"),
    path("my/<uuid:case_id>/apply/check/", application.check, name="check"),
    path("my/<uuid:case_id>/apply/done/", application.submitted, name="submitted"),
    path("my/<uuid:case_id>/files/<uuid:object_id>/preview/", application.preview, name="preview"),
]
