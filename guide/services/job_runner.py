"""Does jobs, in threads beside the requests or in a process of their own; each job once, whoever is killed when.

Who takes a job holds it for a few seconds and says again and again that it still does. When a process dies, its
jobs come free and are begun anew by whoever looks next; a job that was begun three times in vain has failed.
What a job made is committed together with its end, and only while it is still held: so nothing is made twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from guide.clock import Clock
from guide.errors import GuideError, Unavailable
from guide.metrics import Metrics
from guide.security import make_id
from guide.services.job_failures import crashed, failure, is_the_files
from guide.services.jobs import Jobs
from guide.store import catalogue
from guide.store import jobs as rows
from guide.store.database import Database
from guide.store.jobs import FAILED, KEPT, READY, JobRow, Progress, Words
from media.errors import MediaError

LEASE_MS: Final = 20_000
"""How long a job is held without another word; a killed process' jobs are taken up after so long."""
RENEW_S: Final = 5.0
LOOK_S: Final = 1.0
"""How soon a job that another process enqueued is seen."""
TELL_MS: Final = 500
"""Progress is written at most so often: a row a second costs nothing, a row a frame would."""
ATTEMPTS: Final = 3
STOP_S: Final = 3.0
_SOME: Final = 20
_DROPPED: Final = "job %s was given to somebody else; what was made of it here is dropped"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What a job came to: the message for the curator, and the result for programs."""

    message: Words | None
    result: Mapping[str, Any]


class Tell(Protocol):
    """Told how far a job is."""

    def __call__(self, percent: int, state: str, message: Words) -> None:
        """At so many percent, in this state, and in words."""
        ...


Commit = Callable[[Session], Done]
"""Writes what a job made, in the transaction that ends it."""


class Work(Protocol):
    """One kind of job."""

    def prepare(self, job: JobRow, tell: Tell) -> Commit:
        """Do the work, all but its transaction.

        Raises:
            MediaError: The file is not fit, or working on it was cut off.
            GuideError: What was asked for cannot be done.
        """
        ...

    def ended(self, job: JobRow, *, again: bool) -> None:
        """Clean up after a job that has ended, well or not; never called for one that the runner begins anew.

        Args:
            job: The job.
            again: Whether somebody may have it tried again, so that what it works on must stay.
        """
        ...


@dataclass(slots=True)
class _Held:
    """A job in this runner's hands."""

    job: JobRow
    lease: str
    state: str
    told_ms: int = 0
    lost: bool = False


class Runner:
    """Takes jobs and does them, several at once."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        kinds: Mapping[str, Work],
        clock: Clock,
        at_once: int,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._kinds = dict(kinds)
        self._clock = clock
        self._at_once = at_once
        self._metrics = metrics
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._wake = threading.Condition()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        jobs.listen(self._woken)
        metrics.watch_jobs(lambda: _or_nothing(jobs.waiting), lambda: self.running)

    # ---- threads

    def start(self) -> None:
        """Begin to take jobs; does nothing where this process shall do none."""
        if self._threads or not self._at_once:
            return
        works = [threading.Thread(target=self._work, name=f"jobs-{n}") for n in range(self._at_once)]
        self._threads = [*works, threading.Thread(target=self._hold, name="jobs-hold")]
        for each in self._threads:
            each.daemon = True
            each.start()

    def stop(self) -> None:
        """Take no more, wait a little for what is under way, and give back what is not done: it is taken up anew."""
        self._stopped.set()
        self._woken()
        until = time.monotonic() + STOP_S
        for each in self._threads:
            each.join(max(0.0, until - time.monotonic()))
        with self._lock:
            left = list(self._held.values())
        for held in left:
            held.lost = True
            try:
                with self._database.session() as session:
                    rows.release(session, held.job, held.lease, self._clock.now_ms())
            except GuideError as error:
                log.warning("job %s could not be given back: %s", held.job.id, error.detail)

    @property
    def is_well(self) -> bool:
        """Whether every thread that was started still runs."""
        return all(each.is_alive() for each in self._threads)

    @property
    def running(self) -> int:
        """How many jobs are under way in this process."""
        return len(self._held)

    def _woken(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                if self.run_one():
                    continue
            except GuideError as error:
                log.warning("jobs wait: %s", error.detail)
            except Exception:
                log.exception("taking a job failed; it will be tried again")
            with self._wake:
                if not self._stopped.is_set():
                    self._wake.wait(LOOK_S)

    def _hold(self) -> None:
        while not self._stopped.wait(RENEW_S):
            with self._lock:
                held = list(self._held.values())
            for each in held:
                try:
                    with self._database.session() as session:
                        kept = rows.renew(session, each.job, each.lease, self._clock.now_ms() + LEASE_MS)
                    each.lost = each.lost or not kept
                except GuideError as error:
                    log.warning("job %s may be given to somebody else: %s", each.job.id, error.detail)

    # ---- one job

    def run_one(self) -> bool:
        """Do the next job, if there is one; False where there is none."""
        held = self._take()
        if held is None:
            return False
        began = time.monotonic()
        try:
            state = self._do(held)
        finally:
            with self._lock:
                self._held.pop(held.lease, None)
            self._woken()  # a later job for the same track may go on now
        if state is not None:
            self._metrics.job(held.job.kind, state, time.monotonic() - began)
        return True

    def _take(self) -> _Held | None:
        now = self._clock.now_ms()
        with self._database.reading() as session:
            found = rows.waiting(session, now, list(self._kinds), _SOME)
        for job in found:
            lease = make_id()
            with self._database.session() as session:
                # two jobs of one track must not be taken by two at the same moment
                catalogue.lock(session, job.site)
                still = any(each.id == job.id for each in rows.waiting(session, now, [job.kind], _SOME))
                taken = still and rows.claim(session, job, lease, now=now, until=now + LEASE_MS)
            if taken:
                held = _Held(job, lease, rows.RECEIVED)
                with self._lock:
                    self._held[lease] = held
                return held
        return None

    def _do(self, held: _Held) -> str | None:
        """The state in which the job ended; None where it did not end here."""
        job, work = held.job, self._kinds[held.job.kind]
        if job.attempts >= ATTEMPTS:
            return self._end(held, FAILED, Done(crashed(ATTEMPTS), KEPT))
        try:
            commit = work.prepare(job, partial(self._told, held))
            state = self._end(held, READY, commit)
        except Unavailable as error:
            # not the file's fault: the lease runs out, and the job is begun anew
            log.warning("job %s waits: %s", job.id, error.detail)
            return None
        except (MediaError, GuideError, OSError) as error:
            log.info("job %s failed: %s", job.id, error)
            state = self._end(held, FAILED, Done(failure(error), {} if is_the_files(error) else KEPT))
        except Exception as error:
            log.exception("job %s failed unexpectedly", job.id)
            state = self._end(held, FAILED, Done(failure(error), KEPT))
        return state

    def _end(self, held: _Held, state: str, done: Done | Commit) -> str | None:
        job = held.job
        if held.lost:
            log.warning(_DROPPED, job.id)
            return None
        with self._database.session() as session:
            catalogue.lock(session, job.site)
            if not rows.renew(session, job, held.lease, self._clock.now_ms() + LEASE_MS):
                log.warning(_DROPPED, job.id)
                return None
            told = done if isinstance(done, Done) else done(session)
            rows.end(
                session,
                job,
                held.lease,
                state=state,
                message=told.message,
                result=told.result or None,
                now=self._clock.now_ms(),
            )
        self._kinds[job.kind].ended(job, again=told.result == KEPT)
        return state

    def _told(self, held: _Held, percent: int, state: str, message: Words) -> None:
        """Write progress, seldom enough; that it cannot be written is no reason to stop."""
        now = self._clock.now_ms()
        if held.lost or (state == held.state and now - held.told_ms < TELL_MS):
            return
        if state in rows.ENDED:
            return  # the end is written by `_end`, with what was made
        held.state, held.told_ms = state, now
        how_far = Progress(state, percent, message)
        try:
            with self._database.session() as session:
                rows.progress(session, held.job, held.lease, how_far, now)
        except GuideError as error:
            log.warning("progress of job %s could not be written: %s", held.job.id, error.detail)


def _or_nothing(count: Callable[[], int]) -> int:
    """A count for the metrics, which are told even while the database does not answer."""
    try:
        return count()
    except GuideError:
        return 0
