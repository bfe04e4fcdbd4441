"""What can be wrong with somebody's file, each in a sentence for the curator who sent it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self


clock = words.clock
"""A place in a sound as people write it."""


class MediaError(Exception):
    """Raised when a file cannot be taken in; the root of this package's errors.

    `code` is stable and for programs, `sentence` is English and for people. Both travel between
    processes, so every subclass is made from plain values only. One that is made `of` a phrase keeps its
    facts, so that `in_words` can tell it in French.

    >>> str(MediaError("silent", "The sound is silent from start to end."))
    'The sound is silent from start to end.'
    """

    phrase = ""
    facts: Mapping[str, words.Fact] = {}

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    @classmethod
    def of(cls, phrase: str, **facts: words.Fact) -> Self:
        """The error that a phrase of `media.words` tells; its code is what stands before the slash.

        >>> UnfitAudioError.of("too-long/declared", said_ms=36_000_000).code
        'too-long'
        """
        error = cls(phrase.split("/", maxsplit=1)[0], words.told(phrase, "en", facts))
        error.phrase, error.facts = phrase, facts
        return error

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
    phrase: str = field(default="", compare=False)
    facts: tuple[tuple[str, words.Fact], ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, line: int, phrase: str, **facts: words.Fact) -> Self:
        """The fault that a phrase of `media.words` tells."""
        return cls(line, words.told(phrase, "en", facts), phrase, tuple(facts.items()))


class TranscriptError(MediaError):
    """Raised when a transcript is not sound WebVTT; carries every fault, in the order of lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = words.told_faults([(fault.line, fault.message) for fault in faults], "en")
        super().__init__("transcript", told)
        self.faults = tuple(faults)
        self.args = (self.faults,)


def in_words(error: MediaError | Fault, language: str) -> str:
    """The sentence of an error, or of one fault of a transcript, in `fr` or `en`.

    What no phrase was made for comes in the English that it was raised with.

    >>> in_words(NotAudioError.of("not-audio/kind", kind="picture"), "fr")
    'Le fichier est une image, pas un son ; merci d’envoyer le son.'
    """
    if isinstance(error, TranscriptError):
        return words.told_faults([(one.line, in_words(one, language)) for one in error.faults], language)
    if error.phrase:
        return words.told(error.phrase, language, dict(error.facts))
    return words.retold(error.message if isinstance(error, Fault) else error.sentence, language)
