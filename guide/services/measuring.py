"""Listening to tracks that nobody has measured: the job `measure`, for what a site folder brought without figures.

Figures are no edit of a curator's: they leave no trace in the draft's history, and nobody's `If-Match` is hurt.
"""

from typing import Final

from sqlalchemy.orm import Session

from guide.content import TrackDoc
from guide.errors import Conflict
from guide.services.ingesting import Ingesting, Taken
from guide.services.job_runner import Commit, Done, Tell
from guide.services.jobs import Jobs, in_both
from guide.services.track_measures import measures_of
from guide.services.transcripts import MEASURE, Transcripts, find_track, measuring
from guide.store import catalogue, jobs
from guide.store.database import Database
from guide.store.jobs import JobRow
from media.store import Store

WHO: Final = "coupole"
_MEASURED: Final = in_both("The narration is measured.", "La narration est mesurée.")


def _gone() -> Conflict:
    return Conflict.of("track_changed")


class Measuring:
    """The work of the jobs `measure`."""

    def __init__(
        self, database: Database, store: Store, ingesting: Ingesting, transcripts: Transcripts, jobs_: Jobs
    ) -> None:
        self._database = database
        self._store = store
        self._ingesting = ingesting
        self._transcripts = transcripts
        self._jobs = jobs_
        self._looked_at: dict[str, int] = {}
        """The version of each draft that has been looked through: a large one takes a while to read."""

    def prepare(self, job: JobRow, tell: Tell) -> Commit:
        """Have a track's source listened to and encoded anew.

        Raises:
            MediaError: It is not fit, or working on it was cut off.
            NotFound: The track is gone.
            Conflict: It has no sound any more.
        """
        doc, _ = find_track(self._database, job.site, job.args["track"])
        if doc.source_sha256 is None or doc.source_ext is None:
            raise _gone()
        text = None if doc.transcript_sha256 is None else self._transcripts.text_of(doc.transcript_sha256)
        path = self._store.path(doc.source_sha256, doc.source_ext)
        taken = self._ingesting.work_on(job.site, path, text, doc.language, tell, ambience=doc.ambience)
        return lambda session: self._commit(session, job, doc, taken)

    def _commit(self, session: Session, job: JobRow, doc: TrackDoc, taken: Taken) -> Done:
        found = catalogue.find_item(session, job.site, "track", doc.id)
        now = found.doc if found else None
        if not isinstance(now, TrackDoc) or _heard_of(now) != _heard_of(doc):
            raise _gone()
        made = taken.made
        measured = now.model_copy(
            update={
                "duration_ms": made.duration_ms,
                "gaps_ms": list(made.gaps_ms),
                "measures": measures_of(made, peaks=taken.peaks, captions=taken.captions),
            }
        )
        self._ingesting.keep_files(session, job.site, made)
        catalogue.put_figures(session, job.site, measured)
        return Done(_MEASURED, {"track": doc.id, "duration_ms": made.duration_ms})

    def ended(self, job: JobRow, *, again: bool) -> None:
        """Let this process know of the new renditions."""
        self._ingesting.ended(job, again=again)

    def enqueue(self) -> int:
        """Enqueue the measuring of every track of a draft that has a sound and no figures, once; say how many."""
        count = 0
        with self._database.reading() as session:
            sites = catalogue.site_ids(session)
        for site in sites:
            with self._database.reading() as session:
                version = catalogue.draft_version(session, site)
                if self._looked_at.get(site) == version:
                    continue
                wanted = self._unmeasured(session, site)
            self._looked_at[site] = version
            if not wanted:
                continue
            with self._database.session() as session:
                catalogue.lock(session, site)
                for track in self._unmeasured(session, site):
                    self._jobs.add(session, measuring(site, track, WHO))
                    count += 1
        if count:
            self._jobs.wake()
        return count

    @staticmethod
    def _unmeasured(session: Session, site: str) -> list[TrackDoc]:
        asked = jobs.measured(session, site, MEASURE)
        return [
            each
            for each in catalogue.draft(session, site).tracks
            if each.source_sha256 and each.measures is None and (each.id, each.source_sha256) not in asked
        ]


def _heard_of(doc: TrackDoc) -> tuple[str | None, str | None, str, str | None]:
    """What the figures of a track depend on."""
    return doc.source_sha256, doc.transcript_sha256, doc.language, doc.ambience
