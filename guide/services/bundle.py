"""What a handheld or a page needs of a release in one answer: the site with its plan, and the offline bundle."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic_core import to_json

from guide.content import ExhibitDoc, LevelDoc, TrackDoc, ZoneDoc
from guide.services.coverage import coverage_in, hearing_of
from guide.services.language_names import language_name, lookup, reader_of
from guide.services.releases import Releases, ReleaseView
from guide.services.shows import show_bodies
from guide.services.tracks import track_body
from guide.store.catalogue import media_url
from media.chime import shipped
from media.store import Store

KEPT: Final = 32
"""Manifests held: one for each choice of languages that devices made lately."""


def site_body(view: ReleaseView, reader: str, now_ms: int) -> dict[str, Any]:
    """The site as the pages draw it: levels, zones and exhibits in local metres, its coverage and today's shows."""
    doc = view.doc
    return {
        "id": doc.id,
        "name": doc.name,
        "languages": [*doc.languages],
        "language_names": {each: language_name(each, reader) for each in doc.languages},
        "time_zone": doc.time_zone,
        "profile": doc.profile,
        "anonymous": doc.anonymous,
        "invented_plan": doc.invented_plan,
        "frame": doc.frame.model_dump(),
        "release": view.number,
        "levels": [
            level_body(each) for each in sorted(view.content.levels, key=lambda each: (each.ordinal, each.id))
        ],
        "connectors": [each.model_dump(mode="json") for each in view.content.connectors],
        "zones": [zone_body(each) for each in view.content.zones],
        "exhibits": [exhibit_body(view, each) for each in view.content.exhibits],
        "tours": [each.model_dump(mode="json") for each in view.content.tours],
        "shows": show_bodies(view, reader, now_ms),
        "coverage": [coverage_in(hearing_of(view), each, reader) for each in doc.languages],
    }


def level_body(doc: LevelDoc) -> dict[str, Any]:
    """A level as pages and handhelds read it."""
    return {
        "id": doc.id,
        "ordinal": doc.ordinal,
        "name": doc.name,
        "plan": picture_url(doc.plan),
        "plan_origin": doc.plan_origin,
        "plan_size": doc.plan_size,
        "outline": doc.outline,
    }


def picture_url(name: str | None) -> str | None:
    """Where a plan or an image is served, from its name in the store."""
    return None if name is None else media_url(*parted(name))


def zone_body(doc: ZoneDoc) -> dict[str, Any]:
    """A zone as pages and handhelds read it, in local metres."""
    return {
        "id": doc.id,
        "exhibit": doc.exhibit,
        "levels": doc.levels,
        "priority": doc.priority,
        "mode": doc.mode,
        "parts": [part.model_dump(mode="json") for part in doc.parts],
    }


def exhibit_body(view: ReleaseView, doc: ExhibitDoc) -> dict[str, Any]:
    """An exhibit as pages and handhelds read it, with the languages that it speaks."""
    spoken = {each.language for each in view.content.tracks if each.exhibit == doc.id and each.source_sha256}
    return {
        "id": doc.id,
        "number": doc.number,
        "title": doc.title,
        "languages": [each for each in view.doc.languages if each in spoken],
        "advisories": doc.advisories.model_dump(mode="json") if doc.advisories else None,
        "image": picture_url(doc.image),
        "credit": doc.credit,
    }


@dataclass(frozen=True, slots=True)
class Manifest:
    """A bundle's bytes and its entity tag."""

    data: bytes
    etag: str


class Bundles:
    """Writes the manifest that a handheld takes along."""

    def __init__(self, releases: Releases, store: Store) -> None:
        self._releases = releases
        self._store = store
        self._made: OrderedDict[object, Manifest] = OrderedDict()
        self._lock = threading.Lock()

    def bundle(self, site: str, languages: Sequence[str]) -> Manifest:
        """The manifest of the active release for some languages (none: all of the site's).

        Equal content gives equal bytes, so the tag is strong.

        Raises:
            Conflict: Nothing is published yet.
        """
        view = self._releases.active(site, fresh=True)
        wanted = offered(view.doc.languages, languages)
        key = (view.site, view.number, *wanted, self._releases.generation)
        with self._lock:
            if key not in self._made:
                data = to_json(self._body(view, wanted))
                self._made[key] = Manifest(data, f'"{hashlib.sha256(data).hexdigest()}"')
                while len(self._made) > KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]

    def _body(self, view: ReleaseView, wanted: Sequence[str]) -> dict[str, Any]:
        tracks = [track for track in view.content.tracks if track.language in wanted]
        own: dict[str, list[dict[str, Any]]] = {}
        for track in tracks:
            body = track_body(track, self._releases.renditions_of(view.site, track))
            own.setdefault(track.exhibit, []).append(body)
        plain = {
            name: [each.model_dump(mode="json") for each in getattr(view.content, name)]
            for name in ("connectors", "places", "tours", "shows")
        }
        return {
            "site": view.site,
            "release": view.number,
            "content_hash": view.content_hash,
            "languages": wanted,
            "profile": view.doc.profile,
            "frame": view.doc.frame.model_dump(),
            "rules": {name: asdict(rules) for name, rules in view.rules.items()},
            "levels": [level_body(each) for each in view.content.levels],
            "zones": [{**zone_body(each), "rules": each.rules} for each in view.content.zones],
            **plain,
            "programme": [
                {**exhibit_body(view, each), "tracks": own.get(each.id, [])} for each in view.content.exhibits
            ],
            "coverage": [coverage_in(hearing_of(view), each, reader_of(wanted)) for each in wanted],
            "files": self._files(view, tracks),
        }

    def _files(self, view: ReleaseView, tracks: Sequence[TrackDoc]) -> list[dict[str, Any]]:
        """Every file once, however many tracks are the same sound."""
        audio = [
            (row.sha256, form, "audio", row.size_bytes)
            for track in tracks
            for form, row in self._releases.renditions_of(view.site, track).items()
        ]
        texts = [(each.captions, "vtt", "transcript") for each in tracks if each.captions]
        plans = [(*parted(each.plan), "plan") for each in view.content.levels if each.plan]
        images = [(*parted(each.image), "image") for each in view.content.exhibits if each.image]
        chimes = [(each.sha256, each.format, "chime", each.path.stat().st_size) for each in shipped()]
        files = {
            *audio,
            *chimes,
            *((*each, self._size(each[0], each[1])) for each in (*texts, *plans, *images)),
        }
        return [
            {"url": media_url(sha256, ext), "kind": kind, "format": ext, "sha256": sha256, "size_bytes": size}
            for sha256, ext, kind, size in sorted(files)
        ]

    def _size(self, sha256: str, ext: str) -> int:
        path = self._store.path(sha256, ext)
        return path.stat().st_size if path.is_file() else 0


def offered(site: Sequence[str], wished: Sequence[str]) -> list[str]:
    """The site's languages that answer some wishes, in the wishes' order; all of them where nothing is wished.

    >>> offered(["fr", "en", "nl"], ["en-GB", "ja"])
    ['en']
    """
    if not wished:
        return [*site]
    known = {each.lower(): each for each in site}
    found = (known[tag.lower()] for wish in wished for tag in lookup(wish) if tag.lower() in known)
    return list(dict.fromkeys(found))


def parted(name: str) -> tuple[str, str]:
    """The SHA-256 and the extension of a stored file's name."""
    sha256, _, ext = name.partition(".")
    return sha256, ext
