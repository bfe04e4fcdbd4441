"""The visitor beats the engine: numbers, pause, skip, replay, quiet, languages."""

from typing import Any

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Cue, Gap, Programme
from zones.units import Millis

ROOMS = told(floor_plan("A B . C", cell=5.0), seconds=60)
OFFERS = told(floor_plan("A B . C", cell=5.0, A={"mode": "offer"}), seconds=60)


def listener(**options: Any) -> Visitor:
    """Somebody who has been listening to A for 9 s, in its middle; the narration began 2 s in."""
    fields: dict[str, Any] = {"hall": ROOMS, "x": 2.5, "y": 2.5}
    return Visitor(**(fields | options)).stands(11)


def spoken(**durations: int) -> Programme:
    """A programme in another language: tracks of so many seconds, in sentences of 4 s."""
    return {
        name: Cue(f"french-{name}", Millis(seconds * 1000), tuple(range(4000, seconds * 1000, 4000)))
        for name, seconds in durations.items()
    }


class TestPlay:
    def test_typed_number_cuts_in(self) -> None:
        """Typing C while A is on changes to C at once; C begins at its beginning."""
        visitor = listener()
        visitor.presses("play", "C")

        assert (visitor.said, visitor.playing) == (("switch", "visitor_asked"), "C")
        assert visitor.position == 0

    def test_what_was_cut_goes_on_afterwards(self) -> None:
        """When C is over and the visitor still stands by A, A goes on at its sentence."""
        visitor = listener()
        visitor.presses("play", "C")
        visitor.stands(70)

        assert visitor.heard == ["start A", "switch C", "stop C", "resume A"]

    def test_typed_number_is_never_released(self) -> None:
        """What the visitor asked for goes on wherever the visitor goes."""
        visitor = listener()
        visitor.presses("play", "C")
        visitor.walks(7.5).stands(40)

        assert visitor.heard == ["start A", "switch C"]

    def test_heard_exhibit_may_be_asked_for(self) -> None:
        """Heard once, it may be heard again as often as the visitor likes."""
        visitor = listener().stands(60)
        visitor.presses("play", "A")
        visitor.stands(70)

        assert visitor.heard == ["start A", "stop A", "start A", "stop A"]

    def test_the_number_of_what_is_on(self) -> None:
        """Typing the number of what is on makes it the visitor's own: it is not released any more."""
        visitor = listener()
        visitor.presses("play", "A")
        assert visitor.said == ("continue", "visitor_asked")

        assert visitor.walks(7.5).stands(30).heard == ["start A"]

    def test_play_with_nothing_on_offer(self) -> None:
        """The bare button with nothing on offer does nothing."""
        visitor = Visitor(ROOMS, x=12, y=2.5).stands(2)
        visitor.presses("play")

        assert (visitor.said, visitor.heard) == (("none", "visitor_asked"), [])

    def test_in_quiet_the_number_still_plays(self) -> None:
        """Quiet is about what starts by itself."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5)
        visitor.chooses("quiet")
        visitor.stands(5)
        visitor.presses("play", "A")

        assert visitor.heard == ["start A"]

    def test_before_any_position(self) -> None:
        """A handheld without a position plays by number."""
        visitor = Visitor(ROOMS)
        visitor.presses("play", "A")

        assert visitor.waits(70).heard == ["start A", "stop A"]


class TestCodes:
    """A code (QR, NFC) is chosen like a number."""

    def test_cuts_in(self) -> None:
        """Holding the handheld to C's code while A is on changes to C at once."""
        visitor = listener()
        visitor.scans("C")

        assert (visitor.said, visitor.playing) == (("switch", "visitor_asked"), "C")

    def test_with_nothing_but_codes(self) -> None:
        """Where no radio tells the way, a visitor who scans C hears C, and then A again from its sentence."""
        visitor = Visitor(ROOMS, profile="exact")
        visitor.scans("A")
        visitor.waits(20)
        visitor.scans("C")
        visitor.waits(30)
        visitor.scans("A")

        assert visitor.heard == ["start A", "switch C", "switch A"]
        assert visitor.position > 10

    def test_a_place_that_is_repeated(self) -> None:
        """A handheld that names its last code with every poll plays it once."""
        visitor = Visitor(ROOMS, profile="exact")
        visitor.scans("A", repeated=200)

        assert visitor.heard == ["start A", "stop A"]

    def test_scanned_again(self) -> None:
        """Back at the code of what they have heard, a visitor hears it again."""
        visitor = Visitor(ROOMS, profile="exact")
        visitor.scans("A", repeated=70)
        visitor.scans("C", repeated=70)
        visitor.scans("A")

        assert visitor.heard == ["start A", "stop A", "start C", "stop C", "start A"]

    @pytest.mark.parametrize("mode", ["auto", "offer", "manual"])
    def test_whatever_the_zone_does_by_itself(self, mode: str) -> None:
        """The code of a zone that never starts by itself, or only offers, is as good as any."""
        visitor = Visitor(told(floor_plan("A", cell=5.0, A={"mode": mode})), profile="exact")
        visitor.scans("A")

        assert visitor.heard == ["start A"]

    def test_in_quiet(self) -> None:
        """Who wants quiet and scans a code wants that one."""
        visitor = Visitor(ROOMS, profile="exact")
        visitor.chooses("quiet")
        visitor.scans("A")

        assert visitor.heard == ["start A"]

    def test_of_what_is_on(self) -> None:
        """The code of what plays already changes nothing."""
        visitor = listener()
        before = visitor.position
        visitor.scans("A")

        assert visitor.heard == ["start A"]
        assert visitor.position > before

    def test_in_another_language_only(self) -> None:
        """The code of an exhibit with nothing in the visitor's languages says so, and A goes on."""
        visitor = listener(hall=ROOMS.for_visit({**ROOMS.programme, "C": Gap()}))
        visitor.scans("C")

        assert (visitor.playing, visitor.notices) == ("A", ["language_gap C"])


class TestPause:
    def test_pause_and_resume(self) -> None:
        """The track stands still while paused, and nothing else starts."""
        visitor = listener()
        visitor.presses("pause")
        visitor.stands(30)
        assert (visitor.said, visitor.position) == (("none", "paused"), 9.0)

        visitor.presses("resume")
        visitor.stands(5)
        assert visitor.heard == ["start A", "pause A", "resume A"]
        assert visitor.position == pytest.approx(13, abs=1)

    def test_nothing_starts_while_paused(self) -> None:
        """Walking about with a paused narration starts nothing, nor does priority."""
        hall = told(floor_plan("A A", ". B", cell=5.0, B={"priority": 1}), seconds=60)
        visitor = listener(hall=hall)
        visitor.presses("pause")
        visitor.walks(7.5).stands(60)

        assert visitor.heard == ["start A", "pause A"]
        assert visitor.records == ["B paused"]

    def test_its_number_resumes(self) -> None:
        """Typing the number of what is paused goes on with it, where it was."""
        visitor = listener()
        visitor.presses("pause")
        visitor.presses("play", "A")

        assert (visitor.said, visitor.position) == (("resume", "visitor_asked"), 9.0)

    def test_silence_after_two_minutes(self) -> None:
        """A pause of two minutes ends the narration; standing there does not begin it again."""
        visitor = listener()
        visitor.presses("pause")
        visitor.stands(200)

        assert visitor.heard == ["start A", "pause A", "stop A"]
        assert visitor.times[2] - visitor.times[1] == 120
        assert "paused" in {each.reason for each in visitor.decisions if each.action == "stop"}

    def test_resume_after_the_silence(self) -> None:
        """Pressing resume three minutes later goes on at the sentence that was on."""
        visitor = listener()
        visitor.presses("pause")
        visitor.stands(180)
        visitor.presses("resume")

        assert visitor.heard == ["start A", "pause A", "stop A", "resume A"]
        assert visitor.position == 5.0

    def test_comes_back_after_a_real_departure(self) -> None:
        """What a long pause ended goes on when the visitor has been away and comes back."""
        visitor = listener()
        visitor.presses("pause")
        visitor.stands(125).walks(12.5).stands(10).walks(2.5).stands(10)

        assert visitor.heard[-1] == "resume A"

    def test_departure_ends_a_pause(self) -> None:
        """Who pauses A and settles in B hears B, not the silence of A."""
        visitor = listener()
        visitor.presses("pause")
        visitor.walks(7.5).stands(25)

        assert visitor.heard == ["start A", "pause A", "stop A", "start B"]

    def test_pause_of_what_was_asked_for_survives_a_departure(self) -> None:
        """A narration that the visitor asked for is not ended by walking off, even while paused."""
        visitor = listener()
        visitor.presses("play", "A")
        visitor.presses("pause")
        visitor.walks(7.5).stands(60)

        assert visitor.heard == ["start A", "pause A"]

    def test_pausing_a_fade(self) -> None:
        """Who pauses while A fades is not answered with B a second later: the departure counts anew."""
        visitor = listener(hall=told(ROOMS, seconds=80, sentence=30)).walks(7.5)
        while visitor.polls().fade_at_ms is None:
            pass
        visitor.presses("pause")
        visitor.stands(4)

        assert visitor.heard == ["start A", "pause A"]

    def test_pausing_twice(self) -> None:
        """A second press changes nothing."""
        visitor = listener()
        visitor.presses("pause")
        visitor.presses("pause")

        assert (visitor.said, visitor.heard) == (("none", "paused"), ["start A", "pause A"])

    @pytest.mark.parametrize("do", ["pause", "resume", "skip", "stop", "replay"])
    def test_nothing_to_act_on(self, do: Any) -> None:
        """Every button may be pressed in silence."""
        visitor = Visitor(ROOMS, x=12, y=2.5).stands(2)
        visitor.presses(do)

        assert (visitor.said, visitor.heard) == (("none", "visitor_asked"), [])

    @pytest.mark.parametrize("do", ["pause", "resume", "skip", "stop"])
    def test_pressed_as_it_ends(self, do: Any) -> None:
        """A button pressed just after the end still says that the narration is over."""
        visitor = listener(every=5.0, hall=told(ROOMS, seconds=11))
        visitor.now = Millis(visitor.now + 6_500)
        visitor.presses(do)

        assert visitor.said == ("stop", "narration_finished")
        assert visitor.playing is None


class TestSkip:
    def test_skip_is_silence(self) -> None:
        """What was skipped does not begin again while the visitor stays."""
        visitor = listener()
        visitor.presses("skip")
        visitor.stands(700)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.said == ("none", "skipped")

    def test_next_follows_a_skip(self) -> None:
        """Skipping A with B as next goes on to B after a breath."""
        visitor = listener(hall=told(ROOMS, seconds=60)).walks(5.8).stands(4)
        visitor.presses("skip")
        visitor.stands(4)

        assert visitor.heard == ["start A", "stop A", "start B"]
        assert 2 <= visitor.times[2] - visitor.times[1] <= 3

    @pytest.mark.parametrize(
        ("away", "reason", "heard"),
        [
            (2.0, "skipped", ["start A", "stop A"]),
            (60.0, "cooling_down", ["start A", "stop A"]),
            (660.0, "resumed", ["start A", "stop A", "resume A"]),
        ],
        ids=["not really away", "within the cool-down", "after it"],
    )
    def test_skipped_comes_back(self, away: float, reason: str, heard: list[str]) -> None:
        """What was skipped needs a real departure and ten minutes before it begins by itself again."""
        visitor = listener(x=4.2)
        visitor.presses("skip")
        if away < 10:
            visitor.walks(6.4).stands(away).walks(4.2).stands(5)
        else:
            visitor.walks(12.5).stands(away).walks(2.5).stands(5)

        assert reason in visitor.reasons
        assert [each for each in visitor.heard if each.endswith("A")] == heard

    def test_cool_down_of_the_zone(self) -> None:
        """A zone may have a cool-down of its own."""
        hall = told(floor_plan("A . .", cell=5.0, A={"rules": {"cool_down": 30.0}}), seconds=60)
        visitor = listener(hall=hall)
        visitor.presses("skip")
        visitor.walks(12.5).stands(30).walks(2.5).stands(5)

        assert visitor.heard == ["start A", "stop A", "resume A"]

    def test_margin_of_the_zone(self) -> None:
        """Where a zone has a wide margin, a real departure is twice as far."""
        hall = told(
            floor_plan("A . . . .", cell=5.0, A={"rules": {"cool_down": 1.0, "exit_tolerance": 4.0}}),
            seconds=60,
        )
        visitor = listener(hall=hall)
        visitor.presses("skip")
        visitor.walks(11).stands(20).walks(2.5).stands(5)
        assert visitor.heard == ["start A", "stop A"]

        visitor.walks(15).stands(20).walks(2.5).stands(5)
        assert visitor.heard == ["start A", "stop A", "resume A"]

    def test_stop_is_a_skip_by_another_name(self) -> None:
        """Stop ends the narration, and it does not begin again while the visitor stays."""
        visitor = listener()
        visitor.presses("stop")
        visitor.stands(60)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.decisions[11].reason == "visitor_asked"

    def test_skipping_the_last_fifth_is_hearing(self) -> None:
        """Skipped after 80 % counts as heard."""
        visitor = listener().stands(42)
        visitor.presses("skip")

        assert visitor.state.memory("A").heard


class TestReplay:
    def test_from_its_beginning(self) -> None:
        """Replay begins what is on again."""
        visitor = listener()
        visitor.presses("replay")

        assert (visitor.said, visitor.position) == (("start", "visitor_asked"), 0)

    def test_what_was_on_last(self) -> None:
        """In silence it is what was over last, heard or not."""
        visitor = listener().stands(60)
        visitor.presses("play", "C")
        visitor.presses("stop")
        visitor.presses("replay")

        assert visitor.heard[-1] == "start C"

    def test_of_something_else(self) -> None:
        """Replay of a number is play."""
        visitor = listener()
        visitor.presses("replay", "C")

        assert visitor.heard == ["start A", "switch C"]

    def test_of_what_is_gone(self) -> None:
        """Replay of what the new language does not have leaves the narration as it is."""
        visitor = listener()
        visitor.speaks({**spoken(B=60), "A": Gap()})
        visitor.presses("replay")

        assert visitor.said == ("continue", "gap_in_language")
        assert visitor.playing == "A"


class TestQuiet:
    def test_quiet_means_now(self) -> None:
        """Asking for quiet stops what is on, withdraws what waits, and starts nothing any more."""
        visitor = listener().walks(6.5).stands(4)
        visitor.chooses("quiet")
        visitor.stands(30)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.next is None
        assert visitor.said == ("none", "quiet")

    def test_back_to_auto(self) -> None:
        """After quiet, the next exhibit starts again by itself."""
        visitor = listener()
        visitor.chooses("quiet")
        visitor.walks(7.5).stands(10)
        visitor.chooses("auto")
        visitor.stands(2)

        assert visitor.heard == ["start A", "stop A", "start B"]

    def test_quiet_beats_the_offers(self) -> None:
        """In quiet nothing is offered either."""
        visitor = Visitor(OFFERS, x=2.5, y=2.5).stands(5)
        assert visitor.offer == "A"
        visitor.chooses("quiet")
        visitor.stands(5)

        assert visitor.offer is None
        assert visitor.said == ("none", "quiet")


class TestLanguages:
    def test_at_once(self) -> None:
        """Changed with `now`, the narration goes on in the new language at the same share of its way."""
        visitor = listener()
        visitor.speaks(spoken(A=120), now=True)

        assert visitor.said == ("switch", "visitor_asked")
        assert visitor.last.track == "french-A"
        assert visitor.position == 16.0

    def test_at_the_next_start(self) -> None:
        """Changed without `now`, it holds from the next start."""
        visitor = listener()
        visitor.speaks(spoken(A=60, B=60))
        assert visitor.last.track == "track-A"
        visitor.stands(60).walks(7.5).stands(5)

        assert visitor.last.track == "french-B"

    def test_paused_stays_paused(self) -> None:
        """A change of language does not end a pause."""
        visitor = listener()
        visitor.presses("pause")
        visitor.speaks(spoken(A=60), now=True)
        visitor.stands(5)

        assert visitor.said == ("none", "paused")
        visitor.presses("resume")
        assert visitor.last.track == "french-A"

    def test_to_a_gap(self) -> None:
        """What the new language does not have goes on in the old one."""
        visitor = listener()
        visitor.speaks({"A": Gap()}, now=True)

        assert visitor.stands(60).heard == ["start A", "stop A"]

    def test_shorter_than_the_cut(self) -> None:
        """Cut at 45 s and gone on in a language where it lasts 30: from its beginning, not its last instant."""
        visitor = listener().stands(37)
        visitor.presses("play", "C")
        visitor.speaks(spoken(A=30, C=60))
        visitor.presses("stop")
        visitor.stands(10)

        assert visitor.heard[-1] == "resume A"
        assert visitor.position == pytest.approx(7, abs=1)


class TestPlayedOffline:
    def test_counts_as_heard(self) -> None:
        """What the handheld played while offline does not start again."""
        visitor = Visitor(ROOMS, x=12, y=2.5).stands(2)
        visitor.played_offline("A")
        visitor.walks(2.5).stands(20)

        assert (visitor.heard, visitor.said) == ([], ("none", "already_heard"))

    def test_gives_up_its_place(self) -> None:
        """What waits as next and was played meanwhile waits no longer."""
        visitor = listener().walks(6.5).stands(4)
        assert visitor.next == "B"
        visitor.played_offline("B")

        assert visitor.next is None
