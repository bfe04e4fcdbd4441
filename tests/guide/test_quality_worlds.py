"""The simulated museums and visits are such as people know: no walls walked through, no leaps, fair spots."""

from itertools import pairwise
from math import hypot

import numpy as np
import pytest

from guide.quality.kinds import Visit
from guide.quality.visitors import STYLES, enclosing, stops
from guide.quality.visits import ROUND, Booking, clearness, depths, roster, visit
from guide.quality.walks import Area, Door, Floor, Lost, Place, smoothed, stroll, sway
from guide.quality.worlds import KINDS, Museum, museum

MUSEUMS = [(kind, variant) for kind in KINDS for variant in range(3)]
BOOKED = roster(20, seed=3)


def named(booking: Booking) -> str:
    """A visit as a test is called."""
    return f"{booking.kind}-{booking.variant}-{booking.style}"


def neighbours(place: Museum) -> list[tuple[str, str]]:
    """Pairs of zones of which one reaches into the other."""
    zones = place.world.layout.zones
    found = []
    for name, zone in zones.items():
        for x, y in zone.parts[0].outline:
            found += [
                (name, other)
                for other, inside in depths(place, Place(x, y, zone.levels[0])).items()
                if other != name and inside > 0
            ]
    return found


class TestMuseums:
    @pytest.mark.parametrize(("kind", "variant"), MUSEUMS)
    def test_every_exhibit_can_be_reached(self, kind: str, variant: int) -> None:
        """From the entrance a way leads to the middle of every zone."""
        place = museum(kind, variant)
        for name, zone in place.world.layout.zones.items():
            goal = Place(*place.world.layout.places[name].centre, zone.levels[0])
            assert place.floor.way(place.floor.entrance, goal)[-1] == goal

    @pytest.mark.parametrize(("kind", "variant"), MUSEUMS)
    def test_nothing_is_to_be_heard_at_the_entrance(self, kind: str, variant: int) -> None:
        """Who is handed a device stands in no zone yet, nor within a metre of one."""
        place = museum(kind, variant)
        assert max(depths(place, place.floor.entrance).values()) < -1.0

    @pytest.mark.parametrize(("kind", "variant"), MUSEUMS)
    def test_narrations_are_as_long_as_narrations_are(self, kind: str, variant: int) -> None:
        """Each lasts 30 to 120 s, in sentences of 4 to 9 s; there are twelve or more."""
        cues = museum(kind, variant).world.cues
        assert len(cues) >= 12
        for cue in cues.values():
            assert 30_000 <= cue.duration_ms <= 120_000
            sentences = [b - a for a, b in pairwise((0, *cue.gaps_ms))]
            assert 4_000 <= min(sentences) <= max(sentences) <= 9_000

    def test_bays_are_short_and_overlap(self) -> None:
        """The reviewer's tunnel: bays of 3 to 6 m, each touching the next or overlapping it by up to 1 m."""
        zones = museum("tunnel", 0).world.layout.zones
        lower = [zones[f"bay-{n:02d}"].parts[0].outline for n in range(1, 11)]
        lengths = [right[0] - left[0] for left, right, *_ in lower]
        overlaps = [one[1][0] - other[0][0] for one, other in pairwise(lower)]
        assert 2.99 <= min(lengths) <= max(lengths) <= 6.01
        assert 0.0 <= min(overlaps) <= max(overlaps) <= 1.01
        assert max(overlaps) > 0.3

    @pytest.mark.parametrize("kind", ["hall", "nested", "levels"])
    def test_zones_overlap(self, kind: str) -> None:
        """Where zones are meant to overlap, many do."""
        assert len(neighbours(museum(kind, 0))) >= 8

    def test_vitrines_lie_in_rooms(self) -> None:
        """In a nested museum every vitrine has its room, and no room has one."""
        inside = enclosing(museum("nested", 0).world)
        assert {name[:4] for name in inside} == {"vitr"}
        assert {name[:4] for name in inside.values()} == {"room"}
        assert len(inside) >= 6

    def test_the_dome_is_over_the_tunnel(self) -> None:
        """On the two levels, zones lie over one another in plan, and a lift joins them."""
        place = museum("levels", 0)
        layout = place.world.layout
        tunnel = [name for name in layout.zones if name.startswith("tunnel")]
        above = [Place(*layout.places[name].centre, "dome") for name in tunnel]
        assert any(max(depths(place, spot).values()) > 0 for spot in above)
        assert layout.connectors[0].levels == ("ground", "dome")

    def test_a_museum_is_always_the_same(self) -> None:
        """A museum is known by its kind and number, whatever was made before it."""
        before = museum("hall", 2).world.layout
        museum.cache_clear()
        assert museum("hall", 2).world.layout == before
        assert museum("hall", 1).world.layout != before


class TestRoster:
    def test_sixty_visits_go_to_thirty_museums(self) -> None:
        """Every figure is made of visits to well over ten layouts, in all styles, and each kind has its share."""
        booked = roster(60, seed=1)
        assert len({(each.kind, each.variant) for each in booked}) == 30
        assert {each.kind for each in booked} == set(KINDS) == set(ROUND)
        by_kind = {kind: {each.style for each in booked if each.kind == kind} for kind in KINDS}
        assert all(styles == set(STYLES) for styles in by_kind.values())

    def test_the_first_visits_are_the_same_in_a_longer_roster(self) -> None:
        """More visits are more of the same, not others."""
        assert roster(60, seed=1)[:20] == roster(20, seed=1)

    def test_there_are_other_museums(self) -> None:
        """Whoever wants to know whether rules were fitted to the museums finds as many that nobody looked at."""
        usual, other = roster(60, seed=1), roster(60, seed=1, first=6)
        assert not {each[:2] for each in usual} & {each[:2] for each in other}
        assert visit(other[0]).world.name == "tunnel-6"


@pytest.mark.parametrize("booking", BOOKED, ids=named)
class TestVisits:
    def test_people_walk(self, booking: Booking) -> None:
        """Nobody is faster than 2.5 m/s, and nobody leaps, on the way or off a lift."""
        walk = visit(booking)
        assert float(np.hypot(np.diff(walk.xs), np.diff(walk.ys)).max()) < 0.25
        second = np.hypot(walk.xs[10:] - walk.xs[:-10], walk.ys[10:] - walk.ys[:-10])
        assert float(second.max()) < 1.9

    def test_nobody_walks_through_walls(self, booking: Booking) -> None:
        """At every second the visitor is in an area of the floor, or half a metre from one, at a door."""
        walk, place = visit(booking), museum(booking.kind, booking.variant)
        outside = [
            (x, y, level)
            for x, y, level in zip(walk.xs[::10], walk.ys[::10], walk.levels[::10], strict=True)
            if place.floor.area_of(Place(float(x), float(y), level), -0.5) is None
        ]
        assert outside == []

    def test_levels_change_in_the_lift(self, booking: Booking) -> None:
        """Another level is reached in the lift alone."""
        walk, place = visit(booking), museum(booking.kind, booking.variant)
        changes = [n for n, (a, b) in enumerate(pairwise(walk.levels)) if a != b]
        lift = place.world.layout.connectors
        assert bool(changes) <= bool(lift)
        assert all(hypot(walk.xs[n] + 2.0, walk.ys[n] - 2.5) < 1.2 for n in changes)

    def test_stays_follow_each_other(self, booking: Booking) -> None:
        """Stays are 8 to 150 s long and do not overlap; between two the visitor walks."""
        walk = visit(booking)
        lengths = [(each.to_ms - each.from_ms) / 1000 for each in walk.stays]
        assert 7.9 <= min(lengths) <= max(lengths) <= 155.0
        assert all(one.to_ms < other.from_ms for one, other in pairwise(walk.stays))

    def test_a_stay_begins_inside(self, booking: Booking) -> None:
        """What is attended is attended from within its zone: half a metre inside, but for the sway."""
        walk, place = visit(booking), museum(booking.kind, booking.variant)
        inside = [depths(place, at(walk, each.from_ms))[each.exhibit] for each in walk.stays]
        assert min(inside) > 0.2


def at(walk: Visit, moment_ms: int) -> Place:
    """Where a visitor is."""
    n = moment_ms // 100
    return Place(float(walk.xs[n]), float(walk.ys[n]), walk.levels[n])


class TestCrowd:
    """What holds of many visits together."""

    def test_visits_are_long_enough(self) -> None:
        """On average a visit takes over 19 min, most of it spent attending."""
        walks = [visit(each) for each in BOOKED]
        hours = sum(each.hours for each in walks)
        attending = sum(stay.to_ms - stay.from_ms for each in walks for stay in each.stays) / 3_600_000
        assert hours / len(walks) > 19 / 60
        assert 0.65 < attending / hours < 0.9

    def test_some_leave_early_and_some_stay_on(self) -> None:
        """A good share of stays end before the narration could, and a good share 8 s or more after it."""
        over = [
            stay.to_ms - stay.from_ms - walk.world.cues[stay.exhibit].duration_ms
            for walk in map(visit, BOOKED)
            for stay in walk.stays
        ]
        assert 0.2 < sum(each < 0 for each in over) / len(over) < 0.6
        assert 0.2 < sum(each >= 8_000 for each in over) / len(over) < 0.6

    def test_some_come_back(self) -> None:
        """Now and then an exhibit is seen again later in the visit."""
        again = [len(walk.stays) - len({stay.exhibit for stay in walk.stays}) for walk in map(visit, BOOKED)]
        assert sum(again) >= 5

    def test_listeners_wander(self) -> None:
        """Within many stays the listener is 2 m and more from where they came to a stand, and comes back."""
        wandered = 0
        for walk in map(visit, BOOKED):
            for stay in walk.stays:
                part = slice(stay.from_ms // 100, stay.to_ms // 100)
                off = np.hypot(walk.xs[part] - walk.xs[part][0], walk.ys[part] - walk.ys[part][0])
                wandered += bool(off.max() > 2.0)
                assert off[-1] < 2.0
        assert wandered >= 40

    def test_most_spots_are_unambiguous(self) -> None:
        """Fewer than one stay in fifty is where another zone is as good an answer; a few are."""
        clear = [
            clearness(museum(each.kind, each.variant), stay.exhibit, at(visit(each), stay.from_ms))
            for each in roster(60, seed=1)
            for stay in visit(each).stays
        ]
        assert 0 < sum(each < 0.5 for each in clear) / len(clear) < 0.02

    def test_styles_differ(self) -> None:
        """A fish sees less and leaves sooner than an ant in the same museum."""
        world = museum("tunnel", 0).world
        ant, fish = (
            [stop for seed in range(8) for stop in stops(world, STYLES[style], np.random.default_rng([seed]))]
            for style in ("ant", "fish")
        )
        assert len(fish) < len(ant)
        assert np.mean([each.stay_s for each in fish]) < np.mean([each.stay_s for each in ant])

    def test_a_visit_is_always_the_same(self) -> None:
        """A booking is one walk, to the last decimal, in whatever process; another seed is another walk."""
        before = visit(BOOKED[0])
        visit.cache_clear()
        after, other = visit(BOOKED[0]), visit(BOOKED[0]._replace(seed=4))
        assert after is not before
        assert (after.xs == before.xs).all()
        assert after.stays == before.stays != other.stays


# --- walking ---

TWO_ROOMS = Floor(
    (Area("ground", 0, 0, 4, 4), Area("ground", 4, 0, 8, 4), Area("roof", 0, 0, 4, 4)),
    (Door(0, 1, 4, 2), Door(0, 2, 1, 1)),
)


def test_the_way_leads_by_the_door() -> None:
    """From room to room people go through the door; by the lift they arrive on the other level."""
    start, goal, roof = Place(1, 3, "ground"), Place(7, 3, "ground"), Place(3, 3, "roof")
    assert TWO_ROOMS.way(start, goal) == [start, Place(4, 2, "ground"), goal]
    assert TWO_ROOMS.way(start, roof) == [start, Place(1, 1, "ground"), Place(1, 1, "roof"), roof]


def test_there_is_no_way_out_of_the_world() -> None:
    """Nobody gets to a place that no room holds, or to a room without a door."""
    with pytest.raises(Lost, match="no area holds"):
        TWO_ROOMS.way(Place(1, 1, "ground"), Place(9, 9, "ground"))
    island = Floor((*TWO_ROOMS.areas, Area("ground", 20, 0, 24, 4)), TWO_ROOMS.doors)
    with pytest.raises(Lost, match="no doors lead"):
        island.way(Place(1, 1, "ground"), Place(22, 2, "ground"))


@pytest.mark.parametrize("length", [0.3, 2.0, 20.0])
def test_a_stroll_begins_and_ends_at_rest(length: float) -> None:
    """People gather pace, keep it, and slow down; they arrive where they meant to, at no time faster."""
    xs, ys = stroll([(0.0, 0.0), (length, 0.0)], pace=1.2)
    steps = np.diff(np.concatenate([[0.0], xs]))
    assert xs[-1] == pytest.approx(length)
    assert ys.max() == 0.0
    assert steps[0] < 0.01
    assert steps[-1] < 0.03
    assert 0.0 <= steps.min() <= steps.max() < 0.1201


def test_nowhere_to_go_takes_no_time() -> None:
    """Who is there already does not walk."""
    xs, _ = stroll([(1.0, 1.0), (1.0, 1.0)], pace=1.0)
    assert len(xs) == 0


def test_people_sway() -> None:
    """Somebody who stands moves by some centimetres, slowly."""
    moved = sway(20_000, np.random.default_rng(1))
    assert moved.std() == pytest.approx(0.06, rel=0.1)
    assert np.abs(np.diff(moved)).max() < 0.1


def test_corners_are_rounded() -> None:
    """A sharp turn becomes a bend, and nothing moves where nothing turned."""
    turned = smoothed(np.array([0.0] * 10 + [1.0] * 10))
    assert len(turned) == 20
    assert (turned[:6] == 0.0).all()
    assert 0.0 < turned[9] < 0.6
