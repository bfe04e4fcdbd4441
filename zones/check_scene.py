"""A site as the layout check looks at it: what is sound of it, as shapes by level, and where listeners stand."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection, MultiPolygon, Polygon

from zones.check_limits import error_of
from zones.footprints import Footprint, Geometries, footprint, places, polygons
from zones.model import Connector, Level, Part, Rules, Zone, ZonePlace
from zones.shape_faults import plain_faults
from zones.soundness import survey
from zones.units import Metres, Millis

MIDDLE: Final = 0.5
"""Somebody who stands half as deep as one can stand is in the middle of a zone."""

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Floor:
    """One level, its outline where it has a sound one, and its zones by their number in the scene."""

    level: Level
    outline: Footprint | None
    members: Numbers


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the check looks at. Zones stand by id, floors by ordinal and id."""

    rules: Rules
    error: Metres
    floors: tuple[Floor, ...]
    zones: tuple[Zone, ...]
    shapes: Geometries
    places: tuple[ZonePlace, ...]
    starts: NDArray[np.bool_]
    """Which zones start something by themselves: mode `auto` or `offer`, with an exhibit."""
    exhibits: Numbers
    """A number for the exhibit of each zone, so that thousands of pairs are compared at once."""
    lengths: Mapping[str, Millis]
    ways: tuple[tuple[Connector, Footprint], ...]

    def length(self, number: int) -> Millis | None:
        """How long the narration of a zone is; None where there is none."""
        return self.lengths.get(self.zones[number].exhibit or "")


def scene_of(
    levels: Iterable[Level],
    zones: Iterable[Zone],
    connectors: Iterable[Connector],
    rules: Rules,
    lengths: Mapping[str, Millis],
) -> Scene:
    """The sound part of a site: what cannot even be drawn is left out, for `zones.soundness` to name."""
    floors = sorted({level.id: level for level in levels}.values(), key=lambda each: (each.ordinal, each.id))
    given = sorted({zone.id: zone for zone in zones}.values(), key=lambda each: each.id)
    known = {level.id for level in floors}
    covered = survey(floors, given).footprints
    kept = [
        (zone, shape)
        for zone, shape in zip(given, covered, strict=True)
        if shape is not None and known & set(zone.levels)
    ]
    sound = tuple(zone for zone, _ in kept)
    shapes = array_of([shape for _, shape in kept])
    names = sorted({zone.exhibit for zone in sound if zone.exhibit is not None})
    number = {name: n for n, name in enumerate(names)}
    ways = ((way, shape_of(way.outline)) for way in sorted(connectors, key=lambda each: each.id))
    return Scene(
        rules=rules,
        error=error_of(rules),
        floors=tuple(_floor(level, sound) for level in floors),
        zones=sound,
        shapes=shapes,
        places=places(shapes),
        starts=np.array([each.mode in {"auto", "offer"} and bool(each.exhibit) for each in sound], np.bool_),
        exhibits=np.array([number.get(each.exhibit or "", -1) for each in sound], np.intp),
        lengths=lengths,
        ways=tuple((way, shape) for way, shape in ways if shape is not None),
    )


def narrowed(
    scene: Scene, numbers: Sequence[int], drawn: Mapping[int, Footprint], waiting: Container[int]
) -> Scene:
    """Some zones of a scene, of new shapes or in mode `offer`, as if they were the site's only ones."""
    shapes = array_of([drawn.get(n, scene.shapes[n]) for n in numbers])
    zones = tuple(replace(scene.zones[n], mode="offer") if n in waiting else scene.zones[n] for n in numbers)
    return replace(
        scene,
        floors=tuple(replace(floor, members=_members(floor.level, zones)) for floor in scene.floors),
        zones=zones,
        shapes=shapes,
        places=places(shapes),
        starts=scene.starts[list(numbers)],
        exhibits=scene.exhibits[list(numbers)],
    )


def of_priorities(scene: Scene, given: Mapping[int, float]) -> Scene:
    """The same scene with other priorities of some zones."""
    zones = (replace(zone, priority=given[n]) if n in given else zone for n, zone in enumerate(scene.zones))
    return replace(scene, zones=tuple(zones))


def _floor(level: Level, zones: Sequence[Zone]) -> Floor:
    outline = shape_of(level.outline) if level.outline is not None else None
    return Floor(level, outline, _members(level, zones))


def _members(level: Level, zones: Sequence[Zone]) -> Numbers:
    return np.array([n for n, zone in enumerate(zones) if level.id in zone.levels], np.intp)


def shape_of(part: Part) -> Footprint | None:
    """What a part covers; None where it is not sound."""
    if any(plain_faults(part)):
        return None
    shape = footprint(polygons((part,)))
    return shape if shape.is_valid else None


def array_of(shapes: Sequence[Footprint]) -> Geometries:
    """Shapes as an array: numpy would take a multipolygon for a list of polygons."""
    made: Geometries = np.empty(len(shapes), dtype=np.object_)
    made[:] = shapes
    return made


def polygonal(shape: object) -> Footprint:
    """What of a shape has an area: where zones meet in a corner or along a wall, an overlap has lines in it too."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    pieces = shape.geoms if isinstance(shape, GeometryCollection) else ()
    areas = [area for piece in pieces if isinstance(piece, Polygon | MultiPolygon) for area in _pieces(piece)]
    return MultiPolygon(areas)


def _pieces(shape: Footprint) -> Sequence[Polygon]:
    return (shape,) if isinstance(shape, Polygon) else tuple(shape.geoms)


def standing(shapes: Geometries, inradii: NDArray[np.float64]) -> Geometries:
    """Where those who attend to a zone stand: a point, or an area where no point is better than the others.

    The centre of gravity, where that lies in the middle of the zone; else all of the zone that does: in a ring
    about a showcase people stand anywhere. So a site that is turned or mirrored is judged alike. In a zone of
    several rooms people stand in each.
    """
    spots: Geometries = np.asarray(shapely.centroid(shapes), dtype=np.object_)
    deep = np.asarray(shapely.distance(spots, shapely.boundary(shapes)))
    off = ~(np.asarray(shapely.contains(shapes, spots)) & (deep >= MIDDLE * inradii))
    spots[off] = shapely.buffer(shapes[off], -MIDDLE * inradii[off])
    for n in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        spots[n] = _in_each_room(shapes[n], inradii[n])
    return spots


def _in_each_room(shape: Footprint, inradius: float) -> GeometryCollection:
    rooms = array_of(_pieces(shape))
    deep = inradii_of(places(rooms))
    worth = deep >= MIDDLE * inradius
    return GeometryCollection(list(standing(rooms[worth], deep[worth])))


def inradii_of(found: Sequence[ZonePlace]) -> NDArray[np.float64]:
    """The inner radius of each place (m)."""
    return np.array([each.inradius for each in found], np.float64)
