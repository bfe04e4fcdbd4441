"""Zones as GeoJSON in WGS 84, one feature for each zone, read with every fault at once.

Source: RFC 7946; a height in a position is passed over, an unclosed ring is a fault, and a ring that runs the
wrong way round is turned, since the RFC asks readers not to refuse it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from zones.errors import Fault, LayoutFaults
from zones.frame import Frame, OutOfFrame
from zones.json_text import read_object
from zones.model import Level, Part, Ring, Zone
from zones.reading import (
    FIELDS,
    Entry,
    ReadZones,
    finish,
    read_fields,
    read_ring,
    take_parts,
    written_fields,
)
from zones.units import Point
from zones.values import quoted

POSITIONS_OF_A_RING: Final = 4
"""Three corners, and the first one again."""


def read_zones(
    source: str | Mapping[str, object],
    frame: Frame,
    levels: Mapping[str, Level],
    exhibits: Collection[str] | None = None,
    where: str = "zones.geojson",
) -> ReadZones:
    """The zones of a FeatureCollection.

    Args:
        source: The text, or the object it holds.
        frame: Of the site.
        levels: Of the site, by id, sound ones.
        exhibits: The ids that exist; None leaves that to others.
        where: What the source is called in a fault that is of no single zone.

    Returns:
        The zones in metres in the order of the file, and notes of what was put right.

    Raises:
        LayoutFaults: Anything is wrong; every fault is named, by zone, and with its line where a text was read.
    """
    collection = read_object(source, where)
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list | tuple):
        given = quoted(collection.get("type"))
        raise LayoutFaults((Fault(where, f"is not a FeatureCollection with features (its type is {given})"),))
    entries = [Entry(f"feature {place}") for place in range(1, len(features) + 1)]
    polygons = [
        _read_feature(entry, feature, exhibits) for entry, feature in zip(entries, features, strict=True)
    ]
    _take_all(list(zip(entries, polygons, strict=True)), frame)
    return finish(entries, levels.values(), source, "features")


def write_zones(zones: Iterable[Zone], frame: Frame) -> dict[str, object]:
    """The FeatureCollection of some zones, in the order of their ids; `read_zones` gives the same zones back."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(zone, frame) for zone in sorted(zones, key=lambda zone: zone.id)],
    }


def read_geometry(entry: Entry, geometry: object, frame: Frame) -> None:
    """Take one WGS 84 geometry into an entry."""
    _take_all([(entry, _read_polygons(entry, geometry))], frame)


def _read_feature(entry: Entry, feature: object, exhibits: Collection[str] | None) -> tuple[Part, ...] | None:
    """A feature's polygons in degrees; its properties go into the entry."""
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        entry.wrong.append("is not a Feature")
        return None
    properties = feature.get("properties")
    if not isinstance(properties, Mapping):
        entry.wrong.append("has no properties; write id, exhibit and levels there")
        properties = {}
    named = {"id": feature.get("id"), **properties}
    read_fields(entry, named, exhibits)
    entry.unused = tuple(name for name in properties if name not in FIELDS)
    return _read_polygons(entry, feature.get("geometry"))


def _read_polygons(entry: Entry, geometry: object) -> tuple[Part, ...] | None:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    match kind, coordinates:
        case "Polygon", [*_]:
            polygons = [coordinates]
        case "MultiPolygon", [*polygons]:
            pass
        case "LineString" | "MultiLineString", _:
            entry.wrong.append(f"its geometry is a {kind}, a line even if closed; make it a Polygon")
            return None
        case _:
            entry.wrong.append(f"its geometry is {quoted(kind)}; draw a Polygon or a MultiPolygon")
            return None
    names = [f"part {place}: " if len(polygons) > 1 else "" for place in range(1, len(polygons) + 1)]
    parts = [_read_polygon(entry, rings, name) for rings, name in zip(polygons, names, strict=True)]
    return None if None in parts else tuple(part for part in parts if part is not None)


def _read_polygon(entry: Entry, given: object, prefix: str) -> Part | None:
    if not isinstance(given, list | tuple) or not given:
        entry.wrong.append(f"{prefix}its polygon is {quoted(given)}; write a list of rings")
        return None
    names = [f"{prefix}the outline", *(f"{prefix}hole {place}" for place in range(1, len(given)))]
    rings = [_read_closed(entry, ring, name) for ring, name in zip(given, names, strict=True)]
    sound = [ring for ring in rings if ring is not None]
    return Part(sound[0], tuple(sound[1:])) if len(sound) == len(rings) else None


def _read_closed(entry: Entry, given: object, name: str) -> Ring | None:
    """A ring without its closing position."""
    ring = read_ring(entry, given, name)
    if ring is None:
        return None
    if len(ring) < POSITIONS_OF_A_RING:
        entry.wrong.append(f"{name} has {len(ring)} positions; a ring has at least four, the first one twice")
        return None
    if ring[0] != ring[-1]:
        entry.wrong.append(f"{name} is not closed; repeat its first position at the end")
        return None
    return ring[:-1]


def _take_all(read: Sequence[tuple[Entry, tuple[Part, ...] | None]], frame: Frame) -> None:
    """Turn degrees to metres, all zones in one go; one by one only to say which of them is too far."""
    readable = [(entry, parts) for entry, parts in read if parts is not None]
    try:
        metres = iter(frame.to_local_many([corner for _, parts in readable for corner in _corners(parts)]))
    except OutOfFrame as error:
        if len(readable) == 1:
            readable[0][0].wrong.append(str(error))
            return
        for each in readable:
            _take_all([each], frame)
        return
    for entry, parts in readable:
        take_parts(entry, [_refilled(part, metres) for part in parts])


def _corners(parts: Iterable[Part]) -> Iterator[Point]:
    return (corner for part in parts for ring in (part.outline, *part.holes) for corner in ring)


def _refilled(part: Part, corners: Iterator[Point]) -> Part:
    """The same part with other corners, taken in the order of `_corners`."""
    outline, *holes = (tuple(next(corners) for _ in ring) for ring in (part.outline, *part.holes))
    return Part(outline, tuple(holes))


def _feature(zone: Zone, frame: Frame) -> dict[str, object]:
    polygons = [
        [_closed(frame.to_wgs84_many(ring)) for ring in (part.outline, *part.holes)] for part in zone.parts
    ]
    single = len(polygons) == 1
    return {
        "type": "Feature",
        "id": zone.id,
        "properties": written_fields(zone),
        "geometry": {
            "type": "Polygon" if single else "MultiPolygon",
            "coordinates": polygons[0] if single else polygons,
        },
    }


def _closed(ring: Ring) -> list[list[float]]:
    return [list(corner) for corner in (*ring, ring[0])]
