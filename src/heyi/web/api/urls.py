"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from heyi.web.api.app import api
from heyi.web.api.loans import router as loans

api.add_router("", loans)

urlpatterns = [path("", api.urls)]
