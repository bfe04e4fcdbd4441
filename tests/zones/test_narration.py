"""The track under way: what the device says of it, where it is, what counts as heard, where it goes on."""

from typing import Any

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Fix, Player
from zones.narration import sentence_before
from zones.units import Millis

ROOMS = told(floor_plan("A B . C", cell=5.0), seconds=60)


def listener(seconds: float = 6, **options: Any) -> Visitor:
    """Somebody in the middle of A, which began `seconds` ago; the next poll is due."""
    fields: dict[str, Any] = {"hall": ROOMS, "x": 2.5, "y": 2.5}
    return Visitor(**(fields | options)).stands(3 + seconds)


def says(
    visitor: Visitor, state: Any, seconds: float | None = None, track: str | None = "track-A"
) -> Visitor:
    """The next poll, with word from the player."""
    visitor.player = Player(state, track, None if seconds is None else round(seconds * 1000))
    visitor.polls()
    visitor.player = None
    return visitor


class TestDeadReckoning:
    def test_position_follows_the_fixes(self) -> None:
        """Without word from the player the track moves on with the times of the fixes."""
        assert listener(10).position == 10.0
        assert listener(10, every=2.0).position == 10.0

    def test_ticks_move_it_too(self) -> None:
        """A poll without a position is a tick, and time passes."""
        assert listener(5).waits(30).position == 35.0

    @pytest.mark.parametrize("seconds", [60.0, 59.999, 0.4])
    def test_over_at_the_first_poll_past_the_end(self, seconds: float) -> None:
        """The first answer at or after start + duration is silent."""
        visitor = Visitor(told(ROOMS, seconds=seconds), x=2.5, y=2.5).stands(70)

        assert visitor.heard == ["start A", "stop A"]
        assert visitor.times[1] - visitor.times[0] == -(-seconds // 1)


class TestPlayerIsTheTruth:
    def test_position(self) -> None:
        """Where the player is, the narration is."""
        assert says(listener(10), "playing", 4.2).position == 4.2

    def test_end(self) -> None:
        """What has ended on the device is over, and heard."""
        visitor = says(listener(10), "ended")

        assert visitor.said == ("stop", "narration_finished")
        assert visitor.state.memory("A").heard

    def test_still_playing_past_its_length(self) -> None:
        """A player that buffered and still plays is not cut off by the clock."""
        visitor = listener(58)
        for second in range(50, 60):
            says(visitor, "playing", second)

        assert visitor.heard == ["start A"]
        assert says(visitor, "ended").heard == ["start A", "stop A"]

    def test_at_its_very_end_and_still_playing(self) -> None:
        """As long as it says that it plays, it is not over."""
        assert says(listener(58), "playing", 60).heard == ["start A"]

    def test_playing_without_saying_where(self) -> None:
        """Where a player does not say how far it is, the clock does; a track has an end."""
        visitor = listener(50)
        for _ in range(12):
            says(visitor, "playing")

        assert visitor.heard == ["start A", "stop A"]

    def test_paused_on_the_device(self) -> None:
        """Paused by the device's own button: the answer pauses too, and goes on when the device does."""
        visitor = says(listener(6), "paused", 5)
        assert visitor.said == ("pause", "paused")
        for _ in range(10):
            says(visitor, "paused", 5)
        assert (visitor.said, visitor.position) == (("none", "paused"), 5.0)
        says(visitor, "playing", 5)

        assert visitor.heard == ["start A", "pause A", "resume A"]

    def test_paused_on_the_device_for_two_minutes(self) -> None:
        """A pause is a pause, whoever pressed the button."""
        visitor = listener(6)
        for _ in range(130):
            says(visitor, "paused", 5)

        assert visitor.heard == ["start A", "pause A", "stop A"]
        assert visitor.times[2] - visitor.times[1] == 120

    @pytest.mark.parametrize("state", ["idle", "failed"])
    def test_given_up_by_the_device(self, state: str) -> None:
        """A device that is idle, or cannot play it, has skipped it."""
        visitor = says(listener(10), state)

        assert visitor.said == ("stop", "skipped")
        assert visitor.stands(30).heard == ["start A", "stop A"]

    def test_idle_at_the_end(self) -> None:
        """A device that is idle at the end of the track has played it, not skipped it."""
        visitor = says(listener(58), "idle", 60)

        assert visitor.said == ("stop", "narration_finished")
        assert visitor.state.memory("A").skipped_at is None

    def test_loading_stands_still(self) -> None:
        """A device that has to load again does not move on meanwhile."""
        visitor = says(listener(10), "loading", 9)

        assert (visitor.heard, visitor.position) == (["start A"], 9.0)

    def test_loading_does_not_end_a_pause(self) -> None:
        """Nor does loading end a pause: playing does."""
        visitor = says(listener(6), "paused", 5)
        says(visitor, "loading", 5)
        assert visitor.said == ("none", "paused")

    def test_senseless_positions(self) -> None:
        """A position before the beginning or after the end is taken for the nearest that there is."""
        assert says(listener(10), "playing", -5).position == 0
        assert says(listener(10), "playing", 500).position == pytest.approx(60, abs=0.01)


class TestReportsThatCross:
    @pytest.mark.parametrize("state", ["idle", "loading"])
    def test_just_after_the_start(self, state: str) -> None:
        """For five seconds after a start the device may still be idle or loading."""
        visitor = listener(0)
        for _ in range(5):
            says(visitor, state)
        assert visitor.heard == ["start A"]
        assert visitor.position == 5.0

    def test_idle_for_longer(self) -> None:
        """Idle for longer than that, and it is not playing."""
        visitor = listener(0)
        for _ in range(6):
            says(visitor, "idle")

        assert visitor.heard == ["start A", "stop A"]

    @pytest.mark.parametrize("state", ["idle", "ended", "paused", "failed", "playing"])
    def test_of_another_track(self, state: str) -> None:
        """What the device says of another track says nothing of this one."""
        visitor = says(listener(10), state, 1, track="track-C")

        assert (visitor.heard, visitor.position) == (["start A"], 11.0)

    def test_playing_just_after_pause(self) -> None:
        """The poll that crossed with the button does not undo it."""
        visitor = listener(6)
        visitor.presses("pause")
        says(visitor, "playing", 6.5)
        assert visitor.said == ("none", "paused")

    def test_paused_just_after_resume(self) -> None:
        """Nor does the one that crossed with the next button."""
        visitor = listener(6)
        visitor.presses("pause")
        visitor.stands(5)
        visitor.presses("resume")
        says(visitor, "paused", 6)

        assert visitor.said == ("continue", "narration_continues")

    def test_older_than_what_is_known(self) -> None:
        """A fix that comes late says nothing of the player now."""
        visitor = listener(10)
        late = Fix(Millis(visitor.now - 3000), 2.5, 2.5, "ground", None, Player("idle", "track-A", 0))
        visitor.sends(late)

        assert visitor.said == ("continue", "out_of_order")
        assert visitor.playing == "A"


class TestPlayerAndFade:
    @pytest.mark.parametrize(
        ("state", "told_ms"),
        [
            ("playing", 0),
            ("playing", 300),
            ("paused", 0),
            ("paused", 800),
            ("idle", None),
            ("idle", 0),
            ("ended", None),
            ("ended", 700),
        ],
    )
    def test_faded_as_it_was_told(self, state: str, told_ms: int | None) -> None:
        """However the device calls it when it has faded out: B is switched to, and A was not skipped."""
        visitor = listener(6).walks(7.5)
        while visitor.polls().fade_at_ms is None:
            pass
        fade_at = visitor.last.fade_at_ms
        assert fade_at is not None
        while visitor.position + visitor.every < fade_at / 1000:
            visitor.polls()
        says(visitor, state, None if told_ms is None else (fade_at + told_ms) / 1000)

        assert visitor.heard == ["start A", "switch B"]
        memory = visitor.state.memory("A")
        assert (memory.heard, memory.skipped_at, memory.resume_ms) == (False, None, fade_at - 5000)

    def test_idle_at_nought(self) -> None:
        """A device that goes back to 0 when it is idle has faded all the same."""
        visitor = listener(6).walks(7.5)
        while visitor.polls().fade_at_ms is None:
            pass
        while visitor.playing == "A":
            says(
                visitor,
                "idle" if visitor.position + 1 >= (visitor.last.fade_at_ms or 0) / 1000 else "playing",
                None,
            )

        assert visitor.heard == ["start A", "switch B"]

    def test_paused_before_the_fade(self) -> None:
        """Paused by hand before the fade is a pause."""
        visitor = listener(6).walks(7.5)
        while visitor.polls().fade_at_ms is None:
            pass
        says(visitor, "paused", visitor.position)

        assert visitor.heard == ["start A", "pause A"]

    def test_paused_as_it_is_released(self) -> None:
        """Paused by hand at the very poll at which the departure is committed: it is a pause."""
        ahead = listener(6).walks(7.5)
        while ahead.polls().fade_at_ms is None:
            pass
        visitor = listener(6).walks(7.5)
        while visitor.due < ahead.last.at:
            visitor.polls()
        says(visitor, "paused", visitor.position)

        assert visitor.said == ("pause", "paused")


class TestMemory:
    def test_heard_stays_heard(self) -> None:
        """Heard, asked for again and skipped at once: still heard."""
        visitor = listener(62)
        visitor.presses("play", "A")
        visitor.presses("skip")
        visitor.stands(5)

        assert visitor.said == ("none", "already_heard")

    def test_begun_stays_begun(self) -> None:
        """Half heard, asked for again and stopped in the same moment: still begun, from its beginning."""
        visitor = listener(20)
        visitor.presses("replay")
        visitor.presses("play", "C")
        visitor.presses("stop")
        visitor.stands(5)

        assert visitor.heard[-1] == "resume A"
        assert visitor.position < 5


class TestSentences:
    GAPS = (4_000, 9_000, 15_000)

    @pytest.mark.parametrize(
        ("cut", "resume"), [(0, 0), (3_000, 0), (4_000, 0), (4_001, 4_000), (9_000, 4_000), (20_000, 15_000)]
    )
    def test_begins_with_the_sentence_that_was_cut(self, cut: int, resume: int) -> None:
        """A cut within a sentence repeats it; a cut at a gap repeats the one that ended there."""
        assert sentence_before(self.GAPS, cut) == resume

    def test_no_gaps_known(self) -> None:
        """Without gaps a narration goes on from its beginning."""
        assert sentence_before((), 20_000) == 0

    def test_release_without_gaps(self) -> None:
        """Without gaps a release fades at once, and the narration begins anew later."""
        visitor = listener(6, hall=ROOMS.for_visit({k: _plain(v) for k, v in ROOMS.programme.items()}))
        visitor.walks(7.5).stands(20)

        assert visitor.heard == ["start A", "switch B"]
        assert visitor.state.memory("A").resume_ms == 0


def _plain(cue: Any) -> Any:
    return type(cue)(cue.track, cue.duration_ms)
