"""Addresses of the borrower's portal and of the public pages."""

from __future__ import annotations

from django.urls import path

from heyi.web.portal import public

app_name = "portal"

urlpatterns = [
    path("", public.landing, name="landing"),
]
