"""Tracks as they are told: what each is, how long, and where its files are."""

from collections.abc import Mapping
from typing import Any

from guide.content import Content, TrackDoc
from guide.services.releases import Releases
from guide.services.track_measures import measures_body, remarks
from guide.store import catalogue
from guide.store.catalogue import RenditionRow, media_url
from guide.store.database import Database
from media.render import RECIPES


def track_body(track: TrackDoc, renditions: Mapping[str, RenditionRow]) -> dict[str, Any]:
    """A track with its measurements and the addresses of its files, those that are made."""
    files = [renditions[form] for form in RECIPES if form in renditions]
    text = track.captions
    return {
        "id": track.id,
        "exhibit": track.exhibit,
        "language": track.language,
        "variant": track.variant,
        "duration_ms": track.duration_ms,
        "gaps_ms": track.gaps_ms,
        "url": files[0].url if files else None,
        "alternates": [each.url for each in files[1:]],
        "transcript": media_url(text, "vtt") if text else None,
        "renditions": [
            {
                "format": each.format,
                "recipe": each.recipe,
                "sha256": each.sha256,
                "size_bytes": each.size_bytes,
                "duration_ms": each.duration_ms,
                "url": each.url,
            }
            for each in files
        ],
    }


def curator_body(track: TrackDoc, renditions: Mapping[str, RenditionRow], reader: str) -> dict[str, Any]:
    """The same for a curator: with what was measured, and what is to be known of its languages."""
    return {
        **track_body(track, renditions),
        "measures": measures_body(track),
        "findings": list(remarks(track, reader)),
        "source_sha256": track.source_sha256,
    }


class Tracks:
    """The tracks of the draft."""

    def __init__(self, database: Database, releases: Releases) -> None:
        self._database = database
        self._releases = releases

    def listed(
        self, site: str, *, exhibit: str | None, language: str | None, after: str, limit: int, reader: str
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Tracks in the order of their ids, from after one, and the id to go on after, if there are more."""
        with self._database.reading() as session:
            content: Content = catalogue.draft(session, site)
        found = sorted(
            (
                track
                for track in content.tracks
                if track.id > after
                and (exhibit is None or track.exhibit == exhibit)
                and (language is None or track.language == language)
            ),
            key=lambda track: track.id,
        )
        page = found[:limit]
        if any(each.measures and not self._releases.renditions_of(site, each) for each in page):
            # measured is encoded too: another process did it, and its rows are not read yet
            self._releases.read_renditions()
        bodies = [curator_body(each, self._releases.renditions_of(site, each), reader) for each in page]
        return bodies, page[-1].id if len(found) > limit else None
