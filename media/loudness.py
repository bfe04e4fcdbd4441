"""How loud a sound is: integrated loudness, its range, and the true peak, measured by libav's `ebur128`."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE, Ebur128
from media.decode import mono_blocks

if TYPE_CHECKING:
    from pathlib import Path

    from media.av_io import Samples

_STEP = RATE // 10
"""The meter counts in tenths of a second, and what does not fill the last one is left out."""
_NONE_LUFS = -70.0
"""The absolute gate: a sound of which nothing lies above it has no loudness."""


@dataclass(frozen=True)
class Loudness:
    """How loud a mono sound is on both ears; None where there is nothing to measure.

    `integrated_lufs` is None for a sound under 0.4 s or wholly under -70 LUFS; `range_lu` is the loudness
    range (LRA); `true_peak_dbtp` is None for digital silence.
    """

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


class Meter:
    """Fed with mono samples at 48 kHz in order; says at the end how loud they were.

    Source: EBU R 128, ITU-R BS.1770-5; mono counts as played on two ears (EBU Tech 3344), so it reads 3 LU more.
    """

    def __init__(self) -> None:
        self._meter = Ebur128()
        self._rest = 0
        self._fed = False

    def feed(self, samples: Samples) -> None:
        """Listen to samples that follow on the last."""
        if len(samples) == 0:
            return
        self._meter.feed(samples)
        self._fed = True
        self._rest = (self._rest + len(samples)) % _STEP

    def end(self) -> Loudness:
        """How loud it was; nothing can be fed afterwards."""
        if not self._fed:
            return Loudness(None, None, None)
        said = self._meter.said()
        # the last tenth is filled up for the sake of its peak alone: silence must not dilute the loudness
        if self._rest:
            self._meter.feed(np.zeros(_STEP - self._rest, np.float32))
        peak = self._meter.end().get("true_peak", 0.0)
        integrated = said.get("I", _NONE_LUFS)
        heard = integrated > _NONE_LUFS
        return Loudness(
            round(integrated, 2) if heard else None,
            round(said.get("LRA", 0.0), 2) if heard else None,
            round(20 * log10(peak), 2) if peak > 0 else None,
        )


def measure(path: Path) -> tuple[Loudness, int]:
    """How loud a file is and how many milliseconds it plays, by decoding it.

    Raises:
        MediaError: When it does not decode.
    """
    meter = Meter()
    samples = 0
    for block in mono_blocks(path):
        meter.feed(block)
        samples += len(block)
    return meter.end(), round(samples * 1000 / RATE)
