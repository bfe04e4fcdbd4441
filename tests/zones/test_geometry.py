"""Zones about a point, and how deep in each of them it lies."""

from math import inf, nan, sqrt
from random import Random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import oracle, strategies
from tests.zones.plans import GROUND, floor_plan
from zones.errors import ZonesError
from zones.geometry import build_layout, contains, depth, near, place_of, shape_of_zone
from zones.grid import CELLS_PER_ZONE, REACHES, SiteIndex
from zones.model import Connector, Layout, Level, Part, Zone

Found = list[tuple[str, float]]


def around(layout: Layout, x: float, y: float, reach: float = 1.0, level: str = GROUND) -> Found:
    """What is near, by name, to the millimetre."""
    return [(zone.id, round(deep, 3)) for zone, deep in near(layout, level, x, y, reach)]


class TestNear:
    HALL = floor_plan("""
        . . . . B B
        A A A . B B
        A A A . B B
        A A A . . .
    """)

    def test_depth_is_the_way_to_the_wall(self) -> None:
        """Standing in the middle of a room of 3 m, the visitor is 1.5 m deep in it."""
        assert around(self.HALL, 1.5, 1.5, reach=0) == [("A", 1.5)]

    def test_outside_is_negative(self) -> None:
        """Between two rooms the visitor is near both and in neither."""
        assert around(self.HALL, 3.5, 2.0) == [("A", -0.5), ("B", -0.5)]

    def test_beyond_reach_is_nowhere(self) -> None:
        """A room farther than the reach is not near, whatever its bounding box says."""
        assert around(self.HALL, 3.8, 3.7, reach=1.0) == [("B", -0.2)]

    def test_on_the_border_is_inside(self) -> None:
        """On the threshold the visitor is in the room, at depth nought and not minus nought."""
        ((_, deep),) = near(self.HALL, GROUND, 3.0, 1.0, 0.0)

        assert str(deep) == "0.0"

    def test_corner_counts_as_the_crow_flies(self) -> None:
        """Off a corner the distance is the diagonal."""
        assert around(self.HALL, 3.3, 3.4, reach=0.6) == [("A", -0.5)]

    def test_negative_reach_asks_for_the_depths_of_a_room(self) -> None:
        """A negative reach finds the rooms in which the visitor is at least that deep."""
        assert around(self.HALL, 1.5, 0.75, reach=-0.5) == [("A", 0.75)]
        assert around(self.HALL, 1.5, 0.25, reach=-0.5) == []

    @pytest.mark.parametrize("reach", [*REACHES, 100.0, 1000.0])
    def test_every_reach_finds_both_rooms(self, reach: float) -> None:
        """However far the engine asks, a room comes once and in the order of the names."""
        assert [name for name, _ in around(self.HALL, 3.5, 2.0, reach=reach)] == ["A", "B"]

    @pytest.mark.parametrize(("x", "y"), [(nan, 1.5), (1.5, nan), (inf, 1.5), (1.5, -inf), (1e300, 1e300)])
    @pytest.mark.parametrize("reach", [1.0, 1000.0])
    def test_a_place_that_is_none_is_near_nothing(self, x: float, y: float, reach: float) -> None:
        """A device that says NaN or infinity is near nothing, and the service goes on."""
        assert around(self.HALL, x, y, reach) == []

    def test_reach_that_is_no_number(self) -> None:
        """An accuracy of NaN makes a reach of NaN, which reaches nothing."""
        assert around(self.HALL, 1.5, 1.5, reach=nan) == []

    def test_unknown_level(self) -> None:
        """A level that the site does not have has no zones."""
        assert around(self.HALL, 1.5, 1.5, level="attic") == []

    def test_layout_made_by_hand(self) -> None:
        """A layout without an index says how to make one with it."""
        bare = Layout({}, {}, (), {}, index=None)

        with pytest.raises(ZonesError, match="build_layout"):
            near(bare, GROUND, 0, 0, 1)


class TestShapes:
    def test_a_hole_is_outside(self) -> None:
        """In a courtyard the visitor is outside the gallery that runs round it."""
        cloister = floor_plan("""
            A A A A
            A . . A
            A . . A
            A A A A
        """)

        assert around(cloister, 2.0, 2.0) == [("A", -1.0)]
        assert around(cloister, 0.5, 2.0) == [("A", 0.5)]

    def test_a_corner_room_has_its_inner_corner(self) -> None:
        """In an L the nearest wall may be the inner corner."""
        bend = floor_plan("""
            A A .
            A A .
            A A A
        """)

        assert around(bend, 1.9, 0.9) == [("A", round(sqrt(0.02), 3))]

    def test_a_corner_drawn_twice(self) -> None:
        """A corner that a hand doubled changes nothing."""
        room = Part(((0, 0), (4, 0), (4, 0), (5, 4), (0, 4), (0, 0)))
        hall = build_layout([Level(GROUND, 0)], [Zone("A", "A", (GROUND,), (room,))])

        assert around(hall, 1.0, 1.0) == [("A", 1.0)]
        assert around(hall, 4.0, -0.5) == [("A", -0.5)]

    def test_two_rooms_of_one_zone(self) -> None:
        """A zone of two rooms holds the visitor in either, not between them."""
        pair = floor_plan("A . . A A")

        assert around(pair, 0.5, 0.5) == [("A", 0.5)]
        assert around(pair, 2.25, 0.5) == [("A", -0.75)]
        assert around(pair, 4.0, 0.5) == [("A", 0.5)]

    @pytest.mark.parametrize("shift", [0.0, -1.0], ids=["side by side", "overlapping"])
    def test_parts_that_meet_are_one_room(self, shift: float) -> None:
        """Where two rectangles make one zone, their seam is no wall."""
        left = Part(((0, 0), (4, 0), (4, 4), (0, 4)))
        right = Part(((4 + shift, 0), (8, 0), (8, 4), (4 + shift, 4)))
        hall = build_layout([Level(GROUND, 0)], [Zone("A", "A", (GROUND,), (left, right))])

        assert around(hall, 4.0, 2.0) == [("A", 2.0)]
        assert hall.places["A"].area == pytest.approx(32)

    def test_levels_lie_over_one_another(self) -> None:
        """Under the dome the tunnel's zones are not near, though they lie at the same x and y."""
        site = floor_plan({"tunnels": "A A", "dome": "B B"})

        assert around(site, 1.0, 0.5, level="tunnels") == [("A", 0.5)]
        assert around(site, 1.0, 0.5, level="dome") == [("B", 0.5)]

    def test_a_zone_on_two_levels(self) -> None:
        """A stairwell of two levels is found on both."""
        site = floor_plan({"tunnels": "A .", "dome": "A ."})

        assert around(site, 0.5, 0.5, level="tunnels") == around(site, 0.5, 0.5, level="dome") == [("A", 0.5)]

    def test_zones_of_kilometres(self) -> None:
        """A battlefield of 20 km has no fine grid, and is found all the same."""
        field = Part(((-1e4, -1e4), (1e4, -1e4), (1e4, 1e4), (-1e4, 1e4)))
        wide = build_layout([Level(GROUND, 0)], [Zone(name, None, (GROUND,), (field,)) for name in "BA"])

        assert around(wide, 9_999.0, 0.0) == [("A", 1.0), ("B", 1.0)]
        assert isinstance(wide.index, SiteIndex)
        cells = [len(grid.cells) for grid in wide.index.levels[GROUND].grids]
        assert all(count <= 2 * CELLS_PER_ZONE for count in cells)


class TestAgainstShapely:
    @given(
        strategies.site_parts(), strategies.points(), st.sampled_from([-1.0, 0.0, 0.5, 3.0, 9.0, 40.0, 99.0])
    )
    def test_near_agrees(self, site: strategies.Site, place: tuple[float, float], reach: float) -> None:
        """For any site, place and reach, the zones and depths are those that shapely finds."""
        layout = build_layout(*site)
        for level in layout.levels:
            found = {zone.id: deep for zone, deep in near(layout, level, *place, reach)}
            truth = {
                zone.id: oracle.depth(zone, *place) for zone in layout.zones.values() if level in zone.levels
            }

            assert list(found) == sorted(found)
            for name, deep in truth.items():
                if abs(deep + reach) > oracle.AGREE:
                    assert (name in found) == (deep > -reach)
            assert found == pytest.approx({name: truth[name] for name in found}, abs=oracle.AGREE)

    @given(strategies.zones("A"), st.floats(-40, 70), st.floats(-40, 70))
    def test_depth_agrees(self, zone: Zone, x: float, y: float) -> None:
        """For any zone and any place, down to the last digit of a float, the depth is shapely's."""
        assert depth(shape_of_zone(zone), x, y) == pytest.approx(oracle.depth(zone, x, y), abs=oracle.AGREE)

    @given(strategies.parts(), strategies.points())
    def test_contains_agrees(self, part: Part, place: tuple[float, float]) -> None:
        """Whether a lift holds the visitor is what shapely says, the border included."""
        shape, point = oracle.polygon(part), shapely.Point(place)

        if shape.boundary.distance(point) > oracle.AGREE:
            assert contains(part, *place) == shape.contains(point)

    @given(strategies.rectangles())
    def test_every_corner_is_contained(self, part: Part) -> None:
        """Whoever stands on a lift's sill stands in the lift."""
        assert all(contains(part, *corner) for corner in part.outline)

    @given(strategies.zones("A"), strategies.points())
    def test_place_agrees(self, zone: Zone, somewhere: tuple[float, float]) -> None:
        """The centre of a zone is as deep as its inradius says, and no place in its largest room is deeper."""
        place = place_of(zone)
        shape = oracle.footprint(zone)
        largest = max(getattr(shape, "geoms", [shape]), key=lambda piece: piece.area)
        here = shapely.Point(somewhere)

        assert place.area == pytest.approx(shape.area)
        assert oracle.depth(zone, *place.centre) == pytest.approx(place.inradius, abs=0.002)
        if largest.covers(here):
            assert largest.boundary.distance(here) <= place.inradius * 1.02

    @given(strategies.site_parts(), st.randoms(use_true_random=False))
    def test_order_of_zones_does_not_matter(self, site: strategies.Site, chance: Random) -> None:
        """Shuffling the zones of a file changes nothing."""
        levels, zones, connectors = site
        shuffled = list(zones)
        chance.shuffle(shuffled)

        assert build_layout(levels, shuffled, connectors) == build_layout(levels, zones, connectors)


def test_layout_keeps_its_parts() -> None:
    """Levels stand from the lowest to the highest, zones and connectors by id, each zone with its place."""
    square = Part(((0, 0), (2, 0), (2, 2), (0, 2)))
    layout = build_layout(
        [Level("dome", 1), Level("tunnels", -1)],
        [Zone("b", None, ("dome",), (square,)), Zone("a", "v2", ("tunnels",), (square,))],
        [
            Connector("stairs", "stairs", ("tunnels", "dome"), square),
            Connector("lift", "lift", ("tunnels", "dome"), square),
        ],
    )

    assert list(layout.levels) == ["tunnels", "dome"]
    assert list(layout.zones) == ["a", "b"]
    assert [each.id for each in layout.connectors] == ["lift", "stairs"]
    assert layout.places["a"].area == pytest.approx(4)
    assert layout.places["a"].inradius == pytest.approx(1)


def test_a_site_without_zones() -> None:
    """An empty site is a site."""
    assert near(build_layout([Level(GROUND, 0)], [], []), GROUND, 0, 0, 1) == ()
