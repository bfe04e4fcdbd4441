"""The odd cases: radios that fall silent, clocks that jump, handhelds that flood, layouts that change."""

from typing import Final

import pytest

from tests.zones.plans import GROUND, floor_plan
from tests.zones.walks import MOMENT, Visitor, told
from zones.model import Fix, Layout, Tick
from zones.units import Millis

ROOMS: Final = told(floor_plan("A B . C", cell=5.0), seconds=60)


def listener(hall: Layout = ROOMS, every: float = 1.0) -> Visitor:
    """Somebody who listens to A."""
    return Visitor(hall, x=2.5, y=2.5, every=every).stands(5)


def test_what_a_step_makes_is_whole() -> None:
    """States and decisions are made without the constructors that count their fields; none is missing."""
    visitor = listener()
    state, decision = visitor.state, visitor.decisions[-1]

    made = (state, state.where, state.narration, *state.presences, decision, *decision.evidence)

    assert all(each is not None and type(each)(*each) == each for each in made)


class TestRadioSilence:
    def test_blackout_of_twenty_seconds(self) -> None:
        """Twenty seconds without positions: the narration goes on, and on afterwards."""
        visitor = listener().waits(20).stands(60)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.times[1] - visitor.times[0] == 60
        assert "radio_silence" in visitor.reasons

    def test_nothing_arrives_at_all(self) -> None:
        """Nor does it matter whether the handheld ticks meanwhile."""
        assert listener().waits(20, ticking=False).stands(60).heard == ["start A", "stop A"]

    def test_end_in_the_dark(self) -> None:
        """The narration goes to its own end without positions, and then there is silence."""
        visitor = listener().waits(120)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.said == ("none", "radio_silence")

    def test_next_does_not_start_in_the_dark(self) -> None:
        """When A ends nobody knows where the visitor is: B is not started, and not promised any more."""
        visitor = listener().walks(5.8).stands(7)
        assert visitor.next == "B"
        visitor.waits(80)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.next is None

    def test_no_dwell_in_the_dark(self) -> None:
        """One fix in A and then silence is no dwell."""
        assert Visitor(ROOMS, x=2.5, y=2.5).stands(1).waits(30).heard == []

    def test_dwell_begins_anew_after_the_dark(self) -> None:
        """Before and after a blackout in A are two arrivals: the second needs its own dwell."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(1).waits(20)
        visitor.polls()
        assert visitor.said == ("none", "dwell_pending")
        visitor.stands(2)
        assert visitor.heard == []
        visitor.stands(2)

        assert visitor.heard == ["start A"]

    def test_fade_runs_out_in_the_dark(self) -> None:
        """The radio falls silent during a fade: B begins if that was a moment ago, else there is silence."""
        soon = listener(told(ROOMS, seconds=80, sentence=4)).walks(7.5)
        while soon.polls().fade_at_ms is None:
            pass
        assert soon.waits(6).heard == ["start A", "switch B"]

        late = listener(told(ROOMS, seconds=80, sentence=40)).walks(7.5)
        while late.polls().fade_at_ms is None:
            pass
        assert late.waits(40).heard == ["start A", "stop A"]

    def test_handheld_that_polls_more_slowly_than_the_radio_gap(self) -> None:
        """With a poll in 20 s nobody can be seen to stay: numbers still work."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5, every=20.0).stands(200)
        assert visitor.heard == []
        visitor.presses("play", "A")

        assert visitor.heard == ["start A"]


class TestClocks:
    def test_burst_of_late_fixes(self) -> None:
        """Ten old fixes in B at once change nothing: they are told apart by their times."""
        visitor = listener()
        for second in range(10):
            visitor.sends(Fix(Millis(MOMENT + 100 * second), 7.5, 2.5, GROUND))

        assert visitor.said == ("continue", "out_of_order")
        assert visitor.stands(60).heard == ["start A", "stop A"]

    def test_clock_that_jumps_back(self) -> None:
        """A clock set back by an hour stops nothing and starts nothing until it has caught up."""
        visitor = listener()
        for second in range(100):
            visitor.sends(Fix(Millis(MOMENT - 3_600_000 + 1000 * second), 7.5, 2.5, GROUND))

        assert visitor.heard == ["start A"]
        assert visitor.last.at == MOMENT + 4000

    def test_clock_that_jumps_ahead(self) -> None:
        """A clock set ahead by an hour: the narration is over, and nothing is invented."""
        visitor = listener()
        visitor.sends(Fix(Millis(MOMENT + 3_600_000), 7.5, 2.5, GROUND))

        assert visitor.heard == ["start A", "stop A"]

    def test_visit_at_the_beginning_of_time(self) -> None:
        """A simulated visit may live in any time, 1970 included: what was cut at 0 ms is armed again too."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5, now=Millis(0), due=Millis(0))
        visitor.presses("play", "A")
        visitor.presses("skip")
        visitor.stands(5).walks(12.5).stands(600).walks(2.5).stands(5)

        assert [each.action for each in visitor.decisions if each.changes] == ["start", "stop", "start"]

    def test_three_hundred_fixes_in_a_second(self) -> None:
        """A handheld gone wild: it hears half a second later than others, and departs as soon at 60."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5, every=1 / 300).stands(4)
        assert visitor.heard == ["start A"]
        assert visitor.times[0] == pytest.approx(2.6, abs=0.2)

        visitor.every = 1 / 60
        visitor.walks(7.5).stands(20)
        assert visitor.heard == ["start A", "switch B"]
        slow = Visitor(ROOMS, x=2.5, y=2.5).stands(4).walks(7.5).stands(20)
        assert visitor.times[1] == pytest.approx(slow.times[1], abs=2)

    def test_three_hundred_fixes_at_one_moment(self) -> None:
        """Three hundred fixes with one time are one fix."""
        visitor = listener()
        for number in range(300):
            visitor.sends(Fix(Millis(MOMENT + 5000), 2.5 + number / 1000, 2.5, GROUND))

        assert visitor.said == ("continue", "out_of_order")
        assert visitor.records == ["out_of_order"]

    def test_slow_poller(self) -> None:
        """With a poll in five seconds the whole walk comes out as it should."""
        visitor = Visitor(ROOMS, x=-6, y=2.5, every=5.0)
        visitor.walks(2.5).stands(30).walks(4).walks(6).walks(3).stands(20).walks(7.5).stands(75)

        assert visitor.heard[:2] in (["start A", "stop A"], ["start A", "switch B"])
        assert visitor.heard[-1] == "stop B"

    def test_two_readings_at_one_moment(self) -> None:
        """A tick at the moment of the last fix changes nothing."""
        visitor = listener()
        before = visitor.state
        visitor.sends(Tick(Millis(MOMENT + 4000)))

        assert visitor.state == before


class TestBorders:
    @pytest.mark.parametrize(("x", "y"), [(0.0, 2.5), (2.5, 0.0), (0.0, 0.0), (2.5, 5.0)])
    def test_fix_exactly_on_a_border(self, x: float, y: float) -> None:
        """On the border one is as much out as in: nothing starts."""
        assert Visitor(ROOMS, x=x, y=y).stands(30).heard == []

    def test_onto_the_border_while_listening(self) -> None:
        """Stepping back onto the border while listening is not leaving."""
        visitor = listener().walks(2.5, 0).stands(40)

        assert visitor.heard == ["start A"]
        assert [each.zone for each in visitor.state.presences] == ["A"]

    def test_hole_in_a_zone(self) -> None:
        """In the light well of a gallery one is not in the gallery."""
        gallery = told(
            floor_plan("""
                A A A A A
                A . . . A
                A . . . A
                A . . . A
                A A A A A
            """),
            seconds=60,
        )
        assert Visitor(gallery, x=2.5, y=2.5).stands(30).heard == []
        assert Visitor(gallery, x=0.5, y=2.5).stands(30).heard == ["start A"]

    def test_zone_in_two_parts(self) -> None:
        """From one half of a zone to the other, across the corridor between, is no departure."""
        hall = told(floor_plan("A . A B", cell=4.0), seconds=60)
        visitor = Visitor(hall, x=2, y=2).stands(5).walks(10, 2).stands(30)

        assert visitor.heard == ["start A"]

    def test_two_zones_of_one_exhibit(self) -> None:
        """An exhibit with two zones is one exhibit: moving over to the other one is no departure."""
        hall = floor_plan("A C B", cell=4.0, B={"exhibit": "A"})
        visitor = Visitor(told(hall, seconds=60), x=2, y=2).stands(5).walks(10, 2).stands(30)

        assert visitor.heard == ["start A"]
        assert visitor.stands(40).heard == ["start A", "stop A"]

    def test_two_zones_of_what_waits(self) -> None:
        """What waits goes on waiting when the visitor moves over to its other zone."""
        hall = floor_plan("A B C", cell=3.0, C={"exhibit": "B"}, A={"rules": {"exit_delay": 60.0}})
        visitor = Visitor(told(hall, seconds=40), x=1.5, y=1.5).stands(5).walks(4.5).stands(4)
        visitor.walks(7.5).stands(40)

        assert visitor.heard == ["start A", "stop A", "start B"]
        assert [each.reason for each in visitor.decisions].count("queued") == 1


class TestLayoutsThatChange:
    EMPTY: Final = floor_plan(". . X", cell=40.0).for_visit({})

    def test_zone_deleted_while_it_plays(self) -> None:
        """A release without the zone of what is on: it goes on to its end, wherever the visitor stands."""
        visitor = listener()
        visitor.hall = told(floor_plan("D B . C", cell=5.0, D={"mode": "manual"}), seconds=60)
        visitor.walks(7.5).stands(70)

        assert visitor.heard == ["start A", "stop A", "start B"]

    def test_everything_deleted(self) -> None:
        """Even an empty release lets it finish."""
        visitor = listener()
        visitor.hall = self.EMPTY

        assert visitor.stands(80).heard == ["start A", "stop A"]
        assert visitor.open_episodes == {}

    def test_exhibit_gone_from_the_programme(self) -> None:
        """The zone is there, the exhibit has nothing to hear any more: it goes on, and is not begun again."""
        visitor = listener()
        visitor.hall = told(ROOMS, A=None)

        assert visitor.stands(80).heard == ["start A", "stop A"]

    def test_what_waited_is_deleted(self) -> None:
        """What is shown as next and then deleted is dropped."""
        visitor = listener().walks(6.5).stands(4)
        assert visitor.next == "B"
        visitor.hall = told(floor_plan("A . . C", cell=5.0), seconds=60)
        visitor.polls()

        assert visitor.next is None

    def test_what_was_offered_is_deleted(self) -> None:
        """An offer of an exhibit that is gone is withdrawn."""
        visitor = Visitor(told(floor_plan("A", cell=5.0, A={"mode": "offer"})), x=2.5, y=2.5).stands(5)
        visitor.hall = self.EMPTY
        visitor.polls()

        assert visitor.offer is None

    def test_zone_moves_away(self) -> None:
        """A zone that is drawn elsewhere in the new release has not been left by who stands where they stood."""
        visitor = listener()
        visitor.hall = told(floor_plan("B . . A", cell=5.0), seconds=60)

        assert visitor.stands(30).heard == ["start A"]
        assert visitor.stands(60).heard == ["start A", "stop A", "start B"]

    def test_level_that_is_gone(self) -> None:
        """A release without the level on which the visitor was last seen."""
        visitor = listener()
        visitor.hall = told(floor_plan({"other": "E F"}, cell=5.0), seconds=60)
        visitor.level = "other"
        visitor.stands(4).stands(70)

        assert visitor.heard == ["start A", "stop A", "start E"]

    def test_narration_changes_its_length(self) -> None:
        """A new recording in the new release is heard from the next start on, not in the middle."""
        visitor = listener()
        visitor.hall = told(ROOMS, seconds=20)

        visitor.stands(70)
        assert visitor.times[1] - visitor.times[0] == 60
