"""Zones that stand in each other's way: which two, where, and by how much. Thousands of pairs at a time.

A pair is told once, on the lowest level that both are on. Two zones of one exhibit never stand in each other's
way, nor does a zone that starts nothing by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

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
    interrupts: bool = False
    """Whether the second has the higher priority: it needs no departure from the first to begin."""


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
    return lies_in(scene, overlap) is not None or areas[0] <= limits.MUCH_SMALLER * areas[1]


def lies_in(scene: Scene, overlap: Overlap) -> int | None:
    """The one of two zones that lies in the other; None where neither does, or they cover each other."""
    smaller, larger = sorted((overlap.first, overlap.second), key=lambda n: scene.places[n].area)
    area, other = scene.places[smaller].area, scene.places[larger].area
    is_inside = overlap.area >= limits.NESTED_SHARE * area and area < limits.NESTED_SHARE * other
    return smaller if is_inside else None


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
    """Listeners of the first zone who, drifting as listeners do, come to be counted as gone to the second.

    What counts is the way from the middle of the first to the border of the second, and what `borrowed` adds to
    it. A second zone of higher priority interrupts after its dwell: into that nobody may drift at all.
    """
    needs = _needs(scene)
    stands = standing(scene.shapes, inradii_of(scene.places))
    seen: set[tuple[int, int]] = set()
    for floor in scene.floors:
        one, other = _beside(scene, floor, stands, needs)
        if not len(one):
            continue
        interrupts = needs.priority[other] > needs.priority[one]
        lines = shapely.shortest_line(
            _stands_beside(overlaps, scene, stands, one, other), scene.shapes[other]
        )
        rooms = np.round(shapely.length(lines) + np.where(interrupts, 0.0, needs.borrowed[one]), 2)
        limit = np.where(interrupts, needs.undisturbed[one], needs.at_ease[one])
        ends = shapely.get_coordinates(shapely.get_point(lines, -1))
        for n in np.flatnonzero(rooms < limit).tolist():
            pair, cut = (int(one[n]), int(other[n])), bool(interrupts[n])
            if pair in seen or _is_wanted(scene, overlaps, *pair):
                continue
            seen.add(pair)
            room, need = float(rooms[n]), float(limit[n])
            yield Pair(*pair, floor.level.id, _point(ends[n]), room, need, need - room, cut)


class _Needs(NamedTuple):
    """For each zone of the scene: whether it has listeners, and how far (m) these need to be free to go."""

    listened: NDArray[np.bool_]
    priority: NDArray[np.float64]
    at_ease: NDArray[np.float64]
    undisturbed: NDArray[np.float64]
    """The same beside a zone of higher priority."""
    borrowed: NDArray[np.float64]


def _needs(scene: Scene) -> _Needs:
    lengths = [scene.length(n) for n in range(len(scene.zones))]
    rooms = [(limits.elbow_room(each or Millis(0), scene.error)) for each in lengths]
    surer = limits.INTERRUPTED_DEVIATE
    return _Needs(
        listened=scene.starts & np.array([each is not None for each in lengths], np.bool_),
        priority=np.array([zone.priority for zone in scene.zones], np.float64),
        at_ease=np.array(rooms, np.float64),
        undisturbed=np.array(
            [limits.elbow_room(each or Millis(0), scene.error, surer) for each in lengths], np.float64
        ),
        borrowed=np.array([limits.borrowed(scene.rules.within(zone)) for zone in scene.zones], np.float64),
    )


def _beside(scene: Scene, floor: Floor, stands: Geometries, needs: _Needs) -> tuple[Numbers, Numbers]:
    """Each zone of a floor with listeners, and each that could take them away; a profile may let nobody go."""
    here = floor.members[needs.listened[floor.members]]
    loud = np.array([n for n in here.tolist() if scene.zones[n].mode == "auto"], np.intp)
    if not len(loud):
        return loud, loud
    one, other = shapely.STRtree(scene.shapes[loud]).query(
        stands[here], predicate="dwithin", distance=needs.undisturbed[here]
    )
    one, other = here[one], loud[other]
    kept = scene.exhibits[one] != scene.exhibits[other]
    if not scene.rules.releases:
        kept &= needs.priority[other] > needs.priority[one]
    return one[kept], other[kept]


def _stands_beside(
    overlaps: Overlaps, scene: Scene, stands: Geometries, one: Numbers, other: Numbers
) -> Geometries:
    """Where listeners stand: of a zone that one of higher priority lies over, in what is left of it."""
    found = stands[one]
    over = [
        n
        for n, (a, b) in enumerate(zip(one.tolist(), other.tolist(), strict=True))
        if scene.zones[b].priority > scene.zones[a].priority and (min(a, b), max(a, b)) in overlaps
    ]
    found[over] = _own(scene, one[over], other[over])
    return found


def _is_wanted(scene: Scene, overlaps: Overlaps, listened: int, other: int) -> bool:
    """Whether two zones that overlap are in an order that is wanted of who listens to one of them and drifts, too.

    To step up to a showcase in a room is to go there. Of a higher priority, though, the showcase cuts the room before
    anybody has stopped at it: that is told, since the smaller zone goes first without it.
    """
    overlap = overlaps.get((min(listened, other), max(listened, other)))
    if overlap is None:
        return False
    inner = lies_in(scene, overlap)
    if scene.zones[other].priority > scene.zones[listened].priority:
        return inner == listened  # who began there has heard the other before
    # a corner narrower than a person makes no order of zones side by side
    return inner is not None or (
        is_nested(scene, overlap) and overlap.width > limits.least_overlap(scene.error)
    )


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
    """Pairs that hang together, as bays in a row do: the worst of each group first, the groups by their first zone.

    An interruption is worse than any closeness: it asks for no departure.
    """
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
        sorted(groups[number], key=lambda pair: (not pair.interrupts, -pair.excess, pair.first, pair.second))
        for number in sorted(groups)
    ]
