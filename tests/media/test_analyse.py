"""Everything that is measured of a sound, from one decode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media import analyse as analysing
from media.analyse import Analyser, analyse
from media.errors import UnfitAudioError
from media.gaps import sentence_gaps
from media.loudness import measure
from media.probe import probe
from tests.media.sounds import RATE, hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

SOUND = np.concatenate([hush(1), hum(2, 0.3), hush(0.6), hum(2, 0.3), hush(1.5)])


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.opus", "a.flac", "a.m4a"])
def test_one_decode_finds_what_each_measure_finds_alone(tmp_path: Path, name: str) -> None:
    """Loudness, length, gaps, and the silence at the ends, in every container."""
    path = write(tmp_path / name, [SOUND, SOUND])

    found = analyse(path)

    loudness, length_ms = measure(path)
    assert (found.loudness, found.duration_ms) == (loudness, length_ms)
    assert found.gaps_ms() == sentence_gaps(path)
    assert [found.silence_before_ms, found.silence_after_ms] == pytest.approx([1000, 1500], abs=60)
    assert len(found.waveform.extremes) == -(-found.duration_ms // 20)
    assert len(found.levels) == pytest.approx(found.duration_ms / 10, abs=1)


def test_a_probe_may_be_listened_to(tmp_path: Path) -> None:
    """So that a file is decoded once for both: the same is found."""
    path = write(tmp_path / "a.mp3", [SOUND, SOUND])
    analyser = Analyser()

    probe(path, analyser.hear)

    heard, alone = analyser.end(), analyse(path)
    assert (heard.loudness, heard.speech, heard.duration_ms) == (
        alone.loudness,
        alone.speech,
        alone.duration_ms,
    )
    assert heard.waveform.dat() == alone.waveform.dat()


def test_gaps_lie_where_cues_end(tmp_path: Path) -> None:
    """The one gap is from 3.0 to 3.6 s."""
    found = analyse(write(tmp_path / "a.wav", SOUND))

    assert found.gaps_ms([3200]) == (3200,)


def test_progress_is_told(tmp_path: Path) -> None:
    """Up to the end, never backwards."""
    told: list[int] = []

    analyse(write(tmp_path / "a.wav", SOUND), told.append)

    assert told == sorted(told)
    assert told[-1] == 7100


def test_it_stops_at_the_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten hours of silence pack into 14 MB; here three hours are four seconds."""
    monkeypatch.setattr(analysing, "LONGEST_MS", 4000)

    with pytest.raises(UnfitAudioError, match="three hours are the most"):
        analyse(write(tmp_path / "a.wav", SOUND))


@pytest.mark.parametrize("sound", [hush(0), hush(2)])
def test_what_is_silent_has_no_ends_to_cut(sound: np.ndarray) -> None:
    """Nor loudness, speech or gaps; a probe refuses it before anybody asks."""
    analyser = Analyser()
    analyser.feed(sound)

    found = analyser.end()

    assert (found.silence_before_ms, found.silence_after_ms, found.speech, found.gaps_ms()) == (0, 0, (), ())
    assert found.loudness.integrated_lufs is None
    assert found.duration_ms == len(sound) * 1000 // RATE
