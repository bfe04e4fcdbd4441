"""Cuts, fades and joins of short stretches of sound: the only place of pydub.

pydub opens no file here: it needs other programs for that, takes a gigabyte for 45 minutes and believes broken
files. It is fed with samples that `media.decode` gave, and only those whose loudness changes go through it.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from media.av_io import RATE
from media.errors import UnfitAudioError

with warnings.catch_warnings():
    # it looks for programs that we do not use, and for a module that Python 3.13 drops (a wheel brings it there)
    warnings.filterwarnings("ignore", "Couldn't find ff", RuntimeWarning)
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    # its source has escapes that Python warns of when it is compiled for the first time
    warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
    warnings.filterwarnings("ignore", ".*invalid escape sequence", SyntaxWarning)
    from pydub import AudioSegment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from media.av_io import Samples

LONGEST_MS = 600_000
"""What is edited is held in memory: ten minutes of mono are 115 MB."""
FADE_MS = 800
"""As long as a device fades out at a sentence gap."""
RESUME_MS = 120
"""Long enough that no click is heard, short enough that no syllable is lost."""
SILENT_DB = -120.0
_PIECES = 8
"""Straight pieces that make a curve; it is met to 0.05 dB."""
_FULL = 2**31 - 1
_WIDTH = 4
"""Bytes of a sample: in two, a bed of -50 dB would be heard to hiss."""


class Turn(NamedTuple):
    """A stretch in which the gain goes from one value to another, in milliseconds and dB."""

    start_ms: int
    end_ms: int
    from_db: float
    to_db: float


def fade_out_at(samples: Samples, cut_ms: int, fade_ms: int = FADE_MS) -> Samples:
    """The sound up to a cut and its fade, as a device plays it: what follows is not heard.

    Args:
        samples: Mono at 48 kHz.
        cut_ms: Where the fade begins, at a sentence gap as a rule.
        fade_ms: How long it takes; a sound that ends before that ends faded all the same.

    Raises:
        UnfitAudioError: When it is longer than ten minutes.
    """
    _refuse_long(samples)
    cut = _at(cut_ms)
    return np.concatenate([samples[:cut], _turned(samples[cut : cut + _at(fade_ms)], 0.0, SILENT_DB)])


def sentence_before(cut_ms: int, gaps_ms: Sequence[int]) -> int:
    """Where a narration goes on that was cut: at the gap before the sentence that the visitor last heard.

    >>> sentence_before(9_000, [2_000, 5_000, 9_000, 12_000]), sentence_before(1_500, [2_000])
    (5000, 0)
    """
    return max((gap for gap in gaps_ms if gap < cut_ms), default=0)


def resumed(samples: Samples, cut_ms: int, gaps_ms: Sequence[int], fade_ms: int = RESUME_MS) -> Samples:
    """The rest of a narration that was cut, from the sentence before, with a short fade-in.

    Args:
        samples: The whole narration, mono at 48 kHz.
        cut_ms: Where it was cut.
        gaps_ms: Its sentence gaps, in order.
        fade_ms: How long the fade-in takes.

    Raises:
        UnfitAudioError: When it is longer than ten minutes.
    """
    _refuse_long(samples)
    rest = samples[_at(sentence_before(cut_ms, gaps_ms)) :]
    edge = _at(fade_ms)
    return np.concatenate([_turned(rest[:edge], SILENT_DB, 0.0), rest[edge:]])


def loop_of(samples: Samples, cross_ms: int) -> Samples:
    """A sound that may follow itself for ever: its end is cross-faded into its beginning, at equal power.

    pydub's own cross-fade is straight in amplitude, and wind would drop by 3 dB at every seam. The loop is
    shorter than the sound by the cross-fade, which takes at most half of it.

    Raises:
        UnfitAudioError: When it is longer than ten minutes.
    """
    _refuse_long(samples)
    whole = samples[: len(samples) // _at(1) * _at(1)]
    cross = min(_at(cross_ms), len(whole) // _at(2) * _at(1))
    loop = whole[: len(whole) - cross].copy()
    if cross:
        loop[:cross] = _swelling(whole[:cross]) + _swelling(whole[-cross:][::-1])[::-1]
    return loop


def shaped(loop: Samples, turns: Sequence[Turn]) -> Iterator[Samples]:
    """A loop played from the first turn to the last, its gain going as they say; silence before the first.

    Args:
        loop: What `loop_of` gave.
        turns: In order; each begins where the one before it ended.
    """
    if turns:
        yield np.zeros(_at(turns[0].start_ms), np.float32)
    at = 0
    for turn in turns:
        length = _at(turn.end_ms - turn.start_ms)
        yield _turned(np.take(loop, range(at, at + length), mode="wrap"), turn.from_db, turn.to_db)
        at = (at + length) % len(loop)


def mixed(sounds: Sequence[tuple[int, Samples]], length_ms: int) -> Samples:
    """Short sounds laid over each other, each from its place in milliseconds."""
    whole = AudioSegment.silent(length_ms, RATE).set_sample_width(_WIDTH)
    for start_ms, sound in sounds:
        whole = whole.overlay(_segment(sound), position=start_ms)
    return _samples(whole)


def _swelling(samples: Samples) -> Samples:
    """The samples coming up as a sine does, in straight pieces."""
    edges = [_at(one * len(samples) // _at(1) // _PIECES) for one in range(_PIECES + 1)]
    gains = 20 * np.log10(np.maximum(np.sin(np.pi / 2 * np.arange(_PIECES + 1) / _PIECES), 1e-6))
    return np.concatenate(
        [
            _turned(samples[start:end], float(low), float(high))
            for (start, end), (low, high) in zip(pairwise(edges), pairwise(gains), strict=True)
        ]
    )


def _turned(samples: Samples, from_db: float, to_db: float) -> Samples:
    """The samples with a gain that goes in a straight line from one end to the other."""
    length = len(samples) // _at(1)
    if length == 0 or from_db == to_db:
        return samples * np.float32(10 ** (to_db / 20))
    # pydub counts in milliseconds, and would lose what does not fill the last one
    rest = samples[_at(length) :] * np.float32(10 ** (to_db / 20))
    faded = _segment(samples[: _at(length)]).fade(from_gain=from_db, to_gain=to_db, start=0, duration=length)
    return np.concatenate([_samples(faded), rest])


def _segment(samples: Samples) -> AudioSegment:
    data = (np.clip(samples, -1.0, 1.0).astype(np.float64) * _FULL).astype("<i4").tobytes()
    return AudioSegment(data=data, sample_width=_WIDTH, frame_rate=RATE, channels=1)


def _samples(segment: AudioSegment) -> Samples:
    return (np.frombuffer(segment.raw_data, "<i4") / np.float64(_FULL)).astype(np.float32)


def _at(at_ms: int) -> int:
    return at_ms * RATE // 1000


def _refuse_long(samples: Samples) -> None:
    if len(samples) > _at(LONGEST_MS):
        raise UnfitAudioError.of("too-long/edit")
