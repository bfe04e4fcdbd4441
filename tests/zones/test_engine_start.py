"""When a narration starts by itself, and when it does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import MOMENT, Visitor, told, walk
from zones.evidence import AMBLE
from zones.model import Cue, Fix, Gap
from zones.profiles import PROFILES
from zones.units import Millis

ROOMS = told(floor_plan("A B . C", cell=5.0), seconds=60)
"""Rooms of 5 m: A from x 0 to 5, B beside it from 5 to 10, a corridor, and C from 15 to 20."""

PERIODS = (0.5, 1.0, 2.0, 5.0)


class TestDwell:
    def test_whoever_stops_hears(self) -> None:
        """Two seconds after they have come to stand in a room its narration begins."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(3)

        assert visitor.heard == ["start A"]
        assert visitor.times == [2.0]
        assert visitor.said == ("start", "dwell_met")

    def test_swaying_on_an_edge_starts_once(self) -> None:
        """A visitor who sways across an edge hears the narration once."""
        hall = floor_plan("""
            . . A A A
            . . A A A
        """)

        assert walk(hall, y=1.0, xs=[3.0, 1.8, 2.2, 1.8, 2.2], every=1.0) == ["start A"]

    @pytest.mark.parametrize("every", PERIODS)
    @pytest.mark.parametrize("profile", ["uwb", "exact"])
    @pytest.mark.parametrize("late", [0.0, 0.2, 0.4, 0.6, 0.8])
    def test_passer_by_hears_nothing(self, profile: str, every: float, late: float) -> None:
        """Who walks through a room of 5 m starts nothing, however often and whenever the handheld polls."""
        visitor = Visitor(ROOMS, x=-6, y=2.5, profile=profile, every=every)

        visitor.stands(late * every).walks(26)

        assert visitor.heard == []

    @pytest.mark.parametrize("accuracy", [0.05, 0.3, 0.6, 1.0])
    @pytest.mark.parametrize("profile", ["uwb", "exact"])
    def test_poor_accuracy_does_not_make_a_passer_by_a_listener(self, profile: str, accuracy: float) -> None:
        """The larger the stated error, the less a walk looks like standing still."""
        visitor = Visitor(ROOMS, x=-6, y=2.5, profile=profile, every=0.5, accuracy=accuracy)

        assert visitor.walks(26).heard == []

    def test_passing_by_is_on_record(self) -> None:
        """Staff can read that a visitor went through A, B and C without stopping."""
        visitor = Visitor(ROOMS, x=-6, y=2.5).walks(30)

        assert visitor.records == ["A passing_by", "B passing_by", "C passing_by"]
        assert "passing_by" in visitor.reasons

    def test_who_ambles_about_in_a_room_hears_it(self) -> None:
        """A visitor who never stands still, but stays a dozen times the dwell, has come for the exhibit."""
        visitor = Visitor(ROOMS, x=1, y=1)

        for _ in range(3):
            visitor.walks(4, 1).walks(4, 4).walks(1, 4).walks(1, 1)

        assert visitor.heard[0] == "start A"
        assert visitor.times[0] == pytest.approx(AMBLE * PROFILES["uwb"].dwell, abs=2)

    def test_waiting_outside_the_door_starts_nothing(self) -> None:
        """A metre before the door is not in the room, however long one waits there."""
        visitor = Visitor(ROOMS, x=11, y=2.5).stands(60)

        assert visitor.heard == []
        assert visitor.said == ("none", "outside")

    def test_every_second_of_the_dwell_says_so(self) -> None:
        """Before the start the answer says that the dwell is not met, and how much of it is."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(2)

        (seen,) = visitor.last.evidence
        assert visitor.said == ("none", "dwell_pending")
        assert (seen.zone, seen.inside_m, seen.dwell_s, seen.needed_s) == ("A", 2.5, 1.0, 2.0)
        assert seen.held_by == "dwell_pending"

    def test_zone_may_ask_for_a_longer_dwell(self) -> None:
        """A zone with a dwell of 6 s of its own starts after 6 s."""
        hall = floor_plan("A", cell=5.0, A={"rules": {"dwell": 6.0}})

        assert Visitor(hall, x=2.5, y=2.5).stands(9).times == [6.0]

    def test_held_to_a_code(self) -> None:
        """Who holds the handheld to the code of an exhibit need not wait."""
        visitor = Visitor(ROOMS, x=17, y=2.5)

        visitor.sends(Fix(MOMENT, 17.5, 2.5, "ground", zone="C", deliberate=True))

        assert visitor.heard == ["start C"]

    def test_held_to_a_code_on_the_way_through(self) -> None:
        """The code counts even where the visitor had been walking a moment before."""
        visitor = Visitor(ROOMS, x=-4, y=2.5).walks(2.4)

        visitor.sends(Fix(visitor.now, 2.5, 2.5, "ground", zone="A", deliberate=True))

        assert visitor.heard == ["start A"]

    def test_beacon_needs_its_dwell(self) -> None:
        """A beacon that is merely heard is a place, not a wish: the dwell applies."""
        visitor = Visitor(ROOMS, profile="beacon")
        for second in range(7):
            at = Millis(MOMENT + 1000 * second)
            visitor.sends(Fix(at, 17.5, 2.5, "ground", zone="C"))

        assert (visitor.heard, visitor.times) == (["start C"], [5.0])

    @pytest.mark.parametrize("every", PERIODS)
    def test_poll_period_hardly_matters(self, every: float) -> None:
        """Slow polling costs two periods at most, beside the dwell and the few seconds until the average rests."""
        visitor = Visitor(ROOMS, x=-6, y=2.5, every=every).walks(2.5).stands(30)

        arrival = 8.5 / 1.2
        assert visitor.heard == ["start A"]
        assert visitor.times[0] <= arrival + 2.0 + 3.0 + 2 * every


class TestWhichOfSeveral:
    NESTED = """
        A A A A A A
        A A A A A A
        A A A A A A
        A A A A A A
    """
    INNER = """
        . . . . . .
        . . B B . .
        . . B B . .
        . . . . . .
    """

    def test_nested_zone_wins(self) -> None:
        """Before the glass case in the middle of a hall one hears the case; a few steps off, the hall."""
        hall = told(floor_plan(self.NESTED, self.INNER), seconds=20)
        visitor = Visitor(hall, x=3, y=2).stands(30)
        assert visitor.heard == ["start B", "stop B"]
        visitor.walks(0.8, 0.8).stands(12)

        assert visitor.heard == ["start B", "stop B", "start A"]

    @pytest.mark.parametrize(
        ("options", "first", "loser"),
        [
            ({"A": {"priority": 1}}, "A", "B lost_to_priority"),
            ({"B": {"priority": 1}}, "B", "A lost_to_priority"),
            ({}, "B", "A lost_to_nearer"),
        ],
        ids=["the hall has priority", "the case has priority", "neither"],
    )
    def test_priority_goes_before_size(self, options: Mapping[str, Any], first: str, loser: str) -> None:
        """Priority decides before the smaller zone does, and the loser's record says which it was."""
        hall = told(floor_plan(self.NESTED, self.INNER, **options))
        visitor = Visitor(hall, x=3, y=2).stands(4)

        assert visitor.heard == [f"start {first}"]
        assert visitor.records[0] == loser

    def test_unheard_goes_before_begun(self) -> None:
        """Of two exhibits in one place, the one never begun comes first."""
        hall = told(floor_plan(self.NESTED, self.INNER), seconds=60)
        visitor = Visitor(hall, x=0.5, y=0.5).stands(1)
        visitor.presses("play", "B")
        visitor.stands(20)
        visitor.presses("play", "A")
        visitor.presses("stop")
        visitor.appears(3, 2).stands(9)

        assert visitor.heard[-1] == "resume B"

    def test_equal_in_all_goes_by_name(self) -> None:
        """Two zones drawn over each other: the same one starts every time, by its id."""
        hall = told(floor_plan("D D", "C C", cell=3.0))

        assert Visitor(hall, x=3, y=1.5).stands(4).heard == ["start C"]

    def test_what_waits_goes_first(self) -> None:
        """The exhibit that was shown as next is next, though the other one's zone is smaller."""
        hall = told(floor_plan("A A B B . .", ". . . C C C", cell=3.0), seconds=20)
        visitor = Visitor(hall, x=3, y=1.5).stands(3).walks(10.5).stands(5)

        assert visitor.next == "C"
        assert visitor.stands(15).heard == ["start A", "stop A", "start C"]


class TestNeverByItself:
    def test_manual_zone_waits_for_its_number(self) -> None:
        """A zone of mode `manual` stays silent until its number is typed."""
        hall = told(floor_plan("A", cell=5.0, A={"mode": "manual"}))
        visitor = Visitor(hall, x=2.5, y=2.5).stands(10)

        assert (visitor.heard, visitor.said) == ([], ("none", "manual_only"))
        visitor.presses("play", "A")
        assert visitor.heard == ["start A"]

    def test_notice_zone_tells_and_stays_silent(self) -> None:
        """Before the planetarium a notice says once that it is loud; nothing plays."""
        loud = Cue("track-A", Millis(60_000), notices=("loudness",))
        hall = told(floor_plan("A", cell=5.0, A={"mode": "notice"}), A=loud)
        visitor = Visitor(hall, x=2.5, y=2.5).stands(60)

        assert (visitor.heard, visitor.notices) == ([], ["loudness A"])

    def test_exhibit_without_anything_recorded(self) -> None:
        """A zone whose exhibit has nothing at all in the programme is as good as floor."""
        visitor = Visitor(told(ROOMS, A=None), x=2.5, y=2.5).stands(10)

        assert (visitor.heard, visitor.said, visitor.records) == ([], ("none", "dwell_pending"), [])

    def test_zone_without_an_exhibit(self) -> None:
        """A zone that triggers nothing, a cloakroom say, starts nothing."""
        hall = floor_plan("A", cell=5.0, A={"exhibit": None}).for_visit({})

        assert Visitor(hall, x=2.5, y=2.5).stands(10).heard == []


class TestGaps:
    def test_gap_is_told_once(self) -> None:
        """Nothing in the visitor's language: one notice at the dwell, then silence, and one record."""
        visitor = Visitor(told(ROOMS, A=Gap()), x=2.5, y=2.5).stands(30)

        assert visitor.heard == []
        assert visitor.notices == ["language_gap A"]
        assert visitor.records == ["A gap_in_language"]
        assert visitor.said == ("none", "gap_in_language")

    def test_gap_is_told_again_after_the_cool_down(self) -> None:
        """Who comes back after ten minutes is told again; who comes back after one is not."""
        visitor = Visitor(told(ROOMS, A=Gap()), x=2.5, y=2.5).stands(5)
        visitor.walks(12.5).stands(60).walks(2.5).stands(5)
        assert visitor.notices == ["language_gap A"]

        visitor.walks(12.5).stands(600).walks(2.5).stands(5)
        assert visitor.notices == ["language_gap A", "language_gap A"]

    def test_passer_by_is_told_nothing(self) -> None:
        """The notice of a gap needs the same dwell as a narration."""
        assert Visitor(told(ROOMS, A=Gap()), x=-6, y=2.5).walks(12.5).notices == []

    def test_gap_does_not_block_its_neighbour(self) -> None:
        """Where a gap lies over an exhibit that can be heard, that one is heard."""
        hall = told(floor_plan("A A A", ". B .", cell=3.0, B={"priority": 1}), B=Gap())
        visitor = Visitor(hall, x=4.5, y=1.5).stands(5)

        assert (visitor.heard, visitor.notices) == (["start A"], ["language_gap B"])

    def test_gap_never_interrupts(self) -> None:
        """A gap of higher priority in the next room tells its notice, and the narration goes on."""
        hall = told(floor_plan("A B", cell=5.0, B={"priority": 5}), B=Gap())
        visitor = Visitor(hall, x=2.5, y=2.5).stands(5).walks(7.5).stands(90)

        assert visitor.heard == ["start A", "stop A"]
        assert (visitor.next, visitor.notices) == (None, ["language_gap B"])

    def test_typing_the_number_of_a_gap(self) -> None:
        """Typing the number of an exhibit with nothing to hear says so, and leaves the narration alone."""
        visitor = Visitor(told(ROOMS, B=Gap()), x=2.5, y=2.5).stands(5)

        visitor.presses("play", "B")

        assert visitor.said == ("continue", "gap_in_language")
        assert (visitor.playing, visitor.notices) == ("A", ["language_gap B"])

    def test_fallback_is_announced_once(self) -> None:
        """That it is spoken in another language is said at the first start, not when it goes on later."""
        french = Cue("track-A", Millis(60_000), (20_000, 40_000), notices=("fallback",))
        visitor = Visitor(told(ROOMS, A=french), x=2.5, y=2.5).stands(30)
        visitor.presses("play", "C")
        visitor.walks(17.5).stands(660).walks(2.5).stands(10)

        assert visitor.heard[:2] + visitor.heard[-1:] == ["start A", "switch C", "resume A"]
        assert visitor.notices == ["fallback A"]
