"""What is made while visitors already listen: the renditions of the active releases that are still missing.

What is missing is read from the release and the rows each time, so a crash loses nothing and nothing is made twice.
One narration at a time, in media's worker process at low priority, and none while jobs are under way.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from guide.clock import Clock
from guide.content import TrackDoc
from guide.errors import GuideError
from guide.services.loudness import recipe_of, stored_sound, target_of
from guide.services.releases import Releases, ReleaseView, variation_in
from guide.store import catalogue
from guide.store.catalogue import RenditionRow
from guide.store.database import Database
from media.errors import MediaError
from media.ingest import WALL_S, memory_mb
from media.render import RECIPES, Rendition
from media.store import Store
from media.worker import run

LOOK_S: Final = 30.0
"""How soon a release that another process activated is looked through."""
STOP_S: Final = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """One source of a site, and the formats in which it is still to be encoded."""

    site: str
    track: str
    source_sha256: str
    source_ext: str
    formats: tuple[str, ...]
    variation: str = ""
    ambience: str | None = None

    @property
    def sound(self) -> "Sound":
        """What is to be heard in each format."""
        return self.source_sha256, self.variation


Sound = tuple[str, str]
"""The SHA-256 of a source, and what loudness and ambience add to the recipe: one source may be heard both ways."""


class Background:
    """Encodes what is missing, in a thread of its own."""

    def __init__(
        self,
        database: Database,
        store: Store,
        releases: Releases,
        clock: Clock,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._store = store
        self._releases = releases
        self._clock = clock
        self._is_busy = is_busy
        """Whether jobs are under way: a curator waits for them, and the core that is left belongs to the polls."""
        self._refused: dict[tuple[Sound, str], str] = {}
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        releases.listen(lambda _: self._wake.set())

    def start(self) -> None:
        """Begin, if it has not begun: called after the first poll, so that the start of the service is not slowed."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._work, name="renditions", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End at once: what is being encoded is left, and made anew after the next start."""
        with self._lock:  # or a thread might be met that is made and not yet begun
            self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_S)

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self.finish()
            except GuideError as error:
                log.warning("renditions wait: %s", error.detail)
            except Exception:
                log.exception("making renditions failed; it will be tried again")
            self._wake.wait(LOOK_S)
            # Only now, with the look at what woke it still to come: cleared before its work it once slept through
            # the order to stop that had come just then.
            self._wake.clear()

    def finish(self) -> int:
        """Make everything that is missing now, or what can be made until jobs come in; say how many files were made."""
        self._releases.refresh()  # another process may have made them
        made = 0
        while not (self._stopped.is_set() or self._is_busy()):
            if (missing := next(self._to_do(), None)) is None:
                break
            made += self._make(missing)
        return made

    def _to_do(self) -> Iterator[Missing]:
        for site in self._releases.sites():
            try:
                view = self._releases.active(site)
            except GuideError:
                continue  # nothing of it is published
            yield from self.missing(view)

    def missing(self, view: ReleaseView) -> Iterator[Missing]:
        """What a release still lacks, a source at a time; what could not be encoded is not tried again."""
        for sound, track in sounds_of(view).items():
            rows = self._releases.renditions_of(view.site, track)
            source, variation = sound
            formats = tuple(
                form
                for form in RECIPES
                if (form not in rows or rows[form].recipe != recipe_of(form, variation))
                and (sound, form) not in self._refused
            )
            if formats:
                ext = track.source_ext or ""
                yield Missing(view.site, track.id, source, ext, formats, variation, track.ambience)

    def _make(self, missing: Missing) -> int:
        source = missing.source_sha256
        try:
            with self._store.staging() as staging:
                under = stored_sound(self._store, missing.ambience)
                made: tuple[Rendition, ...] = run(
                    "media.ingest:remake",
                    self._store.path(source, missing.source_ext),
                    staging,
                    missing.formats,
                    target_of(missing.variation),
                    under,
                    wall_s=WALL_S,
                    memory_mb=memory_mb(under),
                    called_off=self._stopped,
                )
                for each in made:
                    self._store.put_file(each.path, each.format)
        except (MediaError, OSError) as error:
            if self._stopped.is_set():
                return 0  # called off, which says nothing of the sound
            log.warning("%s is not available as %s: %s", missing.track, ", ".join(missing.formats), error)
            self._refused |= {(missing.sound, form): str(error) for form in missing.formats}
            return 0
        rows = [
            RenditionRow(
                source,
                each.format,
                each.recipe + missing.variation,
                each.sha256,
                each.size_bytes,
                each.duration_ms,
            )
            for each in made
        ]
        with self._database.session() as session:
            catalogue.lock(session, missing.site)
            catalogue.add_renditions(session, missing.site, rows, self._clock.now_ms())
        self._releases.read_renditions()
        return len(rows)

    def job(self, view: ReleaseView) -> dict[str, Any]:
        """How far a release's renditions are, as a job of the contract."""
        sounds = sounds_of(view)
        wanted = len(sounds) * len(RECIPES)
        refused = {form: why for (sound, form), why in self._refused.items() if sound in sounds}
        left = sum(len(each.formats) for each in self.missing(view))
        count = sum(1 for sound, _ in self._refused if sound in sounds)
        done = wanted - left - count
        state = "encoding" if left else "failed" if count else "ready"
        return {
            "id": job_id(view),
            "kind": "renditions",
            "state": state,
            "percent": 100 * (wanted - left) // wanted if wanted else 100,
            "step": f"{done} of {wanted} files",
            "message": next(iter(refused.values()), None),
            "result": None if left else {"files": done, "failed": count},
        }


def sounds_of(view: ReleaseView) -> dict[Sound, TrackDoc]:
    """The sounds of a release, each with one of its tracks."""
    heard = (track for track in view.content.tracks if track.source_sha256)
    return {(track.source_sha256 or "", variation_in(track)): track for track in heard}


def job_id(view: ReleaseView) -> str:
    """The id under which the renditions of a release are told."""
    return f"renditions-{view.number}"


def is_renditions(job: str) -> bool:
    """Whether an id is that of a release's renditions."""
    return job.startswith("renditions-")
