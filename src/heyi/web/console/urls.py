"""Addresses of the console behind the login."""

from __future__ import annotations

from heyi.web.console.case.urls import urlpatterns as case

app_name = "console"

urlpatterns = [*case]
