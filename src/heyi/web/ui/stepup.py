"""Step-up: before something delicate is shown or done, who sits here proves it once more."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import urlencode

from heyi.capabilities.staff import api as staff
from heyi.web.ui import answers

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def require_recent_login(minutes: int) -> Callable[[View], View]:
    """Let a member of staff in only within ``minutes`` of a login or of proving it again; else ask, then come back.

    A posted form is not replayed afterwards: the page that held it is shown again. Stands below ``open_to``.
    """

    def hold(view: View) -> View:
        @functools.wraps(view)
        def held(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if staff.proved_within(request, minutes * 60):
                return view(request, *args, **kwargs)
            method = get_adapter().get_reauthentication_methods(request.user)[0]
            return answers.send_to(request, f"{method['url']}?{urlencode({'next': answers.came_from(request)})}")

        return cast("View", held)

    return hold
