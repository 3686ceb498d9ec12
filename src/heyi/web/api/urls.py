"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from heyi.web.api.agencies import router as agencies
from heyi.web.api.app import api
from heyi.web.api.cases import router as cases
from heyi.web.api.journal import router as journal
from heyi.web.api.loans import router as loans
from heyi.web.api.plans import router as plans
from heyi.web.api.signing import router as signing

for router in (loans, cases, signing, plans, journal, agencies):
    api.add_router("", router)

urlpatterns = [path("", api.urls)]
