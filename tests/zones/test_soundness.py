"""What is refused before it can mislead a visitor, and what a curator is told about it."""

from math import inf, nan

import pytest
from hypothesis import given

from tests.zones import strategies
from zones.errors import LayoutFaults
from zones.geometry import build_layout, mended
from zones.model import Connector, Level, Part, Ring, Zone

SQUARE: Ring = ((0, 0), (4, 0), (4, 4), (0, 4))
BOW_TIE: Ring = ((0, 0), (4, 4), (4, 0), (0, 4))
ROOM = Part(SQUARE)
HALL = Level("hall", 0)
TOWER = Level("tower", 1, outline=Part(((0, 0), (10, 0), (10, 10), (0, 10))))


def square(x: float, y: float, side: float) -> Ring:
    """A square by its lower left corner."""
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def faults(
    *zones: Zone, levels: tuple[Level, ...] = (HALL, TOWER), connectors: tuple[Connector, ...] = ()
) -> list[str]:
    """What the curator is told."""
    with pytest.raises(LayoutFaults) as told:
        build_layout(levels, zones, connectors)
    return [str(fault) for fault in told.value.faults]


def zone(*parts: Part, name: str = "v2", levels: tuple[str, ...] = ("hall",)) -> Zone:
    """A zone of these parts."""
    return Zone(name, "v2", levels, parts)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (Part(()), "the outline has fewer than three different corners"),
        (Part(((0, 0), (4, 0))), "the outline has fewer than three different corners"),
        (Part(((0, 0), (4, 0), (0, 0), (4, 0))), "the outline has fewer than three different corners"),
        (Part(((0, 0), (4, 0), (9, 0))), "the outline has no area"),
        (Part(square(0, 0, 0.005)), "the outline has no area"),
        (Part(((0, 0), (9, 0), (9, 9), (8.99999, 0.00001))), "the outline has no area"),
        (Part(tuple((each, each * each) for each in range(2001))),
         "the outline has 2001 corners; simplify it to 2000 at most"),
        (Part(BOW_TIE), "the outline crosses or touches itself at (2.00, 2.00); draw it again without the crossing"),
        (Part(((0, 0), (nan, 0), (4, 4))), "corner 2 of the outline is not a number"),
        (Part(((0, 0), (4, 0), (4, inf))), "corner 3 of the outline is not a number"),
        (Part(((0, 0), (4, 0), (4, 2e7))), "corner 3 of the outline lies over 10000 km away; check the units"),
        (Part(SQUARE, (square(6, 6, 1),)), "hole 1 does not lie inside its outline"),
        (Part(SQUARE, (square(1, 1, 1), square(3, 3, 3))), "hole 2 does not lie inside its outline"),
        (Part(SQUARE, (((1, 1), (2, 1)),)), "hole 1 has fewer than three different corners"),
        (Part(SQUARE, (((1, 1), (3, 3), (3, 1), (1, 3)),)),
         "hole 1 crosses or touches itself at (2.00, 2.00); draw it again without the crossing"),
        (Part(SQUARE, (square(1, 1, 2), square(2, 2, 1.5))),
         "its outline and holes cross, touch or hold one another at (3.00, 2.00); keep them apart"),
        (Part(SQUARE, (SQUARE,)),
         "its outline and holes cross, touch or hold one another at (4.00, 4.00); keep them apart"),
        (Part(SQUARE, (square(0.000001, 0.000001, 3.999998),)), "its holes leave nothing of it"),
    ],
)  # fmt: skip
def test_a_drawing_that_is_no_room(part: Part, message: str) -> None:
    """Each slip of the pen is told by its ring and its place."""
    assert faults(zone(part)) == [f"zone v2: {message}"]


def test_faults_name_the_part() -> None:
    """In a zone of several rooms the curator is told which one is wrong."""
    assert faults(zone(ROOM, Part(BOW_TIE))) == [
        "zone v2: part 2: the outline crosses or touches itself at (2.00, 2.00); draw it again without the crossing"
    ]


def test_everything_is_said_at_once() -> None:
    """A curator who mends all that is told need not come back for a second list."""
    told = faults(
        zone(Part(BOW_TIE), name="a", levels=("hall", "attic")),
        zone(name="b"),
        zone(ROOM, name="c", levels=()),
        zone(ROOM, name="c"),
        levels=(HALL, Level("hall", 2), Level("cellar", -1, Part(((0, 0), (1, 1))))),
        connectors=(
            Connector("lift", "lift", ("hall",), ROOM),
            Connector("lift", "lift", ("hall", "moon"), Part(BOW_TIE)),
        ),
    )

    assert told == [
        "level hall: this id is already taken; every id stands once",
        "level cellar: the outline has fewer than three different corners",
        "zone a: there is no level attic (the site's levels: cellar, hall)",
        "zone a: the outline crosses or touches itself at (2.00, 2.00); draw it again without the crossing",
        "zone b: has no outline; draw one",
        "zone c: is on no level; name at least one",
        "zone c: this id is already taken; every id stands once",
        "connector lift: joins fewer than two levels; name those between which it leads",
        "connector lift: this id is already taken; every id stands once",
        "connector lift: there is no level moon (the site's levels: cellar, hall)",
        "connector lift: the outline crosses or touches itself at (2.00, 2.00); draw it again without the crossing",
    ]


class TestOutlineOfALevel:
    def test_a_zone_elsewhere(self) -> None:
        """A zone drawn outside the tower is told, with the corner that lies farthest out."""
        (told,) = faults(zone(Part(square(12, 12, 2)), levels=("tower",)))

        assert told == (
            "zone v2: reaches 5.66 m out of the outline of level tower at (14.00, 14.00); "
            "move the zone or widen the level's outline"
        )

    def test_a_zone_half_outside(self) -> None:
        """So is one that reaches out on one side."""
        assert "reaches 3.00 m out" in faults(zone(Part(square(9, 0, 4)), levels=("hall", "tower")))[0]

    def test_the_thickness_of_a_wall(self) -> None:
        """A zone drawn to the outer face of the wall is accepted."""
        assert build_layout([TOWER], [zone(Part(square(9, 0, 1.4)), levels=("tower",))]).zones

    def test_courtyard(self) -> None:
        """A zone in the courtyard of a level is outside it."""
        ring = Level("ring", 0, Part(square(0, 0, 30), (square(5, 5, 20),)))

        assert "reaches" in faults(zone(Part(square(10, 10, 4)), levels=("ring",)), levels=(ring,))[0]


class TestMended:
    @pytest.mark.parametrize(
        ("part", "notes"),
        [
            (Part(SQUARE), ()),
            (
                Part((*SQUARE, (0, 0))),
                ("the outline repeated its first corner at the end; the repeat was dropped",),
            ),
            (
                Part(((0, 0), (0, 0), (4, 0), (4, 4), (4, 4), (0, 4))),
                ("the outline had 2 corners twice in a row; the repeat was dropped",),
            ),
            (Part((SQUARE[0], *SQUARE[:0:-1])), ("the outline ran clockwise and was turned round",)),
        ],
        ids=["sound", "closed", "doubled", "clockwise"],
    )
    def test_what_leaves_no_doubt_is_put_right(self, part: Part, notes: tuple[str, ...]) -> None:
        """The same room comes out, and the curator is told what was changed."""
        assert mended(part) == (ROOM, notes)

    def test_holes_run_the_other_way(self) -> None:
        """A hole drawn like an outline is turned, and numbered in the note."""
        part, notes = mended(Part(SQUARE, (square(1, 1, 1),)))

        assert part.holes == (((1, 1), (1, 2), (2, 2), (2, 1)),)
        assert notes == ("hole 1 ran counter-clockwise and was turned round",)

    def test_nothing_to_mend_in_nothing(self) -> None:
        """An empty ring stays what it is, for the fault to be told."""
        assert mended(Part((), ((), ((1, 1),)))) == (Part((), ((), ((1, 1),))), ())

    @given(strategies.parts())
    def test_mending_is_done_once(self, part: Part) -> None:
        """What was mended needs no mending."""
        once, _ = mended(part)

        assert mended(once) == (once, ())
