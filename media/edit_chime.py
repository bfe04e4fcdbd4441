"""The chime that a device plays once when something is offered: two soft bells, as loud as a narration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from media.av_io import RATE
from media.edit import fade_out_at, mixed
from media.level import CEILING_DBTP, TARGET_LUFS
from media.limiter import Limiter
from media.loudness import Meter
from media.render import encode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from media.av_io import Samples
    from media.render import Rendition

LENGTH_MS, FADE_MS = 780, 300
FIRST_HZ, SECOND_HZ = 587.33, 880.0
"""D5 and A5, a fifth: rising, it asks; falling, it would say that something is over."""
SECOND_AT_MS = 150
_PARTIALS = ((1.0, 1.0, 3.5), (2.0, 0.32, 5.0), (3.01, 0.12, 8.0), (4.2, 0.05, 12.0))
"""Of a struck bar: ratio to the note, strength, and how fast it dies away (per second)."""
_STRIKE_MS = 4
"""The stroke swells for so long; a harder one would be a click."""


def chime(target_lufs: float = TARGET_LUFS) -> Samples:
    """The sound, mono at 48 kHz: under 0.8 s, at the loudness of the narrations, peaks under -1 dBTP."""
    second = _bell(SECOND_HZ, LENGTH_MS - SECOND_AT_MS)
    both = mixed([(0, 0.4 * _bell(FIRST_HZ, LENGTH_MS)), (SECOND_AT_MS, 0.4 * second)], LENGTH_MS)
    soft = fade_out_at(both, LENGTH_MS - FADE_MS, FADE_MS)
    meter = Meter()
    meter.feed(soft)
    measured = meter.end().integrated_lufs or target_lufs
    limiter = Limiter(CEILING_DBTP)
    level = np.float32(10 ** ((target_lufs - measured) / 20))
    return np.concatenate([limiter.feed(soft * level), limiter.end()])


def render_chime(
    folder: Path, formats: Sequence[str] = ("opus", "m4a"), target_lufs: float = TARGET_LUFS
) -> tuple[Rendition, ...]:
    """The chime as renditions in a folder, named by their content; equal bytes each time with the same libav.

    Raises:
        RenderError: When a format is unknown or the disk is full.
    """
    return encode([chime(target_lufs)], folder, formats, {"title": "chime"})


def _bell(hertz: float, length_ms: int) -> Samples:
    t = np.arange(length_ms * RATE // 1000) / RATE
    tone = sum(
        strength * np.exp(-fall * t) * np.sin(2 * np.pi * hertz * ratio * t)
        for ratio, strength, fall in _PARTIALS
    )
    swell = np.minimum(1.0, t * 1000 / _STRIKE_MS)
    return np.asarray(0.6 * tone * swell, np.float32)
