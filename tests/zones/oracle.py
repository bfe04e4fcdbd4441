"""shapely's answer to the questions that `zones.grid` answers with plain numbers."""

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from zones.model import Part, Zone

AGREE: float = 1e-9
"""Metres: both sides work with doubles on coordinates of tens of metres."""


def polygon(part: Part) -> Polygon:
    """A part as shapely sees it."""
    return Polygon(part.outline, part.holes)


def footprint(zone: Zone) -> BaseGeometry:
    """What the zone covers."""
    return shapely.union_all([polygon(part) for part in zone.parts])


def depth(zone: Zone, x: float, y: float) -> float:
    """The signed distance to the border of what the zone covers."""
    shape, point = footprint(zone), shapely.Point(x, y)
    distance = shape.boundary.distance(point)
    return distance if shape.covers(point) else -distance
