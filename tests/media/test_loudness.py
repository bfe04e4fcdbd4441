"""Loudness, judged on sounds whose loudness is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.loudness import Loudness, Meter, measure
from tests.media.sounds import RATE, hush, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.media.sounds import Samples


def tone(seconds: float, level_dbfs: float, hertz: float = 1000.0) -> Samples:
    """A sine of this peak, faded in and out over 20 ms so that its edges add nothing."""
    t = np.arange(round(seconds * RATE)) / RATE
    edge = np.clip(np.minimum(t, seconds - t) * 50, 0, 1)
    return np.asarray(10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * t) * edge, np.float32)


def heard(*parts: Samples) -> Loudness:
    """What the meter makes of the parts in a row, fed in uneven pieces."""
    meter = Meter()
    sound = np.concatenate(parts)
    for at in range(0, len(sound), 10_007):
        meter.feed(sound[at : at + 10_007])
    return meter.end()


class TestEbuTech3341:
    """The minimum requirements of EBU Tech 3341 on mono sounds: each within 0.1 LU."""

    @pytest.mark.parametrize("level", [-23.0, -33.0, -16.0])
    def test_a_steady_tone_measures_its_level(self, level: float) -> None:
        """Cases 1 and 2: a sine of 1 kHz on both ears reads the level of its peak."""
        assert heard(tone(20, level)).integrated_lufs == pytest.approx(level, abs=0.1)

    def test_soft_parts_are_left_out(self) -> None:
        """Case 3: ten seconds at -36 before and after a minute at -23 change nothing."""
        measured = heard(tone(10, -36), tone(60, -23), tone(10, -36))
        assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)

    def test_silence_is_left_out(self) -> None:
        """Case 4: nor do ten seconds at -72 around them."""
        measured = heard(tone(10, -72), tone(10, -36), tone(60, -23), tone(10, -36), tone(10, -72))
        assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)

    def test_loud_and_soft_are_weighed(self) -> None:
        """Case 5: -26, -20 and -26 read -23."""
        measured = heard(tone(20, -26), tone(20.1, -20), tone(20, -26))
        assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)

    @pytest.mark.parametrize(("levels", "span"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20)])
    def test_the_range_is_that_between_soft_and_loud(self, levels: tuple[float, float], span: float) -> None:
        """EBU Tech 3342, cases 1 to 3: within 1 LU."""
        assert heard(tone(20, levels[0]), tone(20, levels[1])).range_lu == pytest.approx(span, abs=1)


def test_a_peak_between_two_samples_is_found() -> None:
    """A sine of a quarter of the rate, sampled 45 degrees off its tops: the samples read 3 dB too little."""
    t = np.arange(2 * RATE) / RATE
    edge = np.clip(np.minimum(t, 2 - t) * 50, 0, 1)
    sound = np.asarray(0.5 * edge * np.sin(2 * np.pi * RATE / 4 * t + np.pi / 4), np.float32)

    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-9.03, abs=0.05)
    assert heard(sound).true_peak_dbtp == pytest.approx(-6.02, abs=0.3)


def test_a_peak_in_the_last_instant_is_found() -> None:
    """What does not fill the last tenth of a second is heard too, without diluting the loudness."""
    steady = tone(2, -23)
    measured = heard(steady, tone(0.05, -6))

    assert measured.true_peak_dbtp == pytest.approx(-6, abs=0.2)
    assert measured.integrated_lufs == heard(steady).integrated_lufs


@pytest.mark.parametrize(
    ("sound", "measured"),
    [
        (hush(0), Loudness(None, None, None)),
        (hush(2), Loudness(None, None, None)),
        (tone(0.3, -12), Loudness(None, None, -12.0)),
    ],
)
def test_what_has_no_loudness_has_none(sound: Samples, measured: Loudness) -> None:
    """Nothing, silence, and what is shorter than the 0.4 s that loudness is made of."""
    found = heard(sound)

    assert (found.integrated_lufs, found.range_lu) == (measured.integrated_lufs, measured.range_lu)
    assert found.true_peak_dbtp == pytest.approx(measured.true_peak_dbtp, abs=0.1)


def test_a_file_is_measured_as_it_plays(tmp_path: Path) -> None:
    """Both ears of a stereo file are mixed first, so equal ears read as one would."""
    path = write(tmp_path / "a.wav", [tone(3, -20), tone(3, -20)])

    measured, length_ms = measure(path)

    assert measured.integrated_lufs == pytest.approx(-20, abs=0.1)
    assert length_ms == 3000
