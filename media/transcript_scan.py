"""The scan that finds every fault of a WebVTT text, with its line, before anything reads the cues."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media.errors import Fault

if TYPE_CHECKING:
    from media.words import Fact

LONGEST = 1_000_000
"""Characters. A three-hour transcript has about 200,000; more is not a transcript."""

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (RFC 5646); whether a site speaks it is for the site to say."""

MOST_LINES = 100_000
MOST_FAULTS = 200
"""What follows is counted, not told: a file of another kind has a fault on every line."""

_TIMINGS = re.compile(
    r"\s*((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})[ \t]*-->[ \t]*((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})(?:[ \t]+(.*))?\s*"
)
_OPEN_LANG = re.compile(r"<lang(?:\.[^\s<>]*)?(\s[^<>]*)?>")
"""No two parts of it can take the same letters: a text of blanks would otherwise keep it busy for hours."""
_BLOCKS = ("NOTE", "STYLE", "REGION")
_SIXTY = 60


@dataclass(frozen=True)
class Timing:
    """The line of times above a cue's words."""

    line: int
    start_ms: int
    end_ms: int
    settings: str


@dataclass
class Scan:
    """What the scan gathers: the times of all cues, and all faults."""

    timings: list[Timing] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    more: int = 0
    """Faults that were found and not kept."""

    def fault(self, line: int, phrase: str, **facts: Fact) -> None:
        """Keep one more fault, as long as anybody would read it."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault.of(line, phrase, **facts))
        else:
            self.more += 1


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


def lines_of(text: str) -> list[str]:
    """The lines of a text as WebVTT counts them: other marks that Unicode calls line ends are none."""
    return re.split(r"\r\n|\r|\n", text)


def scan(text: str) -> Scan:
    """The times and faults of a WebVTT text, in the order of its lines."""
    found = Scan()
    if len(text) > LONGEST:
        found.fault(1, "vtt/long", count=len(text), limit=LONGEST)
        return found
    if (count := text.count("\n") + text.count("\r")) > MOST_LINES:
        found.fault(1, "vtt/lines", count=count, limit=MOST_LINES)
        return found
    lines = [_Line(number, line) for number, line in enumerate(lines_of(text), 1)]
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0].text):
        found.fault(1, "vtt/header")
    for block in _blocks(lines[1:]):
        _scan_block(block, found, first=block[0].number == 2)  # noqa: PLR2004 - the header's own lines
    if not found.timings and not found.faults:
        found.fault(1, "vtt/no-cue")
    if found.more:
        found.faults.append(Fault.of(lines[-1].number, "vtt/more", count=found.more))
    return found


def _blocks(lines: list[_Line]) -> list[list[_Line]]:
    blocks: list[list[_Line]] = [[]]
    for line in lines:
        if line.text:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _scan_block(block: list[_Line], found: Scan, *, first: bool) -> None:
    arrow = next((i for i, line in enumerate(block) if "-->" in line.text), None)
    if arrow is None:
        if not first and not block[0].text.startswith(_BLOCKS):
            found.fault(block[0].number, "vtt/stray", shown=block[0].text.strip()[:40])
        return
    if arrow > 1 or (arrow == 1 and first):
        found.fault(block[arrow].number, "vtt/empty-line")
    timing = _timing(block[arrow], found)
    if timing is not None:
        _in_order(timing, found)
        found.timings.append(timing)
        _scan_settings(timing, found)
    _scan_words(block[arrow].number, block[arrow + 1 :], found)


def _timing(line: _Line, found: Scan) -> Timing | None:
    matched = _TIMINGS.fullmatch(line.text)
    if matched is None:
        found.fault(line.number, "vtt/times", shown=line.text.strip()[:60])
        return None
    start, end = _milliseconds(matched.group(1)), _milliseconds(matched.group(2))
    if start is None or end is None:
        found.fault(line.number, "vtt/sixty")
        return None
    if end <= start:
        found.fault(line.number, "vtt/backwards", end=matched.group(2), start=matched.group(1))
        return None
    return Timing(line.number, start, end, matched.group(3) or "")


def _milliseconds(clock: str) -> int | None:
    rest, ms = clock.split(".")
    hours, minutes, seconds = ([0] + [int(part) for part in rest.split(":")])[-3:]
    if minutes >= _SIXTY or seconds >= _SIXTY:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(ms)


def _in_order(timing: Timing, found: Scan) -> None:
    if found.timings and timing.start_ms < found.timings[-1].start_ms:
        found.fault(timing.line, "vtt/order", other=found.timings[-1].line)


def _scan_settings(timing: Timing, found: Scan) -> None:
    for setting in timing.settings.split():
        name, _, value = setting.partition(":")
        if name in {"lang", "language"} and not LANGUAGE.fullmatch(value):
            found.fault(timing.line, "vtt/setting-language", shown=value[:20])


def _scan_words(line: int, words: list[_Line], found: Scan) -> None:
    if not any(re.sub(r"<[^<>]*>", "", word.text).strip() for word in words):
        found.fault(line, "vtt/no-words")
    for word in words:
        if "-->" in word.text:
            found.fault(word.number, "vtt/empty-line")
        for tag in _OPEN_LANG.finditer(word.text):
            if not LANGUAGE.fullmatch((tag.group(1) or "").strip()):
                found.fault(word.number, "vtt/tag-language", shown=tag.group(0)[:30])
