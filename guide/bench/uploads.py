"""Ten uploads at once while devices poll: what the polls feel of it.

A running service with its own worker settings, ten narrations sent at the same moment as forms, and visits that
poll on without a pause until the last of them is ready.
"""

import io
import json
import math
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

from guide.bench.table import Row, median, quantile
from guide.clock import rfc3339

AT_ONCE: Final = 10
POLLERS: Final = 4
EVERY_S: Final = 0.02
"""Each poller asks fifty times a second: four of them are two hundred devices at one poll a second."""
SOUND_S: Final = 120
RATE: Final = 16_000
POLL_MUST_MS: Final = 20.0
LONGEST_S: Final = 600.0
BEGIN_MS: Final = 1_777_888_800_000


class Served:
    """`coupole serve` on a data folder, with calls as JSON."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._environment = {**os.environ, "COUPOLE_DATA": str(data)}

    def __enter__(self) -> Self:
        port = self._url.rpartition(":")[2]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "guide", "serve", "--port", port],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        began = time.perf_counter()
        while time.perf_counter() - began < LONGEST_S:
            try:
                self("GET", "/readyz")
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise TimeoutError(self._url)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def key(self, role: str) -> str:
        """A key, made by the command line."""
        command = [sys.executable, "-m", "guide", "key", "add", "bench", "--role", role, "--json"]
        told = subprocess.run(  # noqa: S603 - our own command
            command, env=self._environment, check=True, capture_output=True
        )
        return str(json.loads(told.stdout)["key"])

    def __call__(
        self,
        method: str,
        path: str,
        key: str | None = None,
        body: bytes | dict[str, Any] | None = None,
        kind: str = "application/json",
    ) -> dict[str, Any]:
        """One call."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {key}"} if key else {})
        request = urllib.request.Request(f"{self._url}{path}", data, headers, method=method)  # noqa: S310 - our own service
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
            return dict(json.load(answer))


def upload_rows(data: Path) -> Iterator[Row]:
    """Polls in peace, polls beside ten uploads, and how long the ten took; the demo must be published in the folder."""
    with Served(data) as served:
        key, device = served.key("curator"), served.key("device")
        exhibits = served("GET", "/api/v1/site", key)["exhibits"]
        calm: list[float] = []
        with _polling(served, device, calm):
            time.sleep(3.0)
        beside: list[float] = []
        began = time.perf_counter()
        with _polling(served, device, beside):
            jobs = _send(served, key, [each["id"] for each in exhibits[:AT_ONCE]])
            _wait(served, key, jobs)
        took = time.perf_counter() - began
    yield Row("poll over HTTP beside nothing, 99th percentile", quantile(calm, 0.99), "ms")
    yield Row(
        f"poll over HTTP beside {AT_ONCE} uploads at once, 99th percentile",
        quantile(beside, 0.99),
        "ms",
        POLL_MUST_MS,
        "median",
        median(beside),
    )
    speed = AT_ONCE * SOUND_S / took
    yield Row(f"{AT_ONCE} uploads of {SOUND_S} s, sent to ready ({speed:.0f} × real time in all)", took, "s")


def _send(served: Served, key: str, exhibits: list[str]) -> list[str]:
    def one(numbered: tuple[int, str]) -> str:
        number, exhibit = numbered
        form = _form({"exhibit": exhibit, "language": "nl", "variant": "plain"}, _sound(220.0 + 20 * number))
        told = served("POST", "/api/v1/tracks", key, form, f"multipart/form-data; boundary={_BOUNDARY}")
        return str(told["job"]["id"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, enumerate(exhibits)))


def _wait(served: Served, key: str, jobs: list[str]) -> None:
    until = time.perf_counter() + LONGEST_S
    for job in jobs:
        while (told := served("GET", f"/api/v1/jobs/{job}", key))["state"] != "ready":
            if told["state"] == "failed" or time.perf_counter() > until:
                raise RuntimeError(told)
            time.sleep(0.5)


_BOUNDARY: Final = "coupole-bench"


def _form(fields: dict[str, str], sound: bytes) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return b"".join([*parts, head.encode(), sound, f"\r\n--{_BOUNDARY}--\r\n".encode()])


def _sound(hertz: float) -> bytes:
    """A tone with pauses, as sentences have; one second of it is repeated."""
    second = [int(6000 * math.sin(2 * math.pi * round(hertz) * n / RATE)) for n in range(RATE)]
    tone, pause = struct.pack(f"<{RATE}h", *second), bytes(RATE)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(SOUND_S * 2 // 9):
            file.writeframes(tone * 4 + pause)
    return out.getvalue()


class _polling:  # noqa: N801 - reads as a word: with polling
    """Visits that poll for as long as the block runs; the time of each poll is kept."""

    def __init__(self, served: Served, key: str, taken: list[float]) -> None:
        self._served, self._key, self._taken = served, key, taken
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._poll, args=(n,)) for n in range(POLLERS)]

    def __enter__(self) -> None:
        for each in self._threads:
            each.start()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for each in self._threads:
            each.join()

    def _poll(self, number: int) -> None:
        body = {"languages": ["en"], "simulated": True}
        visit = self._served("POST", "/api/v1/visits", self._key, body)["id"]
        seq = 0
        while not self._stopped.wait(EVERY_S):
            seq += 1
            x = 9.0 + abs((number * 7 + seq * 0.5) % 130 - 65)
            at = rfc3339(BEGIN_MS + seq * 1000)
            poll = {"seq": seq, "at": at, "x": x, "y": 30.0, "level": "tunnels", "accuracy": 0.3}
            began = time.perf_counter()
            self._served("POST", f"/api/v1/visits/{visit}/poll", self._key, poll)
            self._taken.append((time.perf_counter() - began) * 1000)
