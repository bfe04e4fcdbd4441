"""Zones in local metres: `zones.local.json`, and the body of one zone in a request.

A ring closes itself here; where it repeats its first corner all the same, the repeat is dropped and noted.
"""

from collections.abc import Collection, Iterable, Mapping

from zones.errors import Fault, LayoutFaults
from zones.frame import Frame
from zones.geojson import read_geometry
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
from zones.values import quoted


def read_zones(
    source: str | Mapping[str, object],
    levels: Mapping[str, Level],
    exhibits: Collection[str] | None = None,
    where: str = "zones.local.json",
) -> ReadZones:
    """The zones of a file in local metres: `{"frame": "local", "zones": [...]}`.

    Args:
        source: The text, or the object it holds.
        levels: Of the site, by id, sound ones.
        exhibits: The ids that exist; None leaves that to others.
        where: What the source is called in a fault that is of no single zone.

    Returns:
        The zones in the order of the file, and notes of what was put right.

    Raises:
        LayoutFaults: Anything is wrong; every fault is named, by zone, and with its line where a text was read.
    """
    given = read_object(source, where)
    zones = given.get("zones")
    wrong: list[str] = []
    if given.get("frame") != "local":
        wrong.append(f'its frame is {quoted(given.get("frame"))}; write "frame": "local"')
    if not isinstance(zones, list | tuple):
        wrong.append(f"its zones are {quoted(zones)}; write a list of zones")
    if wrong or not isinstance(zones, list | tuple):
        raise LayoutFaults(tuple(Fault(where, message) for message in wrong))
    entries = [Entry(f"zone number {place}") for place in range(1, len(zones) + 1)]
    for entry, zone in zip(entries, zones, strict=True):
        _read_zone(entry, zone, exhibits, frame=None)
    return finish(entries, levels.values(), source, "zones")


def read_zone(
    body: Mapping[str, object],
    levels: Mapping[str, Level],
    exhibits: Collection[str] | None = None,
    frame: Frame | None = None,
) -> ReadZones:
    """The one zone of a request's body.

    Args:
        body: With `outline` and perhaps `holes`, or `parts`, in metres; or with `geometry` in WGS 84.
        levels: Of the site, by id, sound ones.
        exhibits: The ids that exist; None leaves that to others.
        frame: Of the site, for a `geometry`; without one such a body is a fault.

    Raises:
        LayoutFaults: Anything is wrong; every fault is named.
    """
    entry = Entry("zone")
    _read_zone(entry, body, exhibits, frame)
    return finish([entry], levels.values(), body, "")


def write_zones(zones: Iterable[Zone]) -> dict[str, object]:
    """The file of some zones, in the order of their ids; `read_zones` gives the same zones back."""
    return {"frame": "local", "zones": [write_zone(zone) for zone in sorted(zones, key=lambda zone: zone.id)]}


def write_zone(zone: Zone) -> dict[str, object]:
    """One zone as a body: `outline` and `holes` where it is of one part, else `parts`."""
    parts = [_written(part) for part in zone.parts]
    return written_fields(zone) | (parts[0] if len(parts) == 1 else {"parts": parts})


def _written(part: Part) -> dict[str, object]:
    written: dict[str, object] = {"outline": _corners(part.outline)}
    if part.holes:
        written["holes"] = [_corners(hole) for hole in part.holes]
    return written


def _corners(ring: Ring) -> list[list[float]]:
    """Minus nought is written as nought, so that equal places are equal text."""
    return [[x + 0.0, y + 0.0] for x, y in ring]


def _read_zone(entry: Entry, given: object, exhibits: Collection[str] | None, frame: Frame | None) -> None:
    if not isinstance(given, Mapping):
        entry.wrong.append(f"is {quoted(given)}; write an object with id, levels and outline")
        return
    read_fields(entry, given, exhibits)
    shapes = [name for name in ("outline", "parts", "geometry") if given.get(name) is not None]
    used = {*FIELDS, "outline", "holes", "parts", "geometry"}
    entry.unused = tuple(name for name in given if name not in used)
    match shapes:
        case ["outline"]:
            _take(entry, [given])
        case ["parts"] if isinstance(given["parts"], list | tuple):
            _take(entry, given["parts"])
        case ["parts"]:
            entry.wrong.append(f"its parts are {quoted(given['parts'])}; write a list of outlines with holes")
        case ["geometry"] if frame is not None:
            read_geometry(entry, given["geometry"], frame)
        case ["geometry"]:
            entry.wrong.append("has a geometry in WGS 84; in this file write outline, in metres")
        case []:
            entry.wrong.append("has no outline; draw one")
        case _:
            entry.wrong.append(f"has {' and '.join(shapes)}; give only one of them")


def _take(entry: Entry, given: Iterable[object]) -> None:
    pieces = list(given)
    prefixes = [f"part {place}: " if len(pieces) > 1 else "" for place in range(1, len(pieces) + 1)]
    parts = [_read_part(entry, piece, prefix) for piece, prefix in zip(pieces, prefixes, strict=True)]
    sound = [part for part in parts if part is not None]
    if len(sound) == len(parts):
        take_parts(entry, sound)


def _read_part(entry: Entry, given: object, prefix: str) -> Part | None:
    if not isinstance(given, Mapping):
        entry.wrong.append(f"{prefix}is {quoted(given)}; write an object with an outline")
        return None
    holes = given.get("holes")
    if holes is None:
        holes = ()
    if not isinstance(holes, list | tuple):
        entry.wrong.append(f"{prefix}its holes are {quoted(holes)}; write a list of rings")
        return None
    names = [f"{prefix}the outline", *(f"{prefix}hole {place}" for place in range(1, len(holes) + 1))]
    read = [
        read_ring(entry, ring, name) for ring, name in zip((given.get("outline"), *holes), names, strict=True)
    ]
    rings = [ring for ring in read if ring is not None]
    return Part(rings[0], tuple(rings[1:])) if len(rings) == len(read) else None
