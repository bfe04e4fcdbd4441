"""Where a listener stands, which departures are measured from, and who is only just setting off when a start is due."""

from math import exp, hypot

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.departure import SPOT_MS
from zones.profiles import PROFILES
from zones.state import Narration

PERIODS = (0.5, 1.0, 2.0, 5.0)
UWB = PROFILES["uwb"]
SPOT_S = SPOT_MS / 1000

ROOMS = told(
    floor_plan(
        """
        A A A A A B B B B B
        A A A A A B B B B B
        A A A A A B B B B B
        A A A A A B B B B B
        """,
        cell=2.0,
    ),
    seconds=300,
)
"""Rooms of 10 m: A from x 0 to 10, B beside it from 10 to 20, both 8 m deep; their narrations outlast the tests."""


def listener(x: float = 4.0, every: float = 1.0) -> Visitor:
    """Somebody who has been listening to A since they came to stand there."""
    return Visitor(ROOMS, x=x, y=4.0, every=every).stands(max(8.0, 3 * every))


def narration(visitor: Visitor) -> Narration:
    """What is on."""
    assert visitor.state.narration is not None
    return visitor.state.narration


def until_the_fade(visitor: Visitor) -> float:
    """Seconds of standing there until a fade is announced."""
    for seconds in range(90):
        if visitor.polls().fade_at_ms is not None:
            return seconds
    raise AssertionError(visitor.heard)


class TestSpot:
    """The spot of a listener: where they stood when it began, and where they have come to stand since."""

    def test_it_is_where_the_narration_began(self) -> None:
        """Who starts a narration listens to it from there."""
        spot = narration(listener(x=4.0))
        assert (spot.x, spot.y) == pytest.approx((4.0, 4.0), abs=0.1)

    @pytest.mark.parametrize("every", PERIODS)
    @pytest.mark.parametrize("spans", [0.5, 1.0, 2.0, 3.0])
    def test_it_follows_a_step_aside(self, spans: float, every: float) -> None:
        """Who steps aside and stays is followed over the spot's own time, however often the device polls.

        It begins to follow when they are known to stand again, which takes up to two fixes.
        """
        visitor = listener(x=4.0, every=every).walks(6.0, seconds=2.0).stands(spans * SPOT_S)
        behind = 6.0 - narration(visitor).x
        late = 2 * every + 2.0
        assert (
            2.0 * exp(-spans) - 0.2 <= behind <= 2.0 * exp(-max(0.0, spans * SPOT_S - late) / SPOT_S) + 0.05
        )

    @pytest.mark.parametrize("steps", [[(4.5, 4.0)] * 2, [(4.0, 4.5), (4.5, 4.0)], [(3.6, 4.3), (4.4, 3.8)]])
    def test_swaying_moves_it_little(self, steps: list[tuple[float, float]]) -> None:
        """Small steps about a place leave the spot at that place, within their own size."""
        visitor = listener(x=4.0)
        for n in range(30):
            visitor.appears(*steps[n % len(steps)]).polls()
        spot = narration(visitor)
        assert hypot(spot.x - 4.0, spot.y - 4.0) <= 0.55

    @pytest.mark.parametrize("every", [0.5, 1.0, 2.0])
    def test_walking_about_leaves_it(self, every: float) -> None:
        """Who paces up and down the room has not come to stand anywhere else: the spot waits."""
        visitor = listener(x=2.0, every=every)
        before = narration(visitor).x
        for goal in (8.0, 2.0, 8.0, 2.0):
            visitor.walks(goal)
        assert narration(visitor).x == pytest.approx(before, abs=1.0)

    @pytest.mark.parametrize("seconds", [1, 3, 6])
    def test_the_neighbours_ground_is_no_spot(self, seconds: float) -> None:
        """Who looks in at the neighbour's stands there, but listens from where they stood before."""
        visitor = listener(x=8.0)
        before = narration(visitor)
        visitor.walks(12.0).stands(seconds)
        assert (narration(visitor).x, narration(visitor).y) == pytest.approx((before.x, before.y), abs=0.3)

    def test_another_narration_has_its_own(self) -> None:
        """The next narration is heard from where it was begun, not from where the last one was."""
        visitor = listener(x=4.0).walks(15.0).stands(60)
        assert visitor.heard == ["start A", "switch B"]
        assert narration(visitor).x == pytest.approx(15.0, abs=0.5)


class TestDeparture:
    """What the spot is for: a departure is as far as one has gone from it."""

    @pytest.mark.parametrize("goal", [12.0, 13.0])
    def test_who_came_nearer_first_is_waited_for_longer(self, goal: float) -> None:
        """From the far end of a room the neighbour is a long way off; who had come to its border has made one step."""
        far = listener(x=5.0)
        near = listener(x=5.0).walks(9.5).stands(4 * SPOT_S)
        assert narration(near).x == pytest.approx(9.5, abs=0.3)
        waits = [until_the_fade(each.walks(goal)) for each in (far, near)]
        assert waits[0] < waits[1]

    def test_the_further_the_sooner(self) -> None:
        """Ten metres off nothing is waited for but what a start takes anyway; a stride across the border is."""
        waits = [until_the_fade(listener(x=5.0).walks(goal)) for goal in (12.0, 13.0, 14.0, 16.0)]
        assert waits == sorted(waits, reverse=True)
        assert waits[-1] <= UWB.dwell
        assert waits[0] >= waits[-1] + 4

    def test_an_old_rest_is_no_arrival(self) -> None:
        """Who drifts over the border too slowly to be seen walking has been at rest for long, but not there."""
        rules = PROFILES["ble"]
        visitor = Visitor(ROOMS, x=8.0, y=4.0, profile="ble", rules=rules, accuracy=2.5).stands(30)
        for n in range(1, 15):
            visitor.appears(8.0 + 0.3 * n, 4.0).polls()
        where = visitor.state.where
        assert where is not None
        assert where.at - where.rest_since > 2 * 1000 * rules.exit_delay
        assert until_the_fade(visitor) >= 4

    def test_a_step_across_the_border_is_no_departure(self) -> None:
        """Who listened at the border and stands half a metre on, in the neighbour's, goes on listening."""
        visitor = listener(x=5.0).walks(9.7).stands(4 * SPOT_S).walks(10.2).stands(40)
        assert visitor.heard == ["start A"]


class TestSettingOff:
    """Nothing begins for who is just leaving; who has been about for long is not leaving."""

    @pytest.mark.parametrize(
        ("step_m", "heard"),
        [
            pytest.param(0.0, ["start A"], id="stands"),
            pytest.param(0.2, ["start A"], id="sways"),
            pytest.param(1.2, [], id="sets off"),
            pytest.param(2.5, [], id="strides off"),
        ],
    )
    def test_the_fix_that_would_start_it(self, step_m: float, heard: list[str]) -> None:
        """At the moment at which the dwell is met a sway is no matter, but a step away holds the start back."""
        due = Visitor(ROOMS, x=4.0, y=4.0).stands(8).times[0]
        visitor = Visitor(ROOMS, x=4.0, y=4.0).stands(due)
        assert visitor.heard == []
        visitor.appears(4.0 + step_m, 4.0).polls()
        assert visitor.heard == heard

    def test_who_stops_again_hears_it(self) -> None:
        """A start held back by a step comes as soon as the visitor stands again."""
        due = Visitor(ROOMS, x=4.0, y=4.0).stands(8).times[0]
        visitor = Visitor(ROOMS, x=4.0, y=4.0).stands(due).walks(5.2, seconds=1.0).stands(8)
        assert visitor.heard == ["start A"]

    @pytest.mark.parametrize(("step_m", "after"), [(0.8, 5.0), (1.5, 8.0), (2.0, 8.0)])
    def test_to_and_fro_is_about_one_place(self, step_m: float, after: float) -> None:
        """Somebody who steps to and fro between two showcases is at rest between them: they hear it soon.

        A stride of four metres with every poll takes longest to be told from walking.
        """
        room = told(floor_plan("A", cell=12.0), seconds=90)
        visitor = Visitor(room, y=6.0)
        for n in range(10):
            visitor.appears(6.0 + step_m if n % 2 else 6.0 - step_m, 6.0).polls()
        assert visitor.heard == ["start A"]
        assert visitor.times[0] == pytest.approx(after, abs=1.0)
