"""Addresses of the shared look: the watermark, the style guide, the reader's language and size."""

from __future__ import annotations

from django.urls import path

from heyi.web.ui.guide import components, drawer
from heyi.web.ui.watermark import watermark

app_name = "ui"

urlpatterns = [
    path("ui/watermark.svg", watermark, name="watermark"),
    path("ui/components/", components, name="components"),
    path("ui/components/drawer/", drawer, name="guide_drawer"),
]
