"""What would make a finding go away: borders drawn back, an order, an offer instead of a start, or one zone for two.

A change never makes a zone smaller than the other findings let it be; where that cannot be had, there is none.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from zones import check_limits as limits
from zones.check_found import Change, ChangeKind, Edit
from zones.check_pairs import Overlap, Overlaps, Pair, close, overlaps_of
from zones.check_scene import Floor, Scene, array_of, narrowed, polygonal
from zones.footprints import Footprint, places
from zones.model import Part
from zones.rings import mended
from zones.units import Metres

MILLIMETRE: Final = 0.001
STEP: Final = 0.05
"""Metres: borders are drawn back by whole steps, as a person would."""
MOST_ROUNDS: Final = 3
"""So often a border is drawn back before its zone is to wait for the button instead."""
MOST_MERGED: Final = 2
"""A whole row in one zone would be no layout at all."""
MOST_CHANGED: Final = 40
"""Zones; a proposal for more than a long tunnel has is no proposal but another layout."""
Beside = Mapping[int, set[int]]
MOSTLY: Final = 0.5
"""A zone of which so much lies in another is not cut back but put above it, or under it; and one that would lose so
much to be drawn apart from its neighbours offers its narration instead."""


def beside_of(overlaps: Overlaps) -> Beside:
    """For each zone those that lie over it."""
    found: dict[int, set[int]] = {}
    for one, other in overlaps:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def trimmed_or_ordered(
    scene: Scene, pairs: Sequence[Pair], overlaps: Overlaps, beside: Beside
) -> Change | None:
    """The larger of two zones gives way where they overlap; where that would spoil it, the smaller goes first."""
    if len({n for pair in pairs for n in pair[:2]}) > MOST_CHANGED:
        return None
    shapes: dict[int, Footprint] = {}
    unordered: list[Overlap] = []
    widest = 0.0
    for pair in sorted(pairs):
        overlap = overlaps[min(pair[:2]), max(pair[:2])]
        if not _trim(scene, overlap, shapes):
            unordered.append(overlap)
        else:
            widest = max(widest, overlap.width)
    order = _ordered(scene, unordered, beside)
    edits = [
        Edit(
            scene.zones[n].id,
            parts=_parts(shapes[n]) if n in shapes else None,
            priority=order.get(n),
        )
        for n in sorted({*shapes, *order})
    ]
    kind: ChangeKind = "shrink" if shapes else "priority"
    return Change(kind, tuple(edits), Metres(round(widest, 2)) if shapes else None)


def _trim(scene: Scene, overlap: Overlap, shapes: dict[int, Footprint]) -> bool:
    """Take the overlap from one of the two, the larger first, if what is left is still a good zone."""
    areas = {n: scene.places[n].area for n in (overlap.first, overlap.second)}
    if overlap.area >= MOSTLY * min(areas.values()):
        return False
    for n in sorted(areas, key=lambda each: (-areas[each], -each)):
        (other,) = areas.keys() - {n}
        left = polygonal(
            shapely.set_precision(
                shapely.difference(
                    shapes.get(n, scene.shapes[n]),
                    shapes.get(other, scene.shapes[other]),
                ),
                MILLIMETRE,
            )
        )
        if _is_good(scene, n, left):
            shapes[n] = left
            return True
    return False


def _ordered(scene: Scene, unordered: Sequence[Overlap], beside: Beside) -> dict[int, float]:
    """New priorities: the smaller of two zones goes first, and of a row each zone has one of its own."""
    below: dict[int, set[int]] = {}
    for each in unordered:
        lower, upper = sorted(each[:2], key=lambda n: (-scene.places[n].area, -n))
        below.setdefault(upper, set()).add(lower)
    changed: dict[int, float] = {}
    for n in sorted(below, key=lambda each: (-scene.places[each].area, -each)):
        taken = {changed.get(each, float(scene.zones[each].priority)) for each in beside[n]}
        changed[n] = scene.zones[n].priority + 1.0
        while changed[n] in taken:
            changed[n] += 1
    return changed


def drawn_apart(scene: Scene, pairs: Sequence[Pair], beside: Beside) -> Change | None:
    """The borders of the neighbours drawn back; a zone too small for that offers its narration and waits.

    What lies over one of them is looked at too: nested in a zone that shrinks, it may lose its order.
    """
    lacking = _most_lacking(pairs)
    if len(lacking) > MOST_CHANGED:
        return None
    group = {n for pair in pairs for n in pair[:2]}
    numbers = sorted(group.union(*(beside.get(n, ()) for n in group)))
    back: dict[int, float] = {}
    shapes: dict[int, Footprint] = {}
    waiting: set[int] = set()
    rounds = 0
    # who stood in the neighbour, or in a room of odd corners, is not free by the first step back; it ends, because
    # each round after some has one zone more that waits, and what waits is in nobody's way
    while lacking:
        rounds += 1
        for n, lack in lacking.items():
            back[n] = back.get(n, 0.0) + (math.ceil(round(lack / STEP, 6)) + 1) * STEP
            shapes[n] = _drawn_back(scene, n, back[n])
        waiting |= {n for n in lacking if rounds > MOST_ROUNDS or not _is_kept(scene, n, shapes[n])}
        for n in waiting & shapes.keys():
            del shapes[n]
        lacking = _still_lacking(scene, numbers, shapes, waiting)
    if len(back) > MOST_CHANGED:
        return None
    return _apart(scene, shapes, waiting, max((back[n] for n in shapes), default=0.0))


def _apart(scene: Scene, shapes: Mapping[int, Footprint], waiting: set[int], by_m: float) -> Change:
    edits = (
        Edit(scene.zones[n].id, parts=_parts(shapes[n]))
        if n in shapes
        else Edit(scene.zones[n].id, mode="offer")
        for n in sorted(shapes.keys() | waiting)
    )
    return Change("offer" if waiting else "shrink", tuple(edits), Metres(round(by_m, 2)) if by_m else None)


def _is_kept(scene: Scene, number: int, shape: Footprint) -> bool:
    """Whether a zone drawn back to this shape is a good one still, and mostly what it was."""
    return shape.area >= MOSTLY * scene.places[number].area and _is_good(scene, number, shape)


def _most_lacking(pairs: Iterable[Pair]) -> dict[int, float]:
    """How far (m) each neighbour is too near, by the listeners who want most."""
    found: dict[int, float] = {}
    for pair in sorted(pairs, key=lambda each: each.second):
        found[pair.second] = max(found.get(pair.second, 0.0), pair.limit - pair.value)
    return found


def _still_lacking(
    scene: Scene, numbers: Sequence[int], shapes: Mapping[int, Footprint], waiting: set[int]
) -> dict[int, float]:
    """The same after a change, as the check itself would find it."""
    part = narrowed(scene, numbers, shapes, waiting)
    found = _most_lacking(close(part, overlaps_of(part)))
    return {numbers[n]: lack for n, lack in found.items()}


def _drawn_back(scene: Scene, number: int, back: float) -> Footprint:
    return polygonal(
        shapely.set_precision(shapely.buffer(scene.shapes[number], -back, join_style="mitre"), MILLIMETRE)
    )


def merged(scene: Scene, pairs: Sequence[Pair]) -> Change | None:
    """One zone for two that cannot be told apart: that of the first, over the ground of both, on the same levels."""
    numbers = sorted({n for pair in pairs for n in pair[:2]})
    first = scene.zones[numbers[0]]
    if len(numbers) > MOST_MERGED or any(set(scene.zones[n].levels) != set(first.levels) for n in numbers):
        return None
    together = polygonal(shapely.set_precision(shapely.union_all(scene.shapes[numbers]), MILLIMETRE))
    gone = (Edit(scene.zones[n].id, gone=True) for n in numbers[1:])
    return Change("merge", (Edit(first.id, parts=_parts(together)), *gone))


def drawn_in(scene: Scene, number: int) -> Change | None:
    """The part of a zone that lies on its levels."""
    shape, zone = scene.shapes[number], scene.zones[number]
    by_m = 0.0
    for floor in scene.floors:
        if floor.level.id in zone.levels and floor.outline is not None:
            by_m = max(by_m, _reach(shape, floor))
            shape = shapely.intersection(shape, floor.outline)
    inside = polygonal(shapely.set_precision(shape, MILLIMETRE))
    if inside.is_empty:
        return None
    return Change("shrink", (Edit(zone.id, parts=_parts(inside)),), Metres(round(by_m, 2)))


def _reach(shape: Footprint, floor: Floor) -> float:
    return float(np.max(shapely.distance(shapely.points(shapely.get_coordinates(shape)), floor.outline)))


def _is_good(scene: Scene, number: int, shape: Footprint) -> bool:
    """Whether a zone of this shape would be in one piece as before, deep enough, and no narration too long for it."""
    pieces = shapely.get_num_geometries(shape)
    if shape.is_empty or pieces > shapely.get_num_geometries(scene.shapes[number]):
        return False
    (place,) = places(array_of([shape]))
    length = scene.length(number)
    wide = length is None or place.area >= limits.least_area(length)
    return wide and float(place.inradius) >= limits.least_inradius(scene.error)


def _parts(shape: Footprint) -> tuple[Part, ...]:
    """A shape as the parts of a zone."""
    pieces = shapely.get_parts(shape)
    return tuple(
        mended(Part(_ring(piece.exterior), tuple(_ring(each) for each in piece.interiors)))[0]
        for piece in pieces
    )


def _ring(line: shapely.LinearRing) -> tuple[tuple[float, float], ...]:
    corners = shapely.get_coordinates(line)[:-1]
    return tuple((round(float(x), 3) + 0.0, round(float(y), 3) + 0.0) for x, y in corners)
