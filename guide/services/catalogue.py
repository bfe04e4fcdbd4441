"""The catalogue's services, made once and wired together: one value that an app or a command holds."""

from dataclasses import dataclass
from typing import Self

from guide.clock import Clock
from guide.services.background import Background
from guide.services.bundle import Bundles
from guide.services.draft import Draft
from guide.services.exporting import Exporting
from guide.services.importing import Importing
from guide.services.media_files import MediaFiles
from guide.services.publishing import Publishing
from guide.services.releases import Releases
from guide.services.tracks import Tracks
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

    @classmethod
    def wire(cls, settings: Settings, database: Database, releases: Releases, clock: Clock) -> Self:
        """The services of one installation."""
        store = open_store(settings)
        return cls(
            store=store,
            releases=releases,
            draft=Draft(database, clock),
            publishing=Publishing(database, releases, clock),
            importing=Importing(database, store, releases, clock),
            exporting=Exporting(database, store, releases),
            tracks=Tracks(database, releases),
            bundles=Bundles(releases, store),
            files=MediaFiles(database, store),
            background=Background(database, store, releases, clock),
        )
