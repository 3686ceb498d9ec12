"""Planted defects: with each of them the test that guards against it goes red."""

from __future__ import annotations

import pytest

from heyi.capabilities.contact import leave
from heyi.capabilities.contact.adapters import egress
from heyi.capabilities.contact.adapters.carriers import CARRIERS
from heyi.capabilities.contact.adapters.portal_inbox import PortalInbox
from heyi.capabilities.contact.domain import NotThroughContact
from heyi.plumbing import clock_trust
from tests.capabilities.contact import test_only_way_out as way_out
from tests.capabilities.contact.clocks import test_trust as trust

RED = (AssertionError, pytest.fail.Exception)
pytestmark = pytest.mark.req("B9")


class CarriesForAnybody(PortalInbox):
    """An adapter that forgot to spend the leave."""

    def carry(self, parcel, *, leave):  # type: ignore[no-untyped-def]  # as an adapter written in a hurry
        return None


def test_a_carrier_that_asks_for_no_leave_is_found(monkeypatch, outside):
    monkeypatch.setitem(CARRIERS, "portal", CarriesForAnybody)
    with pytest.raises(RED):
        way_out.test_a_carrier_that_is_called_from_elsewhere_refuses("portal", outside)


def test_a_gateway_that_asks_for_no_leave_still_stops_at_the_wire(monkeypatch, outside):
    monkeypatch.setattr(leave.Leave, "spend", lambda self, key: None)
    with pytest.raises(NotThroughContact):
        CARRIERS["sms"]().carry(way_out.parcel(), leave=leave.Leave("heyi-1"))
    assert outside.arrived() == []


def test_a_wire_that_lets_everybody_through_is_found(monkeypatch, outside, settings):
    monkeypatch.setattr(egress, "_gateways", frozenset)
    with pytest.raises(RED):
        way_out.test_no_library_reaches_a_gateway_without_a_leave(way_out.by_bare_socket, outside, settings)


@pytest.mark.django_db
def test_a_clock_check_that_always_trusts_is_found(monkeypatch, tell, outside):
    monkeypatch.setattr(clock_trust, "doubt", lambda: "")
    monkeypatch.setattr(clock_trust, "look", lambda: "")
    with pytest.raises(RED):
        trust.test_a_jump_stops_everything_until_the_worker_is_restarted(
            tell, outside, monkeypatch, by=trust.timedelta(days=1)
        )


@pytest.mark.parametrize("way", ["gethostbyname", "getaddrinfo"])
def test_a_gateway_is_not_even_looked_up_without_a_leave(way, settings):
    """An address that was looked up by name alone could be connected to without the name."""
    import socket
    from dataclasses import replace

    settings.HEYI = replace(settings.HEYI, sms_url="https://sms.heyi.invalid/send")
    asked = {"gethostbyname": ("sms.heyi.invalid",), "getaddrinfo": ("sms.heyi.invalid", None)}[way]
    with pytest.raises(NotThroughContact):
        getattr(socket, way)(*asked)
    with egress.looking(), pytest.raises(socket.gaierror):
        getattr(socket, way)(*asked)
