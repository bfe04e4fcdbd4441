"""What nobody asks for and somebody must do: measure what came unmeasured, end what is old, sweep out orphans."""

import json
import logging
import re
import threading
from typing import Final

from sqlalchemy.orm import Session

from guide.clock import Clock
from guide.errors import GuideError
from guide.services.measuring import Measuring
from guide.store import catalogue, jobs, uploads
from guide.store.database import Database
from media.store import Store

LOOK_S: Final = 30.0
SWEEP_MS: Final = 3_600_000
SAFE_S: Final = 24 * 3600.0
"""What is younger stays, named or not: its row may be about to be written, or a download be under way."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger(__name__)


class Chores:
    """Does the chores of one installation; two processes that both do them get in nobody's way."""

    def __init__(
        self, database: Database, store: Store, measuring: Measuring, clock: Clock, jobs_kept_ms: int
    ) -> None:
        self._database = database
        self._store = store
        self._measuring = measuring
        self._clock = clock
        self._jobs_kept_ms = jobs_kept_ms
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._swept_ms: int | None = None

    def start(self) -> None:
        """Begin, in a thread beside the requests."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look_again, name="chores", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the chore that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(LOOK_S)

    def _look_again(self) -> None:
        # not at once: a service that starts has better things to do
        while not self._stopped.wait(LOOK_S):
            try:
                self.look()
            except GuideError as error:
                log.warning("chores wait: %s", error.detail)
            except Exception:
                log.exception("a chore failed; it will be tried again")

    def look(self) -> None:
        """Do what is due."""
        self._measuring.enqueue()
        self.end_uploads()
        now = self._clock.now_ms()
        if self._swept_ms is None or now - self._swept_ms >= SWEEP_MS:
            self.end_jobs()
            self.sweep()
            self._swept_ms = now

    def end_uploads(self) -> int:
        """Forget uploads whose time is over, with what came of them; say how many."""
        with self._database.session() as session:
            over = uploads.expired(session, self._clock.now_ms())
            for each in over:
                uploads.remove(session, each.site, each.id)
        for each in over:
            if each.job is None:
                self._store.incoming(each.id).unlink(missing_ok=True)
        return len(over)

    def end_jobs(self) -> int:
        """Forget jobs that ended long ago, with what was kept to try them again; say how many.

        What nobody has begun, and what somebody holds, has not ended, however old it is.
        """
        with self._database.session() as session:
            ended = jobs.forget(session, self._clock.now_ms() - self._jobs_kept_ms)
            for each in ended:
                uploads.forget(session, each.site, each.id)
        for each in ended:
            if each.file is not None:
                self._store.incoming(each.file).unlink(missing_ok=True)
        return len(ended)

    def sweep(self) -> int:
        """Remove files that nothing names and that are old enough; say how many."""
        with self._database.reading() as session:
            named = everything_named(session)
            wanted = uploads.names(session) | jobs.wanted_files(session)
        kept = [(each.sha256, each.ext) for each in self._store.files() if each.sha256 in named]
        removed = [*self._store.sweep(kept, SAFE_S), *self._store.sweep_incoming(wanted, SAFE_S)]
        if removed:
            log.info("%d files that nothing names any more were removed", len(removed))
        return len(removed)


def everything_named(session: Session) -> frozenset[str]:
    """Every SHA-256 that a draft, its history, a release or a rendition speaks of.

    Why from the text of the rows, and not from what is known to name files? A kind of document that is added later
    would be forgotten here, and its files deleted.
    """
    found: set[str] = set()
    for row in catalogue.rows_that_name_files(session):
        found.update(_SHA256.findall(row if isinstance(row, str) else json.dumps(row)))
    return frozenset(found)
