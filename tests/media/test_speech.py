"""Speech detection, on people's voices among music and silence whose lengths are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.decode import mono_blocks
from media.speech import AFTER_MS, BEFORE_MS, CHUNK_MS, SpeechListener, spans
from tests.media.sounds import RATE, hush

if TYPE_CHECKING:
    from pathlib import Path

    from tests.media.sounds import Samples

VOICES = {
    "de-001": (2260, 8780),
    "de-004": (1600, 8150),
    "en-002": (330, 10_730),
    "es-002": (2370, 8850),
    "fr-000": (2180, 8700),
    "fr-001": (3050, 20_760),
    "fr-002": (520, 7600),
    "fr-004": (150, 8210),
    "pt-002": (850, 5760),
}
"""From where to where somebody speaks, in milliseconds, read off their levels: with no pause longer than a breath."""


def music(seconds: float, seed: int) -> Samples:
    """Plucked notes with overtones, two a second, louder than the voices."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros_like(t)
    for note in range(int(seconds * 2)):
        hertz, since = 220 * 2 ** (rng.integers(0, 24) / 12), t - note / 2
        ring = np.where(since >= 0, np.exp(-2 * np.maximum(since, 0)), 0)
        sound += ring * sum(np.sin(2 * np.pi * hertz * over * t) / over for over in (1, 2, 3, 4))
    return np.asarray(0.4 * sound / np.abs(sound).max(), np.float32)


def voice(folder: Path, name: str) -> Samples:
    """A recording from its first to its last word, at a common level."""
    start, end = (at * RATE // 1000 for at in VOICES[name])
    cut = np.concatenate(list(mono_blocks(folder / f"fleurs-{name}.ogg")))[start:end]
    return np.asarray(0.3 * cut / np.abs(cut).max(), np.float32)


def found(sound: Samples, size: int = RATE) -> tuple[tuple[int, int], ...]:
    """The stretches of speech in a sound, fed in pieces of this size."""
    listener = SpeechListener()
    for at in range(0, len(sound), size):
        listener.feed(sound[at : at + size])
    return listener.end()


@pytest.mark.slow
def test_minutes_of_speech_are_within_a_twentieth_of_the_truth(audio_speech: Path) -> None:
    """On voices, music and silence in turn, four minutes long, so that the lanes are put to use."""
    parts: list[Samples] = []
    spoken = 0
    for turn in range(2):
        for n, name in enumerate(VOICES):
            said = voice(audio_speech, name)
            spoken += len(said)
            parts += [said, music(6, 10 * turn + n) if n % 2 else hush(4)]

    sound = np.concatenate(parts)
    heard = sum(end - start for start, end in found(sound))

    assert len(sound) > 180 * RATE
    assert heard == pytest.approx(spoken * 1000 / RATE, rel=0.05)


def test_music_is_no_speech() -> None:
    """Plucked strings for twenty seconds: less than a second of it is taken for a voice."""
    assert sum(end - start for start, end in found(music(20, 7))) < 1000


@pytest.mark.parametrize("gain", [1.0, 0.01])
def test_a_faint_voice_is_heard_as_well(audio_speech: Path, gain: float) -> None:
    """Forty dB softer, the same speech to a tenth."""
    said = np.concatenate([hush(2), voice(audio_speech, "fr-004"), hush(2)])

    ((start, end),) = found(said * np.float32(gain))

    assert start == pytest.approx(2000, abs=250)
    assert end - start == pytest.approx(len(said) / 48 - 4000, rel=0.1)


def test_it_does_not_matter_in_which_pieces_a_sound_comes(audio_speech: Path) -> None:
    """A decoder's blocks are not the speaker's."""
    said = np.concatenate([hush(1), voice(audio_speech, "en-002")])

    assert found(said, 7_001) == found(said)


def test_nothing_is_no_speech() -> None:
    """Nor is a sound that is over before it can be judged."""
    assert found(hush(0)) == ()
    assert found(hush(3)) == ()


class TestSpans:
    """From how sure the detection was of each 32 ms to stretches of speech."""

    @pytest.mark.parametrize(
        ("sure", "stretches"),
        [
            ([0.9] * 20, 1),
            ([0.49] * 20, 0),
            ([0.9] * 7, 0),  # shorter than a word
            ([0.9] * 10 + [0.4] * 30 + [0.9] * 10, 1),  # unsure, but not sure that it ended
            ([0.9] * 10 + [0.0] * 21 + [0.9] * 10, 1),  # a breath
            ([0.9] * 10 + [0.0] * 23 + [0.9] * 10, 2),  # a pause
        ],
    )
    def test_stretches_are_told_apart(self, sure: list[float], stretches: int) -> None:
        """Two lines, a shortest word and a longest breath."""
        assert len(spans([0.0] * 10 + sure + [0.0] * 10)) == stretches

    def test_a_stretch_is_a_little_longer_than_the_detection_was_sure(self) -> None:
        """Which never reaches over the ends of the sound."""
        whole = ((320 - BEFORE_MS, 640 + AFTER_MS),)
        assert spans([0.0] * 10 + [0.9] * 10 + [0.0] * 10) == whole
        assert spans([0.9] * 20) == ((0, 20 * CHUNK_MS),)

    @given(st.lists(st.floats(0, 1), max_size=200))
    def test_stretches_are_in_order_and_apart(self, sure: list[float]) -> None:
        """Whatever the detection says; others count on it."""
        told = spans(sure)
        edges = [edge for stretch in told for edge in stretch]
        assert edges == sorted(set(edges))
        assert all(0 <= edge <= len(sure) * CHUNK_MS for edge in edges)
