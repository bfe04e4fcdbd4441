"""The shape of a sound for the desk to draw: the lowest and highest sample of every fiftieth of a second.

The file is audiowaveform's binary layout, version 2, which wavesurfer.js and peaks.js read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media.av_io import Samples

POINTS_A_SECOND = 50
STEP_MS = 1000 // POINTS_A_SECOND
_STEP = RATE // POINTS_A_SECOND
_VERSION, _EIGHT_BIT, _CHANNELS = 2, 1, 1
_HEADER = struct.Struct("<iIiiIi")


@dataclass(frozen=True)
class Waveform:
    """The lowest and highest samples, full scale at 1.0; shape (points, 2)."""

    extremes: NDArray[np.float32]

    def cut(self, start_ms: int, length_ms: int, gain: float = 1.0) -> Waveform:
        """A stretch of it, louder or softer by a factor; times are rounded to whole points."""
        first = round(start_ms / STEP_MS)
        return Waveform(self.extremes[first : first + -(-length_ms // STEP_MS)] * np.float32(gain))

    def dat(self) -> bytes:
        """The file's bytes; what is over full scale is drawn at its edge.

        Source: audiowaveform, doc/DataFormat.md, version 2.

        >>> len(Waveform(np.zeros((50, 2), np.float32)).dat())
        124
        """
        points = np.clip(np.rint(self.extremes * 127), -128, 127).astype(np.int8)
        header = _HEADER.pack(_VERSION, _EIGHT_BIT, RATE, _STEP, len(points), _CHANNELS)
        return header + points.tobytes()


class Extremes:
    """Fed with mono samples at 48 kHz in order; draws them at the end."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._points: list[NDArray[np.float32]] = []

    def feed(self, samples: Samples) -> None:
        """Draw samples that follow on the last."""
        whole = np.concatenate([self._rest, samples])
        count = len(whole) // _STEP
        steps = whole[: count * _STEP].reshape(count, _STEP)
        self._points.append(np.stack([steps.min(axis=1), steps.max(axis=1)], axis=1))
        self._rest = whole[count * _STEP :]

    def end(self) -> Waveform:
        """All of it; a last point that is not full counts as one."""
        if len(self._rest):
            self._points.append(np.array([[self._rest.min(), self._rest.max()]], np.float32))
        return Waveform(np.concatenate([np.zeros((0, 2), np.float32), *self._points]))
