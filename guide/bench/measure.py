"""What is measured, one after the other: the engine, a poll in process, audio, uploads, the start of the service."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from guide.app import wire
from guide.bench.engine import BEGIN_MS, engine_rows, place, replay_row
from guide.bench.media import media_rows
from guide.bench.table import Row, median, quantile
from guide.bench.uploads import upload_rows
from guide.clock import SystemClock, rfc3339
from guide.services.access import Caller
from guide.services.demo import FOLDER
from guide.services.messages import Poll, VisitBody
from guide.settings import Settings
from guide.wiring import Guide

POLLS: Final = 3_000
POLL_MUST_MS: Final = 5.0
START_MUST_S: Final = 3.0
LONGEST_START_S: Final = 120.0

Told = Callable[[str], None]


def measure(told: Told) -> Iterator[Row]:
    """Every row, one after the other; `told` hears what is going on."""
    told("engine")
    yield from engine_rows()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        told("import of the demo")
        guide = wire(Settings.read(data=data), SystemClock())
        began = time.perf_counter()
        guide.catalogue.importing.run(FOLDER, who="bench", publish=True)
        yield Row("import and publish the demo site, renditions taken over", time.perf_counter() - began, "s")
        told("polls")
        yield from asyncio.run(poll_rows(guide))
        told("replay")
        yield replay_row(guide.releases.active(""))
        guide.close()
        told("45 minutes of stereo MP3")
        yield from media_rows(Path(folder))
        told("ten uploads at once")
        yield from upload_rows(data)
        told("start")
        starts = sorted(start_s(data) for _ in range(3))
        bare = sorted(bare_start_s() for _ in range(3))
        yield Row(
            "start of `coupole serve` to the first answered poll",
            starts[1],
            "s",
            START_MUST_S,
            "`import fastapi, sqlalchemy.orm, shapely` alone",
            bare[1],
        )


async def poll_rows(guide: Guide) -> list[Row]:
    """Polls in process on the demo: body to answer, with the engine, the log and its commits."""
    site = guide.releases.active("").site
    caller = Caller(site, "key", "bench", "bench", "device")
    made = json.loads(await guide.visits.create(caller, VisitBody(languages=["en"], simulated=True)))
    visit = await guide.visits.find(made["id"], caller)
    taken, bodies = [], [_body(number) for number in range(POLLS)]
    for body in bodies:
        began = time.perf_counter()
        message = Poll.model_validate_json(body)
        await guide.visits.taking(visit, lambda each, one=message: guide.visits.polling.poll(each, one))  # type: ignore[misc]
        taken.append((time.perf_counter() - began) * 1000)
    exhibits = len(guide.releases.active(site).content.exhibits)
    return [
        Row(f"poll in process, demo site ({exhibits} exhibits), median", median(taken), "ms", POLL_MUST_MS),
        Row(
            "the same, 99th percentile (polls that wait for a commit among them)", quantile(taken, 0.99), "ms"
        ),
    ]


def _body(number: int) -> bytes:
    x, y = place(number)
    body = {
        "seq": number + 1,
        "at": rfc3339(BEGIN_MS + number * 1000),
        "x": x,
        "y": y,
        "level": "tunnels",
        "accuracy": 0.3,
    }
    return json.dumps(body).encode()


def start_s(data: Path) -> float:
    """Seconds from starting the process to the answer of a first poll."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "COUPOLE_DATA": str(data)}
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "guide", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/api/v1/visits"
        visit = _ask(url, {"languages": ["en"], "simulated": True}, None, began)
        poll = {"seq": 1, "at": rfc3339(BEGIN_MS), "x": 9.0, "y": 30.0, "level": "tunnels"}
        _ask(f"{url}/{visit['id']}/poll", poll, visit["key"], began)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def _ask(url: str, body: dict[str, Any], key: str | None, began: float) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - our own service
    while time.perf_counter() - began < LONGEST_START_S:
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
                return dict(json.load(answer))
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(url)


def bare_start_s() -> float:
    """Seconds that the libraries alone take to load: what no service on them can beat."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi, sqlalchemy.orm, shapely"], check=True)
    return time.perf_counter() - began
