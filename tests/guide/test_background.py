"""Renditions that are still missing are made while visitors listen already: once each, and none is forgotten."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.app import _look_about, create_app
from guide.services.background import Background
from guide.services.catalogue import Catalogue
from guide.services.releases import Releases
from guide.settings import Settings
from guide.store.database import Database
from media import worker
from media.errors import RenderError
from media.probe import probe
from tests.guide.fakes import FakeClock
from tests.guide.museum import Folder

SECONDS = 120.0
"""Only a machine that is busy with something else needs more than a few of them."""
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is about threads and files: one database is enough."""


@pytest.fixture
def content(settings: Settings, database: Database, clock: FakeClock, museum: Path) -> Iterator[Catalogue]:
    """A catalogue with the small museum published; its AAC renditions are missing."""
    made = Catalogue.wire(settings, database, Releases(database, clock), clock)
    made.importing.run(museum, who="anna", publish=True)
    yield made
    made.background.stop()


def formats(content: Catalogue) -> list[list[str]]:
    """The formats that each sound has by now."""
    view = content.releases.active("small")
    return [
        sorted(content.releases.renditions_of("small", track))
        for track in view.content.tracks
        if track.source_sha256
    ]


def test_what_is_missing_is_made(content: Catalogue) -> None:
    """Each sound gets its AAC file, as long as the sound, which can be served at once; a second look finds nothing."""
    assert formats(content) == [["opus"]] * 4
    assert content.background.finish() == 4
    assert formats(content) == [["m4a", "opus"]] * 4
    track = content.releases.active("small").tracks["v2", "fr", "standard"]
    row = content.releases.renditions_of("small", track)["m4a"]
    found = probe(content.files.path(row.sha256, "m4a"))
    assert (found.codec, abs(found.duration_ms - 3000) <= 60) == ("aac", True)
    assert content.background.finish() == 0


@ON_SQLITE
def test_jobs_go_first(content: Catalogue, database: Database, clock: FakeClock) -> None:
    """While a curator waits for a job nothing is made in the background; what was begun is made to its end."""
    busy = iter([True, False, True])
    background = Background(database, content.store, content.releases, clock, lambda: next(busy))
    assert background.finish() == 0
    assert background.finish() == 1
    assert sorted(formats(content)) == [["m4a", "opus"], ["opus"], ["opus"], ["opus"]]


@ON_SQLITE
def test_a_crash_between_file_and_row_loses_nothing(
    content: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes after a file was stored and before its row was: the next start makes up for it, once."""
    with monkeypatch.context() as power:
        power.setattr("guide.store.catalogue.add_renditions", _cut)
        with pytest.raises(KeyboardInterrupt):
            content.background.finish()
    stored = set(content.store.path("0" * 64, "x").parents[1].glob("*/*.m4a"))
    assert len(stored) == 1
    assert content.background.finish() == 4
    assert len(set(content.store.path("0" * 64, "x").parents[1].glob("*/*.m4a"))) == 4


def _cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_two_processes_make_each_once(content: Catalogue, settings: Settings, database: Database) -> None:
    """Two services on one database do not fall over each other."""
    other = Catalogue.wire(settings, database, Releases(database, FakeClock()), FakeClock())
    other.releases.active("small")
    content.background.finish()
    assert other.background.finish() == 0
    assert formats(other) == [["m4a", "opus"]] * 4


@ON_SQLITE
def test_what_cannot_be_made_does_not_stop_the_rest(
    content: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad sound is told in the job, the others are made, and it is not tried for ever."""
    bad = content.releases.active("small").tracks["ida", "fr", "standard"].source_sha256

    def run(name: str, path: Path, *rest: object, **limits: Any) -> object:
        if bad is not None and bad in path.name:
            raise RenderError("render", "The sound could not be encoded.")
        return worker.run(name, path, *rest, **limits)

    monkeypatch.setattr("guide.services.background.run", run)
    assert content.background.finish() == 3
    job = content.background.job(content.releases.active("small"))
    assert (job["state"], job["percent"], job["message"]) == (
        "failed",
        100,
        "The sound could not be encoded.",
    )
    assert content.background.finish() == 0


@ON_SQLITE
def test_progress_is_a_job(content: Catalogue) -> None:
    """Half the files are there before, all of them afterwards."""
    view = content.releases.active("small")
    before = content.background.job(view)
    assert (before["state"], before["percent"], before["step"]) == ("encoding", 50, "4 of 8 files")
    content.background.finish()
    after = content.background.job(view)
    assert (after["state"], after["percent"], after["result"]) == ("ready", 100, {"files": 8, "failed": 0})


@ON_SQLITE
def test_it_starts_once_and_stops(content: Catalogue) -> None:
    """Started by the first poll, and by the next ones again, there is one thread; stopping ends it."""
    for _ in range(3):
        content.background.start()
    assert sum(each.name == "renditions" for each in threading.enumerate()) == 1
    content.background.stop()
    assert not any(each.name == "renditions" for each in threading.enumerate())
    content.background.start()
    assert not any(each.name == "renditions" for each in threading.enumerate())


@ON_SQLITE
@pytest.mark.parametrize(("at_once", "begun"), [(0, False), (1, True)])
def test_the_first_visitor_begins_it(
    settings: Settings, clock: FakeClock, museum: Path, *, at_once: int, begun: bool
) -> None:
    """Once somebody visits, a service encodes what is missing, unless it leaves its work to `coupole worker`."""
    app = create_app(settings.model_copy(update={"jobs_at_once": at_once}), clock=clock)
    guide = app.state.guide
    guide.catalogue.importing.run(museum, who="anna", publish=True)
    with TestClient(app) as client:
        headers = {"Authorization": f"Bearer {guide.access.add_key('small', 'handheld', 'device').key}"}
        assert client.post("/api/v1/visits", json={"languages": ["fr"]}, headers=headers).status_code == 201
        _look_about(guide)
        assert any(each.name == "renditions" for each in threading.enumerate()) is begun
    assert not any(each.name == "renditions" for each in threading.enumerate())


@ON_SQLITE
def test_an_order_to_stop_is_not_slept_through(
    content: Catalogue, database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told to stop just as it has been woken stops, and does not lie down again first."""
    monkeypatch.setattr("guide.services.background.LOOK_S", 10 * SECONDS)
    background = Background(database, content.store, content.releases, clock, lambda: True)
    forget = background._wake.clear

    def stopped_just_now() -> None:
        background._stopped.set()
        background._wake.set()
        forget()

    monkeypatch.setattr(background._wake, "clear", stopped_just_now)
    background.start()
    background._wake.set()
    thread = background._thread
    assert thread is not None
    thread.join(SECONDS)
    assert not thread.is_alive()


@ON_SQLITE
def test_stopping_waits_for_no_encoder(content: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle of a sound the encoder is ended; the sound is blameless and still to be made."""

    def run(*given: Any, **limits: Any) -> object:
        content.background.stop()
        return worker.run(*given, **limits)

    monkeypatch.setattr("guide.services.background.run", run)
    assert content.background.finish() == 0
    assert formats(content) == [["opus"]] * 4
    assert content.background.job(content.releases.active("small"))["state"] == "encoding"


@ON_SQLITE
def test_a_new_release_wakes_it(content: Catalogue, museum: Path, tmp_path: Path) -> None:
    """A narration published later is encoded without waiting for the next look."""
    content.background.start()
    made = threading.Event()
    before = content.releases.read_renditions

    def read() -> None:
        before()
        if all(each == ["m4a", "opus"] for each in formats(content)):
            made.set()

    content.releases.read_renditions = read  # type: ignore[method-assign]
    folder = Folder.copy(museum, tmp_path / "later")
    content.importing.run(folder.root, who="anna", publish=True)
    assert made.wait(SECONDS)
