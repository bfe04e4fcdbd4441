"""The narrations of a site folder: which file is which track, its transcript, and renditions brought along."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from guide.content import VARIANTS, Doc, Language, Sha256, Variant
from guide.services.documents import DocumentFaults, read_document
from guide.services.site_folder_source import FolderUnreadable, Source, read_bytes
from guide.services.site_folder_toml import Collected, TomlFile, read_toml
from media.errors import TranscriptError
from media.render import RECIPES
from media.transcript import parse

AUDIO: Final = ("wav", "mp3", "m4a", "ogg", "opus", "flac")
MOST_TRANSCRIPT_BYTES: Final = 4 << 20
RENDITIONS: Final = "renditions.toml"

_TRACK = re.compile(r"^tracks/(?P<exhibit>[^/]+)/(?P<file>[^/]+)\.(?P<ext>[A-Za-z0-9]+)$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_MAGIC: Final = {"opus": (0, b"OggS"), "m4a": (4, b"ftyp")}
"""Where each format says what it is: enough to tell a wrong file, for the folder vouches for the rest."""


class RenditionDoc(Doc):
    """One entry of `renditions.toml`; paths are the folder's."""

    track: str
    source_sha256: Sha256
    format: str
    recipe: str
    file: str
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    duration_ms: Annotated[int, Field(gt=0)]
    gaps_ms: tuple[Annotated[int, Field(ge=0)], ...] = ()


@dataclass(frozen=True, slots=True)
class TrackFiles:
    """One narration in a site folder: its audio and its transcript, or its transcript alone."""

    exhibit: str
    language: str
    variant: Variant
    audio: str | None = None
    transcript: str | None = None

    @property
    def ext(self) -> str | None:
        """The audio's extension."""
        return self.audio.rpartition(".")[2].lower() if self.audio else None

    @property
    def name(self) -> str:
        """The file that a fault is told at."""
        return self.audio or self.transcript or ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A rendition that may be taken over: its entry's figures, and the file."""

    doc: RenditionDoc
    path: Path


@dataclass(slots=True)
class Narrations:
    """What a site folder holds to be heard; renditions by the name of their track's file."""

    tracks: list[TrackFiles] = field(default_factory=list)
    transcripts: dict[str, bytes] = field(default_factory=dict)
    brought: dict[str, list[Brought]] = field(default_factory=dict)


def read_narrations(source: Source, found: Collected) -> Narrations:
    """The tracks of a site folder; faults and remarks go to `found`."""
    read = Narrations()
    audio, texts = _sorted_out(source, found)
    for key in {**audio, **texts}:
        names = audio.get(key, [])
        if len(names) > 1:
            found.fault(
                names[1], None, f"is a second file for the same track as {names[0]}; keep one of them"
            )
        read.tracks.append(TrackFiles(*key, audio=names[0] if names else None, transcript=texts.get(key)))
    for name in texts.values():
        _read_transcript(source, name, found, read)
    _find_missing(source, read, found)
    _read_renditions(source, found, read)
    return read


TrackKey = tuple[str, str, Variant]


def _sorted_out(
    source: Source, found: Collected
) -> tuple[Mapping[TrackKey, list[str]], Mapping[TrackKey, str]]:
    audio: dict[TrackKey, list[str]] = {}
    texts: dict[TrackKey, str] = {}
    for name in source.names():
        if not name.startswith("tracks/"):
            continue
        match = _TRACK.match(name)
        ext = match["ext"].lower() if match else ""
        if match is None or ext not in {*AUDIO, "vtt"}:
            found.note(name, None, "is not part of the format and was left out")
        elif (key := _key(name, match["exhibit"], match["file"], found)) is not None:
            if ext == "vtt":
                texts[key] = name
            else:
                audio.setdefault(key, []).append(name)
    return audio, texts


def _key(name: str, exhibit: str, stem: str, found: Collected) -> TrackKey | None:
    """The track that a file's name stands for: `en`, `en.family`."""
    language, dot, variant = stem.partition(".")
    if not _LANGUAGE.match(language):
        found.fault(
            name, None, f"{language!r} is not a language; name the file like en.opus or en.family.opus"
        )
        return None
    for known in VARIANTS:
        if known == (variant if dot else "standard"):
            return exhibit, language, known
    found.fault(name, None, f"{variant!r} is not a variant; choose {', '.join(VARIANTS)}")
    return None


def _read_transcript(source: Source, name: str, found: Collected, read: Narrations) -> None:
    try:
        data = read_bytes(source, name, MOST_TRANSCRIPT_BYTES)
        parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found.fault(name, None, "is not text in UTF-8; save it as UTF-8")
    except FolderUnreadable as error:
        found.faults += error.errors
    except TranscriptError as error:
        for fault in error.faults:
            found.fault(name, fault.line, fault.message)
    else:
        read.transcripts[name] = data


def _find_missing(source: Source, read: Narrations, found: Collected) -> None:
    """A folder that was made for narrations and holds none was meant to hold some.

    A transcript alone is a track to read, over audio in another language; with no audio at all there is nothing
    to read it over, so then the audio is what is missing.
    """
    heard = {f"tracks/{each.exhibit}" for each in read.tracks if each.audio}
    if not heard:
        found.fault("tracks", None, "holds no audio; a site has at least tracks/<exhibit>/<language>.wav")
        return
    for folder in source.folders():
        if folder.count("/") == 1 and folder.startswith("tracks/") and folder not in heard:
            found.fault(folder, None, "holds no audio; add a narration or remove the folder")
    for each in read.tracks:
        if each.transcript and not each.audio and f"tracks/{each.exhibit}" in heard:
            found.note(
                each.transcript,
                None,
                "has no audio beside it: visitors read it over audio in another language",
            )


def _read_renditions(source: Source, found: Collected, read: Narrations) -> None:
    if RENDITIONS not in source.names() or (file := read_toml(source, RENDITIONS, found)) is None:
        return
    for key in file.values.keys() - {"rendition"}:
        found.fault(RENDITIONS, file.line((key,)), f"{key} is not a known key; this file holds [[rendition]]")
    entries = file.values.get("rendition", [])
    if not isinstance(entries, list):
        found.fault(RENDITIONS, file.line(("rendition",)), "[rendition] must be written [[rendition]]")
        return
    hashes: dict[str, str] = {}
    for n, entry in enumerate(entries):
        _read_rendition(source, file, n, entry, hashes, found=found, read=read)


def _read_rendition(
    source: Source,
    file: TomlFile,
    n: int,
    entry: object,
    hashes: dict[str, str],
    *,
    found: Collected,
    read: Narrations,
) -> None:
    line = file.line(("rendition", n))
    try:
        doc = read_document(RenditionDoc, entry)
    except DocumentFaults as error:
        for fault in error.faults:
            at = file.line(("rendition", n, *fault.path))
            found.fault(RENDITIONS, at, f"{fault.key()} {fault.message}")
        return
    for key, name in (("track", doc.track), ("file", doc.file)):
        if name not in set(source.names()):
            at = file.line(("rendition", n, key))
            found.fault(RENDITIONS, at, f"{key} names {name}, which is not in the folder")
            return
    if (why := _refused(source, doc, hashes)) is not None:
        found.note(RENDITIONS, line, f"{doc.file} is made anew: {why}")
        return
    read.brought.setdefault(doc.track, []).append(Brought(doc, source.file(doc.file)))


def _refused(source: Source, doc: RenditionDoc, hashes: dict[str, str]) -> str | None:
    """Why a rendition is not taken over, in words; None where it is."""
    if RECIPES.get(doc.format) != doc.recipe:
        return f"the recipe {doc.recipe} is not this version's {RECIPES.get(doc.format, 'format')}"
    for name, stated in ((doc.track, doc.source_sha256), (doc.file, doc.sha256)):
        if name not in hashes:
            hashes[name] = sha256_of(source.file(name))
        if hashes[name] != stated:
            return f"{name} has changed since"
    offset, magic = _MAGIC[doc.format]
    with source.file(doc.file).open("rb") as rendition:
        head = rendition.read(16)
    return None if head[offset : offset + len(magic)] == magic else f"it is not {doc.format}"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_language(text: str) -> bool:
    """Whether a text is a language tag as the format writes them."""
    return _LANGUAGE.match(text) is not None


__all__ = ["Brought", "Language", "Narrations", "RenditionDoc", "TrackFiles", "read_narrations", "sha256_of"]
