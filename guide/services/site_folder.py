"""A site folder, read whole: its documents, what is to be heard, and every fault with file and line.

    source  ->  TOML documents  ->  zones  ->  narrations  ->  pictures  ->  do they fit together?

Nothing is decoded and nothing is stored here; `importing` does both with what this answers.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from guide.content import Content, LevelDoc, SiteDoc, TrackDoc, ZoneDoc, track_id
from guide.phrases.shapes import in_french
from guide.services.content_check import PLURALS, ContentFault, content_faults, geometry_faults, mentions
from guide.services.layout_check_words import fault_in_french
from guide.services.layouts import frame_of, level_of, zone_doc
from guide.services.loudness import variation_of
from guide.services.plans import PlanUnreadable, harmless_svg
from guide.services.site_folder_source import FolderUnreadable, Source, read_bytes
from guide.services.site_folder_toml import Collected, Documents, read_documents
from guide.services.site_folder_tracks import Narrations, TrackFiles, read_narrations
from zones import geojson, local
from zones.errors import LayoutFaults
from zones.frame import OutOfFrame
from zones.model import Level
from zones.reading import ReadZones
from zones.soundness import survey
from zones.values import is_id

MOST_PICTURE_BYTES: Final = 16 << 20
PICTURES: Final[Mapping[str, tuple[bytes, ...]]] = {
    "svg": (),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "webp": (b"RIFF",),
}
GEOJSON, LOCAL = "zones.geojson", "zones.local.json"
UNHASHED: Final = "0" * 64
"""Stands for the SHA-256 of a narration that nobody has read yet."""

_AT_LINE = re.compile(r"^(?P<where>.*) \(line (?P<line>\d+)\)$")
_LINE_FIRST = re.compile(r"^line (?P<line>\d+), (?P<message>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A plan or an image, harmless, ready to be stored."""

    data: bytes
    ext: str

    @property
    def sha256(self) -> str:
        """The name of its content."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def stored_name(self) -> str:
        """What it is called once it is stored."""
        return f"{self.sha256}.{self.ext}"


@dataclass(slots=True)
class SiteFolder:
    """What a site folder holds.

    `content` has no tracks yet, and its plans and images are still paths; it is None where site.toml is no site.
    """

    content: Content | None
    narrations: Narrations
    pictures: dict[str, Picture] = field(default_factory=dict)
    found: Collected = field(default_factory=Collected)
    partial: frozenset[str] = frozenset()
    """Kinds of documents of which not all could be read: what seems to lack one may have it."""


def read_site_folder(source: Source) -> SiteFolder:
    """All of a site folder; the faults stand in its `found`."""
    found = Collected()
    documents = read_documents(source, found)
    zones = _read_zones(source, documents, found)
    variation = variation_of(documents.site) if documents.site else ""
    narrations = read_narrations(source, found, variation)
    folder = SiteFolder(None, narrations, found=found)
    _read_pictures(source, documents, folder)
    if documents.site is not None:
        folder.content = _content(documents.site, documents.rows, zones)
        folder.partial = frozenset(documents.unread | documents.broken.keys())
        _check(folder.content, documents, narrations, found)
    return folder


def _content(site: SiteDoc, rows: Mapping[str, list[Any]], zones: list[ZoneDoc]) -> Content:
    # the documents are valid by now, and whether they fit together is asked next, with better sentences
    lists: dict[str, Any] = {plural: rows.get(kind, []) for kind, plural in PLURALS.items()}
    return Content.model_construct(None, **{**lists, "site": site, "zones": zones})


def _read_zones(source: Source, documents: Documents, found: Collected) -> list[ZoneDoc]:
    """The zones; none, and the kind kept as unread, where they cannot be judged or are not sound."""
    names = set(source.names())
    if {GEOJSON, LOCAL} <= names:
        found.fault(LOCAL, None, f"stands beside {GEOJSON}; keep one of them")
        documents.unread.add("zone")
        return []
    name = GEOJSON if GEOJSON in names else LOCAL
    if name not in names:
        found.note(GEOJSON, None, "is missing, and so is zones.local.json: nothing starts by itself")
        return []
    documents.unread.add("zone")
    if "level" in documents.unread or (documents.site is None and name == GEOJSON):
        return []  # every zone would be on an unknown level, or nowhere
    text = _text(source, name, found)
    read = None if text is None else _parse_zones(name, text, documents, found)
    if text is None or read is None:
        return []
    documents.unread.remove("zone")
    for note in read.notes:
        found.note(name, None, note)
    return [zone_doc(each) for each in read.zones]


def _text(source: Source, name: str, found: Collected) -> str | None:
    try:
        return read_bytes(source, name).decode("utf-8-sig")
    except UnicodeDecodeError:
        found.fault(name, None, "is not text in UTF-8; save it as UTF-8")
    except FolderUnreadable as error:
        found.faults += error.errors
    return None


def _parse_zones(name: str, text: str, documents: Documents, found: Collected) -> ReadZones | None:
    levels = _sound_levels(documents)
    exhibits = None if "exhibit" in documents.unread else _exhibits(documents)
    try:
        if name == GEOJSON and documents.site is not None:
            return geojson.read_zones(text, frame_of(documents.site), levels, exhibits, where=name)
        return local.read_zones(text, levels, exhibits, where=name)
    except LayoutFaults as error:
        for fault in error.faults:
            _keep(found, name, fault.where, fault.message)
    except OutOfFrame:
        pass  # told as a fault of site.toml
    return None


def _exhibits(documents: Documents) -> set[str]:
    return {each.id for each in documents.rows.get("exhibit", [])} | documents.broken.get("exhibit", set())


def _sound_levels(documents: Documents) -> Mapping[str, Level]:
    """The levels by id; one with a fault of its own stands without its outline, so that its zones are not blamed."""
    levels = {doc.id: level_of(doc) for doc in documents.rows.get("level", [])}
    unsound = {fault.where.removeprefix("level ") for fault in survey(list(levels.values()), ()).faults}
    broken = {each: Level(each, 0) for each in documents.broken.get("level", ())}
    return broken | {
        each: Level(each, level.ordinal) if each in unsound else level for each, level in levels.items()
    }


def _keep(found: Collected, file: str, where: str, message: str) -> None:
    """A fault of `zones` with its line put where all faults have it."""
    french = in_french(message)
    if match := _AT_LINE.match(where):
        about = match["where"]
        found.fault(file, int(match["line"]), f"{about}: {message}", french and f"{about} : {french}")
    elif match := _LINE_FIRST.match(message):
        found.fault(file, int(match["line"]), match["message"], in_french(match["message"]))
    elif where == file:
        found.fault(file, None, message, french)
    else:
        found.fault(file, None, f"{where}: {message}", french and f"{where} : {french}")


def _check(content: Content, documents: Documents, narrations: Narrations, found: Collected) -> None:
    """What does not fit together; a fault of a zone's own file has been told with its line already."""
    tracks = [unread_track(each) for each in narrations.tracks]
    whole = content.model_copy(update={"tracks": tracks})
    # a level that is no document is still one that a connector may name
    broken = [LevelDoc(id=each, ordinal=0) for each in documents.broken.get("level", ()) if is_id(each)]
    shapes = whole.model_copy(update={"zones": [], "levels": [*content.levels, *broken]})
    named = [(target, wanted) for *_, target, wanted in mentions(whole)]
    known = {
        kind: frozenset(documents.broken.get(kind, ()))
        | frozenset(wanted for target, wanted in named if target == kind and kind in documents.unread)
        for kind in PLURALS
    }
    for fault in (*geometry_faults(shapes), *content_faults(whole, known)):
        file, line = _place(fault, documents, narrations)
        french = fault_in_french(fault.code, fault.message, fault.french)
        about = _subject(fault)
        found.fault(
            file, line, f"{about}{fault.message}", french and f"{about}{french}".replace(": ", " : ", 1)
        )


def _subject(fault: ContentFault) -> str:
    """What a fault is about; the file's name says enough of a site and of a track."""
    key = f"{fault.key} " if fault.key else ""
    return key if fault.kind in {"site", "track"} else f"{fault.kind} {fault.id}: {key}"


def unread_track(files: TrackFiles) -> TrackDoc:
    """The track that a file will be, before anybody has decoded it."""
    return TrackDoc.model_construct(
        id=track_id(files.exhibit, files.language, files.variant),
        exhibit=files.exhibit,
        language=files.language,
        variant=files.variant,
        source_sha256=UNHASHED,
        source_ext=files.ext,
        duration_ms=0,
    )


def _place(fault: ContentFault, documents: Documents, narrations: Narrations) -> tuple[str, int | None]:
    """The file and line that a fault is told at."""
    if fault.kind == "track":
        return narrations.tracks[fault.n].name, None
    if (origin := documents.origins.get((fault.kind, fault.n))) is None:
        return "levels.toml" if fault.kind in {"level", "connector"} else "zones", None
    file, path = origin
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", fault.key)]
    return file.name, file.line((*path, *steps))


def _named_pictures(documents: Documents) -> Iterator[tuple[str, str, str, int | None]]:
    for kind, key in (("level", "plan"), ("exhibit", "image")):
        for n, row in enumerate(documents.rows.get(kind, [])):
            name = row.plan if isinstance(row, LevelDoc) else row.image
            if name is not None:
                file, path = documents.origins[kind, n]
                yield key, name, file.name, file.line((*path, key))


def _read_pictures(source: Source, documents: Documents, folder: SiteFolder) -> None:
    names = set(source.names())
    for key, name, file, line in _named_pictures(documents):
        ext = PurePosixPath(name).suffix.lstrip(".").lower().replace("jpeg", "jpg")
        if name in folder.pictures:
            continue
        if name not in names:
            folder.found.fault(file, line, f"{key} names {name}, which is not in the folder")
        elif ext not in PICTURES:
            folder.found.fault(file, line, f"{key} names {name}; a picture is {', '.join(PICTURES)}")
        else:
            _read_picture(source, name, ext, folder)


def _read_picture(source: Source, name: str, ext: str, folder: SiteFolder) -> None:
    try:
        data = read_bytes(source, name, MOST_PICTURE_BYTES)
        if ext == "svg":
            data, removed = harmless_svg(data)
            if removed:
                folder.found.note(name, None, f"was cleaned of {', '.join(removed)}")
        elif not data.startswith(PICTURES[ext]):
            folder.found.fault(name, None, f"is not a picture of the kind that its name says ({ext})")
        folder.pictures[name] = Picture(data, ext)
    except PlanUnreadable as error:
        folder.found.fault(name, None, str(error))
    except FolderUnreadable as error:
        folder.found.faults += error.errors
