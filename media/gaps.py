"""Sentence gaps: the places at which the engine may fade a narration without cutting a sentence."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE
from media.decode import mono_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from media.av_io import Samples

STEP_MS = 10
QUIET_DBFS = -50.0
BELOW_SPEECH_DB, UNDER_SPEECH_DB, OVER_NOISE_DB = 30.0, 15.0, 6.0
SHORTEST_MS = 300
REACH_MS = 250
"""A cue's end this far outside a silence still belongs to it: people time captions by ear."""
INSIDE_MS = 100
"""A fade starts this far inside the silence, so that the last sound dies away first."""


def sentence_gaps(path: Path, cue_ends_ms: Sequence[int] = ()) -> tuple[int, ...]:
    """The positions in milliseconds of the pauses between sentences, in order.

    Args:
        path: A sound file that `probe` has passed.
        cue_ends_ms: Ends of the transcript's cues; a gap next to one lies where the cue ends.

    Raises:
        BrokenAudioError: When the sound does not decode.
    """
    return gaps_in(levels(mono_blocks(path)), cue_ends_ms)


class Levels:
    """Fed with mono samples at 48 kHz in order; says at the end how loud every 10 ms was."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._levels: list[NDArray[np.float64]] = []

    def feed(self, samples: Samples) -> None:
        """Listen to samples that follow on the last."""
        size = RATE * STEP_MS // 1000
        whole = np.concatenate([self._rest, samples])
        steps = len(whole) // size
        power = np.square(whole[: steps * size].reshape(steps, size)).mean(axis=1, dtype=np.float64)
        self._levels.append(10 * np.log10(np.maximum(power, 1e-12)))
        self._rest = whole[steps * size :]

    def end(self) -> NDArray[np.float64]:
        """The levels in dB below full scale of a square wave; silence is -120. What fills no 10 ms is left out."""
        return np.concatenate([np.zeros(0), *self._levels])


def levels(blocks: Iterable[Samples]) -> NDArray[np.float64]:
    """The level of every 10 ms of mono samples at 48 kHz, in dB as `Levels` says."""
    meter = Levels()
    for block in blocks:
        meter.feed(block)
    return meter.end()


def gaps_in(level: NDArray[np.float64], cue_ends_ms: Sequence[int] = ()) -> tuple[int, ...]:
    """The gaps in a row of 10 ms levels; silence before the first and after the last sound is none."""
    if len(level) == 0:
        return ()
    silences = _silences(level < _threshold(level))
    return tuple(_position(start, end, cue_ends_ms) for start, end in silences)


def _threshold(level: NDArray[np.float64]) -> float:
    """Under which level a recording is quiet: -50 dBFS as a rule, or 30 dB under its speech if that is more.

    A recording that nobody has levelled yet may lie wholly under -50: never less than 15 dB under its
    speech. One made in a noisy room never gets down to -50: 6 dB over its own noise is quiet too. Of 33
    spoken recordings from -66 to -16 LUFS the speech of the faintest lies at -63, its noise at -88.
    """
    noise, speech = (float(one) for one in np.percentile(level, [5, 90]))
    quiet = min(max(QUIET_DBFS, noise + OVER_NOISE_DB), speech - UNDER_SPEECH_DB)
    return max(quiet, speech - BELOW_SPEECH_DB)


def _silences(quiet: NDArray[np.bool_]) -> list[tuple[int, int]]:
    sounding = np.flatnonzero(~quiet)
    return [
        (int(before + 1) * STEP_MS, int(after) * STEP_MS)
        for before, after in pairwise(sounding)
        if (after - before - 1) * STEP_MS >= SHORTEST_MS
    ]


def _position(start_ms: int, end_ms: int, cue_ends_ms: Sequence[int]) -> int:
    middle = (start_ms + end_ms) // 2
    near = [at for at in cue_ends_ms if start_ms - REACH_MS <= at <= end_ms + REACH_MS]
    if not near:
        return middle
    closest = min(near, key=lambda at: (abs(at - middle), at))
    return min(max(closest, start_ms + INSIDE_MS), end_ms - INSIDE_MS)
