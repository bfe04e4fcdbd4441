"""What is found out about a file before anything is made of it: the first half of an ingest, and all of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from media import transcript as webvtt
from media.analyse import Analyser
from media.language import heard
from media.level import plan
from media.probe import probe
from media.words import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from media.analyse import Analysis
    from media.av_io import Piece, Reader
    from media.language import Heard
    from media.level import Plan
    from media.probe import Probe
    from media.transcript import Transcript
    from media.words import Fact
    from media.worker import Progress

STEPS = ("received", "probing", "measured", "encoding", "ready")
"""In the order in which they come; a job's states in between `received` and `ready`."""
OVERRUN_MS = 1_000
"""A transcript may end this long after its sound: people round up."""
VERY_QUIET_DB = 30.0
"""Raised by more than this, a recording's own noise is heard."""
LEAST_TOLD_MS = 30_000
"""Of a finding on languages; what is shorter is in the findings, but no sentence is made of it."""
BEGINS, ENDS = 1, 25
"""Percent of an ingest at which the listening begins and ends, by the time that it takes."""


class Examined(NamedTuple):
    """What is known of a file: its transcript, what it is, what was measured, and what is to be done to it."""

    said: Transcript | None
    probe: Probe
    analysis: Analysis
    do: Plan
    heard: Heard

    def notes(self) -> Iterator[str]:
        """Sentences for the curator on what is accepted but looks odd."""
        yield from self.probe.notes
        cues = self.said.cues if self.said is not None else ()
        whole = self.analysis.duration_ms
        if cues and cues[-1].end_ms > whole + OVERRUN_MS:
            yield told("note/transcript-overruns", "en", {"last_ms": cues[-1].end_ms, "whole_ms": whole})
        if self.analysis.loudness.integrated_lufs is None:
            yield told("note/no-loudness", "en", {})
        if self.do.gain_db > VERY_QUIET_DB:
            yield told("note/very-quiet", "en", {"gain": round(self.do.gain_db)})
        for one in self.heard.findings:
            if one.ms >= LEAST_TOLD_MS:
                minutes = max(1, round(one.ms / 60_000))
                facts: dict[str, Fact] = {
                    "language": one.language,
                    "found": one.found or "",
                    "minutes": minutes,
                }
                yield told(f"note/{one.code}", "en", facts)


class Told:
    """Progress on its way out: never backwards, and not more often than it changes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._percent = -1

    def __call__(self, percent: float, step: str, phrase: str, **facts: Fact) -> None:
        """Tell percent, the step, and a phrase of `media.words` with its facts."""
        if int(percent) > self._percent:
            self._percent = int(percent)
            self._progress(self._percent, step, told(phrase, "en", facts))


def examine(
    source: Path, transcript: str | None, language: str, target_lufs: float, tell_on: Told
) -> Examined:
    """The first half of `ingest`: everything that is measured and decided.

    Raises:
        MediaError: With the reason why it cannot be taken in.
    """
    said = None if transcript is None else webvtt.parse(transcript)
    found, analysis = _probed(source, tell_on)
    do = plan(analysis, target_lufs)
    return Examined(said, found, analysis, do, heard(analysis.speech, said, language))


def _probed(source: Path, tell_on: Told) -> tuple[Probe, Analysis]:
    analyser = Analyser()

    def listen(reader: Reader, piece: Piece) -> None:
        analyser.hear(reader, piece)
        at, whole = reader.decoded_ms, reader.declared.duration_ms
        if whole:
            share = min(1.0, at / whole)
            tell_on(BEGINS + (ENDS - BEGINS) * share, "probing", "step/probing-of", at_ms=at, whole_ms=whole)
        else:
            tell_on(BEGINS, "probing", "step/probing", at_ms=at)

    found = probe(source, listen)
    analysis = analyser.end()
    facts: dict[str, Fact] = {"speech_ms": analysis.speech_ms, "whole_ms": analysis.duration_ms}
    lufs = analysis.loudness.integrated_lufs
    if lufs is None:
        tell_on(ENDS + 1, "measured", "step/measured-faint", **facts)
    else:
        tell_on(ENDS + 1, "measured", "step/measured", **facts, lufs=f"{lufs:.1f}")
    return found, analysis
