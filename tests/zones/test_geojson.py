"""Zones as GeoJSON: what a drawing program writes, and what it writes wrong."""

import json
from typing import Any

import pytest
from hypothesis import given

from tests.zones import strategies
from zones import geojson
from zones.errors import LayoutFaults
from zones.frame import Frame
from zones.geometry import build_layout
from zones.model import Level, Part, Zone
from zones.reading import ReadZones
from zones.rings import mended
from zones.rule_values import RULE_LIMITS

COUPOLE = Frame(50.7053, 2.2436, 12.5)
LEVELS = {
    "tunnels": Level("tunnels", -1),
    "dome": Level("dome", 1, Part(((0, 0), (40, 0), (40, 40), (0, 40)))),
}
SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
HOLE = ((1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0))
Document = dict[str, Any]


def ring(*corners: tuple[float, float]) -> list[list[float]]:
    """A closed ring in degrees of corners in metres."""
    return [list(each) for each in COUPOLE.to_wgs84_many([*corners, corners[0]])]


def polygon(*rings: tuple[tuple[float, float], ...]) -> Document:
    """A geometry in degrees of rings in metres."""
    return {"type": "Polygon", "coordinates": [ring(*each) for each in rings]}


def feature(geometry: object = None, **properties: object) -> Document:
    """A sound zone, with what the test says otherwise."""
    return {
        "type": "Feature",
        "properties": {"id": "v2", "exhibit": "v2", "levels": ["tunnels"]} | properties,
        "geometry": polygon(SQUARE) if geometry is None else geometry,
    }


def collection(*features: object) -> Document:
    """A file of these features."""
    return {"type": "FeatureCollection", "features": list(features)}


def read(source: str | Document, exhibits: set[str] | None = None) -> ReadZones:
    """Read at the museum."""
    return geojson.read_zones(source, COUPOLE, LEVELS, exhibits)


def faults(source: str | Document, exhibits: set[str] | None = None) -> list[str]:
    """What the curator is told."""
    with pytest.raises(LayoutFaults) as told:
        read(source, exhibits)
    return [str(fault) for fault in told.value.faults]


class TestReading:
    def test_a_zone(self) -> None:
        """A feature with an id, an exhibit and a level is a zone, in metres to the millimetre."""
        assert read(collection(feature())).zones == (Zone("v2", "v2", ("tunnels",), (Part(SQUARE),)),)

    def test_everything_a_zone_may_say(self) -> None:
        """Priority, mode and rules come as numbers; what is written as null is the default."""
        full = feature(
            {"type": "MultiPolygon", "coordinates": [[ring(*SQUARE), ring(*HOLE)], [ring((5, 0), (9, 0), (9, 4))]]},
            levels=["tunnels", "dome", "tunnels"], priority=2, mode="offer", exhibit=None,
            rules={"exit_tolerance": 1.5, "dwell": 4},
        )  # fmt: skip

        assert read(collection(full)).zones == (
            Zone(
                "v2",
                None,
                ("tunnels", "dome"),
                (Part(SQUARE, (HOLE,)), Part(((5, 0), (9, 0), (9, 4)))),
                2,
                "offer",
                (("dwell", 4), ("exit_tolerance", 1.5)),
            ),
        )

    def test_id_of_the_feature(self) -> None:
        """Where the properties have no id, the feature's counts, a number too."""
        numbered = feature() | {"id": 7}
        del numbered["properties"]["id"]

        assert read(collection(numbered)).zones[0].id == "7"

    def test_heights_are_passed_over(self) -> None:
        """A position with a height is a position."""
        tall = polygon(SQUARE)
        tall["coordinates"] = [[[lon, lat, 12.5] for lon, lat in tall["coordinates"][0]]]

        assert read(collection(feature(tall))).zones[0].parts == (Part(SQUARE),)

    def test_wrong_way_round(self) -> None:
        """A ring that runs clockwise is turned, and the curator is told."""
        found = read(collection(feature(polygon(SQUARE[::-1]))))

        assert {*found.zones[0].parts[0].outline} == {*SQUARE}
        assert found.notes == ("zone v2: the outline ran clockwise and was turned round",)

    def test_notes_name_the_part(self) -> None:
        """In a zone of several parts the note says which one was turned."""
        two = {"type": "MultiPolygon", "coordinates": [[ring(*SQUARE)], [ring((9, 4), (9, 0), (5, 0))]]}

        assert read(collection(feature(two))).notes == (
            "zone v2: part 2: the outline ran clockwise and was turned round",
        )

    def test_properties_of_others(self) -> None:
        """What a drawing program adds is passed over, and said once for the whole file."""
        found = read(collection(feature(fid=1, colour="red"), feature(id="v1", fid=2)))

        assert found.notes == (
            'the property "colour" is not used (1 zone)',
            'the property "fid" is not used (2 zones)',
        )

    def test_an_empty_collection(self) -> None:
        """A site may have no zones yet."""
        assert read(collection()).zones == ()

    def test_text_with_a_byte_order_mark(self) -> None:
        """An editor on Windows may put a mark before the text."""
        assert len(read("\ufeff" + json.dumps(collection(feature()))).zones) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "FeatureCollection",\n "features": [}', "line 2, column 15: Expecting value"),
        ("", "line 1, column 1: Expecting value"),
        ("[1, 2]", "is not a JSON object; it begins with { and ends with }"),
        ('{"a": NaN}', "NaN is not a number that JSON knows"),
        ('{"a": ' + "9" * 5000 + "}", "a number in it has thousands of digits"),
        ("[" * 100_000, "its brackets are nested too deep"),
        ('{"type": "Feature"}', 'is not a FeatureCollection with features (its type is "Feature")'),
        ('{"type": "FeatureCollection"}',
         'is not a FeatureCollection with features (its type is "FeatureCollection")'),
    ],
)  # fmt: skip
def test_a_file_that_is_none(text: str, message: str) -> None:
    """What cannot be read at all is told by line and column, or by what it is instead."""
    assert faults(text) == [f"zones.geojson: {message}"]


UNCLOSED = polygon(SQUARE)
UNCLOSED["coordinates"][0].pop()
CROSSED = polygon((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]))
LINE = {"type": "LineString", "coordinates": ring(*SQUARE)}
SWAPPED = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in ring(*SQUARE)]]}


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ({}, "its geometry is null; draw a Polygon or a MultiPolygon"),
        ("here", "its geometry is null; draw a Polygon or a MultiPolygon"),
        ({"type": "Point", "coordinates": [2, 50]}, 'its geometry is "Point"; draw a Polygon or a MultiPolygon'),
        (LINE, "its geometry is a LineString, a line even if closed; make it a Polygon"),
        ({"type": "Polygon", "coordinates": []}, "its polygon is []; write a list of rings"),
        ({"type": "MultiPolygon", "coordinates": []}, "has no outline; draw one"),
        ({"type": "MultiPolygon", "coordinates": [[], 3]}, "part 1: its polygon is []; write a list of rings"),
        ({"type": "Polygon", "coordinates": [7]},
         "the outline is 7; write a list of corners, each a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[2, 50], ["2", 50]]]},
         'corner 2 of the outline is ["2", 50]; write a pair of numbers'),
        ({"type": "Polygon", "coordinates": [[[2, 50], [2]]]},
         "corner 2 of the outline is [2]; write a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[2, 50], [2, True]]]},
         "corner 2 of the outline is [2, true]; write a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[2, 50], [3, 50], [2, 50]]]},
         "the outline has 3 positions; a ring has at least four, the first one twice"),
        (UNCLOSED, "the outline is not closed; repeat its first position at the end"),
        (CROSSED, "the outline crosses or touches itself at (2.00, 2.00); draw it again without the crossing"),
        (SWAPPED,
         "longitude 50.7053, latitude 2.2436 is more than 50 km from the site's origin; longitude comes first"),
        ({"type": "Polygon", "coordinates": [[[200, 50], [201, 50], [200, 51], [200, 50]]]},
         "longitude 200.0, latitude 50.0 is no place on the globe"),
    ],
)  # fmt: skip
def test_a_geometry_that_is_no_room(geometry: Document, message: str) -> None:
    """Each slip of a drawing program is told by zone, ring and corner."""
    assert faults(collection(feature(geometry)))[0] == f"zone v2: {message}"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"priority": "high"}, 'its priority is "high"; it lies between -1000 and 1000'),
        ({"priority": 1e9}, "its priority is 1000000000.0; it lies between -1000 and 1000"),
        ({"priority": True}, "its priority is true; it lies between -1000 and 1000"),
        ({"mode": "loud"}, 'its mode is "loud"; it is one of auto, offer, manual, notice'),
        ({"mode": ["auto"]}, 'its mode is ["auto"]; it is one of auto, offer, manual, notice'),
        ({"levels": "tunnels"}, 'its levels are "tunnels"; write a list of level ids, like ["tunnels"]'),
        ({"levels": []}, 'its levels are []; write a list of level ids, like ["tunnels"]'),
        ({"levels": ["attic"]}, "there is no level attic (the site's levels: dome, tunnels)"),
        ({"exhibit": "v3"}, "there is no exhibit v3; add it, or leave the exhibit empty"),
        ({"rules": [1]}, "rules is [1]; write keys and numbers, like dwell and 4.0"),
        ({"rules": {"dwel": 1}}, f'there is no rule "dwel" (the rules: {", ".join(RULE_LIMITS)})'),
        ({"rules": {"dwell": -1}}, "the rule dwell is -1; it lies between 0 and 600 seconds"),
        ({"rules": {"dwell": None}}, "the rule dwell is null; it lies between 0 and 600 seconds"),
        ({"rules": {"enter_p": 1.5}}, "the rule enter_p is 1.5; it lies between 0.01 and 0.99"),
        ({"rules": {"exit_p": 0.9, "enter_p": 0.5}}, "the rule exit_p (0.9) may not exceed enter_p (0.5)"),
    ],
)
def test_a_property_out_of_bounds(properties: Document, message: str) -> None:
    """Each value is told with what it may be."""
    assert faults(collection(feature(**properties)), exhibits={"v2"}) == [f"zone v2: {message}"]


@pytest.mark.parametrize("odd", ["", "a/b", " v2", "v 2", "é", "\ud800", "x" * 65, None, 1.5, True, -1])
def test_an_id_that_names_nothing(odd: object) -> None:
    """An id goes into addresses and file names, so it keeps to plain letters."""
    (told,) = faults(collection(feature(id=odd)))

    assert told.startswith("feature 1: its id is ")
    assert told.encode("utf-8")


def test_every_fault_of_every_zone() -> None:
    """A file with many faults is told all of them, with lines, so that one look at it is enough."""
    lines = [
        feature(id="a", mode="loud", priority="x", levels=["attic"]),
        feature(UNCLOSED, id="b"),
        "a feature",
        feature(id="c"),
        feature(polygon(((90, 0), (94, 0), (94, 4))), id="c", levels=["dome"]),
        {"type": "Feature", "geometry": SWAPPED},
    ]
    features = ",\n  ".join(json.dumps(each) for each in lines)
    text = f'{{"name": "x", "type": "FeatureCollection", "features": [\n  {features}\n]}}'

    told = faults(text)

    assert [each.split(";")[0] for each in told] == [
        'zone a (line 2): its priority is "x"',
        'zone a (line 2): its mode is "loud"',
        "zone a (line 2): there is no level attic (the site's levels: dome, tunnels)",
        "zone b (line 3): the outline is not closed",
        "feature 3 (line 4): is not a Feature",
        "zone c (line 6): this id is already taken",
        "zone c (line 6): reaches 54.00 m out of the outline of level dome at (94.00, 0.00)",
        "feature 6 (line 7): has no properties",
        "feature 6 (line 7): its id is null",
        "feature 6 (line 7): its levels are null",
        "feature 6 (line 7): longitude 50.7053, latitude 2.2436 is more than 50 km from the site's origin",
    ]


class TestWriting:
    def test_what_is_written(self) -> None:
        """A zone is a feature with a closed ring, whole numbers without a point, and no empty rules."""
        zone = Zone("v2", None, ("tunnels",), (Part(SQUARE),), priority=1.0)

        assert json.dumps(geojson.write_zones([zone], COUPOLE)) == json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "id": "v2",
                        "properties": {
                            "id": "v2",
                            "exhibit": None,
                            "levels": ["tunnels"],
                            "priority": 1,
                            "mode": "auto",
                        },
                        "geometry": polygon(SQUARE),
                    }
                ],
            }
        )

    @given(strategies.site_parts())
    def test_read_again(self, site: strategies.Site) -> None:
        """Written and read again, every zone is the same to the millimetre, in the order of the ids."""
        levels, zones, _ = site
        kept = build_layout(levels, [in_order(zone) for zone in zones]).zones
        text = json.dumps(geojson.write_zones(kept.values(), COUPOLE))

        found = geojson.read_zones(text, COUPOLE, {level.id: level for level in levels})

        assert found.zones == tuple(kept.values())
        assert found.notes == ()
        assert json.dumps(geojson.write_zones(found.zones, COUPOLE)) == text


def in_order(zone: Zone) -> Zone:
    """The zone as a reader keeps it: corners in order and on millimetres."""
    corners = [
        [tuple((round(x, 3), round(y, 3)) for x, y in each) for each in (part.outline, *part.holes)]
        for part in zone.parts
    ]
    parts = tuple(mended(Part(outline, tuple(holes)))[0] for outline, *holes in corners)
    return Zone(zone.id, zone.exhibit, zone.levels, parts, zone.priority, zone.mode, zone.rules)
