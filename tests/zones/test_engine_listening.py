"""While a narration is on: the lock, the queue of one, wandering, departures, and what comes after the end."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Gap, Layout
from zones.units import Millis

PERIODS = (0.5, 1.0, 2.0, 5.0)

ROOMS = told(floor_plan("A B . C", cell=5.0), seconds=60)
"""Rooms of 5 m: A from x 0 to 5, B beside it from 5 to 10, a corridor, and C from 15 to 20."""


KEEPER = {"rules": {"exit_delay": 600.0, "tolerance_timeout": 600.0}}
"""The rules of a zone that lets nobody go within ten minutes."""


def keeping(seconds: float) -> Layout:
    """The same rooms, but that A keeps its listeners to the end."""
    return told(floor_plan("A B . C", cell=5.0, A=KEEPER), seconds=seconds)


def listener(**options: Any) -> Visitor:
    """Somebody who has been listening to A for a few seconds, in its middle."""
    fields: dict[str, Any] = {"hall": ROOMS, "x": 2.5, "y": 2.5}
    return Visitor(**(fields | options)).stands(8)


def until_it_fades(visitor: Visitor) -> Visitor:
    """Poll on, in place, until a fade is announced."""
    for _ in range(60):
        if visitor.polls().fade_at_ms is not None:
            return visitor
    raise AssertionError(visitor.heard)


def began_at(visitor: Visitor, exhibit: str) -> float:
    """Seconds into its track at which the exhibit that is on was begun last."""
    narration = visitor.state.narration
    assert narration is not None
    assert narration.exhibit == exhibit
    return (narration.position_ms - (narration.at - narration.started_at)) / 1000


class TestLock:
    def test_neighbour_waits(self) -> None:
        """Settling in the next room while A is on makes B next, and A goes on."""
        visitor = listener().walks(6.5).stands(4)

        assert (visitor.heard, visitor.next) == (["start A"], "B")
        assert ("continue", "queued") in [(each.action, each.reason) for each in visitor.decisions]
        assert visitor.records == ["B narration_playing"]

    @pytest.mark.parametrize("priority", [0, -1])
    def test_equal_or_lower_priority_does_not_interrupt(self, priority: float) -> None:
        """What is not more important than A waits until A is over."""
        hall = told(floor_plan("A A", ". B", cell=5.0, B={"priority": priority}), seconds=60)

        assert listener(hall=hall).walks(7.5).stands(30).heard == ["start A"]

    def test_higher_priority_interrupts(self) -> None:
        """A warning of higher priority cuts in at its dwell; then A goes on at the sentence before."""
        hall = told(floor_plan("A A", ". B", cell=5.0, B={"priority": 1}), seconds=30)
        visitor = listener(hall=hall).walks(7.5).stands(5)

        assert visitor.heard == ["start A", "switch B"]
        assert visitor.next == "A"
        visitor.stands(31)
        assert visitor.heard == ["start A", "switch B", "stop B", "resume A"]
        assert began_at(visitor, "A") % 5 == 0
        cut = visitor.times[1] - visitor.times[0]
        assert cut - 5 <= began_at(visitor, "A") < cut

    @pytest.mark.parametrize("every", PERIODS)
    def test_priority_needs_only_its_dwell(self, every: float) -> None:
        """The interruption comes with the poll at which the dwell is met, not one later."""
        hall = told(floor_plan("A A", ". B", cell=5.0, B={"priority": 1}))
        visitor = listener(hall=hall, every=every).walks(7.5).stands(20)

        start = next(each for each in visitor.decisions if each.action == "switch")
        (evidence,) = [each for each in start.evidence if each.zone == "B"]
        assert evidence.dwell_s < evidence.needed_s + every

    def test_what_the_visitor_asked_for_is_not_interrupted(self) -> None:
        """Priority is the museum's; what was typed is the visitor's."""
        hall = told(floor_plan("A A", ". B", cell=5.0, B={"priority": 1}))
        visitor = Visitor(hall, x=2.5, y=2.5).stands(1)
        visitor.presses("play", "A")

        assert visitor.walks(7.5).stands(30).heard == ["start A"]


class TestNext:
    def test_newest_wins(self) -> None:
        """There is one place: whoever settles in C after B has C as next."""
        hall = told(floor_plan("A B C", cell=3.0), seconds=60)
        visitor = Visitor(hall, x=1.5, y=1.5)
        visitor.presses("play", "A")
        visitor.walks(4.5).stands(8)
        assert visitor.next == "B"
        visitor.walks(7.5).stands(20)
        assert visitor.next == "C"

    def test_dropped_when_left(self) -> None:
        """Going back to A gives up the place of B, once B is really left."""
        visitor = listener().walks(6.5).stands(4)
        assert visitor.next == "B"
        visitor.walks(3).stands(1)
        assert visitor.next == "B"
        visitor.stands(4)

        assert visitor.heard == ["start A"]
        assert visitor.next is None
        assert visitor.open_episodes == {}

    def test_a_stray_fix_does_not_lose_the_place(self) -> None:
        """One fix outside of B does not give up its place."""
        visitor = listener().walks(5.8).stands(4)
        visitor.appears(4.5, 2.5).polls()
        visitor.appears(5.8, 2.5).stands(3)

        assert visitor.next == "B"
        assert [each.reason for each in visitor.decisions].count("queued") == 1

    def test_dropped_after_a_minute(self) -> None:
        """After 60 s the place is given up, with a record."""
        visitor = listener(hall=keeping(200)).walks(5.8).stands(68)

        assert (visitor.next, visitor.reasons.count("queue_expired")) == (None, 1)

    def test_place_is_lost_as_a_button_is_pressed(self) -> None:
        """The minute is over in the same moment in which the visitor pauses: both happen."""
        visitor = listener(hall=keeping(200)).walks(5.8).stands(30)
        assert visitor.state.waiting is not None
        visitor.now = Millis(visitor.state.waiting.since + 60_000)
        visitor.presses("pause")

        assert visitor.said == ("pause", "visitor_asked")
        assert visitor.next is None

    def test_losing_the_place_does_not_reset_the_dwell(self) -> None:
        """Who stood by B all the time hears it right after A, though its place was lost meanwhile."""
        visitor = listener(hall=keeping(100)).walks(5.8).stands(100)

        assert "queue_expired" in visitor.reasons
        assert visitor.heard == ["start A", "stop A", "start B"]
        assert visitor.times[2] - visitor.times[1] <= 2

    def test_place_is_lost_once_in_a_stay(self) -> None:
        """What has waited too long does not queue up again while the visitor stays there."""
        visitor = listener(hall=keeping(300)).walks(5.8).stands(150)

        assert [each.reason for each in visitor.decisions].count("queued") == 1

    @pytest.mark.parametrize(
        "options",
        [{"mode": "manual"}, {"mode": "notice"}],
        ids=["manual", "notice"],
    )
    def test_what_cannot_start_does_not_wait(self, options: Mapping[str, Any]) -> None:
        """Only what could start by itself is shown as next."""
        hall = told(floor_plan("A B", cell=5.0, B=options), seconds=60)

        assert listener(hall=hall).walks(7.5).stands(20).next is None


class TestWandering:
    @pytest.mark.parametrize("every", PERIODS)
    @pytest.mark.parametrize("away", [2.0, 3.0, 4.0])
    def test_into_the_neighbour_and_back(self, away: float, every: float) -> None:
        """A few seconds in the neighbour's zone and back never cut, however often."""
        visitor = listener(hall=told(ROOMS, seconds=85), x=4, every=every)
        for _ in range(5):
            visitor.walks(4 + away).stands(3).walks(4).stands(6)

        assert visitor.heard == ["start A"]

    def test_out_into_the_corridor_and_back(self) -> None:
        """Some metres out of the door and back: the narration goes on."""
        visitor = listener(x=17.5).walks(12).stands(10).walks(17.5).stands(5)

        assert visitor.heard == ["start C"]

    def test_about_in_the_room(self) -> None:
        """Inside the room one may walk as one likes."""
        visitor = listener().walks(0.5, 0.5).walks(4.5, 0.5).walks(4.5, 4.5).walks(0.5, 4.5).walks(2, 2)

        assert visitor.heard == ["start A"]

    def test_standing_on_the_border(self) -> None:
        """Exactly on the border between two rooms the narration that is on stays."""
        visitor = listener().walks(5).stands(50)

        assert visitor.heard == ["start A"]


class TestDeparture:
    @pytest.mark.parametrize("every", PERIODS)
    @pytest.mark.parametrize("profile", ["uwb", "exact"])
    def test_settling_elsewhere_releases(self, profile: str, every: float) -> None:
        """Who has gone over to B and stays there hears A fade at a sentence, then B."""
        visitor = listener(profile=profile, every=every).walks(7.5).stands(25)

        assert visitor.heard == ["start A", "switch B"]
        assert visitor.times[1] <= 8 + 5 / 1.2 + 9.5 + 5 + 3 * every

    @pytest.mark.parametrize("every", PERIODS)
    def test_fade_is_announced_then_switched(self, every: float) -> None:
        """The answer names the sentence gap and the successor; the first poll past the gap switches."""
        visitor = listener(every=every).walks(7.5).stands(25)

        fading = [each for each in visitor.decisions if each.fade_at_ms is not None]
        assert {(each.action, each.reason) for each in fading} == {("continue", "committed_departure")}
        assert {each.exhibit for each in fading} == {"A"}
        assert fading[0].changes
        (fade_at,) = {each.fade_at_ms for each in fading}
        assert fade_at is not None
        assert fade_at % 5000 == 0
        (switch,) = [each for each in visitor.decisions if each.action == "switch"]
        started = visitor.times[0] * 1000 + 1_780_000_000_000
        assert 0 <= switch.at - started - fade_at < every * 1000
        assert (switch.reason, switch.exhibit) == ("committed_departure", "B")

    def test_next_is_the_successor_while_it_fades(self) -> None:
        """While A fades, B is shown as next."""
        visitor = listener().walks(7.5)
        until_it_fades(visitor)

        assert (visitor.playing, visitor.next) == ("A", "B")

    def test_walking_off_releases_nothing(self) -> None:
        """In the corridor, with nothing to hear there, A goes on to its end."""
        visitor = listener().walks(12.5).stands(60)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.times[1] - visitor.times[0] == 60

    @pytest.mark.parametrize(
        ("options", "cue"),
        [
            ({"mode": "manual"}, "same"),
            ({"mode": "notice"}, "same"),
            ({"mode": "offer"}, "same"),
            ({}, "gap"),
            ({}, "nothing"),
        ],
        ids=["manual", "notice", "offer", "gap", "nothing recorded"],
    )
    def test_only_what_could_start_releases(self, options: Mapping[str, Any], cue: str) -> None:
        """Settling where nothing would start by itself leaves A to its end."""
        hall = told(floor_plan("A B", cell=5.0, B=options), seconds=60)
        if cue != "same":
            hall = told(hall, seconds=60, B=Gap() if cue == "gap" else None)

        assert listener(hall=hall).walks(7.5).stands(40).heard == ["start A"]

    def test_what_was_heard_does_not_release(self) -> None:
        """B is known by heart already: standing there does not take A away."""
        visitor = Visitor(ROOMS, x=7.5, y=2.5).stands(63)
        visitor.walks(2.5).stands(5).walks(7.5).stands(30)

        assert visitor.heard == ["start B", "stop B", "start A"]

    def test_coming_back_before_the_fade(self) -> None:
        """Who comes back before the sentence ends keeps the narration."""
        hall = told(floor_plan("A B", cell=5.0), seconds=85, sentence=30)
        visitor = until_it_fades(listener(hall=hall).walks(7.5))
        visitor.walks(2.5).stands(10)

        assert visitor.heard == ["start A"]
        assert visitor.last.fade_at_ms is None

    def test_coming_back_during_the_fade(self) -> None:
        """Who comes back as it fades hears it go on after a breath, from the sentence before the cut."""
        hall = told(floor_plan("A B", cell=5.0), seconds=60, sentence=7)
        visitor = listener(hall=hall).walks(7.5)
        until_it_fades(visitor)
        fade_at = visitor.last.fade_at_ms
        assert fade_at is not None
        while fade_at / 1000 - visitor.position > 1:
            visitor.polls()
        visitor.appears(3.5, 2.5).polls()
        assert visitor.said == ("stop", "committed_departure")
        visitor.stands(9)

        assert visitor.heard == ["start A", "stop A", "resume A"]
        assert began_at(visitor, "A") == fade_at / 1000 - 7

    def test_back_inside_is_back(self) -> None:
        """The first fix back inside A takes the release back, though the average is still in B."""
        visitor = until_it_fades(listener(hall=told(ROOMS, seconds=85, sentence=30)).walks(7.5))
        visitor.appears(4.5, 2.5).polls()

        assert visitor.last.fade_at_ms is None
        assert visitor.last.changes

    @pytest.mark.parametrize("every", [0.5, 1.0])
    @pytest.mark.parametrize("rest", [2.0, 2.5])
    def test_on_the_way_back_as_the_hold_ends(self, rest: float, every: float) -> None:
        """Who is on the way back from B as the five seconds are over is not cut, were it between two words."""
        visitor = listener(hall=told(ROOMS, seconds=60, sentence=1), x=4, every=every)
        visitor.walks(8.5).stands(rest).walks(5.4).stands(1).walks(4).stands(3)

        assert visitor.heard == ["start A"]
        assert all(each.fade_at_ms is None for each in visitor.decisions)

    def test_somewhere_else_during_the_fade(self) -> None:
        """Whoever settles in C while A fades for B hears C."""
        hall = told(floor_plan("A B C", cell=4.0), seconds=85, sentence=40)
        visitor = until_it_fades(listener(hall=hall, x=2, y=2).walks(6).stands(1))
        visitor.walks(10).stands(25)

        assert visitor.heard == ["start A", "switch C"]

    def test_not_in_the_dark(self) -> None:
        """Ticks are no proof of being away: without positions the hold is not fulfilled."""
        visitor = listener().walks(7.5).stands(5)
        assert visitor.next == "B"
        visitor.waits(9)

        assert visitor.heard == ["start A"]
        assert all(each.fade_at_ms is None for each in visitor.decisions)

    def test_back_to_a_near_neighbour(self) -> None:
        """In a tunnel of short zones too, what was cut goes on when the visitor comes back."""
        hall = told(floor_plan("A B", cell=2.0), seconds=80)
        visitor = listener(hall=hall, x=0.7, y=1).walks(3, 1).stands(25).walks(0.7, 1).stands(30)

        assert visitor.heard == ["start A", "switch B", "switch A"]
        assert began_at(visitor, "A") > 0

    def test_leaving_the_successor_during_the_fade(self) -> None:
        """Who sets off from B too before A has faded takes the release back: A goes on, and nothing starts unasked."""
        hall = told(floor_plan("A B . . .", cell=5.0), seconds=85, sentence=34)
        visitor = listener(hall=hall).walks(7.5)
        until_it_fades(visitor)
        visitor.walks(20).stands(20)

        assert visitor.heard == ["start A"]
        assert visitor.last.fade_at_ms is None

    def test_resumes_at_the_sentence_before_the_cut(self) -> None:
        """Back in A after B, A goes on with the sentence that was cut off."""
        visitor = listener().walks(7.5).stands(25)
        fade_at = next(each.fade_at_ms for each in visitor.decisions if each.fade_at_ms)
        visitor.walks(2.5).stands(20)

        assert fade_at is not None
        assert visitor.heard == ["start A", "switch B", "switch A"]
        assert began_at(visitor, "A") == fade_at / 1000 - 5

    @pytest.mark.parametrize(
        ("length", "listened", "heard"),
        [
            (60, 8, ["start A", "switch B"]),
            (28, 8, ["start A", "stop A", "start B"]),
            (110, 93, ["start A", "stop A", "start B"]),
            (110, 70, ["start A", "switch B"]),
        ],
        ids=["a minute", "8 s would be left", "nine tenths are heard", "not quite"],
    )
    def test_nearly_over_is_finished(self, length: float, listened: float, heard: list[str]) -> None:
        """With 8 s or less to go, or nine tenths heard, A is finished although the visitor has gone."""
        visitor = Visitor(told(ROOMS, seconds=length), x=2.5, y=2.5).stands(listened).walks(7.5).stands(30)

        assert visitor.heard == heard

    def test_beacons_cannot_tell_a_departure(self) -> None:
        """With the coarsest profile a narration always finishes."""
        visitor = listener(profile="beacon", accuracy=1.0).walks(17.5).stands(30)

        assert visitor.heard == ["start A"]

    def test_zone_sets_its_own_hold(self) -> None:
        """A zone that asks for 30 s of rest elsewhere holds for as long as its margin makes of them."""
        hall = told(floor_plan("A B", cell=5.0, A={"rules": {"exit_delay": 30.0}}), seconds=80)
        visitor = listener(hall=hall).walks(7.5).stands(12)
        assert visitor.heard == ["start A"]

        assert visitor.stands(33).heard == ["start A", "switch B"]

    def test_zone_sets_its_own_margin(self) -> None:
        """A zone whose listeners stray 5 m keeps them at 4 m."""
        straying = {"rules": {"exit_tolerance": 4.0, "exit_delay": 40.0}}
        hall = told(floor_plan("A B B", cell=5.0, A=straying), seconds=80)

        assert listener(hall=hall).walks(9).stands(30).heard == ["start A"]
        assert listener(hall=hall).walks(14).stands(30).heard == ["start A", "switch B"]

    def test_short_zones(self) -> None:
        """In a tunnel of zones 2 m long, who stays in the middle of the next one is gone."""
        hall = told(floor_plan("A B", cell=2.0), seconds=80)

        assert listener(hall=hall, x=0.7, y=1).walks(3, 1).stands(40).heard == ["start A", "switch B"]

    def test_lingering_just_outside(self) -> None:
        """The nearer to the border, the longer it takes: just outside it half as long again as two metres off."""
        near = listener(hall=told(ROOMS, seconds=300, sentence=1)).walks(5.7).stands(40)
        far = listener(hall=told(ROOMS, seconds=300, sentence=1)).walks(7.0).stands(40)

        assert near.heard == far.heard == ["start A", "switch B"]
        assert near.times[1] - far.times[1] == pytest.approx(0.5 * 1.3 / 2 * 9.5 - 1.3 / 1.2, abs=2)


class TestReviewer:
    """Wandering starts no other recording, which is what visitors complain of elsewhere."""

    @pytest.mark.parametrize("every", [0.5, 1.0, 2.0])
    @pytest.mark.parametrize("late", [0.0, 0.3, 0.6])
    def test_a_look_at_the_next_one(self, every: float, late: float) -> None:
        """Six metres off, well inside the next zone, three seconds and a half of looking, and back: A goes on."""
        hall = told(floor_plan("A B", cell=6.0), seconds=90, sentence=1)
        visitor = Visitor(hall, x=2.0, y=3.0, every=every).stands(8 + late)
        for _ in range(3):
            visitor.walks(8.2, seconds=4).stands(3.5).walks(2.0, seconds=6).stands(4)

        assert visitor.heard == ["start A"]


class TestAfterTheEnd:
    def test_breath_then_next(self) -> None:
        """After the end of A there are two seconds of silence, then B begins."""
        visitor = listener(hall=told(ROOMS, seconds=20)).walks(5.8).stands(25)

        assert visitor.heard == ["start A", "stop A", "start B"]
        assert visitor.times[1:] == [22.0, 24.0]
        assert "breath" in visitor.reasons

    def test_next_needs_the_visitor(self) -> None:
        """Who has left B before A is over does not hear it."""
        visitor = listener(hall=told(ROOMS, seconds=40)).walks(5.8).stands(4).walks(12.5).stands(60)

        assert visitor.heard == ["start A", "stop A"]

    @pytest.mark.parametrize("every", PERIODS)
    def test_end_is_at_the_first_poll_past_it(self, every: float) -> None:
        """Without word from the player, the first poll at or after start + duration says that it is over."""
        visitor = listener(hall=told(ROOMS, seconds=20.3), every=every).stands(30)

        (start, *_), (stop,) = (
            [each.at for each in visitor.decisions if each.action == action] for action in ("start", "stop")
        )
        assert 0 <= stop - start - 20_300 < every * 1000
        (said,) = [each.reason for each in visitor.decisions if each.action == "stop"]
        assert said == "narration_finished"
        assert visitor.playing is None

    def test_breath_counts_from_the_true_end(self) -> None:
        """A handheld learns of the end at 20.3 s at its poll at 21; the breath is over at 22.3 s all the same."""
        visitor = listener(hall=told(ROOMS, seconds=17.3), every=1.5).walks(5.8).stands(15)

        assert visitor.heard == ["start A", "stop A", "start B"]
        assert visitor.times == [3.0, 21.0, 22.5]

    def test_heard_is_heard(self) -> None:
        """What was heard never starts by itself again, after however long."""
        visitor = listener().stands(60).walks(12.5).stands(900).walks(2.5).stands(60)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.said == ("none", "already_heard")

    def test_heard_is_four_fifths_over_all_parts(self) -> None:
        """48 of 60 seconds, in two parts, are heard; then it does not begin a third time."""
        visitor = listener().stands(20)
        visitor.presses("play", "C")
        visitor.presses("stop")
        visitor.stands(5)
        assert visitor.heard[-1] == "resume A"
        visitor.stands(28)
        visitor.presses("play", "C")
        visitor.presses("stop")
        visitor.stands(20)

        assert visitor.heard[-2:] == ["switch C", "stop C"]
        assert visitor.state.memory("A").heard
        assert visitor.said == ("none", "already_heard")
