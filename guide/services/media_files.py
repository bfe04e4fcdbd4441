"""Which stored files may be served, and which part of one a request wants.

Media are public by their hash, but only what a draft or a release of a site names is there: not sources, not
orphans, not what a deleted draft left.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from guide.content import Content
from guide.errors import NotFound, RangeUnsatisfiable
from guide.store import catalogue
from guide.store.database import Database
from media.chime import shipped
from media.errors import MediaError
from media.store import Store

TYPES: Final[Mapping[str, str]] = {
    "opus": "audio/ogg; codecs=opus",
    "m4a": "audio/mp4",
    "vtt": "text/vtt; charset=utf-8",
    "dat": "application/octet-stream",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
CHUNK: Final = 256 << 10

_RANGE = re.compile(r"^bytes=\s*(?P<first>\d*)\s*-\s*(?P<last>\d*)\s*$", re.IGNORECASE)

FileName = tuple[str, str]
"""SHA-256 and extension."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a file: from `start`, up to `end`, which is not among them."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start


class OutsideFile(RangeUnsatisfiable):
    """Raised when a `Range` asks for bytes that the file does not have; its answer says how many there are."""

    def __init__(self, size: int) -> None:
        super().__init__("range_unsatisfiable", f"The file has {size} bytes; ask for some of them.")
        self.headers = {"Content-Range": f"bytes */{size}"}


def wanted_part(header: str | None, size: int) -> Part | None:
    """The part that a `Range` asks for; None where the whole file is the answer.

    A header that is no range of bytes, or asks for several, is passed over, as RFC 9110 section 14.2 allows.

    Raises:
        RangeUnsatisfiable: It asks for bytes that the file does not have.

    >>> wanted_part("bytes=-3", 10), wanted_part("bytes=8-99", 10), wanted_part("bytes=0-1,3-4", 10)
    (Part(start=7, end=10), Part(start=8, end=10), None)
    """
    match = _RANGE.match(header or "")
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        return _satisfied(max(0, size - int(match["last"])), size, size)
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else size - 1
    if last < first and match["last"]:
        return None  # "not valid", says the RFC, not "not satisfiable"
    return _satisfied(first, min(last + 1, size), size)


def _satisfied(start: int, end: int, size: int) -> Part:
    if start >= size or start >= end:
        raise OutsideFile(size)
    return Part(start, end)


def pieces(path: Path, part: Part) -> Iterator[bytes]:
    """The bytes of a part, a chunk at a time."""
    left = part.length
    with path.open("rb") as file:
        file.seek(part.start)
        while left > 0 and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data


@cache
def _shipped() -> Mapping[FileName, Path]:
    """What comes with the program and lies in no store: the chime of an offer."""
    return {(each.sha256, each.format): each.path for each in shipped()}


class MediaFiles:
    """Knows what may be served; looks again when something is asked for that it does not know."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store
        self._lock = threading.Lock()
        self._known: set[FileName] = set()
        self._released: dict[tuple[str, int], frozenset[FileName]] = {}
        self._stamp: object = None

    def path(self, sha256: str, ext: str) -> Path:
        """Where a file lies that may be served.

        Raises:
            NotFound: There is no such file, or nothing names it.
        """
        name = (sha256, ext)
        if name in _shipped():
            return _shipped()[name]
        if ext in TYPES and (name in self._known or self._look(name)):
            try:
                path = self._store.path(sha256, ext)
            except MediaError:
                path = None
            if path is not None and path.is_file():
                return path
        raise NotFound(
            "unknown_media", "There is no such file; take addresses from a poll, a bundle or the site."
        )

    def _look(self, name: FileName) -> bool:
        """Whether a file that we do not know is named by now; strangers' guesses cost one small query."""
        with self._lock, self._database.reading() as session:
            stamp = catalogue.stamp(session)
            if stamp != self._stamp:
                self._known = self._read(session)
                self._stamp = stamp
        return name in self._known

    def _read(self, session: Session) -> set[FileName]:
        found: set[FileName] = set()
        for site in catalogue.site_ids(session):
            found |= named_by(catalogue.draft(session, site))
            found |= {(row.sha256, row.format) for row in catalogue.renditions(session, site)}
        for key in catalogue.release_numbers(session):
            if key not in self._released:
                content = catalogue.release_content(session, *key)
                self._released[key] = named_by(content) if content else frozenset()
            found |= self._released[key]
        return found


def named_by(content: Content) -> frozenset[FileName]:
    """The transcripts, waveforms, plans and images that a content names; its renditions are rows of their own."""
    texts = {(track.transcript_sha256, "vtt") for track in content.tracks if track.transcript_sha256}
    for measures in (track.measures for track in content.tracks if track.measures):
        texts |= {(measures.captions_sha256, "vtt")} if measures.captions_sha256 else set()
        texts |= {(measures.peaks_sha256, "dat")} if measures.peaks_sha256 else set()
    pictures = [each.plan for each in content.levels] + [each.image for each in content.exhibits]
    parted = (name.partition(".") for name in pictures if name)
    return frozenset(texts | {(sha256, ext) for sha256, _, ext in parted})
