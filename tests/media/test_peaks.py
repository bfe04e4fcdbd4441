"""The waveform file, read back by its published layout."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from media.peaks import Extremes, Waveform
from tests.media.sounds import RATE, hum, hush


def drawn(*sizes: int) -> Waveform:
    """Two seconds, the first silent, fed in pieces of these sizes."""
    sound = np.concatenate([hush(1), hum(1, 0.5)])
    extremes, at, n = Extremes(), 0, 0
    while at < len(sound):
        size = sizes[n % len(sizes)]
        extremes.feed(sound[at : at + size])
        at, n = at + size, n + 1
    return extremes.end()


def test_the_file_says_what_it_is() -> None:
    """Version 2, eight bits, 48 kHz, 960 samples a point, how many points, one channel; then two bytes a point."""
    data = drawn(RATE).dat()

    assert struct.unpack("<iIiiIi", data[:24]) == (2, 1, RATE, 960, 100, 1)
    assert len(data) == 24 + 2 * 100


def test_points_are_the_lowest_and_highest_samples() -> None:
    """At 50 a second; silence is 0, full scale 127."""
    points = np.frombuffer(drawn(RATE).dat()[24:], np.int8).reshape(-1, 2)
    second = hum(1, 0.5).reshape(50, 960)

    assert not points[:50].any()
    assert points[50:, 0] == pytest.approx(second.min(axis=1) * 127, abs=0.6)
    assert points[50:, 1] == pytest.approx(second.max(axis=1) * 127, abs=0.6)


def test_it_does_not_matter_in_which_pieces_a_sound_comes() -> None:
    """A point may lie across two blocks."""
    assert drawn(700, 12_345).dat() == drawn(RATE).dat()


def test_a_last_point_that_is_not_full_counts() -> None:
    """Else the last hundredth of a second would not be drawn."""
    extremes = Extremes()
    extremes.feed(np.full(1000, 0.5, np.float32))

    assert extremes.end().extremes.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_a_stretch_is_cut_and_made_louder() -> None:
    """What a visitor hears: without the silence, levelled; over full scale it is drawn at the edge."""
    cut = drawn(RATE).cut(1000, 990, 4.0)

    assert len(cut.extremes) == 50
    assert np.frombuffer(cut.dat()[24:], np.int8).max() == 127
    assert cut.extremes.max() == pytest.approx(4 * hum(1, 0.5).max(), rel=1e-5)
