"""Exporting: a release or the draft as a zip of a site folder, which gives the same content when it is imported.

A release always gives the same bytes: entries are sorted, not squeezed, and carry no date.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

import tomli_w

from guide.content import Content, Doc, MeasuresDoc, TrackDoc
from guide.errors import Unavailable
from guide.services.layouts import zone_of
from guide.services.releases import Releases
from guide.services.site_folder_tracks import AMBIENCE
from guide.store import catalogue
from guide.store.database import Database
from media.store import Store
from zones.local import write_zones

NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say."""
FILE_MODE: Final = 0o100644 << 16
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the site, the release's number (None for the draft), and how many files."""

    site: str
    release: int | None
    files: int


class Exporting:
    """Writes site folders."""

    def __init__(self, database: Database, store: Store, releases: Releases) -> None:
        self._database = database
        self._store = store
        self._releases = releases

    def release(self, site: str, number: int, out: BinaryIO) -> Exported:
        """Write a release as a zip.

        Raises:
            NotFound: There is none of this number.
            Unavailable: A file that it names is not in the store.
        """
        view = self._releases.get(site, number)
        return Exported(view.site, number, self._write(view.content, out))

    def draft(self, site: str, out: BinaryIO) -> Exported:
        """Write the draft as a zip.

        Raises:
            NotFound: There is no such site.
            Unavailable: A file that it names is not in the store.
        """
        with self._database.reading() as session:
            content = catalogue.draft(session, site)
        return Exported(content.site.id, None, self._write(content, out))

    def _write(self, content: Content, out: BinaryIO) -> int:
        entries = {**texts_of(content), **self._stored(content)}
        with zipfile.ZipFile(out, "w") as archive:
            for name in sorted(entries):
                _add(archive, name, entries[name])
        return len(entries)

    def _stored(self, content: Content) -> dict[str, bytes | Path]:
        """The files that lie in the store, by their names in the folder, and the list of renditions."""
        entries: dict[str, bytes | Path] = {}
        listed: list[dict[str, Any]] = []
        measured: list[dict[str, Any]] = []
        for track in sorted(content.tracks, key=lambda each: each.id):
            name = track_name(track)
            if track.transcript_sha256 is not None:
                entries[_beside(name, "vtt")] = self._path(track.transcript_sha256, "vtt")
            if track.source_sha256 is None or track.source_ext is None:
                continue  # a text alone
            entries[name] = self._path(track.source_sha256, track.source_ext)
            if track.ambience is not None:
                entries[ambience_name(track, track.ambience)] = self._path(*track.ambience.split(".", 1))
            if track.measures is not None:
                measured.append(_measured(track, track.measures, name))
                if track.measures.peaks_sha256 is not None:
                    entries[_beside(name, "dat")] = self._path(track.measures.peaks_sha256, "dat")
            for file, path, entry in self._renditions(content.site.id, track, name):
                listed.append(entry)
                entries.setdefault(file, path)
        for _, name, stored in _pictures(content):
            entries[name] = self._path(*stored)
        if listed:
            entries["renditions.toml"] = _toml(
                {"rendition": listed, **({"source": measured} if measured else {})}
            )
        return entries

    def _renditions(
        self, site: str, track: TrackDoc, name: str
    ) -> Iterator[tuple[str, Path, dict[str, Any]]]:
        """A track's renditions: the file's name in the folder, where it lies, and its entry."""
        for form, row in sorted(self._releases.renditions_of(site, track).items()):
            is_source = row.sha256 == track.source_sha256 and form == track.source_ext
            file = name if is_source else _beside(name.replace("tracks/", "renditions/", 1), form)
            entry = {
                "track": name,
                "source_sha256": track.source_sha256,
                "format": form,
                "recipe": row.recipe,
                "file": file,
                "sha256": row.sha256,
                "size_bytes": row.size_bytes,
                "duration_ms": row.duration_ms,
                "gaps_ms": list(track.gaps_ms),
            }
            yield file, self._path(row.sha256, form), entry

    def _path(self, sha256: str, ext: str) -> Path:
        path = self._store.path(sha256, ext)
        if not path.is_file():
            raise Unavailable(
                "media_missing", f"The file {sha256}.{ext} is not in the store; restore it from a backup."
            )
        return path


def _measured(track: TrackDoc, measures: MeasuresDoc, name: str) -> dict[str, Any]:
    """What was measured of a track, for renditions.toml; its captions are made again from its transcript."""
    body = measures.model_dump(mode="json", exclude_none=True, exclude={"captions_sha256"})
    known = {
        "track": name,
        "source_sha256": track.source_sha256,
        "transcript_sha256": track.transcript_sha256,
        "peaks": _beside(name, "dat") if measures.peaks_sha256 else None,
    }
    return {key: value for key, value in {**known, **body}.items() if value is not None}


def track_name(track: TrackDoc) -> str:
    """A track's file in a site folder: its sound, or its text where it has none.

    >>> track_name(TrackDoc.model_construct(exhibit="v2", language="en", variant="family", source_ext="wav"))
    'tracks/v2/en.family.wav'
    """
    variant = "" if track.variant == "standard" else f".{track.variant}"
    return f"tracks/{track.exhibit}/{track.language}{variant}.{track.source_ext or 'vtt'}"


def ambience_name(track: TrackDoc, stored_name: str) -> str:
    """The file in a site folder that lies under a track."""
    return f"tracks/{track.exhibit}/{AMBIENCE}.{stored_name.partition('.')[2]}"


def _beside(name: str, ext: str) -> str:
    return f"{name.rpartition('.')[0]}.{ext}"


def _pictures(content: Content) -> Iterator[tuple[tuple[str, str], str, tuple[str, str]]]:
    """Each plan and image: kind and id of its document, its name in the folder, its SHA-256 and extension."""
    plans = (("level", "plans", each.id, each.plan) for each in content.levels)
    images = (("exhibit", "images", each.id, each.image) for each in content.exhibits)
    for kind, folder, item, stored in (*plans, *images):
        if stored:
            sha256, _, ext = stored.partition(".")
            yield (kind, item), f"{folder}/{item}.{ext}", (sha256, ext)


def texts_of(content: Content) -> dict[str, bytes]:
    """The files of a site folder that are text, but for transcripts and renditions.toml."""
    names = {owner: name for owner, name, _ in _pictures(content)}
    levels = [_plain(each, plan=names.get(("level", each.id))) for each in content.levels]
    exhibits = [_plain(each, image=names.get(("exhibit", each.id))) for each in content.exhibits]
    tables: dict[str, Mapping[str, Any]] = {
        "site.toml": {"format": 1, **_plain(content.site)},
        "levels.toml": {"level": levels, "connector": [_plain(each) for each in content.connectors]},
        "exhibits.toml": {"exhibit": exhibits},
        "shows.toml": {"show": [_plain(each) for each in content.shows]},
        "tours.toml": {"tour": [_plain(each) for each in content.tours]},
        "places.toml": {"place": [_plain(each) for each in content.places]},
    }
    needed = ("site.toml", "levels.toml", "exhibits.toml")
    found = {
        name: _toml({key: value for key, value in table.items() if value != []})
        for name, table in tables.items()
        if name in needed or any(table.values())
    }
    if content.zones:
        zones = write_zones([zone_of(each) for each in content.zones])
        found["zones.local.json"] = f"{json.dumps(zones, ensure_ascii=False, indent=1)}\n".encode()
    return found


def _plain(doc: Doc, **pictures: str | None) -> dict[str, Any]:
    """A document for TOML: no nulls, what is at its default left out, dates as dates."""
    body = doc.model_dump(mode="json", exclude_none=True, exclude_defaults=True) | {
        key: value for key, value in pictures.items() if value is not None
    }
    if "measured" in body.get("advisories", {}):
        body["advisories"]["measured"] = date.fromisoformat(body["advisories"]["measured"])
    return body


def _toml(values: Mapping[str, Any]) -> bytes:
    return tomli_w.dumps(values, multiline_strings=False).encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes | Path) -> None:
    """Put one file in, as it is: audio is packed already, and how a text packs differs between machines."""
    info = zipfile.ZipInfo(name, NO_DATE)
    info.external_attr = FILE_MODE
    info.create_system = 3  # Unix, wherever this runs
    source = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    info.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
    with source, archive.open(info, "w", force_zip64=info.file_size > zipfile.ZIP64_LIMIT // 2) as entry:
        shutil.copyfileobj(source, entry, CHUNK)
