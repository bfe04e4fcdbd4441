"""A look-ahead limiter: no true peak above a ceiling, nothing changed where there is none.

The loudest value of every millisecond, four times oversampled, says how much must be taken away there. The
gain goes down over the 5 ms before, so that nothing snaps, and comes back over a tenth of a second, so that
nothing pumps. libav's `alimiter` looks at samples, not between them, and lets true peaks through.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media.av_io import Samples

STEP = 48
"""Samples to a millisecond, for which one gain is found."""
AHEAD = 5
"""Steps before a peak in which the gain goes down."""
RELEASE_DB = 0.1
"""By which the gain comes back each step: 100 dB a second."""
_TAPS, _PHASES = 16, 4
"""Of the interpolating filter, to each side and in between; the meter that judges us uses 4 phases as well."""


class Limiter:
    """Fed with mono samples in order; gives as many back, a little later."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling_db = ceiling_dbtp
        self._ceiling = 10 ** (ceiling_dbtp / 20)
        self._silence = AHEAD * STEP
        """Samples put before the sound, so that the gain is down when it begins with a peak."""
        self._pending = np.zeros(_TAPS + self._silence, np.float32)
        """What is not given back yet, and before it the samples that the filter looks back at."""
        self._needed = np.zeros(0)
        """dB to take away in each pending step, as far as they are known."""
        self._held = 0.0
        """dB that the step before the first pending one holds."""
        self._targets = np.zeros(AHEAD)
        """Of the steps before, to which the gain was to go down."""
        self._gain = 0.0
        """dB in the step before."""

    def feed(self, samples: Samples) -> Samples:
        """What is ready after these samples."""
        self._pending = np.concatenate([self._pending, samples])
        steps = (len(self._pending) - 2 * _TAPS) // STEP
        if steps <= len(self._needed):
            return samples[:0]
        self._needed = np.concatenate([self._needed, self._need(len(self._needed), steps)])
        ready = self._ready(steps - AHEAD - 1)
        dropped, self._silence = self._silence, max(0, self._silence - len(ready))
        return ready[dropped:]

    def end(self) -> Samples:
        """What was held back."""
        left = len(self._pending) - _TAPS - self._silence
        return self.feed(np.zeros((AHEAD + 3) * STEP + 2 * _TAPS, np.float32))[:left]

    def _need(self, first: int, last: int) -> NDArray[np.float64]:
        """The dB to take away in these steps of what is pending: zero, or less than zero."""
        windows = np.lib.stride_tricks.sliding_window_view(self._pending, STEP + 2 * _TAPS)
        windows = windows[first * STEP : last * STEP : STEP]
        peaks = np.abs(windows).max(axis=1).astype(np.float64)
        filters, most = _between()
        near = np.flatnonzero(peaks * most > self._ceiling)
        # the filter is exact at the samples, so that these are among what it gives
        peaks[near] = np.abs(windows[near] @ filters).max(axis=1, initial=0.0)
        peaks[peaks * most <= self._ceiling] = 0.0
        return np.asarray(np.minimum(0.0, self._ceiling_db - 20 * np.log10(np.maximum(peaks, 1e-9))))

    def _ready(self, count: int) -> Samples:
        if count <= 0:
            return np.zeros(0, np.float32)
        holds = _released(self._needed, self._held)
        targets = _windows(holds, AHEAD + 1).min(axis=1)
        gains = _windows(np.concatenate([self._targets, targets]), AHEAD + 1).mean(axis=1)[: count + 1]
        edges = np.minimum(np.concatenate([[self._gain], gains[:-1]]), gains)
        samples = self._pending[_TAPS : _TAPS + count * STEP]
        if edges.any():
            places = np.arange(count * STEP) / STEP
            curve = np.interp(places, np.arange(count + 1), 10 ** (edges / 20))
            samples = samples * curve.astype(np.float32)
        self._pending = self._pending[count * STEP :]
        self._needed = self._needed[count:]
        self._held, self._gain = float(holds[count - 1]), float(gains[count - 1])
        self._targets = np.concatenate([self._targets, targets[:count]])[-AHEAD:]
        return samples


def _released(needed: NDArray[np.float64], held: float) -> NDArray[np.float64]:
    """The gain that is needed, coming back from what was held by no more than `RELEASE_DB` a step."""
    slope = RELEASE_DB * np.arange(len(needed) + 1)
    return np.asarray((np.minimum.accumulate(np.concatenate([[held], needed]) - slope) + slope)[1:])


def _windows(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.lib.stride_tricks.sliding_window_view(values, size)


@cache
def _between() -> tuple[Samples, float]:
    """From a step and its surroundings to its samples and three values between each two; and the most it adds.

    Source: ITU-R BS.1770-5, annex 2: four times oversampled. A sinc of 32 taps under a Kaiser window.
    """
    width = STEP + 2 * _TAPS
    places = _TAPS + np.arange(STEP * _PHASES + 1) / _PHASES
    away = places[None, :] - np.arange(width)[:, None]
    inside = np.clip(1 - (away / _TAPS) ** 2, 0, None)
    filters = np.where(np.abs(away) <= _TAPS, np.sinc(away) * np.i0(6 * np.sqrt(inside)) / np.i0(6), 0)
    return filters.astype(np.float32), float(np.abs(filters).sum(axis=0).max())
