"""The style guide renders every component; so a broken template turns red here first."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from heyi.web.ui import guide


@pytest.mark.django_db
@pytest.mark.parametrize("face", ["portal", "console"])
def test_the_guide_shows_every_component(face: str, rf: RequestFactory) -> None:
    request = rf.get("/ui/components/", {"face": face})
    page = render_to_string("ui/guide.html", guide._context(request, face), request=request)
    assert "2,552.97" in page
    assert 'aria-describedby="id_income_helptext id_income_error"' in page
    assert page.count("<h1") >= 1
