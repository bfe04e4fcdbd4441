"""The catalogue's services, made once and wired together: one value that an app or a command holds."""

from dataclasses import dataclass
from typing import Self

from guide.clock import Clock
from guide.metrics import Metrics
from guide.services.background import Background
from guide.services.bundle import Bundles
from guide.services.draft import Draft
from guide.services.exporting import Exporting
from guide.services.importing import Importing
from guide.services.ingesting import Ingesting
from guide.services.job_chores import Chores
from guide.services.job_retry import Retries
from guide.services.job_runner import Runner, Work
from guide.services.jobs import Jobs
from guide.services.measuring import Measuring
from guide.services.media_files import MediaFiles
from guide.services.publishing import Publishing
from guide.services.releases import Releases
from guide.services.track_edits import TrackEdits
from guide.services.tracks import Tracks
from guide.services.transcripts import MEASURE, Transcripts
from guide.services.uploads import INGEST, Limits, Uploads
from guide.settings import Settings
from guide.store.blobs import open_store
from guide.store.database import Database
from media.store import Store


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything about content: drafts, releases, site folders, media."""

    store: Store
    releases: Releases
    draft: Draft
    publishing: Publishing
    importing: Importing
    exporting: Exporting
    tracks: Tracks
    bundles: Bundles
    files: MediaFiles
    background: Background
    jobs: Jobs
    uploads: Uploads
    transcripts: Transcripts
    edits: TrackEdits
    retries: Retries
    runner: Runner
    chores: Chores

    @classmethod
    def wire(
        cls,
        settings: Settings,
        database: Database,
        releases: Releases,
        clock: Clock,
        metrics: Metrics | None = None,
    ) -> Self:
        """The services of one installation."""
        store = open_store(settings)
        draft = Draft(database, clock)
        jobs = Jobs(database, clock)
        transcripts = Transcripts(database, store, draft, jobs)
        ingesting = Ingesting(database, store, draft, transcripts, releases, clock)
        measuring = Measuring(database, store, ingesting, transcripts, jobs)
        works: dict[str, Work] = {INGEST: ingesting, MEASURE: measuring}
        runner = Runner(database, jobs, works, clock, settings.workers, metrics or Metrics())
        limits = Limits(
            settings.upload_limit_bytes, settings.upload_quota_bytes, int(settings.upload_hours * 3_600_000)
        )
        return cls(
            store=store,
            releases=releases,
            draft=draft,
            publishing=Publishing(database, releases, clock),
            importing=Importing(database, store, releases, clock),
            exporting=Exporting(database, store, releases),
            tracks=Tracks(database, releases),
            bundles=Bundles(releases, store),
            files=MediaFiles(database, store),
            background=Background(database, store, releases, clock, lambda: runner.running > 0),
            jobs=jobs,
            uploads=Uploads(database, store, jobs, clock, limits),
            transcripts=transcripts,
            edits=TrackEdits(database, draft, transcripts, jobs),
            retries=Retries(database, store, jobs, clock),
            runner=runner,
            chores=Chores(database, store, measuring, clock, int(settings.jobs_kept_days * 86_400_000)),
        )
