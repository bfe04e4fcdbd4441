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

from guide.errors import Unavailable
from guide.store.database import Database
from guide.store.journal import Batch, write

LAZY_S: Final = 0.5
"""How long a batch that nobody waits for may lie in memory; the promise is one second."""
RETRIES: Final = 5
RETRY_S: Final = 0.2

VisitKey = tuple[str, str]
Waiter = tuple[Future[None], frozenset[VisitKey]]
Refused = dict[VisitKey, Exception]
ALL: Final[VisitKey] = ("", "")
"""Stands for every visit, where the database does not answer at all."""

log = logging.getLogger(__name__)


class Journal:
    """Takes batches from the event loop and commits them in order, each exactly once."""

    def __init__(self, database: Database, *, on_commit: Callable[[int], None] | None = None) -> None:
        self._database = database
        self._on_commit = on_commit
        self._pending = Batch()
        self._waiting: list[Waiter] = []
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
        # Whoever waits may be cut off, at the end of the service say. That must not take the future from the thread,
        # which could not end it any more and would die of that, and every later answer with it.
        done.set_running_or_notify_cancel()
        with self._lock:
            self._pending.add(batch)
            self._waiting.append((done, frozenset(batch.visits)))
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
            refused = self._commit(batch) if batch else {}
            for future, visits in waiting:
                error = next((refused[each] for each in (ALL, *visits) if each in refused), None)
                if error is not None:
                    future.set_exception(error)
                else:
                    future.set_result(None)

    def _commit(self, batch: Batch) -> Refused:
        """One transaction; what the database refuses is found, so that one visit's row costs no other visit its own.

        Returns:
            The error of each visit whose rows could not be written. A database that does not answer is tried again;
            after that the batch is kept for the next round, and everybody who waits is told.
        """
        for attempt in range(1, RETRIES + 1):
            try:
                self._write(batch)
            except Unavailable as error:
                log.warning("journal: attempt %d of %d: %s", attempt, RETRIES, error.detail)
                if attempt == RETRIES:
                    self._keep(batch)
                    return {ALL: error}
                self._wake.wait(RETRY_S * attempt)
            except Exception:
                log.exception("journal: a batch was refused; each visit's rows are now written alone")
                return self._salvage(batch)
            else:
                break
        return {}

    def _salvage(self, batch: Batch) -> Refused:
        refused: Refused = {}
        for part in batch.by_visit():
            try:
                self._write(part)
            except Exception as error:
                log.exception("journal: rows of visit %s were refused", *part.visits)
                refused |= dict.fromkeys(part.visits, error)
        return refused

    def _write(self, batch: Batch) -> None:
        with self._database.session(hurried=True) as session:
            write(session, batch)
        if self._on_commit is not None:
            self._on_commit(len(batch.decisions))

    def _keep(self, batch: Batch) -> None:
        """Put a batch back, before what has come since."""
        with self._lock:
            batch.add(self._pending)
            self._pending = batch
