"""A file as mono samples at the pipeline's rate, block by block; memory stays flat for hours of sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE, Resampler, open_sound
from media.errors import BrokenAudioError, clock
from media.mix import to_mono

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from media.av_io import Samples

BLOCK_S = 1


def mono_blocks(path: Path) -> Iterator[Samples]:
    """The sound as mono at `RATE`, about a second at a time.

    Raises:
        MediaError: As `open_sound` and `Reader.pieces` do.
    """
    with open_sound(path) as reader:
        rate = reader.declared.sample_rate
        resampler = Resampler(rate)
        held: list[Samples] = []
        waiting = 0
        for piece in reader.pieces():
            held.append(to_mono(piece))
            waiting += held[-1].shape[0]
            if waiting >= rate * BLOCK_S:
                yield resampler.feed(np.concatenate(held))
                held, waiting = [], 0
        if held:
            yield resampler.feed(np.concatenate(held))
        yield resampler.end()
        if reader.damaged_at_ms is not None and reader.decoded_ms > reader.damaged_at_ms:
            at = clock(reader.damaged_at_ms)
            raise BrokenAudioError("damaged", f"The file is damaged at {at}; please upload it again.")


def duration_ms(path: Path) -> int:
    """How long the file plays, by decoding it: headers lie, and encoders pad."""
    samples = sum(len(block) for block in mono_blocks(path))
    return round(samples * 1000 / RATE)
