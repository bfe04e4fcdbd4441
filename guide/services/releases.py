"""Releases as the service uses them: the active one of each site held in memory, others at hand.

A release never changes, so what is made of it (layout, rules, look-ups) is made once. Another process may activate
one, at the command line say: `refresh` looks, and listeners are told.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from guide.clock import Clock
from guide.content import Content, ExhibitDoc, LevelDoc, PlaceDoc, ShowDoc, SiteDoc, TrackDoc, content_hash
from guide.errors import Conflict, NotFound
from guide.services.layouts import frame_of, layout_of
from guide.services.loudness import variation_named
from guide.store import catalogue
from guide.store.catalogue import RenditionRow
from guide.store.database import Database
from media.render import RECIPES
from zones.frame import Frame
from zones.model import Layout, Rules
from zones.profiles import PROFILES

KEPT: Final = 8
"""Releases held beside the active ones: visits and replays that began before the last publication."""

Listener = Callable[["ReleaseView"], None]
Variations = Mapping[str, Mapping[str, RenditionRow]]
"""The files of a source by variation of the recipe, then by format."""
ANY: Final = "any"
"""No variation is called so: they begin with a sign."""


@dataclass(frozen=True, eq=False)  # told apart by identity: what is made of a release is kept by it
class ReleaseView:
    """One release, or the draft as if it were one (`number` 0), ready to be asked."""

    site: str
    number: int
    content: Content
    layout: Layout
    frame: Frame

    @cached_property
    def doc(self) -> SiteDoc:
        """The site's own document."""
        return self.content.site

    @cached_property
    def house_language(self) -> str:
        """The first of the site's languages."""
        return self.content.site.languages[0]

    @cached_property
    def rules(self) -> Mapping[str, Rules]:
        """The rules of every profile, with what the site sets."""
        return MappingProxyType(
            {name: rules.with_overrides(self.content.site.rules) for name, rules in PROFILES.items()}
        )

    @cached_property
    def levels(self) -> Mapping[str, LevelDoc]:
        """The levels by id."""
        return MappingProxyType({each.id: each for each in self.content.levels})

    @cached_property
    def exhibits(self) -> Mapping[str, ExhibitDoc]:
        """The exhibits by id."""
        return MappingProxyType({each.id: each for each in self.content.exhibits})

    @cached_property
    def by_number(self) -> Mapping[str, str]:
        """The exhibit's id for each keypad number."""
        return MappingProxyType({each.number: each.id for each in self.content.exhibits if each.number})

    @cached_property
    def tracks(self) -> Mapping[tuple[str, str, str], TrackDoc]:
        """The tracks by exhibit, language and variant."""
        return MappingProxyType(
            {(each.exhibit, each.language, each.variant): each for each in self.content.tracks}
        )

    @cached_property
    def tracks_by_id(self) -> Mapping[str, TrackDoc]:
        """The tracks by id."""
        return MappingProxyType({each.id: each for each in self.content.tracks})

    @cached_property
    def shows(self) -> Mapping[str, tuple[ShowDoc, ...]]:
        """The shows of each exhibit that has one."""
        found: dict[str, list[ShowDoc]] = {}
        for show in self.content.shows:
            found.setdefault(show.exhibit, []).append(show)
        return MappingProxyType({exhibit: tuple(shows) for exhibit, shows in found.items()})

    @cached_property
    def places(self) -> Mapping[tuple[str, str], PlaceDoc]:
        """What each QR code, tag and beacon stands for, by kind and id."""
        return MappingProxyType({(each.kind, each.id): each for each in self.content.places})

    @cached_property
    def content_hash(self) -> str:
        """The hash by which equal contents are known."""
        return content_hash(self.content)


def view_of(content: Content, number: int) -> ReleaseView:
    """A content ready to be asked.

    Raises:
        LayoutFaults: Its geometry is not sound.
        OutOfFrame: Its frame is no place on the globe.
    """
    return ReleaseView(
        site=content.site.id,
        number=number,
        content=content,
        layout=layout_of(content),
        frame=frame_of(content.site),
    )


class Releases:
    """The active release of every site in memory, and a few more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.RLock()
        self._active: dict[str, ReleaseView] = {}
        self._others: OrderedDict[tuple[str, int], ReleaseView] = OrderedDict()
        self._renditions: dict[str, dict[str, Variations]] = {}
        self._rendition_count = -1
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have a function called with every release that becomes the active one."""
        self._listeners.append(listener)

    def active(self, site: str, *, fresh: bool = False) -> ReleaseView:
        """The active release of a site, from memory.

        Args:
            site: Its id; empty means the only one.
            fresh: Ask the database first whether another process has activated one. One small query.

        Raises:
            Conflict: Nothing is published yet.
            NotFound: There is no such site.
        """
        view = self._active.get(site)
        if view is None or fresh:
            view = self._look(site)
        return view

    def _look(self, site: str) -> ReleaseView:
        # What is read and what is held must not be parted by somebody else's look: the later one would be undone.
        with self._lock:
            with self._database.reading() as session:
                site = site or self._only(catalogue.site_ids(session))
                found = catalogue.find_site(session, site)
                number = found.active_release if found else None
            if found is None:
                raise catalogue.no_site(site)
            if number is None:
                raise Conflict.of("no_release/site", site=site)
            swapped = self._take(site, number)
        self._tell(swapped)
        return self._active[site]

    @staticmethod
    def _only(sites: tuple[str, ...]) -> str:
        if len(sites) == 1:
            return sites[0]
        if not sites:
            raise Conflict(
                "no_release", "There is no site yet; import a site folder with `coupole import PATH`."
            )
        raise Conflict(
            "site_unclear", f"There are several sites ({', '.join(sites)}); use a key of one of them."
        )

    def _take(self, site: str, number: int) -> list[ReleaseView]:
        """Hold a release as the active one, and give it back where it was not that before."""
        before = self._active.get(site)
        if before is not None and before.number == number:
            return []
        view = self.get(site, number)
        self.read_renditions()
        self._active[site] = view
        return [view]

    def _tell(self, swapped: list[ReleaseView]) -> None:
        for view in swapped:
            for listener in self._listeners:
                listener(view)

    def get(self, site: str, number: int) -> ReleaseView:
        """Any release of a site.

        Raises:
            NotFound: There is none of this number.
        """
        active = self._active.get(site)
        if active is not None and active.number == number:
            return active
        with self._lock:
            if (kept := self._others.get((site, number))) is not None:
                self._others.move_to_end((site, number))
                return kept
        with self._database.reading() as session:
            content = catalogue.release_content(session, site, number)
        if content is None:
            raise NotFound.of("unknown_release", number=number)
        view = view_of(content, number)
        with self._lock:
            self._others[site, number] = view
            while len(self._others) > KEPT:
                self._others.popitem(last=False)
        return view

    def activate(self, site: str, number: int, who: str) -> ReleaseView:
        """Make a release the active one: also the way back to an earlier one.

        Raises:
            NotFound: There is none of this number.
        """
        self.get(site, number)
        with self._database.session() as session:
            catalogue.lock(session, site)
            catalogue.set_active(session, site, number, at=self._clock.now_ms(), who=who)
        return self._look(site)

    def refresh(self) -> None:
        """See what other processes have activated or encoded since the last look."""
        with self._lock:
            with self._database.reading() as session:
                active = catalogue.active_releases(session)
                count = catalogue.rendition_count(session)
            if count != self._rendition_count:
                self.read_renditions()
            swapped = [
                view
                for site, number in active.items()
                if number is not None
                for view in self._take(site, number)
            ]
        self._tell(swapped)

    def site(self, site: str) -> SiteDoc:
        """A site's own document: of the active release, else of the draft.

        Raises:
            NotFound: There is no such site.
        """
        if (view := self._active.get(site)) is not None:
            return view.doc
        with self._database.reading() as session:
            found = catalogue.find_site(session, site or self._only(catalogue.site_ids(session)))
        if found is None:
            raise catalogue.no_site(site)
        return SiteDoc.model_validate(found.body)

    def sites(self) -> tuple[str, ...]:
        """The ids of all sites."""
        with self._database.reading() as session:
            return catalogue.site_ids(session)

    def renditions(self, site: str, source_sha256: str, variation: str = "") -> Mapping[str, RenditionRow]:
        """The encoded files of a site's source by format (`opus`, `m4a`), from memory.

        Args:
            site: Its id.
            source_sha256: Of the sound.
            variation: What the loudness of the track adds to its recipe. Files of other recipes stand in until
                those are made.
        """
        found = self._renditions.get(site, {}).get(source_sha256, {})
        return found.get(variation) or found.get(ANY, {})

    def renditions_of(self, site: str, track: TrackDoc) -> Mapping[str, RenditionRow]:
        """The encoded files of a track; a track of text alone has none."""
        if track.source_sha256 is None:
            return {}
        return self.renditions(site, track.source_sha256, variation_in(track))

    @property
    def generation(self) -> int:
        """Grows whenever renditions are made: what was written of them before is out of date."""
        return self._rendition_count

    def read_renditions(self) -> None:
        """Read all renditions anew, as after one was made."""
        found: dict[str, dict[str, Variations]] = {}
        with self._database.reading() as session:
            count = catalogue.rendition_count(session)
            for site in catalogue.site_ids(session):
                found[site] = _by_source(catalogue.renditions(session, site))
        self._renditions = found
        self._rendition_count = count


def _by_source(rows: tuple[RenditionRow, ...]) -> dict[str, Variations]:
    """By source, variation and format; under `ANY` whatever there is, that of this version before older ones."""
    found: dict[str, dict[str, dict[str, RenditionRow]]] = {}
    for row in sorted(rows, key=lambda row: (row.recipe == RECIPES.get(row.format), row.recipe)):
        kept = found.setdefault(row.source_sha256, {})
        kept.setdefault(ANY, {})[row.format] = row
    for row in rows:
        recipe = RECIPES.get(row.format, "")
        if recipe and row.recipe.startswith(recipe):
            kept = found[row.source_sha256]
            variation = row.recipe.removeprefix(recipe)
            # a format that is not made yet in this variation is heard in another
            kept.setdefault(variation, dict(kept[ANY]))[row.format] = row
    return {source: dict(kept) for source, kept in found.items()}


def variation_in(track: TrackDoc) -> str:
    """What its loudness and its ambience add to the recipe of a track's renditions."""
    return variation_named(track.measures.recipe) if track.measures else ""
