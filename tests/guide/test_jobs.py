"""Jobs: done once, whoever is killed when; told in both languages; and nothing is done by who has lost it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from guide.content import SiteDoc
from guide.errors import Conflict, NotFound, Unavailable
from guide.metrics import Metrics
from guide.services.job_runner import ATTEMPTS, LEASE_MS, TELL_MS, Commit, Done, Runner, Tell
from guide.services.jobs import Jobs, Wanted, in_both, job_body
from guide.store import catalogue
from guide.store.database import Database
from guide.store.jobs import JobRow
from guide.tables import Job
from guide.wiring import Guide
from media.errors import BrokenAudioError, WorkerDied
from tests.guide.desk import VTT, Desk
from tests.guide.fakes import FakeClock
from tests.guide.problems import assert_problem

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
SECONDS = 30.0


@dataclass
class Kitchen:
    """A kind of job that a test sees through: what was prepared, served and cleared."""

    prepare_hook: Callable[[JobRow, Tell], None] = lambda _job, _tell: None
    prepared: list[str] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)

    def prepare(self, job: JobRow, tell: Tell) -> Commit:
        """Do what the test wants."""
        self.prepared.append(job.id)
        self.prepare_hook(job, tell)
        return lambda session: self._serve(session, job)

    def _serve(self, session: Session, job: JobRow) -> Done:
        assert session.in_transaction()
        self.served.append(job.id)
        return Done(in_both("Served.", "Servi."), {"dish": job.args["dish"]})

    def ended(self, job: JobRow, *, again: bool) -> None:
        """Clear the table, unless the dish may be wanted again."""
        if not again:
            self.cleared.append(job.id)


@dataclass
class House:
    """A database with one site, and runners on it."""

    database: Database
    clock: FakeClock
    jobs: Jobs
    kitchen: Kitchen
    metrics: Metrics = field(default_factory=Metrics)

    def runner(self, at_once: int = 1) -> Runner:
        """One more runner, as of another process."""
        return Runner(self.database, self.jobs, {"dish": self.kitchen}, self.clock, at_once, self.metrics)

    def order(self, dish: str = "soup", track: str | None = None) -> JobRow:
        """Enqueue a job, a millisecond after the last."""
        self.clock.pass_s(0.001)
        with self.database.session() as session:
            return self.jobs.add(session, Wanted("small", "dish", {"dish": dish}, "anna", track))

    def row(self, job: JobRow) -> JobRow:
        """A job as it is now."""
        return self.jobs.read("small", job.id)


@pytest.fixture
def house(database: Database, clock: FakeClock) -> House:
    """A house with one site."""
    doc = SiteDoc.model_validate(
        {"id": "small", "name": {"en": "S"}, "languages": ["en"], "frame": {"lat": 50, "lon": 2}}
    )
    with database.session() as session:
        catalogue.add_site(session, doc, 1)
    return House(database, clock, Jobs(database, clock), Kitchen())


class TestDoing:
    def test_first_come_first_served(self, house: House) -> None:
        """Each job is done once, in order, and says what it came to."""
        orders = [house.order(dish) for dish in ("soup", "fish", "cake")]
        runner = house.runner()
        assert [runner.run_one() for _ in range(4)] == [True, True, True, False]
        assert house.kitchen.served == [each.id for each in orders]
        done = house.row(orders[1])
        assert (done.state, done.percent, done.result) == ("ready", 100, {"dish": "fish"})
        assert job_body(done, "fr")["message"] == "Servi."
        assert house.kitchen.cleared == [each.id for each in orders]

    def test_enqueued_with_its_request_or_not_at_all(self, house: House) -> None:
        """A request that fails after it asked for a job has asked for nothing."""

        def ask() -> None:
            with house.database.session() as session:
                house.jobs.add(session, Wanted("small", "dish", {"dish": "soup"}, "anna"))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            ask()
        assert house.runner().run_one() is False

    def test_progress_is_written_twice_a_second_at_most(self, house: House) -> None:
        """A state is written when it changes, a percentage when half a second has passed."""
        seen: list[tuple[str, int]] = []

        def cook(job: JobRow, tell: Tell) -> None:
            for percent, state, passed in (
                (1, "probing", 0), (5, "probing", 0.1), (9, "probing", 0.3), (12, "probing", 0.2),
                (30, "encoding", 0.0), (31, "encoding", 0.1),
            ):  # fmt: skip
                house.clock.pass_s(passed)
                tell(percent, state, in_both("On its way.", "En route."))
                seen.append((house.row(job).state, house.row(job).percent))

        house.kitchen.prepare_hook = cook
        house.order()
        house.runner().run_one()
        assert seen == [
            ("probing", 1), ("probing", 1), ("probing", 1), ("probing", 12), ("encoding", 30), ("encoding", 30),
        ]  # fmt: skip
        assert TELL_MS == 500

    def test_two_for_one_track_wait_for_each_other(self, house: House) -> None:
        """While one is under way the other is not begun, though a second runner has nothing to do."""
        first, second = house.order("soup", "ida.en"), house.order("fish", "ida.en")
        house.order("cake", "v2.en")
        other = house.runner()
        began: list[list[str]] = []

        def cook(job: JobRow, _tell: Tell) -> None:
            if job.id == first.id:
                house.kitchen.prepare_hook = lambda _job, _tell: None
                while other.run_one():
                    began.append(list(house.kitchen.prepared))

        house.kitchen.prepare_hook = cook
        house.runner().run_one()
        assert [second.id in each for each in began] == [False]
        assert other.run_one()
        assert house.row(second).state == "ready"

    def test_many_runners_do_each_once(self, house: House) -> None:
        """Eight runners on one queue, as eight processes: twenty jobs are done twenty times."""
        for n in range(20):
            house.order(str(n), f"track-{n % 7}")

        def work(runner: Runner) -> None:
            while runner.run_one():
                pass

        with ThreadPoolExecutor(8) as pool:
            for _ in range(3):  # a job of a track may be free again only after all have looked
                list(pool.map(work, [house.runner() for _ in range(8)]))
        assert len(house.kitchen.served) == 20
        assert len(set(house.kitchen.served)) == 20

    @ON_SQLITE
    def test_threads_begin_and_end(self, house: House) -> None:
        """Started, they see what is enqueued at once; stopped, they are gone; with none wished there are none."""
        runner = house.runner(2)
        done = threading.Event()
        house.kitchen.prepare_hook = lambda _job, _tell: done.set()
        runner.start()
        house.order()
        house.jobs.wake()
        assert done.wait(SECONDS)
        assert runner.is_well
        runner.stop()
        assert not runner.is_well
        assert not [each for each in threading.enumerate() if each.name.startswith("jobs-")]
        none = house.runner(0)
        none.start()
        assert (none.is_well, none.running) == (True, 0)


class Killed(BaseException):
    """A process that is no more: nothing of it cleans up."""


class TestCrashes:
    def die(self, house: House) -> Callable[[JobRow, Tell], None]:
        """A process that dies in the middle of a job; the next does it."""

        def cook(_job: JobRow, _tell: Tell) -> None:
            raise Killed

        assert house
        return cook

    def test_a_killed_ones_job_is_taken_up(self, house: House) -> None:
        """Not before it is certain that nobody works on it, then at once, and from the start."""
        job = house.order()
        house.kitchen.prepare_hook = self.die(house)
        with pytest.raises(Killed):
            house.runner().run_one()
        house.kitchen.prepare_hook = lambda _job, _tell: None
        other = house.runner()
        assert other.run_one() is False
        house.clock.pass_s(LEASE_MS / 1000 + 1)
        assert other.run_one() is True
        assert (house.row(job).state, house.kitchen.served) == ("ready", [job.id])

    def test_three_times_is_enough(self, house: House) -> None:
        """A job that kills whoever does it fails in words, and the next one is done."""
        job, behind = house.order("poison"), house.order("soup")
        house.kitchen.prepare_hook = self.die(house)
        for _ in range(ATTEMPTS):
            with pytest.raises(Killed):
                house.runner().run_one()
            house.clock.pass_s(LEASE_MS / 1000 + 1)
        house.kitchen.prepare_hook = lambda _job, _tell: None
        runner = house.runner()
        assert [runner.run_one(), runner.run_one()] == [True, True]
        failed = house.row(job)
        assert failed.state == "failed"
        assert job_body(failed, "en")["message"].startswith("The work was begun 3 times")
        assert job_body(failed, "fr")["message"].startswith("Le travail a été commencé 3 fois")
        assert (house.row(behind).state, house.kitchen.cleared) == ("ready", [behind.id])
        assert failed.may_be_tried_again

    def test_who_has_lost_a_job_writes_nothing(self, house: House) -> None:
        """A process that slept so long that its job was given away wakes up and changes nothing."""
        job = house.order()
        other = house.runner()

        def sleep(_job: JobRow, _tell: Tell) -> None:
            house.kitchen.prepare_hook = lambda _job, _tell: None
            house.clock.pass_s(LEASE_MS / 1000 + 1)
            assert other.run_one()

        house.kitchen.prepare_hook = sleep
        house.runner().run_one()
        assert (house.kitchen.prepared, house.kitchen.served) == ([job.id] * 2, [job.id])
        assert house.kitchen.cleared == [job.id]

    def test_stopping_gives_back_what_is_not_done(self, house: House) -> None:
        """A service that is stopped in the middle leaves its job to the next start, at once and not counted."""
        job = house.order()
        begun, go_on = threading.Event(), threading.Event()

        def cook(_job: JobRow, _tell: Tell) -> None:
            begun.set()
            go_on.wait(SECONDS)

        house.kitchen.prepare_hook = cook
        runner = house.runner()
        runner.start()
        assert begun.wait(SECONDS)
        runner.stop()
        house.kitchen.prepare_hook = lambda _job, _tell: None
        assert (house.row(job).state, house.row(job).attempts) == ("received", 0)
        assert house.runner().run_one()
        go_on.set()
        for each in runner._threads:
            each.join(SECONDS)
        assert house.kitchen.served == [job.id]

    def test_a_database_that_is_away(self, house: House) -> None:
        """That the database does not answer is not the file's fault: the job is begun again later."""
        job = house.order()

        def cook(_job: JobRow, _tell: Tell) -> None:
            raise Unavailable("database_unavailable", "The database does not answer.")

        house.kitchen.prepare_hook = cook
        house.runner().run_one()
        assert house.row(job).state == "received"
        house.kitchen.prepare_hook = lambda _job, _tell: None
        house.clock.pass_s(LEASE_MS / 1000 + 1)
        assert house.runner().run_one()
        assert house.row(job).state == "ready"


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "english", "french", "again"),
        [
            (BrokenAudioError.of("truncated/end", at_ms=94_000), "stops at 1:34", "s’arrête à 1:34", False),
            (WorkerDied.of("worker-killed/signal", signal="SIGKILL"), "SIGKILL", "SIGKILL", True),
            (Conflict("x", "It is gone.", french="Il a disparu."), "It is gone.", "Il a disparu.", True),
            (OSError(28, "No space left"), "no room left on the disk", "plus de place", True),
            (RuntimeError("secret of the house"), "nobody foresaw", "imprévue", True),
        ],
    )
    @ON_SQLITE
    def test_each_in_words(
        self, house: House, error: Exception, english: str, french: str, *, again: bool
    ) -> None:
        """Whatever goes wrong is told in a sentence of the reader's language, and nothing of the inside.

        What it worked on is kept, unless the file itself is at fault.
        """
        job = house.order()

        def cook(_job: JobRow, _tell: Tell) -> None:
            raise error

        house.kitchen.prepare_hook = cook
        assert house.runner().run_one()
        failed = house.row(job)
        assert failed.state == "failed"
        assert english in job_body(failed, "en")["message"]
        assert french in job_body(failed, "fr")["message"]
        assert "secret" not in str(failed.message)
        assert house.kitchen.cleared == ([] if again else [job.id])
        assert job_body(failed, "en")["can_retry"] is again
        assert b'coupole_jobs_total{kind="dish",state="failed"} 1.0' in house.metrics.exposition()

    def test_one_that_fails_at_its_end_leaves_nothing(self, house: House) -> None:
        """What it had written before is taken back with it."""
        job = house.order()

        def serve(session: Session, _job: JobRow) -> Done:
            session.add(Job(**{**vars_of(_job), "id": "half"}))
            session.flush()
            raise NotFound("unknown_site", "There is no such site.")

        house.kitchen._serve = serve  # type: ignore[method-assign, assignment]
        house.runner().run_one()
        assert house.row(job).state == "failed"
        with pytest.raises(NotFound):
            house.jobs.read("small", "half")


def vars_of(job: JobRow) -> dict[str, Any]:
    """A job's columns."""
    names = ("site", "id", "kind", "state", "percent", "args", "who", "attempts", "created_at")
    return {name: getattr(job, name) for name in names} | {"updated_at": 1, "message": None, "result": None}


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum."""
    guide.catalogue.importing.run(museum, who="import")
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)


class TestRoutes:
    def test_a_list_in_pieces(self, desk: Desk) -> None:
        """Newest first, by state, in pieces; `open` for what has not ended."""
        for n in range(3):
            desk.send(None, exhibit="ida", language=("en", "nl", "fr")[n], transcript=VTT)
        desk.guide.catalogue.runner.run_one()
        page = desk("GET", "/jobs?limit=2").json()
        rest = desk("GET", f"/jobs?limit=2&cursor={page['next_cursor']}").json()
        assert [each["track"] for each in [*page["items"], *rest["items"]]] == [
            "ida.fr.standard", "ida.nl.standard", "ida.en.standard",
        ] or len({each["track"] for each in [*page["items"], *rest["items"]]}) == 3  # fmt: skip
        assert rest["next_cursor"] is None
        assert len(desk("GET", "/jobs?state=open").json()["items"]) == 2
        assert len(desk("GET", "/jobs?state=ready,failed").json()["items"]) == 1
        assert_problem(desk("GET", "/jobs?state=done"), 422, "malformed")
        assert_problem(desk("GET", "/jobs/none"), 404, "unknown_job")

    def test_the_releases_files_are_a_job_too(self, desk: Desk) -> None:
        """What is encoded of the active release stands first."""
        desk.guide.catalogue.publishing.publish("small", note="", who="anna")
        assert desk("GET", "/jobs").json()["items"][0]["id"] == "renditions-1"
        assert desk("GET", "/jobs/renditions-1").json()["kind"] == "renditions"
        assert_problem(desk("GET", "/jobs/renditions-7"), 404, "unknown_job")

    @ON_SQLITE
    def test_they_are_counted(self, desk: Desk) -> None:
        """Prometheus sees how many wait and how many ended how."""
        desk.send(None, exhibit="ida", language="en", transcript=VTT)
        assert "coupole_jobs_waiting 1.0" in desk.client.get("/metrics").text
        desk.work()
        told = desk.client.get("/metrics").text
        assert "coupole_jobs_waiting 0.0" in told
        assert 'coupole_jobs_total{kind="ingest",state="ready"} 1.0' in told


class TestChores:
    def test_what_came_unmeasured_is_measured(self, desk: Desk) -> None:
        """Tracks of a site folder without figures get them, once, without a trace in the draft's history."""
        before = desk("GET", "/draft/changes").json()["items"]
        with desk.guide.database.session() as session:
            heard = [each for each in catalogue.draft(session, "small").tracks if each.source_sha256]
            for doc in heard[:2]:
                catalogue.put_figures(session, "small", doc.model_copy(update={"measures": None}))
        chores = desk.guide.catalogue.chores
        chores.look()
        assert desk.work() == 2
        for each in desk("GET", "/tracks").json()["items"]:
            assert (each["measures"] is None) == (each["url"] is None)
        assert desk("GET", "/draft/changes").json()["items"] == before
        chores.look()
        assert desk.work() == 0

    def test_orphans_are_swept_out(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """What nothing names goes when it is old; what a draft, its history, a release or a job names stays."""
        catalogue_ = desk.guide.catalogue
        desk.guide.catalogue.publishing.publish("small", note="", who="anna")
        replaced = desk.track("v2.en.standard")["source_sha256"]
        desk.done(desk.send(desk.sound(), exhibit="v2", language="en"))
        waiting = desk.begin(10)
        desk.piece(waiting, 0, b"abc")
        orphan = catalogue_.store.put_bytes(b"orphan", "opus")
        left = catalogue_.store.incoming("left")
        left.write_bytes(b"left by a crash")
        stored = {each.sha256 for each in catalogue_.store.files()}
        assert catalogue_.chores.sweep() == 0
        monkeypatch.setattr("guide.services.job_chores.SAFE_S", -60.0)
        catalogue_.chores.sweep()
        assert {each.sha256 for each in catalogue_.store.files()} == stored - {orphan.sha256}
        assert replaced in stored
        assert not left.exists()
        assert catalogue_.store.incoming(waiting.rsplit("/", 1)[1]).exists()


def test_migrations_add_and_take_nothing(empty_url: str) -> None:
    """A museum that upgrades keeps every row that it has, and its old program could go on with them."""
    from alembic import command  # noqa: PLC0415 - loaded where it is needed, as the service does
    from sqlalchemy import inspect, text  # noqa: PLC0415 - the same

    from guide.migrations.run import config  # noqa: PLC0415 - the same

    database = Database(empty_url)
    with database.engine.begin() as connection:
        command.upgrade(config(connection), "0001")
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into sites (id, draft_version, body, active_release, created_at) "
                "values ('m', 3, '{}', null, 7)"
            )
        )
        before = {
            name: inspect(connection).get_columns(name) for name in inspect(connection).get_table_names()
        }
    assert database.version() == "0001"
    database.migrate()
    with database.engine.connect() as connection:
        found = inspect(connection)
        assert [tuple(row) for row in connection.execute(text("select id, draft_version from sites"))] == [
            ("m", 3)
        ]
        after = set(found.get_table_names())
        assert after >= set(before) | {"jobs", "uploads", "hearings"}
        for name, columns in before.items():
            now = {each["name"]: each for each in found.get_columns(name)}
            old = {each["name"]: str(each) for each in columns}
            assert {each: str(now[each]) for each in old} == old
            assert all(each["nullable"] for key, each in now.items() if key not in old), name
    database.close()
