"""The demo's own gateways and the page that shows what arrived."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest
from django.test import Client

from heyi.capabilities.contact.adapters.sms_http import sign
from heyi.config.demo_gateways import INBOX, received, start_gateways
from tests.capabilities.contact.conftest import free_port

pytestmark = pytest.mark.req("B24")


@pytest.fixture
def gateways(tmp_path):
    running = start_gateways(tmp_path, smtp_port=free_port(), sms_port=free_port(), sms_key="k")
    yield running
    running.stop()


def post(gateways, body: bytes, key="a", signed_with="k", **headers):
    stamp = "1772434800"
    sent = {"Idempotency-Key": key, "X-Heyi-Timestamp": stamp, "X-Heyi-Signature": sign(signed_with, stamp, body)}
    return httpx.post(f"http://127.0.0.1:{gateways.sms_port}/sms", content=body, headers={**sent, **headers})


def sms(text="您好", to="13812345678"):
    return json.dumps({"to": to, "text": text}).encode()


def test_nothing_arrived_yet(tmp_path):
    assert received(tmp_path) == []


def test_a_repeated_key_is_answered_again_and_stored_once_even_after_a_restart(tmp_path):
    before = start_gateways(tmp_path, smtp_port=free_port(), sms_port=free_port(), sms_key="k")
    try:
        first = post(before, sms())
        assert post(before, sms()).json() == first.json()
    finally:
        before.stop()
    again = start_gateways(tmp_path, smtp_port=free_port(), sms_port=free_port(), sms_key="k")
    try:
        assert post(again, sms()).json() == first.json()
        post(again, sms("第二条"), key="b")
    finally:
        again.stop()
    assert [message.text for message in received(tmp_path)] == ["第二条", "您好"]
    assert [message.text for message in received(tmp_path, limit=1)] == ["第二条"]


@pytest.mark.parametrize(
    ("body", "how", "status"),
    [
        (sms(), {"signed_with": "wrong"}, 401),
        (b"no json", {}, 400),
        (b"[]", {}, 400),
        (sms(), {"key": ""}, 400),
        (sms("x" * 70_000), {}, 413),
        (b"", {}, 413),
    ],
)
def test_what_is_no_message_is_not_kept(gateways, tmp_path, body, how, status):
    assert post(gateways, body, **how).status_code == status
    assert received(tmp_path) == []


def test_only_the_owner_reads_the_file_and_only_this_machine_reaches_the_gateways(gateways, tmp_path):
    assert (tmp_path / INBOX).stat().st_mode & 0o077 == 0
    assert gateways.sms.server_address[0] == "127.0.0.1"
    assert gateways.mail.hostname == "127.0.0.1"


def test_a_taken_port_is_told_and_leaves_nothing_running(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port, sms_port = taken.getsockname()[1], free_port()
        with pytest.raises(OSError, match="in use"):
            start_gateways(tmp_path, smtp_port=port, sms_port=sms_port)
    start_gateways(tmp_path, smtp_port=free_port(), sms_port=sms_port).stop()


@pytest.mark.slow
def test_as_a_process_it_serves_until_it_is_told_to_stop(tmp_path):
    port = free_port()
    environment = os.environ | {
        "HEYI_DATA_DIR": str(tmp_path),
        "HEYI_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "HEYI_SMS_URL": f"http://127.0.0.1:{port}/sms",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen([sys.executable, "-m", "heyi.config.demo_gateways"], env=environment)
    try:
        answer = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=answer) as client:
            assert client.post(f"http://127.0.0.1:{port}/sms", content=b"x").status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()


def test_the_page_shows_what_arrived_and_makes_links_of_addresses(gateways, tmp_path, settings):
    settings.HEYI = replace(settings.HEYI, demo=True, data_dir=tmp_path)
    assert "还没有消息" in Client().get("/demo/inbox/").content.decode()
    post(gateways, sms("看这里 http://127.0.0.1:8000/s/abc <script>"))
    page = Client().get("/demo/inbox/").content.decode()
    assert 'href="http://127.0.0.1:8000/s/abc"' in page
    assert "<script>" not in page.split("<main")[1].split("</main")[0]


def test_outside_of_the_demo_the_page_does_not_exist(settings):
    settings.HEYI = replace(settings.HEYI, demo=False)
    assert Client().get("/demo/inbox/").status_code == 404


def test_the_demos_first_page_shows_people_and_their_codes(settings, tmp_path):
    settings.HEYI = replace(settings.HEYI, demo=True, data_dir=tmp_path)
    who = {"stage": "offer_open", "name": "苏平", "mobile": "19900000259", "id_tail": "2595"}
    (tmp_path / "demo.json").write_text(json.dumps({"borrowers": [who]}), "utf-8")
    page = Client().get("/demo/").content.decode()
    assert "19900000259" in page
    assert "zhoumin" in page
    assert re.search(r">\d{6}<", page)
    settings.HEYI = replace(settings.HEYI, demo=False)
    assert Client().get("/demo/").status_code == 404
