"""Ten uploads at once while devices poll: what the polls feel of it.

A running service with its own worker settings, ten narrations sent at the same moment as forms, and visits that
poll on without a pause until the last of them is ready. Service, pollers and uploads are three processes.
"""

import io
import math
import struct
import time
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from guide.bench.served import LONGEST_S, Polling, Served
from guide.bench.table import Row, median, quantile

AT_ONCE: Final = 10
SOUND_S: Final = 120
RATE: Final = 16_000
WARM_S: Final = 2.0
"""Polls that are not counted: a service's first ones load what the others find loaded."""
CALM_S: Final = 10.0
POLL_MUST_MS: Final = 20.0


def upload_rows(data: Path) -> Iterator[Row]:
    """Polls in peace, polls beside ten uploads, and how long the ten took; the demo must be published in the folder."""
    forms = [_sound(220.0 + 20 * number) for number in range(AT_ONCE)]
    with Served(data) as served:
        key, device = served.key("curator"), served.key("device")
        exhibits = [each["id"] for each in served("GET", "/api/v1/site", key)["exhibits"]]
        with served.polling(device):
            time.sleep(WARM_S)
        with served.polling(device) as calm:
            time.sleep(CALM_S)
        with served.polling(device) as beside:
            began = time.perf_counter()
            _wait(served, key, _send(served, key, exhibits, forms))
            took = time.perf_counter() - began
    yield from _poll_rows(calm, beside)
    speed = AT_ONCE * SOUND_S / took
    yield Row(f"{AT_ONCE} uploads of {SOUND_S} s, sent to ready ({speed:.0f} × real time in all)", took, "s")


def _poll_rows(calm: Polling, beside: Polling) -> Iterator[Row]:
    """The same figures of both, side by side: all polls, and those that wait for a commit."""
    all_calm, all_beside = ([taken for taken, _ in each.taken] for each in (calm, beside))
    acting_calm, acting = ([taken for taken, acts in each.taken if acts] for each in (calm, beside))
    yield Row("poll over HTTP, median", median(all_beside), "ms", None, "beside no upload", median(all_calm))
    yield Row(
        f"poll over HTTP beside {AT_ONCE} uploads at once, 99th percentile",
        quantile(all_beside, 0.99),
        "ms",
        POLL_MUST_MS,
        "beside no upload",
        quantile(all_calm, 0.99),
    )
    if acting and acting_calm:
        yield Row(
            "the same, of polls that start or stop something and wait for the disk",
            quantile(acting, 0.99),
            "ms",
            None,
            "beside no upload",
            quantile(acting_calm, 0.99),
        )


def _send(served: Served, key: str, exhibits: Sequence[str], sounds: Sequence[bytes]) -> list[str]:
    def one(exhibit: str, sound: bytes) -> str:
        form = _form({"exhibit": exhibit, "language": "nl", "variant": "plain"}, sound)
        told = served("POST", "/api/v1/tracks", key, form, f"multipart/form-data; boundary={_BOUNDARY}")
        return str(told["job"]["id"])

    with ThreadPoolExecutor(len(sounds)) as pool:
        return list(pool.map(one, exhibits, sounds))


def _wait(served: Served, key: str, jobs: Sequence[str]) -> None:
    until = time.perf_counter() + LONGEST_S
    for job in jobs:
        while (told := served("GET", f"/api/v1/jobs/{job}", key))["state"] != "ready":
            if told["state"] == "failed" or time.perf_counter() > until:
                raise RuntimeError(f"{told}\n{served.log()}")
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
