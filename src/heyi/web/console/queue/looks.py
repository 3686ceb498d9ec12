"""What somebody keeps about their lists: named filters, columns, density."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.queue import filters
from heyi.web.console.queue.lists import LOOK


@open_to(*READERS, why="keeping one's own filter under a name")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter in ``query`` under ``name``; ``forget`` removes the name."""
    name = request.POST.get("name", "").strip()[:40]
    wanted = filters.read(QueryDict(request.POST.get("query", "").removeprefix("?"))).filters
    if not name:
        messages.error(request, _("给这个视图起个名字再保存。"))
        return redirect(filters.href(wanted, reverse("console:cases")))
    forget = "forget" in request.POST
    negotiation.save_view(
        name=name, filters=CaseFilter() if forget else wanted, actor=actor_of(request), at=clock.now()
    )
    messages.success(
        request,
        _("视图「%(name)s」已删除。") % {"name": name} if forget else _("视图「%(name)s」已保存。") % {"name": name},
    )
    return redirect(reverse("console:cases") if forget else filters.href(wanted, reverse("console:cases")))


@open_to(*READERS, why="choosing the columns of one's own list")
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keep columns and density for this member."""
    likes = {"columns": request.POST.getlist("column")[:40], "density": request.POST.get("density", "")[:20]}
    staff.keep_preference(name=LOOK, value=likes, actor=actor_of(request), at=clock.now())
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("console:cases"))
