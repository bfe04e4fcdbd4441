"""Jobs as they are asked for and told: enqueued in the transaction of the request that wants them, or not at all."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from guide.clock import Clock, rfc3339
from guide.errors import NotFound
from guide.security import make_id
from guide.store import jobs as rows
from guide.store.database import Database
from guide.store.jobs import JobRow

STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "received": ("Waiting for its turn", "En attente"),
    "probing": ("Listening to the whole file", "Écoute du fichier entier"),
    "measured": ("Measured: loudness, speech, pauses", "Mesuré : niveau sonore, parole, pauses"),
    "encoding": ("Writing the files that handhelds play", "Écriture des fichiers pour les appareils"),
    "ready": ("Ready", "Prêt"),
    "failed": ("Failed", "Échec"),
}
"""What goes on in each state, in English and French."""


def in_both(english: str, french: str) -> dict[str, str]:
    """A sentence in each language of the interface."""
    return {"en": english, "fr": french}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that somebody asks for."""

    site: str
    kind: str
    args: Mapping[str, Any]
    who: str
    track: str | None = None


def job_body(job: JobRow, reader: str) -> dict[str, Any]:
    """A job as the contract has it, worded for a reader."""
    message = job.message
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "percent": job.percent,
        "step": STEPS[job.state][reader == "fr"],
        "message": None if message is None else message.get(reader, message["en"]),
        "result": None if job.result is None else dict(job.result),
        "track": job.track,
        "can_retry": job.may_be_tried_again,
        "created_at": rfc3339(job.created_at),
    }


class Jobs:
    """Enqueues jobs and tells how far they are; a runner in this process or another does them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a function called when a job may have come in; it must not take long."""
        with self._lock:
            self._listeners.append(listener)

    def add(self, session: Session, wanted: Wanted) -> JobRow:
        """Enqueue a job in the caller's transaction; call `wake` once that is committed."""
        job = JobRow(
            site=wanted.site,
            id=make_id(),
            kind=wanted.kind,
            state=rows.RECEIVED,
            percent=0,
            message=None,
            result=None,
            args=wanted.args,
            track=wanted.track,
            who=wanted.who,
            attempts=0,
            created_at=rows.later_than(session, wanted.site, wanted.track, self._clock.now_ms()),
        )
        rows.add(session, job)
        return job

    def wake(self) -> None:
        """Tell whoever does jobs in this process that there is one; those of other processes look by themselves."""
        for each in self._listeners:
            each()

    def read(self, site: str, job: str) -> JobRow:
        """One job.

        Raises:
            NotFound: There is none of this id.
        """
        with self._database.reading() as session:
            return self.found(session, site, job)

    @staticmethod
    def found(session: Session, site: str, job: str) -> JobRow:
        """The same in the caller's transaction."""
        found = rows.find(session, site, job)
        if found is None:
            raise NotFound.of("unknown_job", job=job)
        return found

    def listed(
        self, site: str, states: tuple[str, ...], before: tuple[int, str] | None, limit: int
    ) -> tuple[tuple[JobRow, ...], tuple[int, str] | None]:
        """Jobs, newest first, and where the list goes on."""
        with self._database.reading() as session:
            found = rows.page(session, site, states=states, before=before, limit=limit + 1)
        page = found[:limit]
        return page, (page[-1].created_at, page[-1].id) if len(found) > limit else None

    def waiting(self) -> int:
        """How many jobs have not ended."""
        with self._database.reading() as session:
            return sum(rows.counts(session).values())
