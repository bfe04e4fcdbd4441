"""What is wrong with one part, in sentences that say which ring and where."""

import re
from collections.abc import Iterator
from math import isfinite
from typing import Final

import shapely
from shapely import Polygon

from zones.model import Part, Ring
from zones.rings import distinct

FARTHEST: Final = 1e7
"""Metres. National grids reach into the millions; beyond ten millions the millimetres are lost."""

SMALLEST_AREA: Final = 1e-4
"""Square metres: less than a square centimetre is a slip of the hand."""

CORNERS_OF_A_RING: Final = 3

MOST_CORNERS: Final = 2000
"""Every poll near a zone looks at all its edges, at 0.3 µs each; real floors have up to 121 in a ring."""

_PLACE = re.compile(r"^[^\[]+\[(?P<x>\S+) (?P<y>\S+)\]$")


def plain_faults(part: Part) -> Iterator[str]:
    """What can be said without geometry: numbers that are none, and rings of too few corners."""
    for name, ring in _named(part):
        odd = next((number for number, corner in enumerate(ring, 1) if not _is_near(*corner)), None)
        if odd is not None and all(isfinite(each) for each in ring[odd - 1]):
            yield f"corner {odd} of {name} lies over {FARTHEST / 1000:.0f} km away; check the units"
        elif odd is not None:
            yield f"corner {odd} of {name} is not a number"
        elif len(ring) > MOST_CORNERS:
            yield f"{name} has {len(ring)} corners; simplify it to {MOST_CORNERS} at most"
        elif len(set(distinct(ring))) < CORNERS_OF_A_RING:
            yield f"{name} has fewer than three different corners"


def shape_faults(part: Part, whole: Polygon) -> Iterator[str]:
    """Why shapely calls the polygon unsound: ring by ring first, then the rings together."""
    rings_are_sound = True
    for name, ring in _named(part):
        if (wrong := _ring_fault(Polygon(ring))) is not None:
            rings_are_sound = False
            yield f"{name} {wrong}"
    if rings_are_sound:
        yield from _faults_between_rings(part, whole)


def _is_near(x: float, y: float) -> bool:
    return abs(x) <= FARTHEST and abs(y) <= FARTHEST


def _named(part: Part) -> Iterator[tuple[str, Ring]]:
    yield "the outline", part.outline
    for number, hole in enumerate(part.holes, 1):
        yield f"hole {number}", hole


def _ring_fault(alone: Polygon) -> str | None:
    """A bow tie has no area by the sum either: only a ring that is flat as a whole is called so."""
    if alone.convex_hull.area < SMALLEST_AREA:
        return "has no area"
    if not alone.is_valid:
        return f"crosses or touches itself {_place(alone)}; draw it again without the crossing"
    if alone.area < SMALLEST_AREA:
        return "has no area"
    return None


def _faults_between_rings(part: Part, whole: Polygon) -> Iterator[str]:
    outline = Polygon(part.outline)
    outside = [number for number, hole in enumerate(part.holes, 1) if not outline.covers(Polygon(hole))]
    yield from (f"hole {number} does not lie inside its outline" for number in outside)
    if not outside and not whole.is_valid:
        yield f"its outline and holes cross, touch or hold one another {_place(whole)}; keep them apart"
    elif not outside:
        yield "its holes leave nothing of it"


def _place(shape: Polygon) -> str:
    reason = shapely.is_valid_reason(shape)
    if (match := _PLACE.match(reason)) is None:  # pragma: no cover - GEOS names a place for each kind
        return f"({reason})"
    return f"at ({float(match['x']):.2f}, {float(match['y']):.2f})"
