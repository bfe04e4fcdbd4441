"""Fades, resumptions, loops: listened to by measuring what comes out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.edit import LONGEST_MS, Turn, fade_out_at, loop_of, mixed, resumed, sentence_before, shaped
from media.errors import UnfitAudioError
from media.gaps import gaps_in, levels
from tests.media.sounds import RATE, hum, hush

if TYPE_CHECKING:
    from tests.media.sounds import Samples

NARRATION = np.concatenate([hum(2), hush(0.6), hum(2), hush(0.6), hum(2)])
GAPS = gaps_in(levels([NARRATION]))


def steepest(samples: Samples) -> float:
    """The largest step from one sample to the next."""
    return float(np.abs(np.diff(samples)).max())


def hiss(samples: Samples, at_ms: int) -> float:
    """The power above 8 kHz within 20 ms of a place, where a click is heard and our voice has nothing."""
    middle = at_ms * RATE // 1000
    window = samples[middle - RATE // 50 : middle + RATE // 50]
    spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window)))) ** 2
    return float(spectrum[np.fft.rfftfreq(len(window), 1 / RATE) > 8_000].sum())


def level_db(samples: Samples) -> float:
    """How loud, below full scale."""
    return float(10 * np.log10(np.square(samples, dtype=np.float64).mean() + 1e-20))


class TestFadingOut:
    def test_a_cut_at_a_sentence_gap_has_no_click(self) -> None:
        """The next sentence begins within the fade of 800 ms, and still nothing snaps."""
        cut = GAPS[0]

        faded = fade_out_at(NARRATION, cut)

        assert len(faded) == (cut + 800) * RATE // 1000
        assert steepest(faded) <= steepest(NARRATION)
        assert abs(faded[-1]) < 1e-3
        assert level_db(faded[-RATE // 100 :]) < -60

    def test_a_cut_within_a_word_does_not_click_either(self) -> None:
        """A visitor who asks for quiet is obeyed at once; cut hard, it would be heard."""
        cut = 1_003
        hard = np.concatenate([NARRATION[: cut * RATE // 1000], hush(1)])

        faded = np.concatenate([fade_out_at(NARRATION, cut), hush(1)])

        assert hiss(faded, cut) < hiss(hard, cut) / 1_000
        assert hiss(faded, cut + 800) < hiss(hard, cut) / 1_000

    def test_before_the_cut_nothing_is_touched(self) -> None:
        """Sample by sample."""
        faded = fade_out_at(NARRATION, 1_000)

        assert np.array_equal(faded[:RATE], NARRATION[:RATE])

    def test_the_fade_goes_down_evenly(self) -> None:
        """Half way it is half as loud, 6 dB."""
        faded = fade_out_at(hum(4), 1_000)

        early, late = faded[RATE : RATE + RATE // 20], faded[RATE + RATE * 3 // 8 : RATE + RATE * 17 // 40]
        assert level_db(late) - level_db(
            hum(4)[RATE + RATE * 3 // 8 : RATE + RATE * 17 // 40]
        ) == pytest.approx(-6, abs=0.5)
        assert level_db(early) > level_db(late)

    @pytest.mark.parametrize("cut_ms", [0, 1_900, 2_000, 5_000])
    def test_a_sound_that_ends_first_ends_softly(self, cut_ms: int) -> None:
        """Cut at its beginning, near its end, at its end, and after it."""
        faded = fade_out_at(hum(2), cut_ms)

        assert len(faded) == min(2_000, cut_ms + 800) * RATE // 1000
        assert cut_ms >= 2_000 or abs(faded[-1]) < 1e-2


class TestResuming:
    def test_it_begins_with_the_sentence_before_the_cut(self) -> None:
        """The visitor left in the third sentence's gap: the second is heard again."""
        back = resumed(NARRATION, GAPS[1], GAPS)

        assert len(back) == len(NARRATION) - GAPS[0] * RATE // 1000
        assert np.array_equal(back[RATE:], NARRATION[GAPS[0] * RATE // 1000 :][RATE:])

    def test_a_cut_in_the_first_sentence_begins_anew(self) -> None:
        """There is no gap before it."""
        assert len(resumed(NARRATION, 900, GAPS)) == len(NARRATION)

    def test_it_comes_in_softly(self) -> None:
        """From within a word too."""
        back = resumed(hum(3), 2_000, [1_003])

        assert abs(back[0]) < 1e-4
        assert steepest(back) <= steepest(hum(3)) * 1.01
        assert level_db(back[: RATE // 50]) < level_db(back[RATE // 5 :]) - 12

    @pytest.mark.parametrize(("cut", "at"), [(100, 0), (2_300, 0), (2_301, 2_300), (9_999, 4_900)])
    def test_the_sentence_before_a_cut(self, cut: int, at: int) -> None:
        """A cut at a gap goes back to the one before."""
        assert sentence_before(cut, [2_300, 4_900]) == at


class TestLoops:
    def test_a_loop_follows_itself_without_a_seam(self) -> None:
        """Noise that is louder at its end than at its beginning."""
        noise = np.random.default_rng(1).standard_normal(5 * RATE).astype(np.float32)
        noise = np.asarray(noise * np.linspace(0.02, 0.1, len(noise)), np.float32)

        loop = loop_of(noise, 1_000)

        assert len(loop) == 4 * RATE
        seam = np.concatenate([loop, loop])[4 * RATE - RATE // 10 : 4 * RATE + RATE // 10]
        before, after = seam[: len(seam) // 2], seam[len(seam) // 2 :]
        assert abs(level_db(before) - level_db(after)) < 1.0

    def test_a_seam_is_as_loud_as_the_rest(self) -> None:
        """Wind that dropped at every seam would be heard to breathe."""
        wind = 0.1 * np.random.default_rng(3).standard_normal(8 * RATE).astype(np.float32)

        loop = loop_of(wind, 2_000)

        tenths = [level_db(piece) for piece in loop.reshape(-1, RATE // 10)]
        assert max(tenths) - min(tenths) < 0.6

    def test_a_tone_keeps_its_waves_over_the_seam(self) -> None:
        """No step where the end meets the beginning; what is alike on both sides gets 3 dB louder there at most."""
        tone = np.asarray(np.sin(2 * np.pi * 100 * np.arange(3 * RATE) / RATE) / 2, np.float32)

        loop = loop_of(tone, 500)

        assert steepest(np.concatenate([loop, loop])) <= steepest(tone) * 1.42

    def test_a_very_short_sound_is_looped_too(self) -> None:
        """Half of it crosses over."""
        assert len(loop_of(hum(0.2), 2_000)) == RATE // 10

    def test_a_loop_is_played_as_long_as_needed(self) -> None:
        """A second of it for three and a half, from 500 ms on, down by 20 dB in the middle."""
        turns = [Turn(500, 1_500, 0, 0), Turn(1_500, 2_500, 0, -20), Turn(2_500, 4_000, -20, -20)]

        played = np.concatenate(list(shaped(hum(1), turns)))

        assert len(played) == 4 * RATE
        assert not played[: RATE // 2].any()
        assert np.array_equal(played[RATE // 2 : RATE * 3 // 2], hum(1))
        assert level_db(played[3 * RATE :]) == pytest.approx(level_db(hum(1)) - 20, abs=0.3)


def test_sounds_are_laid_over_each_other() -> None:
    """One from the start, one from the second on."""
    both = mixed([(0, hum(2, 0.1)), (1_000, hum(1, 0.1))], 2_500)

    assert len(both) == RATE * 5 // 2
    assert both[:RATE] == pytest.approx(hum(2, 0.1)[:RATE], abs=1e-6)
    assert both[RATE : 2 * RATE] == pytest.approx(hum(2, 0.1)[RATE:] + hum(1, 0.1), abs=1e-6)


def test_nothing_longer_than_ten_minutes_is_edited() -> None:
    """Memory has an end."""
    long = np.zeros(LONGEST_MS * RATE // 1000 + 1, np.float32)

    with pytest.raises(UnfitAudioError, match="ten minutes"):
        fade_out_at(long, 0)
    with pytest.raises(UnfitAudioError, match="ten minutes"):
        resumed(long, 0, [])
    with pytest.raises(UnfitAudioError, match="ten minutes"):
        loop_of(long, 1)


def test_it_is_loaded_without_a_warning() -> None:
    """pydub looks for programs, and for a module that Python drops; nobody wants to read of it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import media.edit"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": ""},
    )

    assert (done.returncode, done.stderr) == (0, "")
