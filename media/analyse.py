"""Everything that is measured of a sound, from one decode of it.

    decode -> mono at 48 kHz -+-> ebur128            loudness, its range, true peak
                              +-> 16 kHz -> Silero   speech
                              +-> levels of 10 ms    sentence gaps, silence at the ends
                              +-> extremes           the waveform

Memory stays flat: of three hours of sound 2 MB of figures are kept. See docs/decisions/0015-loudness-and-speech.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE, open_sound
from media.decode import MonoStream
from media.errors import UnfitAudioError
from media.gaps import STEP_MS, Levels, gaps_in
from media.loudness import Loudness, Meter
from media.peaks import Extremes, Waveform
from media.speech import SpeechListener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from media.av_io import Piece, Reader, Samples

LONGEST_MS = 3 * 3_600_000
TOLERANCE_MS = 500
FAINT_DBFS, FAINT_UNDER_LOUD_DB = -60.0, 40.0
"""At the ends, a level under both lines is silence: -60 dBFS, and 40 dB under what is loud in the recording."""
OVER_NOISE_DB, NOISE_UNDER_LOUD_DB = 6.0, 35.0
"""In a room that is never that still, silence is 6 dB over its own noise, as far as that lies 35 dB under what is
loud. A fade-in loses what nobody would hear, and a recording with noise in all of it is not cut at all."""


@dataclass(frozen=True)
class Analysis:
    """What was measured of a sound; all times are its own, nothing is cut yet.

    Attributes:
        duration_ms: Decoded, whatever the header says.
        loudness: On both ears, before levelling.
        speech: When somebody speaks, in order and apart.
        levels: dB below full scale of every 10 ms.
        silence_before_ms: From the start to the first sound.
        silence_after_ms: From the last sound to the end.
        waveform: For drawing.
    """

    duration_ms: int
    loudness: Loudness
    speech: tuple[tuple[int, int], ...]
    levels: NDArray[np.float64]
    silence_before_ms: int
    silence_after_ms: int
    waveform: Waveform

    @property
    def speech_ms(self) -> int:
        """How long somebody speaks."""
        return sum(end - start for start, end in self.speech)

    def gaps_ms(self, cue_ends_ms: Sequence[int] = ()) -> tuple[int, ...]:
        """Where the sound may be faded without cutting a sentence; next to a cue's end, there."""
        return gaps_in(self.levels, cue_ends_ms)


class Analyser:
    """Fed with pieces of a `Reader`, or with mono samples at 48 kHz, in order; says at the end what was measured."""

    def __init__(self) -> None:
        self._mono: MonoStream | None = None
        self._meter, self._speech = Meter(), SpeechListener()
        self._levels, self._extremes = Levels(), Extremes()
        self._samples = 0

    def hear(self, reader: Reader, piece: Piece) -> None:
        """Listen to a piece that follows on the last."""
        if self._mono is None:
            self._mono = MonoStream(reader.declared.sample_rate)
        self.feed(self._mono.feed(piece))

    def feed(self, samples: Samples) -> None:
        """Listen to samples that follow on the last."""
        if len(samples) == 0:
            return
        self._samples += len(samples)
        for listener in (self._meter, self._speech, self._levels, self._extremes):
            listener.feed(samples)

    def end(self) -> Analysis:
        """What was measured; nothing can be heard afterwards."""
        if self._mono is not None:
            self.feed(self._mono.end())
        duration_ms = round(self._samples * 1000 / RATE)
        levels = self._levels.end()
        before, after = _silent_ends(levels, duration_ms)
        return Analysis(
            duration_ms=duration_ms,
            loudness=self._meter.end(),
            speech=self._speech.end(),
            levels=levels,
            silence_before_ms=before,
            silence_after_ms=after,
            waveform=self._extremes.end(),
        )


def analyse(path: Path, progress: Callable[[int], None] | None = None) -> Analysis:
    """What is measured of a file that `media.probe` has passed, from one decode.

    Args:
        path: The file.
        progress: Told the milliseconds that are decoded so far, about once a second of sound.

    Raises:
        MediaError: When it does not decode, or goes on after three hours.
    """
    analyser = Analyser()
    with open_sound(path) as reader:
        for piece in reader.pieces():
            analyser.hear(reader, piece)
            if reader.decoded_ms > LONGEST_MS + TOLERANCE_MS:
                raise UnfitAudioError.of("too-long/decoded")
            if progress is not None:
                progress(reader.decoded_ms)
    return analyser.end()


def _silent_ends(level: NDArray[np.float64], duration_ms: int) -> tuple[int, int]:
    """The silence before the first and after the last sound in milliseconds; none where all is silent."""
    if len(level) == 0:
        return 0, 0
    noise, loud = (float(one) for one in np.percentile(level, [5, 95]))
    still = min(FAINT_DBFS, loud - FAINT_UNDER_LOUD_DB)
    sounding = np.flatnonzero(level >= max(still, min(noise + OVER_NOISE_DB, loud - NOISE_UNDER_LOUD_DB)))
    if len(sounding) == 0:
        return 0, 0
    return int(sounding[0]) * STEP_MS, max(0, duration_ms - (int(sounding[-1]) + 1) * STEP_MS)
