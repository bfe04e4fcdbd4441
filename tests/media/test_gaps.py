"""Sentence gaps: where a narration may be faded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.gaps import gaps_in, levels, sentence_gaps
from media.say import speak
from media.transcript import Cue, Transcript
from tests.media.sounds import RATE, hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.media.sounds import Samples

SPEECH = hum(2)


def spoken(*parts: Samples) -> tuple[int, ...]:
    """The gaps of these parts in a row."""
    return gaps_in(levels([np.concatenate(parts)]))


def test_a_pause_between_sentences_is_a_gap_in_its_middle(tmp_path: Path) -> None:
    """Two seconds, half a second of nothing, two seconds: the gap is at 2.25 s."""
    path = write(tmp_path / "a.opus", np.concatenate([SPEECH, hush(0.5), SPEECH]))

    assert sentence_gaps(path) == pytest.approx((2250,), abs=20)


@pytest.mark.parametrize(("pause", "found"), [(0.1, 0), (0.28, 0), (0.31, 1), (1.0, 1)])
def test_a_breath_is_no_gap(pause: float, found: int) -> None:
    """Three tenths of a second are the least."""
    assert len(spoken(SPEECH, hush(pause), SPEECH)) == found


def test_silence_at_the_ends_is_no_gap() -> None:
    """Before the first word there is no sentence to spare."""
    assert spoken(hush(1), SPEECH, hush(1)) == ()


def test_a_murmur_in_the_pause_is_no_gap() -> None:
    """A second speaker 12 dB under the first is still heard."""
    assert spoken(SPEECH, hum(0.5, 0.3 / 4), SPEECH) == ()


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.01, 0.001])
def test_a_recording_too_quiet_by_far_has_the_same_gaps(gain: float) -> None:
    """Sixty dB lower, all of it lies under -50 dBFS; the pauses stay where they are."""
    room = np.random.default_rng(2).standard_normal(5 * RATE).astype(np.float32) * np.float32(0.0004)
    sound = np.concatenate([SPEECH, hush(0.5), SPEECH, hush(0.5)]) + room

    assert gaps_in(levels([sound * np.float32(gain)])) == pytest.approx((2250,), abs=20)


def test_a_noisy_room_still_has_gaps() -> None:
    """Its noise lies at -45 dBFS, above the usual line."""
    noise = np.random.default_rng(2).standard_normal(5 * RATE).astype(np.float32) * np.float32(0.0056)

    assert gaps_in(levels([np.concatenate([SPEECH, hush(1), SPEECH]) + noise])) == pytest.approx(
        (2500,), abs=30
    )


class TestSnapping:
    level = levels([np.concatenate([SPEECH, hush(1), SPEECH])])

    @pytest.mark.parametrize(
        ("cue_end", "gap"),
        [
            (2400, 2400),
            (2000, 2100),  # at the last sound: a tenth of a second inside
            (1800, 2100),  # timed by ear, a little early
            (3100, 2900),
            (1000, 2500),  # another sentence's end: the middle
        ],
    )
    def test_a_gap_lies_where_the_cue_ends(self, cue_end: int, gap: int) -> None:
        """But always inside the silence, which is from 2.0 to 3.0 s."""
        assert gaps_in(self.level, [cue_end]) == (gap,)

    def test_of_two_cues_the_nearer_counts(self) -> None:
        """A word of its own between two pauses that are one to the ear."""
        assert gaps_in(self.level, [2050, 2450, 2950]) == (2450,)


def test_nothing_has_no_gaps() -> None:
    """An empty file never gets here, but zero blocks might."""
    assert gaps_in(levels([])) == ()


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_every_pause_of_a_spoken_transcript_is_found(language: str) -> None:
    """Six cues have five pauses; none is missed and nothing else is called one."""
    words = {
        "en": "The dome is five metres thick.",
        "fr": "La coupole a cinq mètres d'épaisseur.",
        "nl": "De koepel is vijf meter dik.",
        "de": "Die Kuppel ist fünf Meter dick.",
    }
    told = Transcript(tuple(Cue(k, k + 1, words[language]) for k in range(6)))

    samples, timed = speak(told, language)
    found = gaps_in(levels([samples]), [cue.end_ms for cue in timed.cues])

    assert found == pytest.approx([cue.end_ms + 100 for cue in timed.cues[:-1]], abs=60)
