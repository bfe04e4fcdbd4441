"""The geometry of a site: a layout from its levels, zones and connectors, and the zones about a point.

>>> from zones.model import Level, Part, Zone
>>> square = Part(((0, 0), (4, 0), (4, 4), (0, 4)))
>>> hall = build_layout([Level("hall", 0)], [Zone("v2", "v2", ("hall",), (square,))])
>>> [(zone.id, depth) for zone, depth in near(hall, "hall", x=5, y=2, reach=1.5)]
[('v2', -1.0)]
"""

from collections.abc import Sequence

import numpy as np

from zones.errors import LayoutFaults
from zones.footprints import Footprint, footprint, places, polygons, rings_of
from zones.grid import Shape, depth, index_of, near, shape_of
from zones.model import Connector, Layout, Level, Zone, ZonePlace
from zones.rings import contains, mended
from zones.soundness import survey

__all__ = ["Shape", "build_layout", "contains", "depth", "mended", "near", "place_of", "shape_of_zone"]


def build_layout(
    levels: Sequence[Level], zones: Sequence[Zone], connectors: Sequence[Connector] = ()
) -> Layout:
    """The layout of a site, with the index that `near` asks.

    Args:
        levels: Every floor; outlines are optional.
        zones: In any order: the layout does not depend on it.
        connectors: Stairs and lifts.

    Returns:
        A layout without a programme.

    Raises:
        LayoutFaults: Something is not sound; every fault is named, not only the first.
    """
    found = survey(levels, zones, connectors)
    if found.faults:
        raise LayoutFaults(found.faults)
    covered = sorted(_pairs(zones, found.footprints), key=lambda pair: pair[0].id)
    shapes = np.empty(len(covered), dtype=np.object_)
    shapes[:] = [shape for _, shape in covered]
    return Layout(
        levels={level.id: level for level in sorted(levels, key=lambda each: (each.ordinal, each.id))},
        zones={zone.id: zone for zone, _ in covered},
        connectors=tuple(sorted(connectors, key=lambda each: each.id)),
        places=dict(zip((zone.id for zone, _ in covered), places(shapes), strict=True)),
        index=index_of(_shape(zone, shape) for zone, shape in covered),
    )


def place_of(zone: Zone) -> ZonePlace:
    """Area in square metres and inradius in metres of a sound zone.

    The inradius is that of its largest part: a zone of two rooms is as deep as its larger room.
    """
    shapes = np.empty(1, dtype=np.object_)
    shapes[0] = footprint(polygons(zone.parts))
    return places(shapes)[0]


def shape_of_zone(zone: Zone) -> Shape:
    """The numbers that `depth` works on, of a sound zone."""
    return _shape(zone, footprint(polygons(zone.parts)))


def _pairs(zones: Sequence[Zone], shapes: Sequence[Footprint | None]) -> list[tuple[Zone, Footprint]]:
    return [(zone, shape) for zone, shape in zip(zones, shapes, strict=True) if shape is not None]


def _shape(zone: Zone, shape: Footprint) -> Shape:
    """Its own corners where they serve, those of the joined outline where its parts overlap or touch."""
    rings = [ring for part in zone.parts for ring in (part.outline, *part.holes)]
    return shape_of(zone, rings if len(zone.parts) == 1 else rings_of(shape))
