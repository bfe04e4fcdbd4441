"""Rings and parts as plain numbers: their corners, their edges, and what may be put right in silence."""

from itertools import pairwise
from math import hypot

from zones.model import Part, Ring

Edge = tuple[float, float, float, float, float, float]
"""Start x and y, end y, the unit direction, and the length: what a look at an edge needs, worked out once."""


def distinct(ring: Ring) -> Ring:
    """The corners without repeats: neither a corner twice in a row nor the first one again at the end.

    >>> distinct(((0, 0), (4, 0), (4, 0), (4, 3), (0, 0)))
    ((0, 0), (4, 0), (4, 3))
    """
    if not ring:
        return ring
    kept = [ring[0], *(after for before, after in pairwise(ring) if after != before)]
    while len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    return tuple(kept)


def signed_area(ring: Ring) -> float:
    """Square metres, positive where the ring runs counter-clockwise.

    The corners are taken from the first one, so that a site in national coordinates (millions of metres)
    loses no digits.
    """
    if not ring:
        return 0.0
    x0, y0 = ring[0]
    twice = 0.0
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return twice / 2


def edges(ring: Ring) -> tuple[Edge, ...]:
    """The edges of a closed line, the one that closes it included; an edge of no length is left out."""
    found: list[Edge] = []
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        length = hypot(x2 - x1, y2 - y1)
        if length > 0:
            found.append((x1, y1, y2, (x2 - x1) / length, (y2 - y1) / length, length))
    return tuple(found)


def contains(part: Part, x: float, y: float) -> bool:
    """Whether the point is in the part; its border belongs to it, the inside of a hole does not.

    >>> yard = Part(((0, 0), (4, 0), (4, 4), (0, 4)), (((1, 1), (1, 3), (3, 3), (3, 1)),))
    >>> contains(yard, 4, 2), contains(yard, 2, 2), contains(yard, 1, 2)
    (True, False, True)
    """
    inside = False
    for ring in (part.outline, *part.holes):
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
            across = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)
            if across == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return True
            if (y1 <= y < y2 and across < 0) or (y2 <= y < y1 and across > 0):
                inside = not inside
    return inside


def mended(part: Part) -> tuple[Part, tuple[str, ...]]:
    """The part as it should have been written, with a sentence for each thing put right.

    Put right is what leaves no doubt about the place: corners given twice, a repeated closing corner, and the
    way round (outlines counter-clockwise, holes clockwise). A crossing never is: it has two readings.

    >>> mended(Part(((0, 0), (0, 3), (4, 3), (4, 0))))[1]
    ('the outline ran clockwise and was turned round',)
    """
    outline, notes = _mended_ring(part.outline, "the outline", turn=1)
    holes: list[Ring] = []
    for number, hole in enumerate(part.holes, 1):
        ring, more = _mended_ring(hole, f"hole {number}", turn=-1)
        holes.append(ring)
        notes += more
    return Part(outline, tuple(holes)), notes


def _mended_ring(ring: Ring, name: str, *, turn: int) -> tuple[Ring, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    closed = len(ring) > 1 and ring[0] == ring[-1]
    corners = distinct(ring)
    if closed:
        notes += (f"{name} repeated its first corner at the end; the repeat was dropped",)
    if doubled := len(ring) - closed - len(corners):
        notes += (f"{name} had {_corners(doubled)} twice in a row; the repeat was dropped",)
    if signed_area(corners) * turn < 0:
        corners = (corners[0], *reversed(corners[1:]))
        notes += (f"{name} ran {'clockwise' if turn > 0 else 'counter-clockwise'} and was turned round",)
    return corners, notes


def _corners(count: int) -> str:
    return "a corner" if count == 1 else f"{count} corners"
