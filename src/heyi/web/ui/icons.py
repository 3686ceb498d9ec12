"""The symbols of the house, drawn from one sheet."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon(name: str, size: str = "") -> SafeString:
    """``{% icon "check" %}``, ``{% icon "check" "sm" %}``. Decoration only: a word stands beside it."""
    kind = f"icon icon--{size}" if size else "icon"
    href = static("ui/icons.svg")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"></use></svg>', kind, href, name)
