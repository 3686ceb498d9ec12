"""Addresses of the borrower's portal and of the public pages."""

from __future__ import annotations

from django.urls import path

from heyi.web.portal import (
    application,
    entry,
    follow,
    home,
    offer,
    public,
    record,
    room,
    sign,
    supply,
    verify,
)

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
    path("my/<uuid:case_id>/files/<uuid:object_id>/", room.file, name="file"),
    path("my/<uuid:case_id>/files/<uuid:object_id>/preview/", application.preview, name="preview"),
    path("my/<uuid:case_id>/more/", supply.more, name="more"),
    path("my/<uuid:case_id>/decision/", supply.decision, name="decision"),
    path("my/<uuid:case_id>/withdraw/", supply.withdraw, name="withdraw"),
    path("my/<uuid:case_id>/room/", room.room, name="room"),
    path("my/<uuid:case_id>/room/messages/", room.room_messages, name="room_messages"),
    path("my/<uuid:case_id>/room/call/", room.call_me, name="call_me"),
    path("my/<uuid:case_id>/offer/", offer.offer, name="offer"),
    path("my/<uuid:case_id>/offer/accept/", offer.accept, name="accept"),
    path("my/<uuid:case_id>/offer/counter/", offer.counter, name="counter"),
    path("my/<uuid:case_id>/offer/decline/", offer.decline, name="decline"),
    path("my/<uuid:case_id>/offer/take-back/", offer.take_back, name="take_back"),
    path("my/<uuid:case_id>/offer/<uuid:offer_id>/", offer.version, name="version"),
    path("my/<uuid:case_id>/sign/", sign.sign, name="sign"),
    path("my/<uuid:case_id>/sign/state/", sign.state, name="sign_state"),
    path("my/<uuid:case_id>/sign/consent/", sign.consent, name="sign_consent"),
    path("my/<uuid:case_id>/sign/terms/", sign.terms, name="sign_terms"),
    path("my/<uuid:case_id>/sign/read/<slug:clause_id>/", sign.clause, name="sign_clause"),
    path("my/<uuid:case_id>/sign/cost/", sign.cost, name="sign_cost"),
    path("my/<uuid:case_id>/sign/confirm/", sign.confirm, name="sign_confirm"),
    path("my/<uuid:case_id>/sign/refuse/", sign.refuse, name="sign_refuse"),
    path("my/<uuid:case_id>/sign/document/<slug:language>/", sign.document, name="sign_document"),
    path("my/<uuid:case_id>/follow/", follow.follow, name="follow"),
    path("my/<uuid:case_id>/follow/change/", follow.change, name="change"),
    path("my/<uuid:case_id>/problem/", follow.problem, name="problem"),
    path("my/<uuid:case_id>/record/", record.record, name="record"),
    path("my/<uuid:case_id>/record/revoke/", record.revoke, name="revoke"),
    path("my/receipts/<uuid:entry_id>/", record.receipt, name="receipt"),
]
