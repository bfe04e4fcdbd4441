"""`coupole serve` as its users run it, in a process of its own, with its log kept: what fails there is told with it."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final, Self

LONGEST_S: Final = 600.0
_CALL_S: Final = 60
_SAID: Final = 20_000
"""Characters of the log that are told: a traceback of the service, with what other requests said after it."""
_ADDRESS: Final = re.compile(r"listening on (http://\S+)")


class CallFailed(RuntimeError):
    """Raised when the service answers with a problem; carries the answer and the end of the service's log."""


class Served:
    """The service on a data folder, for as long as the block runs, with calls as JSON."""

    def __init__(self, data: Path) -> None:
        self.url = ""
        self._log = data.with_name(f"{data.name}.log")
        self._environment = {
            **os.environ,
            "COUPOLE_DATA": str(data),
            "COUPOLE_LOG_FORMAT": "plain",
            "COUPOLE_LOG_LEVEL": "info",
        }

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                # A port that we looked for ourselves may be somebody else's by the time that the service is up.
                [sys.executable, "-m", "guide", "serve", "--port", "0"],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        began = time.perf_counter()
        while time.perf_counter() - began < LONGEST_S and self._process.poll() is None:
            if found := _ADDRESS.findall(self.log()):
                self.url = found[-1]
                return self
            time.sleep(0.05)
        self.__exit__()
        raise CallFailed(f"the service did not start:\n{self.log()}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def log(self) -> str:
        """The end of what the service has said."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-_SAID:]

    def key(self, role: str) -> str:
        """A key, made by the command line."""
        command = [sys.executable, "-m", "guide", "key", "add", "bench", "--role", role, "--json"]
        told = subprocess.run(  # noqa: S603 - our own command
            command, env=self._environment, check=True, capture_output=True
        )
        return str(json.loads(told.stdout)["key"])

    def polling(self, key: str) -> "Polling":
        """Visits that poll for as long as a block runs."""
        return Polling(self, key)

    def __call__(
        self,
        method: str,
        path: str,
        key: str | None = None,
        body: bytes | dict[str, Any] | None = None,
        kind: str = "application/json",
    ) -> dict[str, Any]:
        """One call.

        Raises:
            CallFailed: It was answered with a problem.
        """
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {key}"} if key else {})
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310 - our own service
        try:
            with urllib.request.urlopen(request, timeout=_CALL_S) as answer:  # noqa: S310 - the same
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            raise CallFailed(f"{method} {path}: {error.code} {said}\n{self.log()}") from None


class Polling:
    """Pollers in a process of their own, so that nothing that is done here is counted as waiting there."""

    def __init__(self, served: Served, key: str) -> None:
        self._served = served
        self._command = [sys.executable, "-m", "guide.bench.pollers", served.url, key]
        self.taken: list[tuple[float, bool]] = []
        """After the block: the milliseconds of each poll, and whether its answer was to do something."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        told, failures = self._process.communicate()
        if self._process.returncode:
            said = failures.decode("utf-8", "replace")
            raise CallFailed(f"the pollers failed:\n{said}\n{self._served.log()}")
        self.taken = [(milliseconds, acts) for milliseconds, acts in json.loads(told)]
