"""Zones that stand in each other's way: which two, where, and by how much. Thousands of pairs at a time.

A pair is told once, on the lowest level that both are on. Two zones of one exhibit never stand in each other's
way, nor does a zone that starts nothing by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import shapely

from zones import check_limits as limits
from zones.check_scene import (
    Floor,
    Numbers,
    Scene,
    array_of,
    inradii_of,
    polygonal,
    standing,
)
from zones.footprints import Geometries, places
from zones.units import Millis, Point

SLIVER: Final = 0.01
"""Square metres of overlap that are a slip of the mouse."""
OWN_SHARE: Final = 0.1
"""Of a zone that has less than this share to itself, the whole is looked at: it has no place of its own."""


class Pair(NamedTuple):
    """Two zones by their number in the scene, the place, the figure, its limit, and how bad it is."""

    first: int
    second: int
    level: str
    at: Point
    value: float
    limit: float
    excess: float


class Overlap(NamedTuple):
    """Where two zones lie over each other; `width` is that of the largest circle in it (m)."""

    first: int
    second: int
    level: str
    at: Point
    area: float
    width: float


Overlaps = Mapping[tuple[int, int], Overlap]


def overlaps_of(scene: Scene) -> Overlaps:
    """Every two zones of different exhibits that lie over each other."""
    found: dict[tuple[int, int], Overlap] = {}
    for floor in scene.floors:
        pairs = [pair for pair in _within(scene, floor, 0.0) if pair not in found]
        if not pairs:
            continue
        one, other = _columns(pairs)
        common = shapely.intersection(scene.shapes[one], scene.shapes[other])
        large = np.flatnonzero(shapely.area(common) >= SLIVER)
        shapes = array_of([polygonal(common[n]) for n in large])
        for n, place in zip(large, places(shapes), strict=True):
            found[pairs[n]] = Overlap(
                *pairs[n], floor.level.id, place.centre, place.area, 2 * float(place.inradius)
            )
    return found


def disordered(scene: Scene, overlaps: Overlaps) -> Iterator[Pair]:
    """Overlaps in which the measured position says which zone wins, and not their priority, nesting or size."""
    limit = limits.least_overlap(scene.error)
    for each in overlaps.values():
        alike = scene.zones[each.first].priority == scene.zones[each.second].priority
        width = round(
            each.width, 2
        )  # rounded first: a circle in a strip of 40 cm is found to a few millimetres
        if alike and width > limit and not is_nested(scene, each):
            yield Pair(each.first, each.second, each.level, each.at, width, limit, width)


def is_nested(scene: Scene, overlap: Overlap) -> bool:
    """Whether the smaller of two zones lies in the other, or is so small beside it that it wins by rule."""
    areas = sorted((scene.places[overlap.first].area, scene.places[overlap.second].area))
    # two zones that cover each other are not one in the other
    inside = overlap.area >= limits.NESTED_SHARE * areas[0] and areas[0] < limits.NESTED_SHARE * areas[1]
    return inside or areas[0] <= limits.MUCH_SMALLER * areas[1]


def alike(scene: Scene, overlaps: Overlaps) -> Iterator[Pair]:
    """Zones whose attended places a fix takes for each other too often."""
    reach = limits.alike_within(scene.error)
    seen: set[tuple[int, int]] = set()
    stands = standing(scene.shapes, inradii_of(scene.places))
    for floor in scene.floors:
        pairs = [pair for pair in _within(scene, floor, reach) if pair not in seen]
        if not pairs:
            continue
        seen.update(pairs)
        one, other = _columns(pairs)
        # most neighbours are told apart by where people stand in the whole of them: only the rest costs more
        near = np.flatnonzero(np.asarray(shapely.distance(stands[one], stands[other])) < reach)
        one, other, pairs = one[near], other[near], [pairs[n] for n in near]
        spots, others = stands[one], stands[other]
        crossed = np.array([n for n, pair in enumerate(pairs) if pair in overlaps], np.intp)
        spots[crossed] = _own(scene, one[crossed], other[crossed])
        others[crossed] = _own(scene, other[crossed], one[crossed])
        apart = np.asarray(shapely.distance(spots, others))
        lines = shapely.shortest_line(spots, others)
        middles = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
        for n in np.flatnonzero(apart < reach):
            chance = limits.confusion(float(apart[n]), scene.error)
            yield Pair(*pairs[n], floor.level.id, _point(middles[n]), chance, limits.ALIKE, chance)


def _own(scene: Scene, mine: Numbers, theirs: Numbers) -> Geometries:
    """Where people stand who attend to one of two zones that overlap: in the part that is that zone's alone."""
    if not len(mine):
        return array_of([])
    whole = scene.shapes[mine]
    apart = array_of([polygonal(each) for each in shapely.difference(whole, scene.shapes[theirs])])
    none = shapely.area(apart) < OWN_SHARE * shapely.area(whole)
    apart[none] = whole[none]
    return standing(apart, inradii_of(places(apart)))


def close(scene: Scene, overlaps: Overlaps) -> Iterator[Pair]:
    """Listeners of the first zone who, drifting as listeners do, come to stand in the second.

    What counts is the way from the middle of the first to the border of the second, and the margin that a
    departure asks for on top.
    """
    listening = [n for n in np.flatnonzero(scene.starts).tolist() if scene.length(n) is not None]
    stands = standing(scene.shapes, inradii_of(scene.places))
    needs = {n: limits.elbow_room(scene.length(n) or Millis(0), scene.error) for n in listening}
    seen: set[tuple[int, int]] = set()
    for floor in scene.floors:
        here = np.array([n for n in floor.members if n in needs], np.intp)
        loud = np.array([n for n in here if scene.zones[n].mode == "auto"], np.intp)
        if not len(here) or not len(loud):
            continue
        free = np.array([needs[n] - _margin(scene, n) for n in here], np.float64)
        one, other = shapely.STRtree(scene.shapes[loud]).query(
            stands[here], predicate="dwithin", distance=np.maximum(free, 0.0)
        )
        ways = np.asarray(shapely.distance(stands[here[one]], scene.shapes[loud[other]]))
        ends = shapely.get_point(shapely.shortest_line(stands[here[one]], scene.shapes[loud[other]]), 1)
        for a, b, way, end in zip(here[one], loud[other], ways, shapely.get_coordinates(ends), strict=True):
            pair = int(a), int(b)
            if pair in seen or scene.exhibits[a] == scene.exhibits[b] or _ordered(scene, overlaps, *pair):
                continue
            room, need = round(float(way) + _margin(scene, pair[0]), 2), needs[a]
            if room < need:
                seen.add(pair)
                yield Pair(*pair, floor.level.id, _point(end), room, need, need - room)


def _ordered(scene: Scene, overlaps: Overlaps, a: int, b: int) -> bool:
    overlap = overlaps.get((min(a, b), max(a, b)))
    return overlap is not None and is_nested(scene, overlap)


def _margin(scene: Scene, number: int) -> float:
    """How far (m) listeners may go on into the neighbour: half of `exit_tolerance`.

    That near to where they stood the engine waits for longer than `exit_delay`, and who drifts on at the pace of
    listeners takes their spot along: where the check is silent nobody who merely drifts is cut, which a test shows
    with the engine itself.
    """
    own = dict(scene.zones[number].rules).get("exit_tolerance")
    return (scene.rules.exit_tolerance if own is None else own) / 2


def _within(scene: Scene, floor: Floor, reach: float) -> list[tuple[int, int]]:
    """Every two zones of a floor that start different exhibits and lie no farther apart than this (m)."""
    here = floor.members[scene.starts[floor.members]]
    shapes = scene.shapes[here]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    one, other = here[one], here[other]
    kept = (one < other) & (scene.exhibits[one] != scene.exhibits[other])
    return sorted(zip(one[kept].tolist(), other[kept].tolist(), strict=True))


def _columns(pairs: list[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    table = np.array(pairs, np.intp)
    return table[:, 0], table[:, 1]


def _point(coordinates: Iterable[float]) -> Point:
    x, y = coordinates
    # adding zero turns minus zero into zero
    return round(float(x), 3) + 0.0, round(float(y), 3) + 0.0


def grouped(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs that hang together, as bays in a row do: the worst of each group first, the groups by their first zone."""
    leader: dict[int, int] = {}

    def lead(number: int) -> int:
        while leader.setdefault(number, number) != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    taken = list(pairs)
    for pair in taken:
        one, other = lead(pair.first), lead(pair.second)
        leader[max(one, other)] = min(one, other)
    groups: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in taken:
        groups[lead(pair.first)].append(pair)
    return [
        sorted(groups[number], key=lambda pair: (-pair.excess, pair.first, pair.second))
        for number in sorted(groups)
    ]
