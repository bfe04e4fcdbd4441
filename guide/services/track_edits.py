"""Editing tracks of the draft: their language and variant, and taking them away. Their sound comes by upload."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from guide.content import VARIANTS, Content, TrackDoc, track_id
from guide.errors import Fault, Malformed, Unavailable
from guide.services.draft import Draft, Precondition, require
from guide.services.jobs import Jobs
from guide.services.track_wishes import Wrong, language_faults
from guide.services.transcripts import Transcripts, find_track, measuring
from guide.store.database import Database
from media.errors import MediaError, in_words

EDITABLE: Final = ("language", "variant")


@dataclass(frozen=True, slots=True)
class EditedTrack:
    """A track after an edit, and its version."""

    track: TrackDoc
    version: int


class TrackEdits:
    """Edits the draft's tracks."""

    def __init__(self, database: Database, draft: Draft, transcripts: Transcripts, jobs: Jobs) -> None:
        self._database = database
        self._draft = draft
        self._transcripts = transcripts
        self._jobs = jobs

    def read(self, site: str, track: str) -> EditedTrack:
        """A track and its version.

        Raises:
            NotFound: There is none of this id.
        """
        return EditedTrack(*find_track(self._database, site, track))

    def change(
        self, site: str, track: str, patch: Mapping[str, Any], allowed: Precondition, who: str
    ) -> EditedTrack:
        """Say that a track is in another language or another variant; it gets the id that belongs to it.

        Raises:
            NotFound: There is no such track.
            PreconditionFailed: It has changed since.
            Conflict: There is a track of this exhibit, language and variant.
            Malformed: The language or variant is none of the site's.
        """
        doc, version = find_track(self._database, site, track)
        require(allowed, version, version)
        content, _ = self._draft.content(site)
        faults = [Fault.of(f"body.{key}", phrase, **facts) for key, phrase, facts in _faults(content, patch)]
        if faults:
            raise Malformed.of("malformed/track", faults)
        language, variant = patch.get("language", doc.language), patch.get("variant", doc.variant)
        moved = doc.model_copy(
            update={
                "id": track_id(doc.exhibit, language, variant),
                "language": language,
                "variant": variant,
            }
        )
        if language != doc.language:
            moved = self._told_anew(site, moved)
        if moved == doc:
            return EditedTrack(doc, version)
        with self._database.session() as session:
            edited = self._draft.exchange(session, site, version, moved, who, instead_of=doc.id)
            unmeasured = moved.measures is None and doc.measures is not None
            if unmeasured:
                self._jobs.add(session, measuring(site, moved, who))
        if unmeasured:
            self._jobs.wake()
        return EditedTrack(moved, edited.version)

    def _told_anew(self, site: str, doc: TrackDoc) -> TrackDoc:
        try:
            return self._transcripts.declared(site, doc)
        except MediaError as error:
            raise Unavailable("text_unread", error.sentence, french=in_words(error, "fr")) from error

    def delete(self, site: str, track: str, allowed: Precondition, who: str) -> int:
        """Take a track away; its files stay while a release or the draft's history names them.

        Returns:
            The draft's version.

        Raises:
            NotFound: There is no such track.
            PreconditionFailed: It has changed since.
        """
        doc, version = find_track(self._database, site, track)
        require(allowed, version, version)
        with self._database.session() as session:
            return self._draft.take_out(session, site, "track", doc.id, version, who)


def _faults(content: Content, patch: Mapping[str, Any]) -> Iterator[Wrong]:
    for key in patch:
        if key not in EDITABLE:
            yield key, "not_editable", {"editable": EDITABLE}
    if "language" in patch:
        language = patch["language"]
        if isinstance(language, str):
            yield from language_faults(content, language)
        else:
            yield "language", "language_type", {}
    if "variant" in patch and patch["variant"] not in VARIANTS:
        yield "variant", "variant", {"known": VARIANTS}
