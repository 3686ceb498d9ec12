"""Starts the processes of one house and keeps them running: pages (WSGI), live streams (ASGI), the worker.

In the demo also the gateways that catch SMS and mail, and the time-stamp authority. A process that dies is started
again, after a second and then after longer pauses; a stop reaches all of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings

GRACE_SECONDS = 8
STEADY_SECONDS = 60
"""Who ran that long falls for the first time again."""


@dataclass
class Child:
    """One process of the house."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    start_again_at: float = 0.0
    started_at: float = 0.0


@dataclass
class Supervisor:
    """``run`` blocks until SIGINT or SIGTERM."""

    host: str
    port: int
    threads: int
    stopping: bool = False
    children: list[Child] = field(default_factory=list)

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self.children = [Child(name, command) for name, command in self._commands().items()]
        try:
            while not self.stopping:
                for child in self.children:
                    self._keep(child)
                time.sleep(0.2)
        finally:
            self._end_all()

    def _commands(self) -> dict[str, list[str]]:
        python = [sys.executable, "-m"]
        bind = f"{self.host}:{self.port}"
        commands = {
            "pages": [*python, "gunicorn", "heyi.config.wsgi:application", "--bind", bind, "--worker-class", "gthread",
                      "--workers", "1", "--threads", str(self.threads), "--log-level", "warning", "--timeout", "60",
                      "--forwarded-allow-ips", ""],
            "live": [*python, "uvicorn", "heyi.config.asgi:application", "--host", self.host,
                     "--port", str(self.port + 1), "--log-level", "warning", "--lifespan", "off",
                     "--no-proxy-headers"],
            "worker": [*python, "heyi", "worker"],
        }  # fmt: skip
        if settings.HEYI.demo:
            commands["gateways"] = [*python, "heyi.config.demo_gateways"]
        if self._own_tsa:
            commands["timestamps"] = [*python, "heyi.config.demo_tsa", str(self.port + 2)]
        return commands

    @property
    def _own_tsa(self) -> bool:
        """In the demo the embedded timestamp authority is asked over HTTP, like a real one."""
        return settings.HEYI.demo and settings.HEYI.tsa_url == "embedded:"

    def _environment(self) -> dict[str, str]:
        told = {"HEYI_LIVE_PORT": str(self.port + 1)}
        if self._own_tsa:
            told["HEYI_TSA_URL"] = f"http://127.0.0.1:{self.port + 2}/"
        return os.environ | told

    def _keep(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is None:
            return
        if child.process is not None:
            child.falls = 1 if time.monotonic() - child.started_at > STEADY_SECONDS else child.falls + 1
            child.start_again_at = time.monotonic() + min(2**child.falls, 30)
            print(f"{child.name} ended with {child.process.returncode}, starting it again", file=sys.stderr)
            child.process = None
        if time.monotonic() >= child.start_again_at:
            child.started_at = time.monotonic()
            child.process = subprocess.Popen(child.command, env=self._environment(), start_new_session=True)  # noqa: S603

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
