"""What becomes of a file that was sent: the job `ingest`, from the file as it came to a track of the draft.

    worker process: judge, measure, level, encode  ->  files into the store  ->  one transaction: track and job

The track that was there stays until that transaction, and a crash before it leaves it as it was.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from guide.clock import Clock
from guide.content import SiteDoc, TrackDoc
from guide.errors import Conflict
from guide.services.draft import Draft
from guide.services.job_runner import Commit, Done, Tell
from guide.services.jobs import in_both
from guide.services.loudness import named, over, stored_sound, target_of, variation_of
from guide.services.releases import Releases
from guide.services.track_measures import measures_of
from guide.services.track_wishes import Wish
from guide.services.transcripts import Transcripts
from guide.store import catalogue, jobs
from guide.store.catalogue import Item, RenditionRow
from guide.store.database import Database
from guide.store.jobs import JobRow
from guide.words import several
from media.ingest import WALL_S, Ingested, memory_mb
from media.render import RECIPES, hash_of
from media.store import Store
from media.words import retold
from media.worker import run

FORMATS: Final = tuple(RECIPES)
_TEXT_READY: Final = in_both("The text is in the draft.", "Le texte est dans le brouillon.")

_NEW: Final = in_both("The narration is in the draft.", "La narration est dans le brouillon.")
_REPLACED: Final = in_both(
    "The narration took the place of the one before.", "La narration a remplacé la précédente."
)
_TEXT_DROPPED: Final = in_both(
    "The transcript of the one before was left behind, as its times are another recording's; send one for this.",
    "La transcription de la précédente n’a pas été reprise, car ses temps sont ceux d’un autre enregistrement ; "
    "envoyez-en une pour celle-ci.",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a worker process made of a file, by now in the store."""

    made: Ingested
    ext: str
    transcript: str | None
    peaks: str
    captions: str | None
    ambience: str | None


class Ingesting:
    """The work of the jobs `ingest`."""

    def __init__(
        self,
        database: Database,
        store: Store,
        draft: Draft,
        transcripts: Transcripts,
        releases: Releases,
        clock: Clock,
    ) -> None:
        self._database = database
        self._store = store
        self._draft = draft
        self._transcripts = transcripts
        self._releases = releases
        self._clock = clock

    def prepare(self, job: JobRow, tell: Tell) -> Commit:
        """Have the file judged, measured and encoded, and store what was made of it.

        Raises:
            MediaError: The file is not fit, or working on it was cut off.
            Conflict: The file is not there any more.
        """
        wish, name = Wish.of(job.args), job.args["file"]
        there = self._there(job.site, wish.track)
        if name is None:
            doc, version = self._with_text(job.site, wish, there)
            return lambda session: self._commit_text(session, job, doc, version)
        path = self._store.incoming(name)
        if not path.is_file():
            raise Conflict.of("upload_missing")
        text = wish.transcript or self._kept_text(path, there)
        taken = self.work_on(
            job.site, path, text, wish.language, tell, ambience=self._ambience(job.site, wish.exhibit)
        )
        return lambda session: self._commit(session, job, wish, taken)

    def work_on(
        self,
        site: str,
        path: Path,
        transcript: str | None,
        language: str,
        tell: Tell,
        *,
        ambience: str | None = None,
    ) -> Taken:
        """Have a file judged, measured and encoded by a worker process, and store what was made of it.

        Args:
            site: Its site.
            path: The file.
            transcript: Its text.
            language: That it is declared in.
            tell: Told how far it is.
            ambience: The name in the store of what is to lie under it.

        Raises:
            MediaError: The file is not fit, or working on it was cut off.
        """
        variation = over(self._variation(site), ambience)
        under = stored_sound(self._store, ambience)
        with self._store.staging() as folder:
            heard: Ingested = run(
                "media.ingest:ingest",
                path,
                transcript,
                folder,
                FORMATS,
                language,
                target_of(variation),
                under,
                wall_s=WALL_S,
                memory_mb=memory_mb(under),
                on_progress=lambda percent, step, told: tell(
                    percent, step, in_both(told, retold(told, "fr"))
                ),
            )
            made = named(heard, variation)
            ext = made.probe.extension
            self._store.put_file(_linked(path, folder / "source"), ext)
            for each in made.renditions:
                self._store.put_file(each.path, each.format)
            peaks = self._store.put_file(made.peaks_path, "dat").sha256
        texts = [_stored_text(self._store, each) for each in (transcript, made.captions)]
        return Taken(made, ext, texts[0], peaks, texts[1], ambience)

    def ended(self, job: JobRow, *, again: bool) -> None:
        """Remove the file as it came unless it may be tried again, and let this process know of the new renditions."""
        if job.args["file"] is not None and not again:
            self._store.incoming(job.args["file"]).unlink(missing_ok=True)
        self._releases.read_renditions()

    def _variation(self, site: str) -> str:
        """What the site's loudness, as the draft has it, adds to the recipes."""
        with self._database.reading() as session:
            found = catalogue.find_site(session, site)
            return variation_of(SiteDoc.model_validate(found.body)) if found else ""

    def _ambience(self, site: str, exhibit: str) -> str | None:
        """What lies under the narrations of an exhibit: a new one is heard over the same."""
        with self._database.reading() as session:
            tracks = catalogue.draft(session, site).tracks
        return next((each.ambience for each in tracks if each.exhibit == exhibit and each.ambience), None)

    def _there(self, site: str, track: str) -> Item | None:
        with self._database.reading() as session:
            return catalogue.find_item(session, site, "track", track)

    def _kept_text(self, path: Path, there: Item | None) -> str | None:
        """The text that a new sound takes over: what was written before anybody spoke, or of the very same sound."""
        doc = there.doc if there else None
        if not isinstance(doc, TrackDoc) or doc.transcript_sha256 is None:
            return None
        if doc.source_sha256 is None or doc.source_sha256 == hash_of(path):
            return self._transcripts.text_of(doc.transcript_sha256)
        return None

    def _with_text(self, site: str, wish: Wish, there: Item | None) -> tuple[TrackDoc, int | None]:
        """The track with a text that came alone: to the sound that is there, else a track of text."""
        text = wish.transcript or ""
        sha256 = self._store.put_bytes(text.encode("utf-8"), "vtt").sha256
        if there is not None and isinstance(there.doc, TrackDoc):
            return self._transcripts.revised(site, there.doc, sha256, text), there.version
        doc = TrackDoc(
            id=wish.track,
            exhibit=wish.exhibit,
            language=wish.language,
            variant=wish.variant,
            transcript_sha256=sha256,
        )
        return doc, None

    def _commit_text(self, session: Session, job: JobRow, doc: TrackDoc, version: int | None) -> Done:
        if version is None:
            made = self._draft.put_in(session, job.site, doc, job.who)
        else:
            made = self._draft.exchange(session, job.site, version, doc, job.who)
        return Done(_TEXT_READY, {"track": doc.id, "draft_version": made.version})

    def _commit(self, session: Session, job: JobRow, wish: Wish, taken: Taken) -> Done:
        content = catalogue.draft(session, job.site)
        if all(each.id != wish.exhibit for each in content.exhibits):
            raise Conflict.of("exhibit_gone", exhibit=wish.exhibit)
        made = taken.made
        doc = TrackDoc(
            id=wish.track,
            exhibit=wish.exhibit,
            language=wish.language,
            variant=wish.variant,
            source_sha256=made.source_sha256,
            source_ext=taken.ext,
            transcript_sha256=taken.transcript,
            duration_ms=made.duration_ms,
            gaps_ms=list(made.gaps_ms),
            ambience=taken.ambience,
            measures=measures_of(made, peaks=taken.peaks, captions=taken.captions),
        )
        self.keep_files(session, job.site, made)
        edited = self._draft.put_in(session, job.site, doc, job.who)
        before = next((each for each in content.tracks if each.id == doc.id), None)
        same = [
            each.id
            for each in content.tracks
            if each.source_sha256 == made.source_sha256 and each.id != doc.id
        ]
        result = {
            "track": doc.id,
            "replaced": before is not None,
            "same_as": same,
            "source_sha256": made.source_sha256,
            "duration_ms": doc.duration_ms,
            "draft_version": edited.version,
        }
        return Done(_message(doc, before, same, made.notes), result)

    def keep_files(self, session: Session, site: str, made: Ingested) -> None:
        """Write the rows of what was made: renditions, and where speech was heard."""
        now = self._clock.now_ms()
        rows = [
            RenditionRow(
                made.source_sha256, each.format, each.recipe, each.sha256, each.size_bytes, each.duration_ms
            )
            for each in made.renditions
        ]
        catalogue.add_renditions(session, site, rows, now)
        jobs.keep_hearing(session, site, made.source_sha256, made.speech, now)


def _message(
    doc: TrackDoc, before: TrackDoc | None, same: Sequence[str], notes: Sequence[str]
) -> dict[str, str]:
    told = [_NEW if before is None else _REPLACED]
    if before is not None and before.transcript_sha256 is not None and doc.transcript_sha256 is None:
        told.append(_TEXT_DROPPED)
    if same:
        told.append(
            in_both(
                f"It is the same sound as {several(same)}; it is stored once.",
                f"C’est le même son que {several(same, 'et')} ; il n’est gardé qu’une fois.",
            )
        )
    told += [in_both(each, retold(each, "fr")) for each in notes]
    return in_both(" ".join(each["en"] for each in told), " ".join(each["fr"] for each in told))


def _stored_text(store: Store, text: str | None) -> str | None:
    return None if text is None else store.put_bytes(text.encode("utf-8"), "vtt").sha256


def _linked(path: Path, to: Path) -> Path:
    """The file under another name too, so that it may be moved and is still there if we are cut off."""
    with suppress(OSError):
        os.link(path, to)
        return to
    return Path(shutil.copyfile(path, to))
