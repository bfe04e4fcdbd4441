"""Floors of a museum, two shopping centres and a house, as their makers drew them.

What each file is, and whose, stands in the README beside it.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.zones import oracle
from tests.zones.shared_data import shared
from zones import geojson, local
from zones.errors import LayoutFaults
from zones.frame import Frame
from zones.geometry import build_layout, near
from zones.model import Layout, Level, Part, Zone

LEVEL = Level("floor", 0)
LEVELS = {"floor": LEVEL}
MALL_FLOORS = ("B1", "F1", "F2", "F3", "F4")
Document = dict[str, Any]


def features(path: Path) -> list[Document]:
    """The features of a file."""
    found: list[Document] = json.loads(path.read_text("utf-8"))["features"]
    return found


def as_zones(drawn: Iterable[Document]) -> Document:
    """Features as a curator's file has them: named one after another, on one level."""
    return {
        "type": "FeatureCollection",
        "features": [
            each | {"properties": {"id": f"z{n:03}", "exhibit": f"e{n}", "levels": ["floor"]}, "id": n}
            for n, each in enumerate(drawn)
        ],
    }


def areas(drawn: Iterable[Document]) -> list[Document]:
    """The features that are areas."""
    return [each for each in drawn if each["geometry"]["type"] in {"Polygon", "MultiPolygon"}]


def agrees_with_shapely(layout: Layout, count: int = 150, reach: float = 6.0) -> None:
    """What is near some places across the floor is what shapely says, in zones and in depths."""
    shapes = {zone.id: oracle.footprint(zone) for zone in layout.zones.values()}
    left, low, right, high = shapely.total_bounds(list(shapes.values()))
    steps = np.random.default_rng(7).random((count, 2))
    for x, y in (steps * (right - left, high - low) + (left, low)).tolist():
        point = shapely.Point(x, y)
        found = {zone.id: deep for zone, deep in near(layout, "floor", x, y, reach)}
        truth = {name: shape for name, shape in shapes.items() if shape.dwithin(point, reach)}
        assert set(found) == set(truth)
        for name, shape in truth.items():
            distance = shape.boundary.distance(point)
            assert found[name] == pytest.approx(distance if shape.covers(point) else -distance, abs=1e-9)


class TestMuseum:
    """The ground floor of the Field Museum."""

    CHICAGO = Frame(41.8658, -87.6172)

    def test_lines_are_not_areas(self) -> None:
        """An editor's closed lines are refused one by one, with what to do."""
        drawn = as_zones(features(shared("geometry_indoor_maps") / "field_museum_lines.geojson"))

        with pytest.raises(LayoutFaults) as told:
            geojson.read_zones(drawn, self.CHICAGO, LEVELS)

        assert len(told.value.faults) == 28
        assert all("a line even if closed; make it a Polygon" in fault.message for fault in told.value.faults)

    def test_the_outer_walls_cross_themselves(self) -> None:
        """The one unsound polygon of 27 is named with its place; the others make a floor."""
        drawn = features(shared("geometry_indoor_maps") / "field_museum_polygons.geojson")

        with pytest.raises(LayoutFaults) as told:
            geojson.read_zones(as_zones(drawn), self.CHICAGO, LEVELS)
        ((where, message),) = [(fault.where, fault.message) for fault in told.value.faults]
        number = int(where.removeprefix("zone z"))
        assert drawn[number]["properties"]["name"] == "outer-walls"
        assert message.startswith("the outline crosses or touches itself at (")

        del drawn[number]
        found = geojson.read_zones(as_zones(drawn), self.CHICAGO, LEVELS)
        assert len(found.zones) == 26
        agrees_with_shapely(build_layout([LEVEL], found.zones, []))


@pytest.mark.parametrize(("name", "count"), [("caserne_mall.geojson", 39), ("caserne_mall_osm.geojson", 87)])
def test_shopping_centre_of_grenoble(name: str, count: int) -> None:
    """Shops as OpenStreetMap has them, many sharing walls and some inside others, are found as shapely finds them."""
    drawn = areas(features(shared("geometry_indoor_maps") / name))
    found = geojson.read_zones(as_zones(drawn), Frame(45.1836, 5.7250), LEVELS)

    assert len(found.zones) == count
    agrees_with_shapely(build_layout([LEVEL], found.zones, []))


def test_a_house_in_national_metres() -> None:
    """Coordinates of millions of metres keep their millimetres.

    A double has steps of a nanometre there, so depths agree to a few of them.
    """
    drawn = features(shared("geometry_indoorgml_house") / "fjk_haus_floors.geojson")
    zones = [
        {"id": f"z{n}", "levels": ["floor"], "outline": each["geometry"]["coordinates"][0]}
        for n, each in enumerate(drawn)
    ]
    found = local.read_zones({"frame": "local", "zones": zones}, LEVELS)
    layout = build_layout([LEVEL], found.zones, [])
    moved = build_layout([LEVEL], [_moved(zone, -445_500, -5_444_900) for zone in found.zones], [])

    assert len(layout.zones) == 14
    for x, y in np.random.default_rng(7).uniform(0, 50, (300, 2)).round(3).tolist():
        here = {zone.id: deep for zone, deep in near(moved, "floor", x, y, 3.0)}
        there = {zone.id: deep for zone, deep in near(layout, "floor", x + 445_500, y + 5_444_900, 3.0)}
        assert there == pytest.approx(here, abs=5e-9)
    agrees_with_shapely(moved)
    for name, place in moved.places.items():
        assert layout.places[name].area == pytest.approx(place.area, abs=1e-6)


def _moved(zone: Zone, x: float, y: float) -> Zone:
    parts = tuple(
        Part(
            tuple((each_x + x, each_y + y) for each_x, each_y in part.outline),
            tuple(tuple((each_x + x, each_y + y) for each_x, each_y in hole) for hole in part.holes),
        )
        for part in zone.parts
    )
    return Zone(zone.id, zone.exhibit, zone.levels, parts)


class TestMall:
    """Five floors of a shopping centre in Hangzhou, with the walks recorded on them."""

    @pytest.mark.parametrize("floor", MALL_FLOORS)
    def test_a_floor(self, floor: str) -> None:
        """Every shop and pillar of the floor is found as shapely finds it."""
        drawn = features(shared("mall_site1") / "floors" / f"{floor}_local_m.geojson")

        agrees_with_shapely(build_layout([LEVEL], _local_zones(drawn), []))

    @pytest.mark.parametrize("floor", MALL_FLOORS)
    def test_degrees_and_metres_are_one_floor(self, floor: str) -> None:
        """The floor read from degrees is the floor in metres, to the accuracy of the file's own conversion."""
        folder = shared("mall_site1") / "floors"
        origin = next(row for row in _rows(folder / "index.csv") if row["level"] == floor)
        frame = Frame(float(origin["lat0"]), float(origin["lon0"]))
        degrees = geojson.read_zones(
            as_zones(features(folder / f"{floor}_wgs84.geojson")), frame, LEVELS
        ).zones
        metres = _local_zones(features(folder / f"{floor}_local_m.geojson"))

        assert len(degrees) == len(metres) > 100
        for one, other in zip(degrees, metres, strict=True):
            assert oracle.footprint(one).hausdorff_distance(oracle.footprint(other)) < 1.5

    def test_who_walks_is_mostly_between_the_shops(self) -> None:
        """Of the recorded places on a floor 97 in 100 lie inside its outline and outside every shop."""
        folder = shared("mall_site1")
        outline, *shops = _local_zones(features(folder / "floors" / "F1_local_m.geojson"))
        layout = build_layout([LEVEL], shops, [])
        whole = build_layout([LEVEL], [outline], [])
        places = [
            (float(row["x_m"]), float(row["y_m"]))
            for row in _rows(folder / "waypoints.csv")
            if row["level"] == "F1"
        ]
        inside = [bool(near(whole, "floor", x, y, 0)) for x, y in places]
        in_shops = [bool(near(layout, "floor", x, y, 0)) for x, y in places]

        assert len(places) > 100
        assert all(inside)
        assert sum(in_shops) <= 0.03 * len(places)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _local_zones(drawn: list[Document]) -> tuple[Zone, ...]:
    zones: list[Document] = []
    for n, each in enumerate(drawn):
        geometry = each["geometry"]
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        parts = [{"outline": outline, "holes": holes} for outline, *holes in polygons]
        zones.append({"id": f"z{n:03}", "exhibit": f"e{n}", "levels": ["floor"], "parts": parts})
    return local.read_zones({"frame": "local", "zones": zones}, LEVELS).zones
