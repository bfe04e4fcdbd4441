"""Zones in metres: a file of them, and one in a request."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import strategies
from tests.zones.test_geojson import COUPOLE, LEVELS, SQUARE, in_order, polygon
from zones import local
from zones.errors import LayoutFaults, ZonesError
from zones.geojson import read_zones as read_geojson
from zones.geometry import build_layout
from zones.model import Part, Zone
from zones.reading import ReadZones
from zones.rule_values import rule_faults

OUTLINE = [list(corner) for corner in SQUARE]
Document = dict[str, Any]


def body(**fields: object) -> Document:
    """A sound zone, with what the test says otherwise; None takes a field away."""
    whole = {"id": "v2", "exhibit": "v2", "levels": ["tunnels"], "outline": OUTLINE} | fields
    return {key: value for key, value in whole.items() if value is not None}


def file(*zones: object) -> Document:
    """A file of these zones."""
    return {"frame": "local", "zones": list(zones)}


def faults(source: str | Document) -> list[str]:
    """What the curator is told."""
    with pytest.raises(LayoutFaults) as told:
        local.read_zones(source, LEVELS)
    return [str(fault) for fault in told.value.faults]


class TestReading:
    def test_the_file_of_the_handbook(self) -> None:
        """Zones with an outline, and zones with parts, as the site folder's page shows them."""
        text = """{"frame": "local", "zones": [
          {"id": "v2", "exhibit": "v2", "levels": ["dome"], "priority": 0, "mode": "auto",
           "outline": [[10, 4], [16, 4], [16, 9], [10, 9]], "holes": [],
           "rules": {"dwell": 2.0, "exit_tolerance": 1.5}},
          {"id": "bay", "exhibit": "bay", "levels": ["tunnels"],
           "parts": [{"outline": [[0, 0], [4, 0], [4, 5], [0, 5]], "holes": []}]}
        ]}"""

        found = local.read_zones(text, LEVELS, {"v2", "bay"})

        assert found.notes == ()
        assert found.zones == (
            Zone("v2", "v2", ("dome",), (Part(((10, 4), (16, 4), (16, 9), (10, 9))),),
                 rules=(("dwell", 2.0), ("exit_tolerance", 1.5))),
            Zone("bay", "bay", ("tunnels",), (Part(((0, 0), (4, 0), (4, 5), (0, 5))),)),
        )  # fmt: skip

    def test_a_closed_outline(self) -> None:
        """An outline closes itself; one that is closed all the same is taken, and said."""
        found = local.read_zones(file(body(outline=[*OUTLINE, OUTLINE[0]])), LEVELS)

        assert found.zones[0].parts == (Part(SQUARE),)
        assert found.notes == (
            "zone v2: the outline repeated its first corner at the end; the repeat was dropped",
        )

    def test_millimetres(self) -> None:
        """Coordinates are kept to the millimetre, and minus nought is nought."""
        found = local.read_zones(file(body(outline=[[-0.0001, 0], [4.00049, 0], [4, 4]])), LEVELS)

        assert str(found.zones[0].parts[0].outline) == "((0.0, 0.0), (4.0, 0.0), (4.0, 4.0))"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"frame": "wgs84", "zones": []}, 'its frame is "wgs84"; write "frame": "local"'),
        ({"frame": "local"}, "its zones are null; write a list of zones"),
        ("{,}", "line 1, column 2: Expecting property name enclosed in double quotes"),
    ],
)
def test_a_file_that_is_none(source: str | Document, message: str) -> None:
    """What is no file of zones is told by what it lacks."""
    assert faults(source) == [f"zones.local.json: {message}"]


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("v2", 'zone number 1: is "v2"; write an object with id, levels and outline'),
        (body(outline=None), "zone v2: has no outline; draw one"),
        (body(outline=[]), "zone v2: the outline has fewer than three different corners"),
        (body(outline="round"), 'zone v2: the outline is "round"; write a list of corners, each a pair of numbers'),
        (body(holes=3), "zone v2: its holes are 3; write a list of rings"),
        (body(holes=[[[1, 1], [2]]]), "zone v2: corner 2 of hole 1 is [2]; write a pair of numbers"),
        (body(parts=[]), "zone v2: has outline and parts; give only one of them"),
        (body(outline=None, parts=3), "zone v2: its parts are 3; write a list of outlines with holes"),
        (body(outline=None, parts=[]), "zone v2: has no outline; draw one"),
        (body(outline=None, parts=[{}, 3]),
         "zone v2: part 1: the outline is null; write a list of corners, each a pair of numbers"),
        (body(outline=None, parts=[3]), "zone v2: is 3; write an object with an outline"),
        (body(outline=None, geometry=polygon(SQUARE)),
         "zone v2: has a geometry in WGS 84; in this file write outline, in metres"),
        (body(mode="loud"), 'zone v2: its mode is "loud"; it is one of auto, offer, manual, notice'),
    ],
)  # fmt: skip
def test_a_zone_that_is_none(zone: object, message: str) -> None:
    """Each slip is told by zone, part, ring and corner."""
    assert faults(file(zone))[0] == message


def test_faults_name_the_line() -> None:
    """A fault in a text names the line on which its zone begins."""
    text = (
        '{"frame": "local",\n "zones": [\n'
        + json.dumps(body())
        + ",\n"
        + json.dumps(body(id="b", mode=1))
        + "]}"
    )

    assert faults(text) == ["zone b (line 4): its mode is 1; it is one of auto, offer, manual, notice"]


class TestOneZone:
    def test_in_metres(self) -> None:
        """A curator's request with an outline is one zone."""
        (zone,) = local.read_zone(body(), LEVELS).zones

        assert zone == Zone("v2", "v2", ("tunnels",), (Part(SQUARE),))

    def test_in_degrees(self) -> None:
        """The same with a geometry in WGS 84, where the frame is known."""
        (zone,) = local.read_zone(body(outline=None, geometry=polygon(SQUARE)), LEVELS, frame=COUPOLE).zones

        assert zone.parts == (Part(SQUARE),)

    def test_what_was_written_is_a_body(self) -> None:
        """A zone as it is shown may be sent back with one value changed."""
        zone = Zone("v2", None, ("tunnels",), (Part(SQUARE), Part(((9, 9), (12, 9), (12, 12)))), 1, "offer")
        changed = local.write_zone(zone) | {"priority": 2}

        assert local.read_zone(changed, LEVELS).zones[0].priority == 2

    def test_minus_nought_is_not_written(self) -> None:
        """A corner at minus nought is written as the same place at nought is."""
        zone = Zone("v2", None, ("tunnels",), (Part(((-0.0, 0), (4, -0.0), (4, 4))),))

        assert str(local.write_zone(zone)["outline"]) == "[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]"

    def test_faults(self) -> None:
        """Everything wrong with it is told."""
        with pytest.raises(LayoutFaults) as told:
            local.read_zone({"outline": OUTLINE, "rules": {"dwell": "long"}}, LEVELS)

        assert [fault.message.split(";")[0] for fault in told.value.faults] == [
            "its id is null",
            "its levels are null",
            'the rule dwell is "long"',
        ]


@given(strategies.site_parts())
def test_read_again(site: strategies.Site) -> None:
    """Written and read again, every zone is the same, in the order of the ids."""
    levels, zones, _ = site
    kept = build_layout(levels, [in_order(zone) for zone in zones]).zones
    text = json.dumps(local.write_zones(kept.values()))

    found = local.read_zones(text, {level.id: level for level in levels})

    assert found.zones == tuple(kept.values())
    assert found.notes == ()
    assert json.dumps(local.write_zones(found.zones)) == text


def test_rules_of_a_site() -> None:
    """The rules of a site are judged by the same limits, each with its key."""
    assert rule_faults({"dwell": 2.0, "breath": 3600}) == (
        ("breath", "the rule breath is 3600; it lies between 0 and 60 seconds"),
    )


TEXTS = st.text(st.characters(exclude_categories=()), max_size=5)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["id", "exhibit", "levels", "priority", "mode", "rules", "outline", "holes", "parts", "geometry"]
)


def answers(read: Callable[[], ReadZones]) -> tuple[str, ...]:
    """The notes, or what is wrong; nothing else may come of a reading."""
    try:
        return read().notes
    except ZonesError as error:
        return (str(error),)


@given(st.dictionaries(KEYS | TEXTS, JUNK), st.lists(JUNK, max_size=3))
def test_nothing_raises_anything_else(odd: Document, more: list[object]) -> None:
    """Whatever a file holds, the answer is zones or a list of faults, and every sentence can be sent."""
    properties = body(**odd)
    feature = {"type": "Feature", "properties": properties, "geometry": odd.get("geometry", odd)}
    drawn = {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": more}}
    collection = {"type": "FeatureCollection", "features": [feature, drawn, *more]}
    told = [
        *answers(lambda: local.read_zones(file(properties, *more), LEVELS)),
        *answers(lambda: local.read_zone(properties, LEVELS, frame=COUPOLE)),
        *answers(lambda: read_geojson(collection, COUPOLE, LEVELS)),
        *answers(lambda: read_geojson(json.dumps(properties), COUPOLE, LEVELS)),
    ]

    assert all(sentence.encode("utf-8") for sentence in told)
