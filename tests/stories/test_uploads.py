"""Uploads through crashes: kill -9 in the middle of sending and of working, and nothing is lost or made twice."""

import base64
import hashlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from guide.services.job_runner import LEASE_MS
from guide.services.uploads import PIECE
from tests.stories.conftest import TIMEOUT_S, Published
from tests.stories.museum import speak
from tests.stories.service import Service

pytestmark = pytest.mark.slow

PATIENCE_S = 200.0
RENDITIONS = "/api/v1/jobs/renditions-1"
LONG_S = 200.0
"""Sound that takes some seconds to work on."""


def fresh_connections() -> httpx2.Client:
    """A client that keeps no connection: the service at its other end is about to die."""
    return httpx2.Client(timeout=TIMEOUT_S, limits=httpx2.Limits(max_keepalive_connections=0))


@dataclass
class Desk:
    """A curator who sends narrations to a running service."""

    service: Service
    key: str
    client: httpx2.Client = field(default_factory=fresh_connections)

    def ask(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        """One request."""
        headers = {"Authorization": f"Bearer {self.key}", **sent.pop("headers", {})}
        url = path if path.startswith("http") else f"{self.service.url}{path}"
        return self.client.request(method, url, headers=headers, **sent)

    def send(self, sound: bytes, exhibit: str, language: str = "en") -> str:
        """Send a narration as a form; gives the job's address."""
        answer = self.ask(
            "POST",
            "/api/v1/tracks",
            files={"file": ("a.wav", sound)},
            data={"exhibit": exhibit, "language": language},
        )
        assert answer.status_code == httpx2.codes.ACCEPTED, answer.text
        return str(answer.headers["location"])

    def until(self, job: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """A job, as soon as it has come so far."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            body: dict[str, Any] = self.ask("GET", job).json()
            if reached(body):
                return body
            assert body["state"] != "failed", body
            time.sleep(0.1)
        raise AssertionError(body)

    def changes(self) -> list[dict[str, Any]]:
        """The edits of the draft since the import."""
        items: list[dict[str, Any]] = self.ask("GET", "/api/v1/draft/changes").json()["items"]
        return [each for each in items if each["act"] != "import"]


def is_ready(job: dict[str, Any]) -> bool:
    """Whether a job is done."""
    return bool(job["state"] == "ready")


def is_under_way(job: dict[str, Any]) -> bool:
    """Whether a job is in the middle."""
    return bool(0 < job["percent"] < 60)


@pytest.fixture
def desk(published: Published, tmp_path: Path) -> Iterator[Desk]:
    """A desk at a service of its own."""
    data = tmp_path / "data"
    shutil.copytree(published.data, data)
    service = Service(data, {"COUPOLE_JOBS_AT_ONCE": "1"})
    service.start()
    made = Desk(service, published.curator_key)
    yield made
    made.client.close()
    if service.process is not None and service.process.poll() is None:
        assert service.stop() == 0


@pytest.fixture(scope="module")
def long_sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Some minutes."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    speak(path, LONG_S, 410.0)
    return path.read_bytes()


@pytest.fixture(scope="module")
def middling_sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two megabytes and a half: half of it is more than the service gathers before it writes; and soon worked on."""
    path = tmp_path_factory.mktemp("middling") / "middling.wav"
    speak(path, 80.0, 610.0)
    return path.read_bytes()


@pytest.fixture(scope="module")
def short_sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A few seconds."""
    path = tmp_path_factory.mktemp("short") / "short.wav"
    speak(path, 3.0, 510.0)
    return path.read_bytes()


def workers_of(service: Service) -> list[psutil.Process]:
    """The processes in which a service works on sounds."""
    assert service.process is not None
    children = psutil.Process(service.process.pid).children(recursive=True)
    return [each for each in children if "media.worker" in each.cmdline()]


def test_killed_while_it_works(desk: Desk, long_sound: bytes) -> None:
    """kill -9 in the middle of a job: after the restart it is done, once; the old track stayed until then."""
    before = desk.ask("GET", "/api/v1/tracks/rail.en.standard").json()
    job = desk.send(long_sound, "rail")
    desk.until(job, is_under_way)
    orphans = workers_of(desk.service)
    desk.service.kill()
    _let_the_lease_run_out(desk.service)
    desk.service.start()
    assert (
        desk.ask("GET", "/api/v1/tracks/rail.en.standard").json()["source_sha256"] == before["source_sha256"]
    )
    desk.until(job, is_ready)
    after = desk.ask("GET", "/api/v1/tracks/rail.en.standard").json()
    assert after["source_sha256"] == hashlib.sha256(long_sound).hexdigest()
    assert [each["item"] for each in desk.changes()] == ["rail.en.standard"]
    assert httpx2.get(f"{desk.service.url}{after['url']}").status_code == httpx2.codes.OK
    # what had been begun found nobody to tell, and ended
    assert psutil.wait_procs(orphans, timeout=TIMEOUT_S)[1] == []


def _let_the_lease_run_out(service: Service) -> None:
    """What a dead process held comes free after a while; nobody need sit through it."""
    with closing(sqlite3.connect(service.data / "coupole.db")) as database, database:
        held = database.execute(
            "update jobs set leased_until = leased_until - ? where leased_until is not null", (LEASE_MS,)
        )
        assert held.rowcount == 1


def test_a_worker_is_killed(desk: Desk, long_sound: bytes, short_sound: bytes) -> None:
    """The system kills the process that works on a file: the job fails in words, and the queue goes on."""
    job, behind = desk.send(long_sound, "rail"), desk.send(short_sound, "engine")
    desk.until(job, is_under_way)
    for each in workers_of(desk.service):
        each.kill()
    failed = desk.until(job, lambda body: bool(body["state"] == "failed"))
    assert "SIGKILL" in failed["message"]
    french = desk.ask("GET", job, headers={"Accept-Language": "fr"}).json()
    assert french["message"] != failed["message"]
    assert desk.until(behind, is_ready)["result"]["track"] == "engine.en.standard"
    assert [each["item"] for each in desk.changes()] == ["engine.en.standard"]


def test_killed_while_it_receives(desk: Desk, middling_sound: bytes) -> None:
    """kill -9 in the middle of a piece: the upload goes on where the disk had it, and the file is the one sent."""
    fields = ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}"
        for name, value in (("exhibit", "gap"), ("language", "en"), ("filename", "l.wav"))
    )
    tus = {"Tus-Resumable": "1.0.0"}
    made = desk.ask(
        "POST",
        "/api/v1/uploads",
        headers={**tus, "Upload-Length": str(len(middling_sound)), "Upload-Metadata": fields},
    )
    upload = made.headers["location"]
    half = len(middling_sound) // 2
    assert half > PIECE  # or nothing would be counted before the service gave the sender up for lost
    with _sending(desk, upload, middling_sound[:half], len(middling_sound)):
        _wait_for_some(desk, upload)
        desk.service.kill()
    desk.service.start()
    at = int(desk.ask("HEAD", upload, headers=tus).headers["upload-offset"])
    assert 0 < at <= half
    piece = {**tus, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
    done = desk.ask("PATCH", upload, headers=piece, content=middling_sound[at:])
    assert done.status_code == httpx2.codes.NO_CONTENT, done.text
    desk.until(done.headers["upload-job"], is_ready)
    track = desk.ask("GET", "/api/v1/tracks/gap.en.standard").json()
    assert track["source_sha256"] == hashlib.sha256(middling_sound).hexdigest()


def _sending(desk: Desk, upload: str, data: bytes, announced: int) -> socket.socket:
    """A connection that has sent the beginning of a piece and stays open."""
    connection = socket.create_connection(("127.0.0.1", desk.service.port))
    head = (
        f"PATCH {upload} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {desk.key}\r\n"
        "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {announced}\r\n\r\n"
    )
    connection.sendall(head.encode())
    for start in range(0, len(data), 1 << 16):
        connection.sendall(data[start : start + (1 << 16)])
        time.sleep(0.12)  # so that a second passes, after which the row is brought up to date
    return connection


def _wait_for_some(desk: Desk, upload: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        head = desk.ask("HEAD", upload, headers={"Tus-Resumable": "1.0.0"})
        if int(head.headers["upload-offset"]) > 0:
            return
        time.sleep(0.1)
    raise AssertionError("nothing was counted")


def test_a_worker_of_its_own(published: Published, tmp_path: Path, short_sound: bytes) -> None:
    """A service that leaves its work to `coupole worker` finds files and jobs done; both end when they are asked to."""
    data = tmp_path / "data"
    shutil.copytree(published.data, data)
    service = Service(data, {"COUPOLE_JOBS_AT_ONCE": "0"})
    desk = Desk(service, published.curator_key)
    service.start()
    imported = desk.ask("GET", RENDITIONS).json()
    command = [sys.executable, "-m", "guide", "worker", "--at-once", "2"]
    with subprocess.Popen(command, env=service._environment(), stderr=subprocess.DEVNULL) as worker:
        desk.until(RENDITIONS, lambda body: bool(body["percent"] > imported["percent"]))
        desk.until(desk.send(short_sound, "engine"), is_ready)
        track = desk.ask("GET", "/api/v1/tracks/engine.en.standard").json()
        deadline = time.monotonic() + PATIENCE_S
        while track["url"] is None and time.monotonic() < deadline:
            time.sleep(0.2)  # the service sees within two seconds what another process encoded
            track = desk.ask("GET", "/api/v1/tracks/engine.en.standard").json()
        assert httpx2.get(f"{service.url}{track['url']}").status_code == httpx2.codes.OK
        worker.terminate()
        assert worker.wait(timeout=TIMEOUT_S) == 0
    assert service.stop() == 0
    desk.client.close()
