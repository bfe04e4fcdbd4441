"""What a desk needs of a transcript: everything that is wrong with it at once, its languages, its plain text.

`media.transcript` reads WebVTT; here a text is held against the sound that it belongs to.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from media.errors import Fault, TranscriptError
from media.transcript import parse, retime
from media.transcript_scan import MOST_FAULTS, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from media.transcript import Cue, Transcript
    from media.transcript_scan import Timing

OVERLAP_MS = 200
"""Cues may overlap by this: people time captions by ear, and some programs round outwards."""
OVERRUN_MS = 1_000
"""A cue may end this long after the sound: people round up."""
PARAGRAPH_MS = 2_000
"""A pause of this length begins a new paragraph of the plain text."""


class Checked(NamedTuple):
    """A transcript held against its sound.

    Attributes:
        transcript: Its cues; None when there is any fault.
        notes: What looks odd and was accepted, with its line.
        faults: Everything that must be mended, in the order of lines.
    """

    transcript: Transcript | None
    notes: tuple[Fault, ...]
    faults: tuple[Fault, ...]


class LanguageSpan(NamedTuple):
    """A stretch of a transcript in one declared language, in milliseconds."""

    start_ms: int
    end_ms: int
    language: str


def validate(text: str, duration_ms: int | None = None) -> Checked:
    r"""Whether a text can be the transcript of a sound of this length; all faults at once.

    Args:
        text: WebVTT, with or without a byte-order mark.
        duration_ms: How long the sound is that the times belong to; None where there is none yet.

    >>> text = "WEBVTT\n\n00:00.000 --> 00:04.000\nOne\n\n00:03.000 --> 00:09.000\nTwo\n"
    >>> [(fault.line, fault.message) for fault in validate(text, 5_000).faults]
    [(6, 'the cue begins 1.00 s before the one on line 3 ends; one voice speaks at a time')]
    """
    found = scan(text.removeprefix("\ufeff"))
    odd = [
        *islice(_overlaps(found.timings), MOST_FAULTS),
        *islice(_outside(found.timings, duration_ms), MOST_FAULTS),
    ]
    faults = [*found.faults, *(fault for fault, is_fault in odd if is_fault)]
    transcript = None
    if not faults:
        try:
            transcript = parse(text)
        except TranscriptError as error:
            faults += error.faults
    notes = tuple(sorted((note for note, is_fault in odd if not is_fault), key=_line))
    return Checked(transcript, notes, tuple(sorted(faults, key=_line)))


def _line(fault: Fault) -> int:
    return fault.line


def _overlaps(timings: Sequence[Timing]) -> Iterable[tuple[Fault, bool]]:
    for before, after in pairwise(timings):
        over_ms = before.end_ms - after.start_ms
        # what is out of order was named as such
        if over_ms > 0 and after.start_ms >= before.start_ms:
            fault = Fault.of(after.line, "vtt/overlap", seconds=over_ms / 1000, other=before.line)
            yield fault, over_ms > OVERLAP_MS


def _outside(timings: Sequence[Timing], duration_ms: int | None) -> Iterable[tuple[Fault, bool]]:
    for timing in timings:
        if duration_ms is not None and timing.end_ms > duration_ms + OVERRUN_MS:
            fault = Fault.of(timing.line, "vtt/outside", end_ms=timing.end_ms, whole_ms=duration_ms)
            yield fault, timing.start_ms >= duration_ms


def shift(text: str, lead_ms: int, duration_ms: int | None = None) -> str:
    """The same text for a sound from whose beginning so much was cut; remarks and mark-up stay.

    A cue that began in what was cut begins with the sound, and one that runs on after its end ends with it.

    Args:
        text: A text that `validate` passed.
        lead_ms: What was cut from the beginning.
        duration_ms: How long the sound is now.
    """
    return retime(text, [_moved(cue, lead_ms, duration_ms) for cue in parse(text).cues])


def _moved(cue: Cue, lead_ms: int, duration_ms: int | None) -> Cue:
    start, end = max(0, cue.start_ms - lead_ms), cue.end_ms - lead_ms
    if duration_ms is not None and start < duration_ms:
        end = min(end, duration_ms)
    # a cue needs some length, even one whose time was cut away
    return replace(cue, start_ms=start, end_ms=max(end, start + 1))


def language_spans(transcript: Transcript, track_language: str) -> tuple[LanguageSpan, ...]:
    """The stretches of a transcript by their declared language; a word within a cue does not part it.

    Args:
        transcript: A transcript.
        track_language: What a cue that declares nothing is in, unless the header says otherwise.
    """
    spans: list[LanguageSpan] = []
    for cue in transcript.cues:
        language = _language(cue) or transcript.language or track_language
        if spans and spans[-1].language == language:
            spans[-1] = spans[-1]._replace(end_ms=cue.end_ms)
        else:
            spans.append(LanguageSpan(cue.start_ms, cue.end_ms, language))
    return tuple(spans)


def _language(cue: Cue) -> str | None:
    """The language of most of a cue's letters."""
    return max(cue.runs(), key=lambda run: len(run.text)).language


def plain_text(transcript: Transcript) -> str:
    """The words alone, to be read or searched: a paragraph for each stretch without a long pause."""
    paragraphs: list[list[str]] = []
    ended = None
    for cue in transcript.cues:
        if ended is None or cue.start_ms - ended >= PARAGRAPH_MS:
            paragraphs.append([])
        paragraphs[-1].append(" ".join(cue.text.split()))
        ended = cue.end_ms
    return "\n\n".join(" ".join(words) for words in paragraphs)
