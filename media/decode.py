"""A file as mono samples at the pipeline's rate, block by block; memory stays flat for hours of sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE, Resampler, open_sound
from media.errors import BrokenAudioError
from media.mix import to_mono

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from media.av_io import Piece, Samples

BLOCK_S = 1


class MonoStream:
    """Pieces of sound as they are decoded, into mono at `RATE`, about a second at a time."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._resampler = Resampler(rate)
        self._held: list[Samples] = []
        self._waiting = 0

    def feed(self, piece: Piece) -> Samples:
        """What is ready after this piece; often nothing."""
        self._held.append(to_mono(piece))
        self._waiting += len(self._held[-1])
        return self._resampled() if self._waiting >= self._rate * BLOCK_S else _NOTHING

    def end(self) -> Samples:
        """What was held back."""
        return np.concatenate([self._resampled(), self._resampler.end()])

    def _resampled(self) -> Samples:
        held = np.concatenate([_NOTHING, *self._held])
        self._held, self._waiting = [], 0
        return self._resampler.feed(held)


_NOTHING = np.zeros(0, np.float32)


def mono_blocks(path: Path) -> Iterator[Samples]:
    """The sound as mono at `RATE`, about a second at a time.

    Raises:
        MediaError: As `open_sound` and `Reader.pieces` do.
    """
    with open_sound(path) as reader:
        mono = MonoStream(reader.declared.sample_rate)
        for piece in reader.pieces():
            ready = mono.feed(piece)
            if len(ready):
                yield ready
        yield mono.end()
        if reader.damaged_at_ms is not None and reader.decoded_ms > reader.damaged_at_ms:
            raise BrokenAudioError.of("damaged/at", at_ms=reader.damaged_at_ms)


def duration_ms(path: Path) -> int:
    """How long the file plays, by decoding it: headers lie, and encoders pad."""
    samples = sum(len(block) for block in mono_blocks(path))
    return round(samples * 1000 / RATE)


def play_through(path: Path) -> int:
    """The milliseconds that come out when a file is decoded and nothing is done with it: what no measuring can beat.

    Raises:
        MediaError: As `open_sound` and `Reader.pieces` do.
    """
    with open_sound(path) as reader:
        for _ in reader.pieces():
            pass
        return reader.decoded_ms
