"""Zones and levels that are wrong by themselves: too small, too crowded, out of their level, out of reach."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import shapely

from zones import check_limits as limits
from zones.check_scene import Scene
from zones.footprints import Footprint
from zones.model import Level
from zones.soundness import OUTLINE_SLACK
from zones.units import Point


class Spot(NamedTuple):
    """One zone by its number in the scene, with the figure, its limit, and how bad it is."""

    zone: int
    level: str
    at: Point
    value: float
    limit: float
    excess: float


class Cut(NamedTuple):
    """Levels that nothing leads to, the lowest first, and the zones on them."""

    levels: tuple[Level, ...]
    zones: tuple[int, ...]
    at: Point


EVERY: Final = 0.5
WORTH: Final = 2
"""Digits of a figure that people read."""


def small(scene: Scene) -> Iterator[Spot]:
    """Zones whose inner radius is under what the error asks for."""
    limit = round(limits.least_inradius(scene.error), WORTH)
    for n in np.flatnonzero(scene.starts).tolist():
        place = scene.places[n]
        radius = round(float(place.inradius), WORTH)
        if radius < limit:
            yield Spot(n, _level(scene, n), place.centre, radius, limit, limit - radius)


def crowded(scene: Scene) -> Iterator[Spot]:
    """Zones too small for those who listen at a time: the narration is longer than the place holds people."""
    for n in np.flatnonzero(scene.starts).tolist():
        length, place = scene.length(n), scene.places[n]
        if length is None:
            continue
        seconds, limit = round(length / 1000, 1), round(limits.longest_here(place.area), 1)
        if seconds > limit:
            yield Spot(n, _level(scene, n), place.centre, seconds, limit, seconds / max(limit, 0.1))


def strays(scene: Scene) -> Iterator[Spot]:
    """Zones that reach out of the outline of a level that they are on, with the place that does so farthest."""
    found: dict[int, Spot] = {}
    for floor in scene.floors:
        if floor.outline is None or not len(floor.members):
            continue
        allowed = shapely.buffer(floor.outline, OUTLINE_SLACK)
        shapely.prepare(allowed)
        for n in floor.members[~shapely.covers(allowed, scene.shapes[floor.members])].tolist():
            far, at = _farthest(scene.shapes[n], floor.outline)
            if n not in found or far > found[n].excess:
                found[n] = Spot(n, floor.level.id, at, round(far, WORTH), OUTLINE_SLACK, far)
    yield from found.values()


def _farthest(shape: Footprint, outline: Footprint) -> tuple[float, Point]:
    """How far a shape reaches out of an outline (m), and where; looked at every half metre of its edges."""
    corners = shapely.get_coordinates(shapely.segmentize(shapely.difference(shape, outline), EVERY))
    far = np.asarray(shapely.distance(shapely.points(corners), outline))
    worst = int(np.argmax(far))
    x, y = corners[worst]
    return float(far[worst]), (round(float(x), 3) + 0.0, round(float(y), 3) + 0.0)


def _level(scene: Scene, number: int) -> str:
    return next(each.level.id for each in scene.floors if each.level.id in scene.zones[number].levels)


def cut_off(scene: Scene) -> Cut | None:
    """Levels that no stairs and no lift join to the entrance: the level with the ordinal nearest to 0.

    A connector counts on a level only where it lies on its outline.
    """
    if not scene.floors:
        return None
    reached = {min(scene.floors, key=lambda each: (abs(each.level.ordinal), each.level.id)).level.id}
    joined = list(_joins(scene))
    while new := [each for each in joined if each & reached and not each <= reached]:
        reached = reached.union(*new)
    lost = tuple(each.level for each in scene.floors if each.level.id not in reached)
    if not lost:
        return None
    # a zone that lies on a level in reach, too, cannot start up there all the same
    apart = {level.id for level in lost}
    zones = tuple(n for n, zone in enumerate(scene.zones) if apart & set(zone.levels))
    return Cut(lost, zones, _middle(scene, lost[0].id, zones))


def _joins(scene: Scene) -> Iterator[set[str]]:
    outlines = {each.level.id: each.outline for each in scene.floors}
    for way, shape in scene.ways:
        known = (level for level in way.levels if level in outlines)
        yield {
            level
            for level in known
            if (outline := outlines[level]) is None or bool(shapely.intersects(shape, outline))
        }


def _middle(scene: Scene, level: str, zones: tuple[int, ...]) -> Point:
    """A place on a level that stands for it: the middle of its first zone, or of its outline."""
    first = next((n for n in zones if level in scene.zones[n].levels), None)
    if first is not None:
        return scene.places[first].centre
    outline = next((each.outline for each in scene.floors if each.level.id == level), None)
    if outline is None:
        return 0.0, 0.0
    middle = outline.representative_point()
    return round(middle.x, 3), round(middle.y, 3)
