"""`python -m guide.bench.pollers URL KEY`: visits that walk the demo's tunnel and poll until standard input ends.

Then the milliseconds of each poll are written as JSON, each with whether its answer was to do something. Each visit
keeps its connection, as a handheld does, and is followed by another once the tunnel is walked through.
"""

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from guide.clock import rfc3339

POLLERS: Final = 4
EVERY_S: Final = 0.02
"""Each asks fifty times a second: four of them are two hundred handhelds at one poll a second."""
STEPS: Final = 130
"""Polls of one visit, half a metre each: to the end of the tunnel and back."""
BEGIN_MS: Final = 1_777_888_800_000
UNCHANGED: Final = ("none", "continue")
"""Actions that leave everything as it is; for any other the answer waits until it is on the disk."""
_FINE: Final = 300
"""From this status on an answer is none that a handheld can play from."""


class Poller:
    """One handheld after the other."""

    def __init__(self, url: str, key: str, number: int, stopped: threading.Event) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._number, self._stopped = number, stopped
        self.taken: list[tuple[float, bool]] = []
        self.failure = ""

    def run(self) -> None:
        """Poll until told to stop, or until something is refused."""
        try:
            while not self._stopped.is_set():
                self._walk()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failure = f"{type(error).__name__}: {error}"

    def _walk(self) -> None:
        visit = self._ask("/api/v1/visits", {"languages": ["en"], "simulated": True})["id"]
        for poll in polls(self._number):
            if self._stopped.wait(EVERY_S):
                return
            began = time.perf_counter()
            told = self._ask(f"/api/v1/visits/{visit}/poll", poll)
            self.taken.append(((time.perf_counter() - began) * 1000, told["action"] not in UNCHANGED))

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._connection.request("POST", path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= _FINE:
            raise ValueError(f"POST {path}: {answer.status} {said.decode('utf-8', 'replace')}")
        return dict(json.loads(said))


def polls(number: int) -> Iterator[dict[str, Any]]:
    """What a handheld sends on one walk; each begins at another place."""
    for seq in range(1, STEPS + 1):
        x = 9.0 + abs((number * 7 + seq * 0.5) % 130 - 65)
        at = rfc3339(BEGIN_MS + seq * 1000)
        yield {"seq": seq, "at": at, "x": x, "y": 30.0, "level": "tunnels", "accuracy": 0.3}


def main(url: str, key: str) -> int:
    """Poll, then tell; 1 where something was refused, which is told too."""
    stopped = threading.Event()
    pollers = [Poller(url, key, number, stopped) for number in range(POLLERS)]
    threads = [threading.Thread(target=each.run) for each in pollers]
    for each in threads:
        each.start()
    sys.stdin.read()
    stopped.set()
    for each in threads:
        each.join()
    failures = [each.failure for each in pollers if each.failure]
    sys.stderr.writelines(f"{each}\n" for each in failures)
    sys.stdout.write(json.dumps([taken for each in pollers for taken in each.taken]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
