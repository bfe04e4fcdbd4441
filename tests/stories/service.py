"""The real service as a process, driven from outside: the command line and HTTP, nothing else."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

READY_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """One `coupole serve` on a data folder of its own."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, ok: bool = True) -> "subprocess.CompletedProcess[str]":
        """A `coupole` command on the same data folder."""
        done = subprocess.run(
            [sys.executable, "-m", "guide", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not ok or done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done

    def json(self, *arguments: str) -> Any:
        """What a command prints with `--json`."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def start(self) -> None:
        """Start, and wait until it is ready."""
        log = (self.data.parent / "service.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "guide", "serve", "--port", str(self.port)],
            env=self._environment(),
            stdout=log,
            stderr=log,
        )
        log.close()
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.data.parent / "service.log").read_text()
            try:
                if httpx2.get(f"{self.url}/readyz").status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError((self.data.parent / "service.log").read_text())

    def stop(self) -> int:
        """Ask it to stop, and give its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """kill -9: no goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COUPOLE_")}
        return {**kept, "COUPOLE_DATA": str(self.data), **self.settings}
