"""The explicit way from any number of channels to one.

libav's own matrix adds 3 dB to what both ears of a stereo file share, and clips; ours never exceeds
the loudest channel, as its weights sum to one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from media.av_io import Piece, Samples

_FRONT = {"FL", "FR", "FC", "DL", "DR"}
_BASS = {"LFE", "LFE2"}


@cache
def weights(layout: tuple[str, ...]) -> Samples:
    """One weight per channel, in the order of the layout; they sum to one.

    Front channels count whole, all others 3 dB less, the bass effects channel not at all (it repeats
    the others). A layout of bass alone, which nobody should make, counts as plain channels.

    Source: ITU-R BS.775-4, annex 4 (the ratios), scaled.

    >>> weights(("FL", "FR")).tolist()
    [0.5, 0.5]
    """
    raw = [0.0 if name in _BASS else 1.0 if name in _FRONT else 0.7071 for name in layout]
    if not any(raw):
        raw = [1.0] * len(layout)
    return np.asarray([one / sum(raw) for one in raw], np.float32)


def to_mono(piece: Piece) -> Samples:
    """One piece of sound as mono."""
    if len(piece.layout) == 1:
        return np.asarray(piece.samples[0])
    return np.asarray(weights(piece.layout) @ piece.samples, np.float32)
