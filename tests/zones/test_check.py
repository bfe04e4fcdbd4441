"""The layout check on drawn plans: what it finds, where, by how much, and that good layouts are left in peace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest

from tests.zones.plans import floor_plan
from zones.check import check
from zones.check_found import CODES, Found
from zones.check_limits import ALIKE_DEVIATE, LISTENING_PACE, borrowed, elbow_room, least_inradius
from zones.model import Connector, Layout, Level, Part, Zone
from zones.profiles import PROFILES
from zones.units import Millis


def box(x: float, y: float, width: float, height: float) -> Part:
    """A room along the axes."""
    return Part(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))


def room(name: str, part: Part, level: str = "hall", **options: object) -> Zone:
    """A zone with an exhibit of its own name."""
    return replace(Zone(name, name, (level,), (part,)), **options)  # type: ignore[arg-type]


def found_in(hall: Layout, profile: str = "uwb", seconds: float = 75) -> tuple[Found, ...]:
    """What the check has to say about a drawn plan, where every narration is of one length."""
    return checked(
        hall.zones.values(), list(hall.levels.values()), hall.connectors, profile=profile, seconds=seconds
    )


def checked(
    zones: Iterable[Zone],
    levels: Sequence[Level] = (Level("hall", 0),),
    connectors: Sequence[Connector] = (),
    *,
    profile: str = "uwb",
    seconds: float = 75,
    rules: Mapping[str, float] | None = None,
) -> tuple[Found, ...]:
    """The same for zones that are not drawn."""
    given = list(zones)
    lengths = {zone.exhibit: Millis(round(seconds * 1000)) for zone in given if zone.exhibit and seconds}
    return check(levels, given, connectors, PROFILES[profile].with_overrides(rules or {}), lengths)


def the(code: str, found: Iterable[Found]) -> Found:
    """The one finding of a kind."""
    (each,) = (each for each in found if each.code == code)
    return each


def codes(found: Iterable[Found]) -> list[str]:
    """The kinds of what was found."""
    return [each.code for each in found]


REVIEWED = floor_plan(
    """
    A A A A . . C C C C . . E E E E . .
    A A A A . . C C C C . . E E E E . .
    A A A A . . C C C C . . E E E E . .
    """,
    """
    . . . B B B B . . D D D D . . F F F
    . . . B B B B . . D D D D . . F F F
    . . . B B B B . . D D D D . . F F F
    """,
    cell=1.0,
)
"""The tunnel as the reviewer met it: bays of four metres that reach a metre into each other."""

GOOD = floor_plan(
    """
    A A A . . . B B B . . . C C C
    A A A . . . B B B . . . C C C
    A A A . . . B B B . . . C C C
    """,
    cell=2.0,
)
"""Three rooms of six metres with six metres of corridor between them."""


class TestTheReviewersTunnel:
    def test_it_lights_up(self) -> None:
        """Short bays that reach into each other: the overlap and the closeness are told, each once for the row."""
        found = found_in(REVIEWED)
        assert codes(found) == ["overlap_without_order", "narrations_too_close"]
        # the last bay is a metre shorter: from there the last but one is near enough, too
        assert [each.facts["pairs"] for each in found] == [5, 6]
        for each in found:
            assert set(each.zones) == set("ABCDEF")
            assert each.level == "ground"

    def test_the_place_is_told(self) -> None:
        """The overlap that is told is where two bays lie over each other, and the figure is its width."""
        overlap = found_in(REVIEWED)[0]
        x, y = overlap.at
        assert (overlap.value, overlap.limit) == (1.0, 0.4)
        assert overlap.zones[:2] == ("A", "B")
        assert 3 <= x <= 4
        assert 0 <= y <= 3

    @pytest.mark.parametrize("seconds", [60, 75, 90])
    def test_bays_side_by_side_are_too_close(self, seconds: float) -> None:
        """Bays of three metres that only touch leave no room to wander, whatever the narration lasts."""
        assert (
            codes(found_in(floor_plan("A B C D E", cell=3.0), seconds=seconds))[0] == "narrations_too_close"
        )

    def test_short_narrations_leave_room(self) -> None:
        """The same bays with narrations of 20 s: nobody wanders far in that time."""
        assert codes(found_in(floor_plan("A B C D E", cell=3.0), seconds=20)) == []

    @pytest.mark.parametrize(
        ("seconds", "drift_m"), [(60, 3.0), (75, 3.75), (90, 4.5), (100, 5.0), (300, 5.0)]
    )
    @pytest.mark.parametrize("profile", ["uwb", "wifi-rtt", "ble", "exact"])
    def test_the_figure_is_the_free_way(self, profile: str, seconds: float, drift_m: float) -> None:
        """From the middle of a bay 1.5 m to its neighbour and what is borrowed of it; 5 cm of drift a second."""
        rules = PROFILES[profile]
        found = the("narrations_too_close", found_in(floor_plan("A B", cell=3.0), profile, seconds))
        assert found.value == round(1.5 + LISTENING_PACE * (rules.exit_delay + 8), 2)
        assert found.limit == pytest.approx(drift_m + ALIKE_DEVIATE * rules.default_sigma, abs=0.006)
        assert found.at == (3.0, 1.5)
        assert found.facts["seconds"] == seconds

    def test_it_begins_where_the_rule_says(self) -> None:
        """With 75 s and 0.4 m of error listeners need 4.41 m: a bay that gives just so much is left in peace."""
        needed = 2 * (elbow_room(Millis(75_000), 0.4) - borrowed(PROFILES["uwb"]) + 0.005)
        assert codes(found_in(floor_plan("A B", cell=needed))) == []
        assert codes(found_in(floor_plan("A B", cell=needed - 0.04))) == ["narrations_too_close"]

    def test_a_zone_of_its_own_patience(self) -> None:
        """Who gives a zone a longer exit delay gives its listeners more room, those of its neighbour none."""
        zones = [room("a", box(0, 0, 3, 3), rules=(("exit_delay", 60.0),)), room("b", box(3, 0, 3, 3))]
        found = the("narrations_too_close", checked(zones))
        assert (found.zones, found.value) == (("b", "a"), round(1.5 + borrowed(PROFILES["uwb"]), 2))
        assert found.facts["pairs"] == 1

    def test_nobody_is_let_go_by_the_nearest_beacon(self) -> None:
        """A profile that cannot tell departures finishes every narration: only a priority takes listeners away."""
        touching = [room("a", box(0, 0, 14, 14)), room("b", box(14, 0, 14, 14))]
        assert checked(touching, profile="beacon") == ()
        higher = [touching[0], replace(touching[1], priority=1.0)]
        assert codes(checked(higher, profile="beacon")) == ["narrations_too_close"]


class TestGoodLayouts:
    @pytest.mark.parametrize("profile", ["uwb", "exact"])
    def test_they_are_left_in_peace(self, profile: str) -> None:
        """Rooms with corridors between them have nothing against them."""
        assert found_in(GOOD, profile) == ()

    def test_large_rooms_may_touch(self) -> None:
        """Rooms of ten metres side by side are neither close nor confused."""
        assert found_in(floor_plan("A B", cell=10.0)) == ()

    def test_a_nested_zone_has_its_order(self) -> None:
        """A showcase in a hall: the smaller zone wins by rule, and both are told apart."""
        hall = floor_plan(
            """
            A A A A A
            A A A A A
            A A A A A
            A A A A A
            """,
            """
            . . . . .
            . . . . .
            . . . B .
            . . . . .
            """,
            cell=3.0,
        )
        assert found_in(hall) == ()

    def test_a_hall_about_a_showcase_in_its_middle(self) -> None:
        """Who attends to the hall stands beside the showcase, not in it."""
        zones = [room("hall", box(0, 0, 16, 16)), room("case", box(6.5, 6.5, 3, 3))]
        assert checked(zones) == ()

    def test_priority_is_an_order(self) -> None:
        """Two zones of different priority may overlap."""
        zones = [room("a", box(0, 0, 12, 12)), room("b", box(10, 0, 12, 12), priority=1.0)]
        assert checked(zones) == ()

    def test_two_zones_of_one_exhibit(self) -> None:
        """They may overlap and touch: either starts the same narration."""
        assert checked([room("a", box(0, 0, 4, 4)), room("b", box(3, 0, 4, 4), exhibit="a")]) == ()

    @pytest.mark.parametrize("mode", ["manual", "notice"])
    def test_what_starts_nothing_is_in_nobodys_way(self, mode: str) -> None:
        """A zone that starts by number only, or gives a notice, may lie over others."""
        zones = [room("a", box(0, 0, 4, 4)), room("b", box(3, 0, 4, 4), mode=mode)]
        assert checked(zones) == ()

    def test_rooms_above_each_other(self) -> None:
        """Zones on other levels are not near, however they lie in plan, where a lift joins the levels."""
        levels = [Level("tunnels", -1), Level("dome", 1)]
        lift = Connector("lift", "lift", ("tunnels", "dome"), box(10, 0, 2, 2))
        zones = [room("a", box(0, 0, 6, 6), "tunnels"), room("b", box(1, 1, 6, 6), "dome")]
        assert checked(zones, levels, [lift]) == ()

    def test_a_site_without_zones(self) -> None:
        """An empty draft has nothing to find."""
        assert checked([], []) == ()


class TestPriority:
    """A neighbour of higher priority needs no departure: it breaks in after its dwell."""

    def test_side_by_side(self) -> None:
        """The finding names who interrupts first whom, and the free way ends at the border."""
        (found,) = found_in(floor_plan("A B", cell=5.0, B={"priority": 1}), seconds=60)
        assert (found.code, found.zones, found.at) == ("narrations_too_close", ("A", "B"), (5.0, 2.5))
        assert (found.value, found.limit) == (2.5, 3.93)
        assert (found.facts["lower"], found.facts["higher"]) == (0, 1)

    def test_it_is_told_before_what_is_nearer(self) -> None:
        """In a row of bays the one that breaks in is the worst place, though others have less room."""
        found = the("narrations_too_close", found_in(floor_plan("A B C . D", cell=3.0, D={"priority": 1})))
        assert found.zones[:2] == ("C", "D")

    def test_a_showcase_in_a_room(self) -> None:
        """Of equal priority it goes first by its size, and cuts nobody who drifts past; of a higher one it does."""
        plan = """
            A A A A A
            A A A A A
            A A B A A
            A A A A A
            A A A A A
            """
        whole = plan.replace("B", "A")
        case = (
            """
            . . . . .
            . . . . .
            . . B . .
            """
            + ". . . . .\n" * 2
        )
        assert found_in(floor_plan(whole, case, cell=3.0), seconds=60) == ()
        (found,) = found_in(floor_plan(whole, case, cell=3.0, B={"priority": 1}), seconds=60)
        assert (found.code, found.zones) == ("narrations_too_close", ("A", "B"))
        assert found_in(floor_plan(whole, case, cell=3.0, A={"priority": 1}), seconds=60) == ()

    def test_a_showcase_in_a_corner(self) -> None:
        """Far from where listeners of the room stand it may break in."""
        zones = [room("a", box(0, 0, 12, 12)), room("b", box(0, 0, 2.5, 2.5), priority=1.0)]
        assert checked(zones, seconds=60) == ()

    def test_a_sliver_is_no_order(self) -> None:
        """A small zone that reaches 5 cm into its neighbour is beside it: without them it would be told, too."""
        for overlap in (0.0, 0.05):
            zones = [room("a", box(0, 0, 5.2, 5.2)), room("b", box(5.2 - overlap, 1, 2.5, 2.5))]
            assert "narrations_too_close" in codes(checked(zones, seconds=60))


class TestAlike:
    def test_bays_that_bluetooth_cannot_tell_apart(self) -> None:
        """With 2.5 m of error a bay three metres on is the same place in more than one fix of four."""
        found = next(
            each for each in found_in(floor_plan("A B", cell=3.0), "ble") if each.code == "zones_alike"
        )
        assert (found.value, found.limit) == (0.2743, 0.05)
        assert found.at == (3.0, 1.5)
        assert found.facts == {"error": 2.5, "apart": 8.22, "pairs": 1}

    def test_the_same_bays_by_ultra_wideband(self) -> None:
        """With 0.4 m of error they are two places."""
        assert "zones_alike" not in codes(found_in(floor_plan("A B", cell=3.0), "uwb"))

    def test_one_zone_drawn_twice(self) -> None:
        """Two zones over the same ground are taken for each other every second time."""
        found = checked([room("a", box(0, 0, 6, 6)), room("b", box(0, 0, 6, 6))])
        assert codes(found)[:2] == ["zones_alike", "overlap_without_order"]
        assert found[0].value == 0.5

    def test_a_zone_of_several_rooms(self) -> None:
        """Its listeners stand in each of its rooms, so a far room of its own makes no difference."""
        halves = (box(0, 0, 3, 3), box(30, 0, 3, 3))
        found = checked(
            [room("a", box(3, 0, 3, 3)), replace(room("b", halves[0]), parts=halves)], profile="ble"
        )
        assert found[0].code == "zones_alike"
        assert found[0].at == (3.0, 1.5)


class TestPlaces:
    def test_too_small(self) -> None:
        """A niche of 60 cm is lost in an error of 0.4 m: it needs 51 cm from the middle to the border."""
        (found,) = checked([room("niche", box(0, 0, 0.6, 30))])
        assert (found.code, found.value, found.limit) == ("zone_too_small", 0.3, 0.51)

    @pytest.mark.parametrize("profile", sorted(PROFILES))
    def test_the_limit_grows_with_the_error(self, profile: str) -> None:
        """Just over the limit is enough, just under it is not, by every profile."""
        rules = PROFILES[profile]
        limit = least_inradius(max(rules.default_sigma, rules.sigma_floor))
        for share, wanted in ((0.8, True), (1.2, False)):
            hall = [room("a", box(0, 0, 2 * share * limit, 40))]
            assert ("zone_too_small" in codes(checked(hall, profile=profile, seconds=5))) is wanted

    def test_the_floor_counts(self) -> None:
        """A site that sets a higher floor to the error is judged by that."""
        niche = [room("niche", box(0, 0, 3, 30))]
        assert checked(niche) == ()
        assert codes(checked(niche, rules={"sigma_floor": 2.0})) == ["zone_too_small"]

    def test_a_passage_is_crowded(self) -> None:
        """On four square metres of passage listeners crowd from 50 s on."""
        (found,) = checked([room("door", box(0, 0, 2, 2))], seconds=90)
        assert (found.code, found.value, found.limit) == ("zone_too_crowded", 90.0, 50.0)
        assert checked([room("door", box(0, 0, 2, 2))], seconds=45) == ()

    def test_many_of_a_kind_are_one_finding(self) -> None:
        """Thirty niches on a level are told once, with the worst of them."""
        niches = [room(f"n{n:02}", box(n * 20, 0, 0.9 - n / 100, 30)) for n in range(30)]
        (found,) = checked(niches)
        assert (found.code, len(found.zones), found.zones[0]) == ("zone_too_small", 30, "n29")

    def test_out_of_the_level(self) -> None:
        """A zone that reaches through the wall is told with the place that does so farthest."""
        level = Level("hall", 0, box(0, 0, 20, 10))
        (found,) = checked([room("a", box(15, 2, 8, 6))], [level])
        assert (found.code, found.value, found.limit) == ("zone_outside_level", 3.0, 0.5)
        assert found.at[0] == 23.0
        assert checked([room("a", box(15, 2, 5.4, 6))], [level]) == ()

    def test_out_of_the_level_between_its_corners(self) -> None:
        """All corners lie on the level, an edge crosses the yard that does not belong to it."""
        u_shaped = Part(((0, 0), (20, 0), (20, 10), (14, 10), (14, 4), (6, 4), (6, 10), (0, 10)))
        (found,) = checked([room("a", box(2, 2, 16, 6))], [Level("hall", 0, u_shaped)])
        assert (found.code, found.value) == ("zone_outside_level", 4.0)

    def test_what_cannot_be_drawn_is_left_to_others(self) -> None:
        """A zone of a crossing line is no zone; the rest is judged all the same."""
        bow = Part(((0, 0), (4, 4), (4, 0), (0, 4)))
        stranger = room("c", box(0, 0, 4, 4), "attic")
        found = checked([room("a", bow), room("b", box(0, 0, 0.6, 30)), stranger])
        assert [(each.code, each.zones) for each in found] == [("zone_too_small", ("b",))]


class TestLevels:
    LEVELS = (Level("ground", 0), Level("dome-1", 1), Level("dome-2", 2))

    def test_nothing_leads_there(self) -> None:
        """Two levels without stairs or lift are told once, with the zones on them."""
        zones = [room("a", box(0, 0, 6, 6), "ground"), room("b", box(0, 0, 6, 6), "dome-2")]
        stairs = Connector("stairs", "stairs", ("dome-1", "dome-2"), box(10, 0, 2, 2))
        (found,) = checked(zones, self.LEVELS, [stairs])
        assert (found.code, found.level, found.zones) == ("level_unreachable", "dome-1", ("b",))
        assert (found.value, found.limit, found.facts) == (2.0, 0.0, {"levels": "dome-1, dome-2"})

    def test_a_zone_on_two_levels(self) -> None:
        """What lies on a level that nothing leads to is named, also if it lies on one in reach."""
        under_dome = replace(room("under-dome", box(0, 0, 6, 6)), levels=("ground", "dome-1"))
        (found,) = checked([under_dome], self.LEVELS[:2])
        assert (found.code, found.level, found.zones) == ("level_unreachable", "dome-1", ("under-dome",))

    def test_by_way_of_another_level(self) -> None:
        """Who takes the lift to the first circuit and the stairs from there gets everywhere."""
        ways = [
            Connector("lift", "lift", ("ground", "dome-1"), box(10, 0, 2, 2)),
            Connector("stairs", "stairs", ("dome-1", "dome-2"), box(10, 0, 2, 2)),
        ]
        assert checked([room("a", box(0, 0, 6, 6), "ground")], self.LEVELS, ways) == ()

    def test_a_lift_drawn_beside_its_level(self) -> None:
        """A lift that does not lie on the level's outline leads nowhere there."""
        levels = [Level("ground", 0), Level("dome", 1, box(0, 0, 20, 20))]
        lift = Connector("lift", "lift", ("ground", "dome"), box(30, 0, 2, 2))
        assert codes(checked([], levels, [lift])) == ["level_unreachable"]

    def test_a_pair_on_two_levels_is_told_once(self) -> None:
        """Two zones that lie over each other on both of two levels are one finding, on the lower."""
        both = ("ground", "dome-1")
        zones = [
            replace(room("a", box(0, 0, 12, 12)), levels=both),
            replace(room("b", box(10, 0, 12, 12)), levels=both),
        ]
        lift = Connector("lift", "lift", both, box(30, 0, 2, 2))
        (found,) = checked(zones, self.LEVELS[:2], [lift])
        assert (found.code, found.level) == ("overlap_without_order", "ground")


def test_the_order_of_findings() -> None:
    """By kind, then by level, then by zone, as the reference lists the kinds."""
    levels = [Level("hall", 0, box(0, 0, 60, 30)), Level("attic", 1)]
    zones = [
        room("out", box(55, 0, 10, 10)),
        room("twin-1", box(0, 0, 8, 8)),
        room("twin-2", box(0, 0, 8, 8)),
        room("attic-niche", box(0, 0, 0.5, 40), "attic"),
        room("niche", box(20, 0, 0.5, 28)),
    ]
    found = checked(zones, levels)
    ranks = [CODES.index(each.code) for each in found]
    assert ranks == sorted(ranks)
    small = [each.zones for each in found if each.code == "zone_too_small"]
    assert small == [("niche",), ("attic-niche",)]


@pytest.mark.parametrize(("seconds", "room_m"), [(0, 0.658), (60, 3.658), (90, 5.158), (600, 5.658)])
def test_elbow_room(seconds: float, room_m: float) -> None:
    """A listener drifts 5 cm a second, no farther than 5 m; what one fix in twenty is off by comes on top."""
    assert elbow_room(Millis(round(seconds * 1000)), 0.4) == room_m


@pytest.mark.parametrize(
    ("own", "seconds"),
    [
        ({}, 10.0),
        ({"exit_tolerance": 0.0}, 10.0),
        ({"exit_tolerance": 0.5}, 5.0),
        ({"exit_tolerance": 0.1}, 0.0),
        ({"tolerance_timeout": 2.0}, 2.0),
        ({"exit_delay": 0.0}, 0.0),
    ],
)
def test_what_is_borrowed(own: dict[str, float], seconds: float) -> None:
    """The time for which the engine waits, and the 8 s of a narration that are always finished, at 5 cm a second."""
    rules = PROFILES["uwb"].with_overrides(own)
    assert borrowed(rules) == pytest.approx(LISTENING_PACE * (seconds + 8), abs=0.001)


def test_progress_is_told() -> None:
    """A command line can show how far the check is."""
    told: list[tuple[int, int]] = []
    check([Level("hall", 0)], [], [], PROFILES["uwb"], {}, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(told[-1][1] + 1))


@pytest.mark.slow
def test_a_large_museum() -> None:
    """Twenty thousand zones on forty levels are judged in one go, and nothing is found between good rooms."""
    levels = [Level(f"l{n:02}", n) for n in range(40)]
    lift = Connector("lift", "lift", tuple(level.id for level in levels), box(-5, 0, 3, 3))
    zones = [
        room(f"{level.id}-{x}-{y}", box(x * 10.0, y * 10.0, 6, 6), level.id)
        for level in levels
        for x in range(25)
        for y in range(20)
    ]
    assert len(zones) == 20_000
    assert checked(zones, levels, [lift]) == ()
