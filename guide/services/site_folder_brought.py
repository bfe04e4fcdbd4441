"""`renditions.toml` of a site folder: encoded files and measurements that it brings along, and what may be taken over.

A folder vouches for what it brings. What is of another recipe, or whose sound or text has changed since, is made
anew, with a remark.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field

from guide.content import Doc, MeasuredDoc, Milliseconds, Sha256
from guide.services.documents import DocumentFaults, read_document
from guide.services.loudness import recipe_of
from guide.services.site_folder_source import Source, sha256_of
from guide.services.site_folder_toml import Collected, TomlFile, read_toml
from media.render import RECIPES

RENDITIONS: Final = "renditions.toml"
_MAGIC: Final = {"opus": (0, b"OggS"), "m4a": (4, b"ftyp")}
"""Where each format says what it is: enough to tell a wrong file, for the folder vouches for the rest."""

AnyDoc = TypeVar("AnyDoc", bound=Doc)


class _Entry(Doc):
    """Whose sound an entry of `renditions.toml` is of; paths are the folder's."""

    track: str
    source_sha256: Sha256


class RenditionDoc(_Entry):
    """One encoded file in `renditions.toml`."""

    format: str
    recipe: str
    file: str
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    duration_ms: Annotated[int, Field(gt=0)]
    gaps_ms: tuple[Milliseconds, ...] = ()


class SourceDoc(MeasuredDoc, _Entry):
    """What was measured of one track's sound, with its transcript."""

    transcript_sha256: Sha256 | None = None
    peaks: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendition that may be taken over: its entry's figures, and the file."""

    doc: RenditionDoc
    path: Path


@dataclass(slots=True)
class Brought:
    """What may be taken over of one track."""

    renditions: dict[str, Rendered] = field(default_factory=dict)
    source: SourceDoc | None = None
    peaks: Path | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nobody need listen to the track: it has its Opus file and its measurements."""
        return "opus" in self.renditions and self.source is not None


@dataclass(frozen=True, slots=True)
class Beside:
    """What else a track's renditions and figures depend on.

    Attributes:
        transcript_sha256: Of the transcript beside it.
        variation: What the site's own loudness and the exhibit's ambience make of a recipe.
    """

    transcript_sha256: str | None = None
    variation: str = ""


_NOTHING: Final = Beside()


def read_brought(source: Source, found: Collected, beside: Mapping[str, Beside]) -> dict[str, Brought]:
    """What a folder brings along, by the name of the track's file; faults and remarks go to `found`.

    Args:
        source: The folder.
        found: Where faults and remarks go.
        beside: What else each track depends on, by the name of its file.
    """
    if RENDITIONS not in source.names() or (file := read_toml(source, RENDITIONS, found)) is None:
        return {}
    for key in file.values.keys() - {"rendition", "source"}:
        message = f"{key} is not a known key; this file holds [[rendition]] and [[source]]"
        found.fault(RENDITIONS, file.line((key,)), message)
    reading = _Reading(source, file, found, beside)
    brought: dict[str, Brought] = {}
    refused: set[str] = set()
    for n, rendition in reading.entries("rendition", RenditionDoc):
        if (why := reading.refused(rendition)) is not None:
            reading.note(n, "rendition", f"{rendition.file} is made anew: {why}")
            refused.add(rendition.track)
            continue
        kept = brought.setdefault(rendition.track, Brought())
        kept.renditions[rendition.format] = Rendered(rendition, source.file(rendition.file))
    for n, measured in reading.entries("source", SourceDoc):
        if (why := reading.refused_source(measured)) is None:
            kept = brought.setdefault(measured.track, Brought())
            kept.source = measured
            kept.peaks = source.file(measured.peaks) if measured.peaks else None
        elif measured.track not in refused:  # where its rendition is made anew, that has been said
            reading.note(n, "source", f"{measured.track} is measured anew: {why}")
    return brought


@dataclass(slots=True)
class _Reading:
    """The file under way: each hash is taken once."""

    source: Source
    file: TomlFile
    found: Collected
    beside: Mapping[str, Beside]
    hashes: dict[str, str] = field(default_factory=dict)

    def entries(self, table: str, kind: type[AnyDoc]) -> Iterator[tuple[int, AnyDoc]]:
        """The entries of a table that are sound, with their places."""
        entries = self.file.values.get(table, [])
        if not isinstance(entries, list):
            message = f"[{table}] must be written [[{table}]]"
            self.found.fault(RENDITIONS, self.file.line((table,)), message)
            return
        for n, entry in enumerate(entries):
            doc = self._document(table, n, kind, entry)
            if doc is not None and self._names_files(table, n, doc):
                yield n, doc

    def _document(self, table: str, n: int, kind: type[AnyDoc], entry: object) -> AnyDoc | None:
        try:
            return read_document(kind, entry)
        except DocumentFaults as error:
            for fault in error.faults:
                at = self.file.line((table, n, *fault.path))
                self.found.fault(RENDITIONS, at, f"{fault.key()} {fault.message}")
            return None

    def _names_files(self, table: str, n: int, doc: Doc) -> bool:
        """Whether all that an entry names is there; for measurements a remark is enough, as they can be made again."""
        tell = self.found.note if table == "source" else self.found.fault
        named: dict[str, Any] = {key: getattr(doc, key, None) for key in ("track", "file", "peaks")}
        for key, name in named.items():
            if name is not None and name not in self.source.names():
                at = self.file.line((table, n, key))
                tell(RENDITIONS, at, f"{key} names {name}, which is not in the folder")
                return False
        return True

    def note(self, n: int, table: str, message: str) -> None:
        """Remark on an entry."""
        self.found.note(RENDITIONS, self.file.line((table, n)), message)

    def refused(self, doc: RenditionDoc) -> str | None:
        """Why a rendition is not taken over, in words; None where it is."""
        why = self._of_another_recipe(doc.track, doc.recipe, doc.format)
        why = why or self._changed({doc.track: doc.source_sha256, doc.file: doc.sha256})
        if why is not None:
            return why
        offset, magic = _MAGIC[doc.format]
        with self.source.file(doc.file).open("rb") as rendition:
            head = rendition.read(16)
        return None if head[offset : offset + len(magic)] == magic else f"it is not {doc.format}"

    def refused_source(self, doc: SourceDoc) -> str | None:
        """Why measurements are not taken over, in words; None where they are."""
        why = self._of_another_recipe(doc.track, doc.recipe, "opus")
        if why is not None:
            return why
        if self.beside.get(doc.track, _NOTHING).transcript_sha256 != doc.transcript_sha256:
            return "its transcript has changed since"
        stated = {doc.track: doc.source_sha256}
        if doc.peaks is not None and doc.peaks_sha256 is not None:
            stated[doc.peaks] = doc.peaks_sha256
        return self._changed(stated)

    def _of_another_recipe(self, track: str, recipe: str, form: str) -> str | None:
        if form not in RECIPES:
            return f"the recipe {recipe} is not this version's format"
        wanted = recipe_of(form, self.beside.get(track, _NOTHING).variation)
        return None if recipe == wanted else f"the recipe {recipe} is not the one wanted here, {wanted}"

    def _changed(self, stated: Mapping[str, str]) -> str | None:
        for name, sha256 in stated.items():
            if name not in self.hashes:
                self.hashes[name] = sha256_of(self.source.file(name))
            if self.hashes[name] != sha256:
                return f"{name} has changed since"
        return None
