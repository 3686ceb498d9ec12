"""Every template is rendered by some test. The judgement falls at the end of a full run, see rendered.py."""

from __future__ import annotations

from pathlib import Path

from django.template import Engine
from django.template.loader import render_to_string

from tests.house.rendered import RenderedTemplates, house_templates, never_rendered
from tests.house.source import SRC


def test_a_template_that_nothing_renders_is_found() -> None:
    assert never_rendered({"a.html", "b.html"}, {"a.html"}) == ["b.html"]


def test_rendering_is_remembered(rendered_templates: RenderedTemplates) -> None:
    render_to_string("ui/seam.html", {"seal_top": "a", "seal_bottom": "b"})
    assert "src/heyi/web/ui/templates/ui/seam.html" in rendered_templates.seen
    assert "src/heyi/web/ui/templates/ui/seal.html" in rendered_templates.seen, "includes count"


def test_the_templates_are_found() -> None:
    assert "src/heyi/web/ui/templates/ui/seam.html" in house_templates()


def test_every_template_can_be_read() -> None:
    """Syntax errors show at once, not when somebody opens the page."""
    engine = Engine.get_default()
    for path in sorted(SRC.rglob("templates/**/*.html")):
        engine.from_string(Path(path).read_text("utf-8"))
