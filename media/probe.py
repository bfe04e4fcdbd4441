"""Whether a file is a sound that a guide can play from start to end; if not, why, in one sentence."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from media.av_io import open_sound
from media.errors import BrokenAudioError, NotAudioError, UnfitAudioError
from media.mix import to_mono
from media.signature import has_sound_signature, refuse_by_signature
from media.structure import (
    mp3_says_its_length,
    ogg_is_whole,
    refuse_contradictions,
    w64_is_whole,
    wav_is_whole,
)
from media.words import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from media.av_io import Piece, Reader, Samples
    from media.structure import Wave

SHORTEST_MS, LONGEST_MS = 500, 3 * 3_600_000
TOLERANCE_MS = 500
"""Decoded and declared length may differ by this: encoders pad, and some headers count the padding."""
SILENT = 10 ** (-65 / 20)
"""Full scale at 1.0. The quietest speech that we were given peaks at -45 dBFS; dither lies near -90."""

_EXTENSIONS = {"mov": "m4a", "matroska": "mka", "aiff": "aiff"}


@dataclass(frozen=True)
class Probe:
    """What a file really is, and what somebody should know of it who takes it in.

    `duration_ms` is of the decoded sound, whatever the header says.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int
    notes: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """The name's ending that is true of the content, whatever the file was called."""
        if self.container == "ogg" and self.codec == "opus":
            return "opus"
        return _EXTENSIONS.get(self.container, self.container)


@dataclass
class _Heard:
    """What a whole decode found."""

    loudest: float = 0.0
    loudest_mixed: float = 0.0
    notes: list[str] = field(default_factory=list)


def probe(path: Path, listen: Callable[[Reader, Piece], None] | None = None) -> Probe:
    """What the file is, after decoding it to its end; never more than three hours of it.

    Args:
        path: The file.
        listen: Given every piece that is decoded, so that others need not decode it again.

    Raises:
        NotAudioError: For a text, a picture, an archive, a playlist.
        BrokenAudioError: For a sound that is cut short, damaged, or contradicts its header.
        UnfitAudioError: For one that is whole but silent, too short or long, or comes with pictures.
    """
    refuse_by_signature(path)
    wave = refuse_contradictions(path)
    with _opened(path) as reader:
        expected_ms = _expected_ms(path, reader, wave)
        if expected_ms is not None and expected_ms > LONGEST_MS + TOLERANCE_MS:
            raise UnfitAudioError.of("too-long/declared", said_ms=expected_ms)
        heard = _hear(reader, listen)
        _refuse_broken(path, reader, expected_ms, heard)
        _refuse_unfit(reader, heard)
        if wave is not None and wave.open_ended:
            heard.notes.append(told("note/open-ended", "en", {}))
        said = reader.declared
        return Probe(
            said.container, said.codec, said.sample_rate, said.channels, reader.decoded_ms, tuple(heard.notes)
        )


@contextmanager
def _opened(path: Path) -> Iterator[Reader]:
    try:
        with open_sound(path) as reader:
            yield reader
    except NotAudioError as error:
        if not has_sound_signature(path):
            raise
        raise BrokenAudioError.of("damaged/nothing") from error


def _expected_ms(path: Path, reader: Reader, wave: Wave | None) -> int | None:
    """How long the sound must be by its own header; None where the header does not really know."""
    said = reader.declared
    if wave is not None:
        return wave.length_ms(wave.data_size) if wave.is_pcm and not wave.open_ended else None
    if said.container == "aac" or (said.container == "mp3" and not mp3_says_its_length(path)):
        return None
    return said.duration_ms


def _hear(reader: Reader, listen: Callable[[Reader, Piece], None] | None) -> _Heard:
    heard = _Heard()
    for piece in reader.pieces():
        if listen is not None:
            listen(reader, piece)
        heard.loudest = max(heard.loudest, _peak(piece.samples))
        if heard.loudest_mixed <= SILENT:
            heard.loudest_mixed = _peak(to_mono(piece))
        if reader.decoded_ms > LONGEST_MS + TOLERANCE_MS:
            raise UnfitAudioError.of("too-long/decoded")
    return heard


def _refuse_broken(path: Path, reader: Reader, expected_ms: int | None, heard: _Heard) -> None:
    got = reader.decoded_ms
    if got == 0:
        raise UnfitAudioError.of("header-only")
    damaged_at = reader.damaged_at_ms
    if damaged_at is not None and got > damaged_at:
        raise BrokenAudioError.of("damaged/at", at_ms=damaged_at)
    if expected_ms is not None and got < expected_ms - TOLERANCE_MS:
        raise BrokenAudioError.of("truncated/of", at_ms=got, whole_ms=expected_ms)
    if _ends_early(path, reader):
        raise BrokenAudioError.of("truncated/end", at_ms=got)
    if expected_ms is not None and got > expected_ms + TOLERANCE_MS:
        raise BrokenAudioError.of("lying-header/longer", said_ms=expected_ms, at_ms=got)
    if damaged_at is not None:
        heard.notes.append(told("note/trailing", "en", {}))


def _ends_early(path: Path, reader: Reader) -> bool:
    """Whether a container of which the header does not tell the length stops before its own end."""
    container = reader.declared.container
    if container == "aac":
        # nothing comes after raw AAC, so that a packet that does not decode is one that did not arrive whole
        return reader.damaged_at_ms is not None
    whole = {"ogg": ogg_is_whole, "w64": w64_is_whole, "wav": wav_is_whole}.get(container)
    return whole is not None and not whole(path)


def _refuse_unfit(reader: Reader, heard: _Heard) -> None:
    if reader.decoded_ms < SHORTEST_MS:
        raise UnfitAudioError.of("too-short", seconds=reader.decoded_ms / 1000)
    if heard.loudest <= SILENT:
        raise UnfitAudioError.of("silent")
    if heard.loudest_mixed <= SILENT:
        # seen with balanced cables wired as stereo: each ear hears it, a mono speaker plays nothing
        raise UnfitAudioError.of("cancels")


def _peak(samples: Samples) -> float:
    """Half the way from the lowest to the highest value: a constant offset makes no sound."""
    return float(np.ptp(samples, axis=-1).max()) / 2
