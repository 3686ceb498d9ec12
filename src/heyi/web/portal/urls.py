"""Addresses of the borrower's face."""

from __future__ import annotations

from django.urls import path

from heyi.web.portal import entry

app_name = "portal"
urlpatterns = [
    path("enter/", entry.enter, name="login"),
    path("enter/code/", entry.code, name="code"),
    path("enter/again/", entry.again, name="code_again"),
    path("s/<str:token>", entry.short_link, name="short_link"),
    path("leave/", entry.leave, name="leave"),
]
