"""Sounds that the tests make, and files of them in every container, through real codecs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = 48_000
SPEECH_HZ = 220.0

CODERS = {
    ".wav": ("wav", "pcm_s16le", "s16"),
    ".mp3": ("mp3", "libmp3lame", "fltp"),
    ".flac": ("flac", "flac", "s16"),
    ".m4a": ("ipod", "aac", "fltp"),
    ".opus": ("ogg", "libopus", "flt"),
    ".mka": ("matroska", "libopus", "flt"),
}


def hum(seconds: float, level: float = 0.3, rate: int = RATE) -> Samples:
    """A voice of sorts: a tone with overtones, swelling four times a second."""
    t = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * SPEECH_HZ * k * t) / k for k in (1, 2, 3, 5))
    return np.asarray(level / 2 * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t)), np.float32)


def hush(seconds: float, rate: int = RATE) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * rate), np.float32)


def write(
    path: Path,
    samples: Samples | Sequence[Samples],
    rate: int = RATE,
    coder: tuple[str, str, str] | None = None,
    tags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A file of these channels in the container its name says, or the one asked for."""
    container, codec, form = coder or CODERS[path.suffix]
    channels = np.atleast_2d(np.asarray(samples, np.float32))
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[len(channels)]
    with av.open(str(path), "w", format=container, options=options or {}) as out:
        out.metadata.update(tags or {})
        stream = cast("AudioStream", out.add_stream(codec, rate, layout=layout, format=form))
        at = 0
        for start in range(0, channels.shape[1], rate):
            piece = channels[:, start : start + rate]
            # interleaved, as av 18.1 cannot make a planar frame of eight channels
            frame = av.AudioFrame.from_ndarray(piece.T.reshape(1, -1).copy(), "flt", layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            at += piece.shape[1]
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def write_hours_of_silence(path: Path, hours: int) -> None:
    """A FLAC of a few megabytes, whose header says how long it is."""
    with av.open(str(path), "w", format="flac") as out:
        options = {"compression_level": "0", "frame_size": "16384"}
        stream = out.add_stream("flac", 8_000, options, layout="mono", format="s16")
        hour = np.zeros((1, 8_000 * 3_600), np.int16)
        for at in range(hours):
            frame = av.AudioFrame.from_ndarray(hour, "s16", "mono")
            frame.sample_rate, frame.pts = 8_000, at * hour.size
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
