"""The real service as a process, driven from outside: the command line and HTTP, nothing else."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

READY_S: Final = 180.0
"""It takes two; a machine that is busy with something else may take many more."""
LISTENING: Final = re.compile(r"listening on http://[^\s\"]+:(\d+)")


@dataclass
class Service:
    """One `coupole serve` on a data folder of its own."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    """0 until the first start, then kept: a port sought beforehand may be somebody else’s by the next moment."""
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

    @property
    def log(self) -> Path:
        """What it says."""
        return self.data.parent / "service.log"

    def start(self) -> None:
        """Start, and wait until it is ready."""
        with self.log.open("ab") as log:
            before = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guide", "serve", "--port", str(self.port)],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._is_ready(before):
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def _is_ready(self, before: int) -> bool:
        said = self.log.read_bytes()[before:].decode()
        if (found := LISTENING.search(said)) is None:
            return False
        self.port = int(found[1])
        try:
            return httpx2.get(f"{self.url}/readyz").status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    def stop(self) -> int:
        """Ask it to stop, and give its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """kill -9: no goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COUPOLE_")}
        return {**kept, "COUPOLE_DATA": str(self.data), **self.settings}
