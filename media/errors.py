"""What can be wrong with somebody's file, each in a sentence for the curator who sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def clock(at_ms: int) -> str:
    """A place in a sound as people write it.

    >>> clock(94_999), clock(3_723_000)
    ('1:34', '1:02:03')
    """
    minutes, seconds = divmod(at_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


class MediaError(Exception):
    """Raised when a file cannot be taken in; the root of this package's errors.

    `code` is stable and for programs, `sentence` is English and for people. Both travel between
    processes, so every subclass is made from plain values only.

    >>> str(MediaError("silent", "The sound is silent from start to end."))
    'The sound is silent from start to end.'
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class NotAudioError(MediaError):
    """Raised when a file is not a sound at all: a text, a picture, an archive, a playlist."""


class BrokenAudioError(MediaError):
    """Raised when a sound is cut short, damaged, or contradicts its own header."""


class UnfitAudioError(MediaError):
    """Raised when a sound is whole but of no use to a guide: silent, too long, with a picture."""


class RenderError(MediaError):
    """Raised when a rendition could not be written, or did not measure as it should."""


class StoreError(MediaError):
    """Raised when content is asked for under a name that is not there or could not be."""


class VoiceError(MediaError):
    """Raised when the synthesiser is missing or cannot speak a language."""


class WorkerDied(MediaError):
    """Raised when the process that worked on a file was ended before it had an answer."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a transcript: the line it is on (from 1) and what to do about it."""

    line: int
    message: str


class TranscriptError(MediaError):
    """Raised when a transcript is not sound WebVTT; carries every fault, in the order of lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = "; ".join(f"line {fault.line}: {fault.message}" for fault in faults)
        super().__init__("transcript", f"The transcript cannot be used: {told}")
        self.faults = tuple(faults)
        self.args = (self.faults,)
