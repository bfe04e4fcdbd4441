"""Where the visitor is: probabilities, dwell, rest, and the average place."""

from math import ceil, cos, pi, sin
from typing import Final

import pytest

from tests.zones.plans import GROUND, floor_plan
from tests.zones.walks import MOMENT, Visitor, standing, told
from zones.admission import WALKING_LIMIT, sigma
from zones.attention import containment
from zones.engine import replay
from zones.evidence import dwell_ms
from zones.model import Fix
from zones.profiles import PROFILES
from zones.state import Presence, Whereabouts
from zones.tracking import whereabouts
from zones.units import Millis

UWB: Final = PROFILES["uwb"]
ROOMS: Final = told(floor_plan("A B", cell=5.0), seconds=60)


def fix(seconds: float, x: float, y: float = 0.0, level: str = GROUND) -> Fix:
    """A fix so many seconds into the visit."""
    return Fix(Millis(MOMENT + round(seconds * 1000)), x, y, level)


def followed(*fixes: Fix) -> Whereabouts:
    """Where the visitor is after those fixes."""
    where: Whereabouts | None = None
    for each in fixes:
        where = whereabouts(where, each, sigma(each, UWB), UWB)
    assert where is not None
    return where


def inside(visitor: Visitor) -> list[str]:
    """The zones that the visitor is in, or has not quite left."""
    return [each.zone for each in visitor.state.presences]


class TestContainment:
    @pytest.mark.parametrize(
        ("depth", "error", "probability"),
        [
            (0.0, 0.3, 0.5),
            (0.3, 0.3, 0.8413),
            (-0.3, 0.3, 0.1587),
            (5.0, 0.3, 1.0),
            (-5.0, 0.3, 0.0),
            (2.0, 2.0, 0.8413),
            (1e300, 0.001, 1.0),
        ],
    )
    def test_straight_border(self, depth: float, error: float, probability: float) -> None:
        """One σ inside a straight wall is five times in six inside."""
        assert containment(depth, error) == pytest.approx(probability, abs=1e-4)


class TestAverage:
    def test_follows_in_seconds(self) -> None:
        """A step of 0.4 m is made up by four fifths and more in 1.5 s and nearly all in 6 s, at any poll period."""
        for every in (0.1, 0.5, 1.5):
            after = {
                seconds: followed(
                    fix(0, 0), *(fix(every * number, 0.4) for number in range(1, round(seconds / every) + 1))
                ).mean_x
                for seconds in (1.5, 3, 6)
            }

            assert after[1.5] == pytest.approx(0.35, abs=0.04)
            assert after[3] == pytest.approx(0.37, abs=0.02)
            assert after[6] == pytest.approx(0.39, abs=0.01)

    def test_three_hundred_fixes_a_second(self) -> None:
        """Tiny steps add up: rounding does not hold the average back."""
        where = followed(fix(0, 0), *(fix(number / 300, 0.4) for number in range(1, 9000)))

        assert where.mean_x == pytest.approx(0.4, abs=0.01)

    @pytest.mark.parametrize("profile", ["uwb", "wifi-rtt", "ble"])
    @pytest.mark.parametrize("metres", [1.5, 3, 6, 10, 20])
    def test_who_was_lost_is_found(self, profile: str, metres: float) -> None:
        """After a minute in one place and some seconds of silence, whoever has gone far is found within seven fixes.

        By the Gaussian likelihood they were not found for minutes: the narrower guess fitted a far place better.
        """
        rules = PROFILES[profile]
        error = rules.default_sigma
        silent = max(1, ceil((metres - 3 * error) / WALKING_LIMIT))
        where = None
        for second in range(60):
            where = whereabouts(where, fix(second, 0.1 * error * (-1) ** second), error, rules)
        for second in range(7):
            near_by = metres + 0.1 * error * (-1) ** second
            where = whereabouts(where, fix(59 + silent + second, near_by), error, rules)

        assert where is not None
        assert where.mean_x == pytest.approx(metres, abs=max(0.5, error))

    @pytest.mark.parametrize(
        "others",
        [[fix(n, 3, level="other") for n in (1, 2, 3)], [fix(11, 3)], [fix(n, 30) for n in (1, 2, 3)]],
        ids=["another level", "a blackout", "far away"],
    )
    def test_begins_anew(self, others: list[Fix]) -> None:
        """On another level, after a blackout, or far away, the average begins where the visitor is."""
        tower = floor_plan({GROUND: "A B", "other": "C D"}, cell=5.0)
        state, _ = replay([fix(0, 0), *others], tower, UWB)

        assert state.where is not None
        assert (state.where.mean_x, state.where.level) == (others[-1].x, others[-1].level)

    def test_no_smoothing(self) -> None:
        """Fixes in quick succession share the weight of one, but for a smoothing time of nought: each counts."""
        rules = UWB.with_overrides({"smoothing": 0})
        before = followed(fix(0, 0))

        alone, shared = (whereabouts(before, fix(0.5, 1), UWB.default_sigma, each) for each in (rules, UWB))
        assert alone.mean_x > shared.mean_x + 0.1


class TestRest:
    def test_standing_and_swaying(self) -> None:
        """Somebody who sways by half a metre is at rest from the second fix on."""
        swaying = [fix(second, 0.5 * (second % 2)) for second in range(20)]

        assert followed(*swaying).rest_since == MOMENT + 1000

    def test_walking(self) -> None:
        """Somebody who walks is never at rest for as long as a dwell."""
        walk = [fix(0.5 * number, 0.6 * number) for number in range(40)]
        for count in range(1, 40):
            where = followed(*walk[:count])
            assert where.at - where.rest_since < UWB.dwell * 1000


class TestDwell:
    def presence(self, inside: float) -> Presence:
        """Somebody who has been in A for so many seconds, from its door at 0 on."""
        return Presence("A", MOMENT, 0.0, 0.0, 1.0, inside_ms=round(inside * 1000))

    def test_rest_in_the_zone(self) -> None:
        """The dwell is the rest, but no longer than the time in the zone."""
        here = standing(Millis(MOMENT + 9000), 8, 0, Millis(MOMENT + 6000))

        assert dwell_ms(self.presence(9), here) == 3000
        assert dwell_ms(self.presence(1), here) == 1000

    def test_a_quarter_of_a_stay(self) -> None:
        """Who has been about in the zone for 8 s has dwelt 2 s, unless it was a way through."""
        moment = Millis(MOMENT + 8000)
        about = standing(moment, 2.5, 0, moment)
        through = standing(moment, 9, 0, moment)

        assert dwell_ms(self.presence(8), about) == 2000
        assert dwell_ms(self.presence(8), through) == 0

    def test_time_outside_does_not_count(self) -> None:
        """Three seconds before the door between two looks into the room are no dwell."""
        visitor = Visitor(ROOMS, x=0.5, y=2.5)
        for x in (0.5, -1.2, -1.2, -1.2, 0.5):
            visitor.appears(x, 2.5).polls()

        assert visitor.heard == []

    def test_looking_in_again_and_again(self) -> None:
        """Who stands before the door and leans in now and then hears nothing."""
        visitor = Visitor(ROOMS, x=-0.8, y=2.5)
        for second in range(60):
            visitor.appears(0.3 if second % 5 == 0 else -0.8, 2.5).polls()

        assert visitor.heard == []


class TestPresence:
    def test_entry_needs_more_than_staying(self) -> None:
        """Four in five to come in, one in five to stay in, and three seconds under that to be out."""
        visitor = Visitor(ROOMS, x=-0.2, y=2.5).stands(5)
        assert inside(visitor) == []
        visitor.appears(0.5, 2.5).stands(3)
        assert inside(visitor) == ["A"]
        visitor.appears(-0.2, 2.5).stands(9)
        assert inside(visitor) == ["A"]
        visitor.appears(-1.0, 2.5).stands(3)
        assert inside(visitor) == ["A"]
        visitor.stands(3)
        assert inside(visitor) == []

    @pytest.mark.parametrize("accuracy", [0.4, 1.0, 3.0])
    def test_outside_is_outside(self, accuracy: float) -> None:
        """Half a metre inside is in with any error that counts, and who stands outside starts nothing with none."""
        assert Visitor(ROOMS, x=0.5, y=2.5, accuracy=accuracy).stands(15).heard == ["start A"]
        assert Visitor(ROOMS, x=-0.3, y=2.5, accuracy=accuracy).stands(60).heard == []

    def test_round_zone(self) -> None:
        """Walking round and round in the middle of a room is being in it."""
        visitor = Visitor(ROOMS, x=3.5, y=2.5)
        for turn in range(1, 97):
            visitor.walks(2.5 + cos(turn * pi / 6), 2.5 + sin(turn * pi / 6))

        assert visitor.heard == ["start A"]
