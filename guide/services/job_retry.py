"""Trying a job again that failed for no fault of its file: the disk was full, a worker died, an exhibit was away."""

from guide.clock import Clock
from guide.errors import Conflict
from guide.services.access import Caller
from guide.services.jobs import Jobs
from guide.store import catalogue
from guide.store import jobs as rows
from guide.store.database import Database
from guide.store.jobs import FAILED, JobRow
from media.store import Store


class Retries:
    """Has failed jobs begun anew."""

    def __init__(self, database: Database, store: Store, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._jobs = jobs
        self._clock = clock

    def retry(self, caller: Caller, job: str) -> JobRow:
        """Have a failed job begun anew, as a new request of the caller's; it keeps its id.

        Raises:
            NotFound: There is no such job.
            Conflict: It has not failed, its file is gone, or a later recording is there for its track.
        """
        with self._database.session() as session:
            # nobody may take a later job of the track between the look and the start
            catalogue.lock(session, caller.site)
            failed = self._jobs.found(session, caller.site, job)
            if failed.state != FAILED:
                raise Conflict.of("job_not_failed")
            if not failed.may_be_tried_again or not self._is_there(failed):
                raise Conflict.of("job_source_gone")
            if rows.later(session, failed):
                raise Conflict.of("job_overtaken", track=failed.track or "")
            rows.again(session, failed, caller.name, self._clock.now_ms())
            begun = self._jobs.found(session, caller.site, job)
        self._jobs.wake()
        return begun

    def _is_there(self, job: JobRow) -> bool:
        return job.file is None or self._store.incoming(job.file).is_file()
