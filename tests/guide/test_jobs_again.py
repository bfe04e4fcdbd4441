"""Jobs that failed are tried again, and those that ended long ago are forgotten, with their files."""

from dataclasses import replace
from pathlib import Path
from typing import Final, get_args, get_type_hints

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from guide.services.job_runner import LEASE_MS
from guide.settings import Settings
from guide.store import jobs as rows
from guide.store.jobs import JobRow
from guide.store.uploads import UploadRow
from guide.tables import Job, Upload
from guide.wiring import Guide
from tests.guide.desk import VTT, Desk
from tests.guide.fakes import FakeClock
from tests.guide.problems import assert_problem

DAY_S: Final = 86_400.0
KEPT_DAYS: Final = 30.0


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation whose jobs are done when the test says so."""
    return Settings.read(data=tmp_path / "data", database_url=database_url, jobs_at_once=0)


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum."""
    guide.catalogue.importing.run(museum, who="import")
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)


def no_room(*_: object, **__: object) -> None:
    """A disk that is full."""
    raise OSError(28, "No space left on device")


@pytest.fixture
def failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Response:
    """An upload for Ida in English that failed because the disk was full; by now there is room."""
    with monkeypatch.context() as broken:
        broken.setattr("guide.services.ingesting.run", no_room)
        sent = desk.send(desk.sound(), exhibit="ida", language="en")
        assert desk.done(sent)["state"] == "failed"
    return sent


def incoming(desk: Desk, answer: Response) -> Path:
    """Where the file lies that came for the job of an answer."""
    row = desk.guide.catalogue.jobs.read("small", answer.json()["job"]["id"])
    assert row.file is not None
    return desk.guide.catalogue.store.incoming(row.file)


class TestTryingAgain:
    def test_with_the_file_that_came(self, desk: Desk, failed: Response) -> None:
        """A job that failed for a full disk is begun anew with nothing sent, and its file goes when it is done."""
        told = desk.job(failed)
        assert (told["state"], told["can_retry"]) == ("failed", True)
        assert incoming(desk, failed).is_file()
        again = desk("POST", f"/jobs/{told['id']}/retry")
        assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, told["id"], "received")
        assert (again.json()["message"], again.json()["can_retry"]) == (None, False)
        desk.work()
        done = desk.job(failed)
        assert (done["state"], done["track"], done["can_retry"]) == ("ready", "ida.en.standard", False)
        assert desk.track("ida.en.standard")["duration_ms"] > 0
        assert not incoming(desk, failed).exists()

    def test_as_the_act_of_who_asks(self, desk: Desk, failed: Response) -> None:
        """The edit of the draft is that of the curator who had the job tried again."""
        key = desk.guide.access.add_key("small", "berta", "curator").key
        other = replace(desk, key={"Authorization": f"Bearer {key}"})
        other("POST", f"/jobs/{failed.json()['job']['id']}/retry")
        desk.work()
        assert desk("GET", "/draft/changes?limit=1").json()["items"][0]["who"] == "berta"

    def test_it_has_three_attempts_again(self, desk: Desk, failed: Response) -> None:
        """What failed before does not count against it."""
        job = failed.json()["job"]["id"]
        desk("POST", f"/jobs/{job}/retry")
        assert desk.guide.catalogue.jobs.read("small", job).attempts == 0

    def test_not_by_staff(self, desk: Desk, failed: Response) -> None:
        """Who may not upload may not have an upload tried again."""
        key = desk.guide.access.add_key("small", "otto", "staff").key
        other = replace(desk, key={"Authorization": f"Bearer {key}"})
        assert_problem(other("POST", f"/jobs/{failed.json()['job']['id']}/retry"), 403, "role_missing")

    def test_not_one_that_has_not_failed(self, desk: Desk, failed: Response) -> None:
        """Twice in a row it is told that the job is under way; one that is ready, and a release's files, alike."""
        job = failed.json()["job"]["id"]
        desk("POST", f"/jobs/{job}/retry")
        assert_problem(desk("POST", f"/jobs/{job}/retry"), 409, "job_not_failed")
        desk.work()
        assert_problem(desk("POST", f"/jobs/{job}/retry"), 409, "job_not_failed")
        desk.guide.catalogue.publishing.publish("small", note="", who="anna")
        assert_problem(desk("POST", "/jobs/renditions-1/retry"), 409, "job_not_failed")
        assert_problem(desk("POST", "/jobs/none/retry"), 404, "unknown_job")

    def test_not_one_whose_file_is_at_fault(self, desk: Desk) -> None:
        """A file that is no sound is none at the second try either, and is not kept; told in French too."""
        sent = desk.send(b"no sound at all, but words", exhibit="ida", language="en")
        assert (desk.done(sent)["state"], desk.job(sent)["can_retry"]) == ("failed", False)
        assert not incoming(desk, sent).exists()
        answer = desk("POST", f"/jobs/{sent.json()['job']['id']}/retry", headers={"Accept-Language": "fr"})
        assert_problem(answer, 409, "job_source_gone")
        assert answer.json()["detail"].startswith("Le fichier de ce travail n’est plus gardé")

    def test_not_one_whose_file_is_gone(self, desk: Desk, failed: Response) -> None:
        """Somebody made room on the disk by hand."""
        incoming(desk, failed).unlink()
        assert_problem(desk("POST", f"/jobs/{failed.json()['job']['id']}/retry"), 409, "job_source_gone")

    def test_not_over_a_later_upload(self, desk: Desk, failed: Response) -> None:
        """What was sent for the track since is not replaced by what was sent before."""
        later = desk.done(desk.send(desk.sound(3.0), exhibit="ida", language="en"))
        assert later["state"] == "ready"
        assert_problem(desk("POST", f"/jobs/{failed.json()['job']['id']}/retry"), 409, "job_overtaken")


class TestKeeping:
    def test_ended_jobs_go_after_a_month(self, desk: Desk, failed: Response, clock: FakeClock) -> None:
        """Well or not, with the file that was kept and the upload that it was; the track stays."""
        done = desk.done(desk.send(None, exhibit="ida", language="nl", transcript=VTT))
        chores = desk.guide.catalogue.chores
        clock.pass_s((KEPT_DAYS - 1) * DAY_S)
        assert chores.end_jobs() == 0
        assert incoming(desk, failed).is_file()
        kept = incoming(desk, failed)
        clock.pass_s(2 * DAY_S)
        assert chores.end_jobs() == 2
        for each in (done["id"], failed.json()["job"]["id"]):
            assert_problem(desk("GET", f"/jobs/{each}"), 404, "unknown_job")
        assert not kept.exists()
        assert desk("GET", "/tracks/ida.nl.standard").status_code == 200

    def test_the_sweep_leaves_what_may_be_tried_again(
        self, desk: Desk, failed: Response, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file of a failed job is no orphan."""
        monkeypatch.setattr("guide.services.job_chores.SAFE_S", -60.0)
        desk.guide.catalogue.chores.sweep()
        assert incoming(desk, failed).is_file()

    def test_what_has_not_ended_stays(self, desk: Desk, clock: FakeClock) -> None:
        """However old: what waits, and what somebody holds."""
        held = desk.send(None, exhibit="ida", language="nl", transcript=VTT)
        waiting = desk.send(None, exhibit="ida", language="en", transcript=VTT)
        clock.pass_s(2 * KEPT_DAYS * DAY_S)
        now = clock.now_ms()
        with desk.guide.database.session() as session:
            row = rows.find(session, "small", held.json()["job"]["id"])
            assert row is not None
            assert rows.claim(session, row, "lease", now=now, until=now + LEASE_MS)
        assert desk.guide.catalogue.chores.end_jobs() == 0
        assert {desk.job(each)["state"] for each in (held, waiting)} == {"received"}

    def test_a_second_try_begins_the_month_anew(
        self, desk: Desk, failed: Response, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What counts is when it ended last."""
        clock.pass_s((KEPT_DAYS - 1) * DAY_S)
        desk("POST", f"/jobs/{failed.json()['job']['id']}/retry")
        with monkeypatch.context() as broken:
            broken.setattr("guide.services.ingesting.run", no_room)
            desk.work()
        clock.pass_s(2 * DAY_S)
        assert desk.guide.catalogue.chores.end_jobs() == 0

    def test_rows_and_values_agree(self) -> None:
        """A value's fields are its table's columns, and what a column may leave empty the value may too."""
        for value, table in ((JobRow, Job), (UploadRow, Upload)):
            columns = table.__table__.columns
            for name, kind in get_type_hints(value).items():
                assert columns[name].nullable == (type(None) in get_args(kind)), name
