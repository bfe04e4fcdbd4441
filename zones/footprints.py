"""Parts as shapely geometries, thousands at a time: what a zone covers, how large it is, how deep."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from zones.model import Part, Ring, ZonePlace
from zones.units import Metres

Footprint: TypeAlias = Polygon | MultiPolygon
Geometries: TypeAlias = NDArray[np.object_]


def polygons(parts: Sequence[Part]) -> Geometries:
    """One polygon for each part; every ring must have three corners and be finite."""
    if not parts:
        return np.empty(0, dtype=np.object_)
    rings = [ring for part in parts for ring in (part.outline, *part.holes)]
    corners = np.array([corner for ring in rings for corner in ring], dtype=np.float64)
    lines = shapely.linearrings(corners, indices=_counted([len(ring) for ring in rings]))
    owners = _counted([1 + len(part.holes) for part in parts])
    return np.asarray(shapely.polygons(np.asarray(lines), indices=owners), dtype=np.object_)


def _counted(sizes: Sequence[int]) -> NDArray[np.intp]:
    """The owner of each item, where the first owns `sizes[0]` of them, and so on."""
    return np.repeat(np.arange(len(sizes)), sizes)


def footprint(parts: Geometries) -> Footprint:
    """What sound parts cover together.

    Two rectangles drawn side by side as one zone are one place: parts that overlap or share an edge are
    joined, so that no seam inside the zone counts as its border.
    """
    if len(parts) == 1:
        only: Polygon = parts[0]
        return only
    together = MultiPolygon(list(parts))
    if together.is_valid:
        return together
    joined = shapely.union_all(parts)
    if not isinstance(joined, Polygon | MultiPolygon):  # pragma: no cover - sound polygons join to polygons
        raise TypeError(joined.geom_type)
    return joined


def rings_of(shape: Footprint) -> tuple[Ring, ...]:
    """Every outline and hole of a footprint."""
    pieces = shape.geoms if isinstance(shape, MultiPolygon) else (shape,)
    lines = (line for piece in pieces for line in (piece.exterior, *piece.interiors))
    return tuple(tuple((x, y) for x, y in line.coords[:-1]) for line in lines)


def places(shapes: Geometries) -> tuple[ZonePlace, ...]:
    """Area, inradius and the middle of the largest inscribed circle, of each footprint."""
    if not len(shapes):
        return ()
    areas = shapely.area(shapes)
    circles = shapely.maximum_inscribed_circle(
        np.array([_largest(shape) for shape in shapes], dtype=np.object_)
    )
    middles = shapely.get_coordinates(shapely.get_point(circles, 0))
    return tuple(
        ZonePlace(float(area), Metres(float(radius)), (round(float(x), 3) + 0.0, round(float(y), 3) + 0.0))
        for area, radius, (x, y) in zip(areas, shapely.length(circles), middles, strict=True)
    )


def _largest(shape: Footprint) -> Polygon:
    return max(shape.geoms, key=lambda piece: piece.area) if isinstance(shape, MultiPolygon) else shape
