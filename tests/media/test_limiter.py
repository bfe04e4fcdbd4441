"""The limiter: never above the ceiling, nothing changed that was below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.limiter import Limiter
from media.loudness import Meter
from tests.media.sounds import RATE, hum, hush

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.media.sounds import Samples


def limited(sound: Samples, ceiling_db: float, sizes: Sequence[int] = (RATE,)) -> Samples:
    """The sound through the limiter, in pieces of these sizes."""
    limiter = Limiter(ceiling_db)
    out, at, n = [], 0, 0
    while at < len(sound):
        size = sizes[n % len(sizes)]
        out.append(limiter.feed(sound[at : at + size]))
        at, n = at + size, n + 1
    return np.concatenate([*out, limiter.end()])


def true_peak(sound: Samples) -> float:
    """In dBTP by libav's meter, which is not ours."""
    meter = Meter()
    meter.feed(sound)
    peak = meter.end().true_peak_dbtp
    return -120.0 if peak is None else peak


@st.composite
def sounds(draw: st.DrawFn) -> Samples:
    """Hums, noises, clicks and steps of any level, one after the other."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = []
    for kind, level, length in draw(
        st.lists(
            st.tuples(st.sampled_from("hnsc"), st.floats(0, 4), st.integers(1, 6000)), min_size=1, max_size=6
        )
    ):
        noise = rng.standard_normal(length)
        shapes: dict[str, NDArray[np.floating]] = {
            "h": hum(length / RATE + 1, 1.0)[:length],
            "n": noise,
            "s": np.ones(length),
            "c": np.where(np.abs(noise) > 2.5, noise, 0),
        }
        parts.append(np.asarray(level * shapes[kind], np.float32))
    return np.concatenate(parts)


sizes = st.lists(st.integers(1, 5000), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(sound=sounds(), ceiling=st.floats(-12, 0))
def test_no_sample_goes_over_the_ceiling(sound: Samples, ceiling: float) -> None:
    """Whatever comes, and it comes back as long as it was."""
    out = limited(sound, ceiling)

    assert len(out) == len(sound)
    assert np.abs(out).max(initial=0) <= 10 ** (ceiling / 20) * (1 + 1e-6)


@settings(max_examples=25, deadline=None)
@given(sound=sounds())
def test_what_lies_well_below_is_not_touched(sound: Samples) -> None:
    """Bit by bit: under 0.4 of the ceiling no peak between samples can reach it either."""
    soft = sound / np.float32(max(1.0, 2.6 * float(np.abs(sound).max(initial=0))))

    assert np.array_equal(limited(soft, 0.0), soft)


@settings(max_examples=25, deadline=None)
@given(sound=sounds(), pieces=sizes)
def test_it_does_not_matter_in_which_pieces_a_sound_comes(sound: Samples, pieces: list[int]) -> None:
    """A decoder's blocks are not the music's."""
    assert limited(sound, -3, pieces) == pytest.approx(limited(sound, -3), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(sound=sounds())
def test_it_only_takes_away(sound: Samples) -> None:
    """No sample grows, none changes its sign."""
    out = limited(sound, -6)

    assert np.all(np.abs(out) <= np.abs(sound))
    assert np.all(out * sound >= 0)


def test_silence_stays_silence() -> None:
    """Also next to a peak."""
    out = limited(np.concatenate([hush(0.5), np.full(10, 3, np.float32), hush(0.5)]), -1)

    assert not out[: RATE // 2].any()
    assert not out[RATE // 2 + 10 :].any()


@pytest.mark.parametrize("hertz", [100.0, 997.0, 6000.0, 12_000.0])
def test_a_peak_between_samples_is_held_too(hertz: float) -> None:
    """By libav's meter, 4 dB too loud a sine comes out at the ceiling, within a tenth."""
    t = np.arange(2 * RATE) / RATE
    edge = np.clip(np.minimum(t, 2 - t) * 50, 0, 1)
    sound = np.asarray(1.4 * edge * np.sin(2 * np.pi * hertz * t + np.pi / 4), np.float32)

    assert true_peak(sound) == pytest.approx(2.92, abs=0.3)
    assert true_peak(limited(sound, -1)) == pytest.approx(-1, abs=0.1)


def test_speech_after_a_bang_is_whole_again_within_a_quarter_of_a_second() -> None:
    """The gain comes back at 100 dB a second."""
    voice = hum(1, 0.2)
    loud = voice.copy()
    loud[RATE // 2 : RATE // 2 + 48] = 4.0

    out = limited(loud, -1)

    assert np.array_equal(out[: RATE // 2 - 500], voice[: RATE // 2 - 500])
    assert np.array_equal(out[3 * RATE // 4 :], voice[3 * RATE // 4 :])
