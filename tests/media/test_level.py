"""What is decided for a recording, and what it measures afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.analyse import Analyser, analyse
from media.decode import mono_blocks
from media.errors import RenderError
from media.level import KEEP_AFTER_MS, KEEP_BEFORE_MS, Plan, again, levelled, off_by, plan
from media.loudness import Loudness, measure
from media.render import render
from tests.media.sounds import RATE, hum, hush, write
from tests.media.test_limiter import true_peak

if TYPE_CHECKING:
    from pathlib import Path

    from tests.media.sounds import Samples


def planned(*parts: Samples, target: float = -16.0) -> Plan:
    """What is decided for these parts in a row."""
    analyser = Analyser()
    analyser.feed(np.concatenate(parts))
    return plan(analyser.end(), target)


def noise(seconds: float, level: float, seed: int = 3) -> Samples:
    """Hiss of this level, full scale at 1.0."""
    made = np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * level
    return np.asarray(made, np.float32)


class TestTrimming:
    """Long silence at the ends is cut down to 0.3 s and 0.5 s."""

    @pytest.mark.parametrize(
        ("before", "after", "lead", "tail"),
        [(3.0, 4.0, 2700, 3500), (0.4, 0.6, 0, 0), (0.0, 0.0, 0, 0), (0.6, 0.0, 300, 0)],
    )
    def test_silence_is_cut(self, before: float, after: float, lead: int, tail: int) -> None:
        """But not where it would save less than a fifth of a second."""
        found = planned(hush(before), hum(2), hush(after))

        assert [found.lead_ms, found.tail_ms] == pytest.approx([lead, tail], abs=40)

    def test_a_still_room_is_silence_too(self) -> None:
        """Its noise lies 45 dB under the voice."""
        room = noise(8, 0.001)
        found = planned(np.concatenate([hush(3), hum(2, 0.4), hush(3)]) + room)

        assert found.lead_ms == pytest.approx(3000 - KEEP_BEFORE_MS, abs=30)
        assert found.tail_ms == pytest.approx(3000 - KEEP_AFTER_MS, abs=30)

    def test_a_noisy_room_is_not_cut(self) -> None:
        """Nobody can tell where the wind on the recording is meant to be heard."""
        found = planned(np.concatenate([hush(3), hum(2, 0.4), hush(3)]) + noise(8, 0.02))

        assert (found.lead_ms, found.tail_ms) == (0, 0)

    def test_a_fade_in_is_kept(self) -> None:
        """Five seconds up from nothing: no more is lost than lies 40 dB under the rest."""
        fade = hum(5) * np.linspace(0, 1, 5 * RATE, dtype=np.float32)
        found = planned(hush(2), fade, hum(2))

        assert found.lead_ms <= 2000

    def test_a_low_voice_at_the_end_is_kept(self) -> None:
        """Ten dB softer is still speech."""
        assert planned(hum(2), hum(2, 0.1)).tail_ms == 0


class TestGain:
    @pytest.mark.parametrize("level", [0.9, 0.1, 0.003])
    @pytest.mark.parametrize("target", [-16.0, -20.0])
    def test_a_recording_is_brought_to_the_target(self, level: float, target: float, tmp_path: Path) -> None:
        """From 10 dB too loud to 40 too soft, in both formats, by measuring them again."""
        source = write(tmp_path / "a.flac", np.concatenate([hush(0.3), hum(4, level), hush(0.5)]))

        for made in render(source, tmp_path, target_lufs=target):
            measured, _ = measure(made.path)
            assert measured == made.loudness
            assert measured.integrated_lufs == pytest.approx(target, abs=0.5)
            assert measured.true_peak_dbtp is not None
            assert measured.true_peak_dbtp <= -1

    def test_a_spiky_recording_is_limited(self, tmp_path: Path) -> None:
        """Claps 25 dB over the voice: the voice comes up to the target, the claps stay under -1 dBTP."""
        voice = hum(6, 0.05)
        voice[:: RATE // 2] += np.float32(0.9)
        source = write(tmp_path / "a.wav", voice)

        for made in render(source, tmp_path):
            assert made.loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
            assert made.loudness.true_peak_dbtp is not None
            assert made.loudness.true_peak_dbtp <= -1

    @pytest.mark.parametrize(
        ("measured", "gain"),
        [
            (Loudness(-23.0, 5.0, -3.0), 7.0),
            (Loudness(-9.0, 5.0, 0.5), -7.0),
            (Loudness(None, None, -10.0), 8.0),  # too short to have a loudness: by its peak
            (Loudness(None, None, -64.0), 54.0),  # never more than from the meter's gate to the target
            (Loudness(None, None, None), 0.0),
        ],
    )
    def test_the_gain_is_what_is_missing(self, measured: Loudness, gain: float) -> None:
        """Of the loudness, or of the peak where there is none."""
        analyser = Analyser()
        analyser.feed(hum(1))
        assert plan(replace(analyser.end(), loudness=measured)).gain_db == pytest.approx(gain)


class TestLevelled:
    def test_cut_and_gain_are_applied_where_they_should(self) -> None:
        """Half a second gone from each end, the middle 6 dB louder, the cut edges faded."""
        sound = noise(4, 0.05)
        do = Plan(lead_ms=500, tail_ms=500, gain_db=6.0206)

        out = np.concatenate(list(levelled([sound[at : at + 9000] for at in range(0, len(sound), 9000)], do)))

        kept = sound[RATE // 2 : -RATE // 2]
        assert len(out) == len(kept)
        assert out[480:-480] == pytest.approx(2 * kept[480:-480], abs=1e-5)
        assert out[0] == 0
        assert out[-1] == 0

    def test_nothing_to_do_changes_nothing(self) -> None:
        """Bit by bit."""
        sound = hum(2, 0.3)

        assert np.array_equal(np.concatenate(list(levelled([sound], Plan()))), sound)

    def test_no_peak_goes_over_the_ceiling(self) -> None:
        """Thirty dB too loud."""
        out = np.concatenate(list(levelled([hum(2, 0.5)], Plan(gain_db=30))))

        assert true_peak(out) <= -1.9


class TestAgain:
    do = Plan(gain_db=5.0)

    @pytest.mark.parametrize(
        ("measured", "over", "beside", "gain", "ceiling"),
        [
            (Loudness(-16.4, 3.0, -1.5), 0.0, 0.0, 5.4, -2.0),
            (Loudness(-17.0, 3.0, -1.5), 0.0, 1.0, 6.0, -2.0),
            (Loudness(-16.0, 3.0, -0.2), 0.8, 0.0, 5.0, -3.1),
            (Loudness(-30.0, 3.0, 0.5), 1.5, 14.0, 11.0, -3.8),
        ],
    )
    def test_the_next_try_makes_up_for_the_last(
        self, measured: Loudness, over: float, beside: float, gain: float, ceiling: float
    ) -> None:
        """Peaks over the limit lower the ceiling, what is missing of the loudness raises the gain, by 6 dB at most."""
        assert list(off_by(self.do, measured)) == pytest.approx([over, beside])
        tried = again(self.do, measured)
        assert [tried.gain_db, tried.ceiling_dbtp] == pytest.approx([gain, ceiling])


class TestRendering:
    def test_a_rendition_does_not_depend_on_what_else_is_made(self, tmp_path: Path) -> None:
        """AAC may be made in the background, days after Opus."""
        source = write(tmp_path / "a.wav", np.concatenate([hush(2), hum(3, 0.05), hush(2)]))

        both = {made.format: made.sha256 for made in render(source, tmp_path)}
        (alone,) = render(source, tmp_path, ["m4a"])

        assert alone.sha256 == both["m4a"]

    def test_what_cannot_reach_the_target_stays_near_and_leaves_one_file(self, tmp_path: Path) -> None:
        """A whisper with a clap every second: limited so hard that it stays softer than asked."""
        sound = noise(6, 0.0005)
        sound[:: RATE // 4] = 1.0
        source = write(tmp_path / "a.wav", sound)

        (made,) = render(source, tmp_path, ["opus"], target_lufs=-12.0)

        assert [path.name for path in tmp_path.glob("*.opus")] == [made.path.name]
        assert made.loudness.true_peak_dbtp is not None
        assert made.loudness.true_peak_dbtp <= 0

    def test_an_unknown_format_is_refused_before_anything_is_decoded(self, tmp_path: Path) -> None:
        """With those there are."""
        with pytest.raises(RenderError, match="no recipe for mp3"):
            render(tmp_path / "none.wav", tmp_path, ["mp3"])


def test_what_is_cut_is_gone_from_both_formats(tmp_path: Path) -> None:
    """Three seconds and two: 0.3 and 0.5 of them stay."""
    source = write(tmp_path / "a.wav", np.concatenate([hush(3), hum(2), hush(2)]))

    assert analyse(source).silence_before_ms == pytest.approx(3000, abs=10)
    for made in render(source, tmp_path):
        assert made.duration_ms == pytest.approx(2800, abs=40)
        first = np.flatnonzero(np.abs(np.concatenate(list(mono_blocks(made.path)))) > 0.01)[0]
        assert first / 48 == pytest.approx(KEEP_BEFORE_MS, abs=30)
