"""The demo's timestamp authority as a process of its own: RFC 3161 over HTTP on the loopback address.

``heyi serve`` starts it and points the other processes at it, so that the demo asks for its timestamps as a bank does.
Stop it and sign: the seal waits, and goes on by itself when it is back. Trusted for the time of this machine, no more.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

HOST: Final = "127.0.0.1"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 – the name is the base class's
        """Requests hold nothing that is worth a line."""


def start(application: Callable[..., Any], *, port: int) -> WSGIServer:
    """Serve in a thread of this process; port 0 takes a free one. Raises OSError when the port is taken."""
    server = make_server(HOST, port, application, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def main() -> None:
    """The process: ``python -m heyi.config.demo_tsa PORT``."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
    django.setup()
    from heyi.capabilities.signing import api as signing
    from heyi.plumbing import clock

    server = start(signing.embedded_tsa_application(at=clock.now()), port=int(sys.argv[1]))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    server.shutdown()


if __name__ == "__main__":
    main()
