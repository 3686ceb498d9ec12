"""Addresses of the shared look: the watermark, the style guide, the reader's language and size; alive and ready."""

from __future__ import annotations

from django.urls import path

from heyi.web.ui.guide import components, drawer
from heyi.web.ui.live import case_stream
from heyi.web.ui.views import healthz, language, readyz, size
from heyi.web.ui.watermark import watermark

app_name = "ui"

urlpatterns = [
    path("ui/language/", language, name="language"),
    path("ui/size/", size, name="size"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("ui/watermark.svg", watermark, name="watermark"),
    path("live/cases/<uuid:case_id>/", case_stream, name="case_stream"),
    path("ui/components/", components, name="components"),
    path("ui/components/drawer/", drawer, name="guide_drawer"),
]
