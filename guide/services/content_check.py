"""Whether the documents of a content fit together: ids that exist, numbers given once, rules within their limits.

The same check serves a site folder, the draft and the moment of publishing; geometry is judged by `zones`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guide.content import Content, Doc, PlaceDoc, SiteDoc
from guide.phrases import told_fault
from guide.phrases.shapes import in_french
from guide.services.layouts import frame_of, layout_of
from zones.errors import LayoutFaults
from zones.frame import OutOfFrame
from zones.profiles import PROFILES
from zones.rule_values import read_rules


@dataclass(frozen=True, slots=True)
class ContentFault:
    """One thing that does not fit: in which document (its kind, its place in the list, its id), at which key."""

    kind: str
    n: int
    id: str
    key: str
    code: str
    message: str
    french: str | None = None

    def where(self) -> str:
        """The document and the key: `exhibit v2: number`."""
        name = f"{self.kind} {self.id}".strip()
        return f"{name}: {self.key}" if self.key else name


Known = Mapping[str, frozenset[str]]
"""Ids that count as known beside those of the content, by kind: documents with faults of their own."""

PLURALS: Final[Mapping[str, str]] = {
    "level": "levels",
    "connector": "connectors",
    "zone": "zones",
    "exhibit": "exhibits",
    "show": "shows",
    "tour": "tours",
    "place": "places",
    "track": "tracks",
}


def content_faults(content: Content, known: Known | None = None) -> tuple[ContentFault, ...]:
    """Everything that does not fit together, geometry left out.

    Args:
        content: A site folder's, a draft's or a release's.
        known: Further ids to take as known.
    """
    ids = {kind: _ids(content, kind) | (known or {}).get(kind, frozenset()) for kind in PLURALS}
    return tuple(fault for check in CHECKS for fault in check(content, ids))


def geometry_faults(content: Content) -> tuple[ContentFault, ...]:
    """Everything wrong with levels, zones and connectors, as `zones` sees it."""
    try:
        layout_of(content)
    except LayoutFaults as error:
        return tuple(_geometry_fault(content, fault.where, fault.message) for fault in error.faults)
    return ()


def _geometry_fault(content: Content, where: str, message: str) -> ContentFault:
    kind, _, rest = where.partition(" ")
    item = rest.split(" ")[0].rstrip(":,")
    rows = getattr(content, PLURALS[kind], []) if kind in PLURALS else []
    # of two with one id, the later is the one too many
    n = max((n for n, row in enumerate(rows) if row.id == item), default=-1)
    return ContentFault(kind, n, rest, "", "invalid_geometry", message, in_french(message))


def _ids(content: Content, kind: str) -> frozenset[str]:
    return frozenset(row.id for row in getattr(content, PLURALS[kind]))


def _doubled(content: Content, _: Known) -> Iterator[ContentFault]:
    for kind, plural in PLURALS.items():
        if kind in {"level", "connector", "zone"}:
            continue  # zones says so itself, of everything that has a shape
        rows: Sequence[Doc] = getattr(content, plural)
        yield from _repeats(kind, rows, "id", "doubled_id", _identity)
    yield from _repeats("exhibit", content.exhibits, "number", "doubled_number", lambda row: row.number)


def _identity(row: Doc) -> str:
    return f"{row.kind} {row.id}" if isinstance(row, PlaceDoc) else str(getattr(row, "id"))  # noqa: B009 - the kinds share no base that has it


def _repeats(
    kind: str, rows: Sequence[Doc], key: str, code: str, value_of: Callable[..., str | None]
) -> Iterator[ContentFault]:
    first: dict[str, str] = {}
    for n, row in enumerate(rows):
        value = value_of(row)
        item = str(getattr(row, "id"))  # noqa: B009 - all documents in lists have one
        if value is not None and value in first:
            facts = {"value": value, "other": f"{kind} {first[value]}"}
            told = told_fault("twice" if key == "id" else "twice_by", facts)
            yield ContentFault(kind, n, item, key, code, *told)
        elif value is not None:
            first[value] = item


def _references(content: Content, known: Known) -> Iterator[ContentFault]:
    for kind, n, item, key, target, wanted in mentions(content):
        if wanted not in known[target]:
            phrase = "unknown_one" if known[target] else "unknown_first"
            told = told_fault(phrase, {"wanted": wanted, "known": _choice(known[target])})
            yield ContentFault(kind, n, item, key, f"unknown_{target}", *told)


def mentions(content: Content) -> Iterator[tuple[str, int, str, str, str, str]]:
    """Every mention of one document in another: (kind, n, id, key, kind of the other, its id)."""
    for n, zone in enumerate(content.zones):
        if zone.exhibit is not None:
            yield "zone", n, zone.id, "exhibit", "exhibit", zone.exhibit
    for n, show in enumerate(content.shows):
        yield "show", n, show.id, "exhibit", "exhibit", show.exhibit
    for n, tour in enumerate(content.tours):
        for exhibit in tour.exhibits:
            yield "tour", n, tour.id, "exhibits", "exhibit", exhibit
    for n, place in enumerate(content.places):
        for target, wanted in (("zone", place.zone), ("level", place.level)):
            if wanted is not None:
                yield "place", n, place.id, target, target, wanted
    for n, track in enumerate(content.tracks):
        yield "track", n, track.id, "exhibit", "exhibit", track.exhibit


def _choice(known: frozenset[str]) -> str:
    few = sorted(known)[:8]
    return f"{', '.join(few)}{' …' if len(known) > len(few) else ''}"


def _places(content: Content, _: Known) -> Iterator[ContentFault]:
    for n, place in enumerate(content.places):
        position = (place.level, place.x, place.y)
        whole = all(each is not None for each in position)
        some = any(each is not None for each in position)
        if place.zone is None and not whole:
            yield _place_fault(n, place, "place_nothing")
        elif place.zone is not None and some:
            yield _place_fault(n, place, "place_both")


def _place_fault(n: int, place: PlaceDoc, phrase: str) -> ContentFault:
    return ContentFault("place", n, place.id, "", "place_unclear", *told_fault(phrase, {}))


def _site(content: Content, _: Known) -> Iterator[ContentFault]:
    site = content.site
    for key, code, told in _site_sentences(site):
        yield ContentFault("site", 0, site.id, key, code, *told)


def _site_sentences(site: SiteDoc) -> Iterator[tuple[str, str, tuple[str, str | None]]]:
    try:
        ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "time_zone", "unknown_time_zone", told_fault("time_zone", {"zone": site.time_zone})
    if site.profile not in PROFILES:
        facts = {"profile": site.profile, "known": ", ".join(PROFILES)}
        yield "profile", "unknown_profile", told_fault("profile", facts)
    for double in (language for language, count in Counter(site.languages).items() if count > 1):
        yield "languages", "doubled_language", told_fault("language_twice", {"language": double})
    try:
        frame_of(site)
    except OutOfFrame as error:
        yield "frame", "invalid_frame", (str(error), None)
    for message in read_rules(site.rules)[1]:
        yield "rules", "invalid_rule", (message, None)
    for key, value in site.retention.items():
        if value < 0:
            yield f"retention.{key}", "invalid_retention", told_fault("negative", {"value": f"{value:g}"})


def _languages(content: Content, _: Known) -> Iterator[ContentFault]:
    known = content.site.languages
    for kind, n, item, key, language in _spoken(content):
        if language not in known:
            told = told_fault("strange_language", {"language": language, "known": ", ".join(known)})
            yield ContentFault(kind, n, item, key, "unknown_language", *told)


def _spoken(content: Content) -> Iterator[tuple[str, int, str, str, str]]:
    for language in content.site.claims:
        yield "site", 0, content.site.id, f"claims.{language}", language
    claimed = [("exhibit", n, each.id, each.claims) for n, each in enumerate(content.exhibits)]
    claimed += [("show", n, each.id, each.claims) for n, each in enumerate(content.shows)]
    for kind, n, item, claims in claimed:
        for language in claims:
            yield kind, n, item, f"claims.{language}", language
    for n, track in enumerate(content.tracks):
        yield "track", n, track.id, "language", track.language


def _levels(content: Content, _: Known) -> Iterator[ContentFault]:
    for n, level in enumerate(content.levels):
        if level.plan and (level.plan_origin is None or level.plan_size is None):
            yield ContentFault("level", n, level.id, "plan", "plan_without_place", *told_fault("plan", {}))


def _dates(content: Content, _: Known) -> Iterator[ContentFault]:
    for n, show in enumerate(content.shows):
        for m, screening in enumerate(show.screening):
            if screening_start(screening.starts) is None:
                told = told_fault("time", {"time": screening.starts})
                yield ContentFault("show", n, show.id, f"screening[{m}].starts", "invalid_time", *told)
    advised = [("exhibit", n, each.id, each.advisories) for n, each in enumerate(content.exhibits)]
    advised += [("show", n, each.id, each.advisories) for n, each in enumerate(content.shows)]
    for kind, n, item, advice in advised:
        if advice is not None and advice.measured is not None and not _is_date(advice.measured):
            told = told_fault("date", {"date": advice.measured})
            yield ContentFault(kind, n, item, "advisories.measured", "invalid_date", *told)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def screening_start(text: str) -> time | datetime | None:
    """When a sitting starts: a time of every day, or a date and time; None when it is neither.

    A date and time without an offset is in the site's own time zone.

    >>> screening_start("15:00"), screening_start("2026-11-22"), screening_start("soon")
    (datetime.time(15, 0), None, None)
    """
    try:
        return time.fromisoformat(text) if len(text) <= len("15:00:00") else _moment(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if len(text) > len("2026-11-22") else None


Check = Callable[[Content, Known], Iterable[ContentFault]]

CHECKS: Final[tuple[Check, ...]] = (_site, _levels, _doubled, _references, _places, _languages, _dates)
"""In the order in which faults are told."""
