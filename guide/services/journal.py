"""The journal: one thread that writes what visits do, in group commits.

A decision that changes something is on disk before its answer leaves: whoever adds an urgent batch waits for the
commit that carries it. Raw fixes follow within half a second. Many urgent batches that meet share one commit.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from guide.store.database import Database
from guide.store.journal import Batch, write

LAZY_S: Final = 0.5
"""How long a batch that nobody waits for may lie in memory; the promise is one second."""
RETRIES: Final = 5
RETRY_S: Final = 0.2

log = logging.getLogger(__name__)


class Journal:
    """Takes batches from the event loop and commits them in order, each exactly once."""

    def __init__(self, database: Database, *, on_commit: Callable[[int], None] | None = None) -> None:
        self._database = database
        self._on_commit = on_commit
        self._pending = Batch()
        self._waiting: list[Future[None]] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def add(self, batch: Batch) -> None:
        """Leave a batch to be written within half a second."""
        with self._lock:
            self._pending.add(batch)

    def add_urgent(self, batch: Batch) -> Future[None]:
        """Have a batch written now, after everything that was added before; the future ends with the commit."""
        done: Future[None] = Future()
        with self._lock:
            self._pending.add(batch)
            self._waiting.append(done)
        self._wake.set()
        return done

    async def write(self, batch: Batch) -> None:
        """Write a batch and wait for its commit without holding up the event loop."""
        await asyncio.wrap_future(self.add_urgent(batch))

    def flush(self) -> None:
        """Write everything that is pending, and wait for it."""
        self.add_urgent(Batch()).result()

    def close(self) -> None:
        """Write what is left and stop the thread."""
        self.flush()
        self._closing = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait(LAZY_S)
            self._wake.clear()
            with self._lock:
                batch, self._pending = self._pending, Batch()
                waiting, self._waiting = self._waiting, []
            if batch:
                self._commit(batch, waiting)
            for each in waiting:
                if not each.done():
                    each.set_result(None)

    def _commit(self, batch: Batch, waiting: list[Future[None]]) -> None:
        """One transaction; a busy database is tried again, then those who wait are told."""
        for attempt in range(1, RETRIES + 1):
            try:
                with self._database.session() as session:
                    write(session, batch)
            except Exception as error:  # whatever it is, those who wait must learn of it
                log.warning("journal: attempt %d of %d failed: %s", attempt, RETRIES, error)
                if attempt == RETRIES:
                    log.exception("journal: %d rows could not be written", len(batch.decisions))
                    for each in waiting:
                        each.set_exception(error)
                self._wake.wait(RETRY_S * attempt)
            else:
                if self._on_commit is not None:
                    self._on_commit(len(batch.decisions))
                return
