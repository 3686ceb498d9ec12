"""Which surface answers which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from heyi.config.demo.inbox import inbox
from heyi.config.demo.page import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("heyi.web.ui.urls")),
    path("", include("heyi.web.portal.urls")),
    path("console/", include("heyi.web.console.login")),
    path("console/", include("heyi.web.console.urls")),
    path("api/v1/", include("heyi.web.api.urls")),
    path("demo/", start, name="demo"),
    path("demo/inbox/", inbox, name="demo_inbox"),
]

handler400 = "heyi.web.ui.answers.bad_request"
handler403 = "heyi.web.ui.answers.permission_denied"
handler404 = "heyi.web.ui.answers.page_not_found"
handler500 = "heyi.web.ui.answers.server_error"
