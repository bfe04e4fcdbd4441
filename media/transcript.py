"""A transcript is WebVTT text; here it becomes cues with times and languages, and text again.

webvtt-py reads the cues; it is lenient and drops what it does not understand, so a scan of our own
comes first and names every fault with its line (`transcript_scan`). A file with any fault gives no cues.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

import webvtt

from media.errors import Fault, TranscriptError
from media.transcript_scan import LANGUAGE, lines_of, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TAG = re.compile(r"(<[^<>]*>)")
_LANG_TAG = re.compile(r"<lang(?:\.[^\s>]*)?\s+([^\s>]+)\s*>")
_HEADER_LANGUAGE = re.compile(r"^language\s*:\s*(\S+)\s*$", re.IGNORECASE)
_SETTING_LANGUAGE = re.compile(r"\s(?:lang|language):(\S+)")
_ALONE = re.compile(r"\n\nNOTE(?:[ \t]+|[ \t]*\n)text alone\b", re.IGNORECASE)
"""A remark, which WebVTT begins after an empty line: inside a cue these are words like others."""


@dataclass(frozen=True)
class Span:
    """A run of words in one language; None is the language of the track."""

    text: str
    language: str | None = None


@dataclass(frozen=True)
class Cue:
    """Words and the time in which they are heard, in milliseconds from the start.

    `language` is set when the whole cue is in another language than the track. `spans` is filled
    only when the language changes inside the cue.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str | None = None
    spans: tuple[Span, ...] = ()

    def runs(self) -> tuple[Span, ...]:
        """The cue's words as runs of one language each."""
        return self.spans or (Span(self.text, self.language),)


@dataclass(frozen=True)
class Transcript:
    """The cues of a track in order of time, and the language that its header declares."""

    cues: tuple[Cue, ...]
    language: str | None = None


def decoded(data: bytes) -> str:
    """The bytes of a transcript as text, with or without a byte-order mark.

    Raises:
        TranscriptError: With the line of the first byte that is not UTF-8; old editors save otherwise.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data[: error.start].count(b"\n")
        raise TranscriptError([Fault.of(line, "vtt/encoding")]) from error


def is_text_alone(text: str) -> bool:
    r"""Whether its author remarks that it is to be read, over sound in another language, and not to be spoken.

    >>> is_text_alone("WEBVTT\n\nNOTE text alone\n\n00:00.000 --> 00:02.000\nVoor u ligt een krant.\n")
    True
    """
    return _ALONE.search("\n".join(lines_of(text.removeprefix("\ufeff")))) is not None


def parse(text: str) -> Transcript:
    r"""The cues of a WebVTT text and their languages.

    Raises:
        TranscriptError: With all faults, when there is any.

    Source: W3C WebVTT (Candidate Recommendation 2019), section 4; `lang:` as a cue setting is ours.

    >>> parse("WEBVTT\n\n00:00.000 --> 00:02.000\nHe said <lang de>Achtung</lang>").cues[0].spans
    (Span(text='He said ', language=None), Span(text='Achtung', language='de'))
    """
    text = text.removeprefix("\ufeff")
    found = scan(text)
    if found.faults:
        raise TranscriptError(found.faults)
    read = webvtt.WebVTT.from_string(text)
    if len(read.captions) != len(found.timings):
        lost = Fault.of(1, "vtt/lost", written=len(found.timings), read=len(read.captions))
        raise TranscriptError([lost])
    cues = tuple(
        _cue(timing.start_ms, timing.end_ms, caption.raw_text, _setting_language(timing.settings))
        for timing, caption in zip(found.timings, read.captions, strict=True)
    )
    return Transcript(cues, _header_language(read.metadata))


def write(transcript: Transcript) -> str:
    """The WebVTT text of a transcript; `parse` of it gives the same transcript."""
    head = ["WEBVTT"]
    if transcript.language:
        head.append(f"Language: {transcript.language}")
    blocks = ["\n".join(head)] + [
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n{''.join(_marked(run) for run in cue.runs())}"
        for cue in transcript.cues
    ]
    return "\n\n".join(blocks) + "\n"


def retime(text: str, cues: Sequence[Cue]) -> str:
    """The same text with other times: remarks, names, styles and mark-up of its author stay as they are.

    Args:
        text: A text that `parse` takes.
        cues: One for each cue in it, in order; only their times are used.
    """
    lines = lines_of(text.removeprefix("\ufeff"))
    for timing, cue in zip(scan(text.removeprefix("\ufeff")).timings, cues, strict=True):
        times = f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}"
        lines[timing.line - 1] = f"{times} {timing.settings}".rstrip()
    return "\n".join(lines)


def _cue(start_ms: int, end_ms: int, raw: str, language: str | None) -> Cue:
    runs = tuple(_runs(raw, language))
    text = "".join(run.text for run in runs)
    spoken = {run.language for run in runs if run.text.strip()}
    if len(spoken) > 1:
        return Cue(start_ms, end_ms, text, None, runs)
    return Cue(start_ms, end_ms, text, next(iter(spoken), language))


def _runs(raw: str, language: str | None) -> Iterator[Span]:
    """Neighbouring pieces of one language as one run; all mark-up but `<lang>` is dropped."""
    stack = [language]
    words = ""
    for piece in _TAG.split(raw):
        if not piece.startswith("<") or not piece.endswith(">"):
            words += unescape(piece)
            continue
        before = stack[-1]
        opened = _LANG_TAG.fullmatch(piece)
        if opened:
            stack.append(opened.group(1))
        elif piece == "</lang>" and len(stack) > 1:
            stack.pop()
        if stack[-1] != before and words:
            yield Span(words, before)
            words = ""
    if words:
        yield Span(words, stack[-1])


def _marked(run: Span) -> str:
    text = escape(run.text, quote=False)
    return f"<lang {run.language}>{text}</lang>" if run.language else text


def _clock(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{ms:03d}"


def _header_language(metadata: list[str]) -> str | None:
    for line in metadata:
        declared = _HEADER_LANGUAGE.match(line)
        if declared and LANGUAGE.fullmatch(declared.group(1)):
            return declared.group(1)
    return None


def _setting_language(settings: str) -> str | None:
    declared = _SETTING_LANGUAGE.search(f" {settings}")
    return declared.group(1) if declared else None
