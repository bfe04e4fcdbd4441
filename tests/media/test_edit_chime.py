"""The chime of an offer: short, soft, as loud as a narration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media import worker
from media.chime import shipped
from media.decode import mono_blocks
from media.edit_chime import chime, render_chime
from media.loudness import Meter, measure
from tests.media.sounds import RATE

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_short_and_as_loud_as_a_narration() -> None:
    """Nobody reaches for the volume."""
    sound = chime()
    meter = Meter()
    meter.feed(sound)
    measured = meter.end()

    assert len(sound) <= 0.8 * RATE
    assert measured.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert measured.true_peak_dbtp is not None
    assert measured.true_peak_dbtp < -1


def test_it_begins_and_ends_without_a_click() -> None:
    """From nothing to nothing, and no step within that is steeper than its own tones."""
    sound = chime()

    assert abs(sound[0]) < 1e-6
    assert abs(sound[-1]) < 1e-3
    assert np.abs(np.diff(sound)).max() < 0.12


def test_it_rises_by_a_fifth() -> None:
    """The strongest tone of its beginning and of its end."""
    sound = chime()

    def strongest(piece: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 4 * RATE))
        return float(np.argmax(spectrum)) / 4

    assert strongest(sound[: RATE * 15 // 100]) == pytest.approx(587, abs=8)
    assert strongest(sound[RATE * 35 // 100 :]) == pytest.approx(880, abs=8)


def test_what_is_shipped_is_this_chime() -> None:
    """Decoded and measured: short, as loud as a narration, and as many bytes as a device gladly fetches."""
    for one in shipped():
        measured, length_ms = measure(one.path)
        assert length_ms <= 860
        assert measured.integrated_lufs == pytest.approx(-16, abs=1)
        assert one.path.stat().st_size < 20_000
        heard = np.concatenate(list(mono_blocks(one.path)))
        fresh = chime()
        likeness = np.correlate(heard, fresh, "full").max() / np.linalg.norm(heard) / np.linalg.norm(fresh)
        assert likeness > 0.95


def test_its_renditions_are_the_same_each_time(tmp_path: Path) -> None:
    """Named by content, so that a device has to fetch it once; measured after encoding."""
    first = worker.run("media.edit_chime:render_chime", tmp_path, ("opus", "m4a"), wall_s=60, memory_mb=700)
    second = render_chime(tmp_path)

    assert [one.sha256 for one in first] == [one.sha256 for one in second]
    for one in second:
        assert one.duration_ms <= 860
        assert one.loudness.integrated_lufs == pytest.approx(-16, abs=1)
        assert one.loudness.true_peak_dbtp is not None
        assert one.loudness.true_peak_dbtp <= -1
