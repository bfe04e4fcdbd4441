"""The text of a track: read, put, and what follows from it: its languages, and the cues that handhelds show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guide.content import MeasuresDoc, TrackDoc
from guide.errors import Malformed, NotFound, Unavailable
from guide.services.draft import Draft, Precondition, require
from guide.services.jobs import Jobs, Wanted
from guide.services.track_measures import with_languages
from guide.services.track_wishes import transcript_faults
from guide.store import catalogue, jobs
from guide.store.database import Database
from guide.store.jobs import JobRow
from media.errors import Fault as TranscriptFault
from media.errors import MediaError, in_words
from media.language import Heard
from media.store import Store
from media.transcript import Transcript, parse
from media.transcript_check import shift, validate
from media.worker import run

MEASURE: Final = "measure"
TEXT_WALL_S, TEXT_MEMORY_MB = 60, 700
"""For reading a text: 200 kB take a second."""


@dataclass(frozen=True, slots=True)
class Put:
    """A transcript as it was taken: the track, its version, remarks, and the job that measures it, if one must."""

    track: TrackDoc
    version: int
    notes: tuple[TranscriptFault, ...]
    job: JobRow | None = None


class Transcripts:
    """Reads and puts the texts of the draft's tracks."""

    def __init__(self, database: Database, store: Store, draft: Draft, jobs_: Jobs) -> None:
        self._database = database
        self._store = store
        self._draft = draft
        self._jobs = jobs_

    def read(self, site: str, track: str) -> tuple[str, int]:
        """The text as it was sent, and the version of its track.

        Raises:
            NotFound: There is no such track, or it has no text.
        """
        doc, version = find_track(self._database, site, track)
        if doc.transcript_sha256 is None:
            raise NotFound.of("no_transcript", track=track)
        return self.text_of(doc.transcript_sha256), version

    def text_of(self, sha256: str) -> str:
        """A stored text.

        Raises:
            Unavailable: It is not in the store.
        """
        try:
            with self._store.open(sha256, "vtt") as file:
                return file.read().decode("utf-8-sig")
        except MediaError as error:
            raise Unavailable("media_missing", error.sentence, french=in_words(error, "fr")) from error

    def put(self, site: str, track: str, text: str, allowed: Precondition, who: str) -> Put:
        """Give a track another text.

        Raises:
            NotFound: There is no such track.
            PreconditionFailed: It has changed since.
            Malformed: The text is not sound WebVTT; every fault is told with its line.
            Unavailable: Reading the text was cut off.
        """
        doc, version = find_track(self._database, site, track)
        require(allowed, version, version)
        checked = validate(text, source_ms(doc))
        if checked.faults:
            faults = transcript_faults(checked.faults, "body")
            raise Malformed.of("transcript_not_sound", faults, count=len(faults))
        sha256 = self._store.put_bytes(text.encode("utf-8"), "vtt").sha256
        try:
            changed = self.revised(site, doc, sha256, text)
        except MediaError as error:
            raise Unavailable("text_unread", error.sentence, french=in_words(error, "fr")) from error
        unmeasured = changed.measures is None and changed.source_sha256 is not None
        with self._database.session() as session:
            edited = self._draft.exchange(session, site, version, changed, who)
            job = self._jobs.add(session, measuring(site, changed, who)) if unmeasured else None
        if job is not None:
            self._jobs.wake()
        return Put(changed, edited.version, checked.notes, job)

    def revised(self, site: str, doc: TrackDoc, sha256: str, text: str) -> TrackDoc:
        """A track with another text: its cues in the times of its renditions, its languages counted anew.

        Raises:
            MediaError: Reading the text was cut off.
        """
        measures = doc.measures
        with self._database.reading() as session:
            speech = jobs.hearing(session, site, doc.source_sha256) if doc.source_sha256 else None
        if measures is not None:
            measures = self._measured(doc, measures, text, speech)
        return doc.model_copy(update={"transcript_sha256": sha256, "measures": measures})

    def _measured(
        self, doc: TrackDoc, measures: MeasuresDoc, text: str, speech: Sequence[tuple[int, int]] | None
    ) -> MeasuresDoc | None:
        """The figures with the languages that the text says; None where somebody must listen again."""
        if speech is None:
            return None
        heard = listen_again(speech, parse(text), doc.language)
        captions = None
        if measures.lead_ms:
            moved = shift(text, measures.lead_ms, doc.duration_ms)
            captions = self._store.put_bytes(moved.encode("utf-8"), "vtt").sha256
        return with_languages(measures, heard, captions)

    def declared(self, site: str, doc: TrackDoc) -> TrackDoc:
        """A track whose declared language has just changed, its languages counted anew."""
        measures = doc.measures
        if measures is None or doc.source_sha256 is None:
            return doc
        if doc.transcript_sha256 is not None:
            return self.revised(site, doc, doc.transcript_sha256, self.text_of(doc.transcript_sha256))
        total = {doc.language: measures.speech_ms} if measures.speech_ms else {}
        told = with_languages(measures, Heard(total, checked=False), measures.captions_sha256)
        return doc.model_copy(update={"measures": told})


def listen_again(speech: Sequence[tuple[int, int]], cues: Transcript, language: str) -> Heard:
    """In which languages a sound is spoken, its speech being known; in a worker process, as its model takes memory.

    Raises:
        MediaError: Reading the text was cut off.
    """
    heard: Heard = run(
        "media.language:heard",
        tuple(speech),
        cues,
        language,
        wall_s=TEXT_WALL_S,
        memory_mb=TEXT_MEMORY_MB,
    )
    return heard


def measuring(site: str, track: TrackDoc, who: str) -> Wanted:
    """The job that measures a track."""
    args = {"track": track.id, "source": track.source_sha256, "file": None}
    return Wanted(site, MEASURE, args, who, track.id)


def find_track(database: Database, site: str, track: str) -> tuple[TrackDoc, int]:
    """A track of the draft, and the version at which it last changed.

    Raises:
        NotFound: There is none of this id.
    """
    with database.reading() as session:
        found = catalogue.find_item(session, site, "track", track)
    if found is None or not isinstance(found.doc, TrackDoc):
        raise NotFound.of("unknown_track/draft", item=track)
    return found.doc, found.version


def source_ms(doc: TrackDoc) -> int | None:
    """How long the sound is that a track's transcript belongs to, as it was sent; None where there is none."""
    if doc.source_sha256 is None:
        return None
    return doc.duration_ms + (doc.measures.lead_ms + doc.measures.tail_ms if doc.measures else 0)
