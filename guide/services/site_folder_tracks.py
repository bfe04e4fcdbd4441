"""The narrations of a site folder: which file is which track, and its transcript."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from guide.content import VARIANTS, Variant
from guide.services.loudness import over
from guide.services.site_folder_brought import Beside, Brought, read_brought
from guide.services.site_folder_source import FolderUnreadable, Source, read_bytes, sha256_of
from guide.services.site_folder_toml import Collected
from media.errors import TranscriptError
from media.transcript import is_text_alone, parse

AUDIO: Final = ("wav", "mp3", "m4a", "ogg", "opus", "flac")
MOST_TRANSCRIPT_BYTES: Final = 4 << 20
WAVEFORM: Final = "dat"
AMBIENCE: Final = "ambience"
"""The file of this name lies under all narrations of its exhibit."""

_TRACK = re.compile(r"^tracks/(?P<exhibit>[^/]+)/(?P<file>[^/]+)\.(?P<ext>[A-Za-z0-9]+)$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


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
class Ambience:
    """What lies under the narrations of an exhibit: its file in the folder, and its SHA-256."""

    file: str
    sha256: str

    @property
    def ext(self) -> str:
        """The file's extension."""
        return self.file.rpartition(".")[2].lower()

    @property
    def stored_name(self) -> str:
        """What it is called once it is stored."""
        return f"{self.sha256}.{self.ext}"


@dataclass(slots=True)
class Narrations:
    """What a site folder holds to be heard: ambiences by exhibit, what is brought along by the track's file."""

    tracks: list[TrackFiles] = field(default_factory=list)
    ambiences: dict[str, Ambience] = field(default_factory=dict)
    transcripts: dict[str, bytes] = field(default_factory=dict)
    brought: dict[str, Brought] = field(default_factory=dict)

    def ambience_of(self, exhibit: str) -> str | None:
        """The name in the store of what lies under the narrations of an exhibit."""
        found = self.ambiences.get(exhibit)
        return found.stored_name if found else None


def read_narrations(source: Source, found: Collected, variation: str = "") -> Narrations:
    """The tracks of a site folder; faults and remarks go to `found`.

    Args:
        source: The folder.
        found: Where faults and remarks go.
        variation: What the site's own loudness makes of a recipe.
    """
    read = Narrations()
    audio, texts, beds = _sorted_out(source, found)
    for key in {**audio, **texts}:
        names = audio.get(key, [])
        if len(names) > 1:
            found.fault(
                names[1], None, f"is a second file for the same track as {names[0]}; keep one of them"
            )
        read.tracks.append(TrackFiles(*key, audio=names[0] if names else None, transcript=texts.get(key)))
    for name in texts.values():
        _read_transcript(source, name, found, read)
    for exhibit, names in beds.items():
        _read_ambience(source, exhibit, names, found, read)
    _find_missing(source, read, found)
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in read.transcripts.items()}
    beside = {
        each.audio: Beside(hashes.get(each.transcript or ""), over(variation, read.ambience_of(each.exhibit)))
        for each in read.tracks
        if each.audio
    }
    read.brought = read_brought(source, found, beside)
    return read


TrackKey = tuple[str, str, Variant]


def _sorted_out(
    source: Source, found: Collected
) -> tuple[Mapping[TrackKey, list[str]], Mapping[TrackKey, str], Mapping[str, list[str]]]:
    """The names of sounds and texts by their tracks, and of ambiences by their exhibits."""
    audio: dict[TrackKey, list[str]] = {}
    texts: dict[TrackKey, str] = {}
    beds: dict[str, list[str]] = {}
    for name in source.names():
        if not name.startswith("tracks/"):
            continue
        match = _TRACK.match(name)
        ext = match["ext"].lower() if match else ""
        if match is not None and ext == WAVEFORM:
            continue  # listed in renditions.toml, or nobody's
        if match is None or ext not in {*AUDIO, "vtt"}:
            found.note(name, None, "is not part of the format and was left out")
        elif match["file"] == AMBIENCE and ext != "vtt":
            beds.setdefault(match["exhibit"], []).append(name)
        elif (key := _key(name, match["exhibit"], match["file"], found)) is not None:
            if ext == "vtt":
                texts[key] = name
            else:
                audio.setdefault(key, []).append(name)
    return audio, texts, beds


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


def _read_ambience(
    source: Source, exhibit: str, names: list[str], found: Collected, read: Narrations
) -> None:
    """Which sound lies under an exhibit's narrations; whether it is fit to, those find out who listen."""
    for name in names[1:]:
        found.fault(name, None, f"is a second ambience of the same exhibit as {names[0]}; keep one of them")
    try:
        read.ambiences[exhibit] = Ambience(names[0], sha256_of(source.file(names[0])))
    except FolderUnreadable as error:
        found.faults += error.errors


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
        if each.transcript in read.transcripts and f"tracks/{each.exhibit}" in heard:
            _remark_text(each.transcript, read.transcripts[each.transcript], each, found)


def _remark_text(name: str, text: bytes, track: TrackFiles, found: Collected) -> None:
    """Is a sound missing by mistake? Where the text says that it is alone, that was meant."""
    alone = is_text_alone(text.decode("utf-8-sig"))
    if track.audio is None and not alone:
        found.note(name, None, "has no audio beside it: visitors read it over audio in another language")
    elif track.audio is not None and alone:
        found.note(name, None, f"says that it is text alone, but {track.audio} is beside it and is heard")
