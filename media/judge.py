"""What an upload would make of a file, without making it: the same measures, the same reasons to refuse.

Run it in `media.worker`, as the service runs an ingest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.examine import Told, examine
from media.level import TARGET_LUFS
from media.words import told
from media.worker import tell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from media.language import Finding
    from media.level import Plan
    from media.probe import Probe
    from media.worker import Progress

UNCHANGED_DB = 0.5
"""A gain that nobody would hear is not worth a word."""


@dataclass(frozen=True)
class Judged:
    """A file that would be taken: what it is, what was measured of it, and what would be done to it.

    Attributes:
        probe: What the file is.
        duration_ms: Of the sound, nothing cut yet.
        integrated_lufs: Before levelling; so are the range and the true peak.
        loudness_range_lu: The loudness range (LRA).
        true_peak_dbtp: The true peak.
        speech_ms: How long somebody speaks.
        languages: The speech (ms) by the language that it is in.
        checked: Whether a transcript bears the languages out.
        findings: What a curator should know of the languages.
        do: What would be done to it.
        notes: Sentences for the curator on what would be accepted but looks odd.
    """

    probe: Probe
    duration_ms: int
    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    speech_ms: int
    languages: Mapping[str, int]
    checked: bool
    findings: tuple[Finding, ...]
    do: Plan
    notes: tuple[str, ...]

    def verdict(self, language: str = "en") -> str:
        """What would become of it, in words."""
        gain = self.do.gain_db
        how = "as-it-is" if abs(gain) < UNCHANGED_DB else "raised" if gain > 0 else "lowered"
        verdict = told(f"verdict/{how}", language, {"gain": f"{abs(gain):.1f}"})
        if not self.do.lead_ms and not self.do.tail_ms:
            return verdict
        cut = {"before": f"{self.do.lead_ms / 1000:.1f}", "after": f"{self.do.tail_ms / 1000:.1f}"}
        return told("verdict/cut", language, {"verdict": verdict, **cut})


def judge(
    source: Path,
    transcript: str | None = None,
    language: str = "und",
    target_lufs: float = TARGET_LUFS,
    *,
    progress: Progress = tell,
) -> Judged:
    """What an upload would make of a file.

    Args:
        source: The file.
        transcript: Its WebVTT text, or None.
        language: That the track is declared in.
        target_lufs: The site's loudness.
        progress: Told percent (of an ingest, whose first quarter this is), step and a sentence.

    Raises:
        MediaError: With the reason why it would be refused.
    """
    found = examine(source, transcript, language, target_lufs, Told(progress))
    measured = found.analysis.loudness
    return Judged(
        probe=found.probe,
        duration_ms=found.analysis.duration_ms,
        integrated_lufs=measured.integrated_lufs,
        loudness_range_lu=measured.range_lu,
        true_peak_dbtp=measured.true_peak_dbtp,
        speech_ms=found.analysis.speech_ms,
        languages=found.heard.languages,
        checked=found.heard.checked,
        findings=found.heard.findings,
        do=found.do,
        notes=tuple(found.notes()),
    )
