"""What happens to one file that somebody sends: the file to read first.

    probe + analyse  ->  plan  ->  render  ->  measure again     run it in `media.worker`: its bytes are a stranger's
       one decode       level     one decode    the outputs

Nothing is stored here: what comes back is written into a folder of the caller's, who keeps it or not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from media import transcript as webvtt
from media.analyse import analyse
from media.decode import mono_blocks
from media.edit import LONGEST_MS
from media.edit_bed import with_bed
from media.errors import UnfitAudioError
from media.examine import Told, examine
from media.level import PEAK_DBTP, TARGET_LUFS, off_by, plan
from media.probe import probe
from media.render import hash_of, render
from media.words import told
from media.worker import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from media.analyse import Analysis
    from media.av_io import Samples
    from media.examine import Examined
    from media.language import Finding
    from media.level import Plan
    from media.probe import Probe
    from media.render import Rendition
    from media.transcript import Cue
    from media.worker import Progress

WALL_S, MEMORY_MB = 1_800, 700
"""What `media.worker` should allow: three hours of sound take about 400 s on one core, twice that where an
output has to be made again. See `media.worker.run` on memory."""
BED_MB = 300
"""What more to allow where an ambience lies under the narration: ten minutes of it are held, for a moment twice."""
UNDETERMINED = "und"
"""The language of a track that nobody has declared. Source: ISO 639-2."""
_BEGINS, _ENDS = 27, 88
"""Percent at which the encoding begins and ends, by the time that it takes; what is left is measuring again."""


@dataclass(frozen=True)
class Ingested:
    """A source that passed: what it is, what was measured of it, and the files made from it.

    Attributes:
        source_sha256: Of the file as it was sent.
        probe: What the file is; its `duration_ms` is the source's.
        recipe: That the first rendition was made by.
        duration_ms: Of the first rendition.
        source_lufs: Integrated loudness of the source, before levelling; None where it has none.
        source_peak_dbtp: True peak of the source.
        integrated_lufs: Of the first rendition, as it is heard; so are the range and the true peak.
        loudness_range_lu: The loudness range (LRA).
        true_peak_dbtp: The true peak.
        gain_db: By which the source was made louder.
        lead_ms: Cut from the beginning of the source: a source's time less this is a rendition's.
        tail_ms: Cut from its end.
        gaps_ms: Where a rendition may be faded, in its own time.
        speech: When somebody speaks, in the source's time: what another transcript is measured by.
        speech_ms: How long somebody speaks.
        languages: The speech (ms) by the language that it is in.
        checked: Whether a transcript bears the languages out.
        findings: What a curator should know of the languages; times are a rendition's.
        peaks_path: The waveform of a rendition, named by its content, `<sha256>.dat`.
        captions: The transcript in a rendition's times; None where nothing was cut from the beginning.
        renditions: One per format, in the order asked.
        notes: Sentences for the curator on what was accepted but looks odd.
    """

    source_sha256: str
    probe: Probe
    recipe: str
    duration_ms: int
    source_lufs: float | None
    source_peak_dbtp: float | None
    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    gain_db: float
    lead_ms: int
    tail_ms: int
    gaps_ms: tuple[int, ...]
    speech: tuple[tuple[int, int], ...]
    speech_ms: int
    languages: Mapping[str, int]
    checked: bool
    findings: tuple[Finding, ...]
    peaks_path: Path
    captions: str | None
    renditions: tuple[Rendition, ...]
    notes: tuple[str, ...] = ()

    @property
    def peaks_sha256(self) -> str:
        """The name of the waveform in the store."""
        return self.peaks_path.stem


def memory_mb(ambience: Path | None) -> int:
    """What `media.worker` should allow for a narration, with an ambience under it or without."""
    return MEMORY_MB if ambience is None else MEMORY_MB + BED_MB


def ingest(
    source: Path,
    transcript: str | None,
    folder: Path,
    formats: Sequence[str] = ("opus", "m4a"),
    language: str = UNDETERMINED,
    target_lufs: float = TARGET_LUFS,
    ambience: Path | None = None,
    *,
    progress: Progress = tell,
) -> Ingested:
    """What became of one file, its renditions and its waveform written into the folder.

    Args:
        source: The file as it was received, under whatever name.
        transcript: Its WebVTT text, or None.
        folder: Where the files go; on the store's disk, so that they can be moved in.
        formats: Of `media.render.RECIPES`.
        language: That the track is declared in.
        target_lufs: The site's loudness.
        ambience: A sound to lay under the narration, looped and ducked; ten minutes at most.
        progress: Told percent, step and a sentence; in a worker process, whoever waits for it is.

    Raises:
        MediaError: With the reason why it cannot be taken in.
    """
    tell_on = Told(progress)
    examined = examine(source, transcript, language, target_lufs, tell_on)
    analysis, do = examined.analysis, examined.do
    renditions = _rendered(source, folder, formats, examined, _opened(ambience, examined), tell_on)
    first = renditions[0]
    made = Ingested(
        source_sha256=hash_of(source),
        probe=examined.probe,
        recipe=first.recipe,
        duration_ms=first.duration_ms,
        source_lufs=analysis.loudness.integrated_lufs,
        source_peak_dbtp=analysis.loudness.true_peak_dbtp,
        integrated_lufs=first.loudness.integrated_lufs,
        loudness_range_lu=first.loudness.range_lu,
        true_peak_dbtp=first.loudness.true_peak_dbtp,
        gain_db=first.gain_db,
        lead_ms=do.lead_ms,
        tail_ms=do.tail_ms,
        gaps_ms=_gaps(examined, first.duration_ms),
        speech=analysis.speech,
        speech_ms=analysis.speech_ms,
        languages=examined.heard.languages,
        checked=examined.heard.checked,
        findings=tuple(_moved(examined)),
        peaks_path=_drawn(examined, first, folder),
        captions=_captions(transcript, examined),
        renditions=renditions,
        notes=(*examined.notes(), *_missed(do, first)),
    )
    tell_on(100, "ready", "step/ready")
    return made


def fit_ambience(path: Path) -> Probe:
    """What a sound is that is to lie under narrations.

    Raises:
        MediaError: With the reason why it cannot: it is no sound, it is silent, it lasts longer than ten minutes.
    """
    found = probe(path)
    if found.duration_ms > LONGEST_MS:
        raise UnfitAudioError.of("too-long/edit")
    return found


def remake(
    source: Path,
    folder: Path,
    formats: Sequence[str],
    target_lufs: float = TARGET_LUFS,
    ambience: Path | None = None,
) -> tuple[Rendition, ...]:
    """The renditions of a source that was taken in before, byte for byte as then, whatever other formats are asked for.

    Args:
        source: A file that was taken in.
        folder: Where they go.
        formats: Of `media.render.RECIPES`.
        target_lufs: The site's loudness.
        ambience: What lies under it, which was fit then.

    Raises:
        MediaError: When one of the files is damaged by now.
    """
    analysis = analyse(source)
    do = plan(analysis, target_lufs)
    opened = mono_blocks if ambience is None else _over(ambience, analysis, do)
    return render(source, folder, formats, target_lufs, do, opened=opened)


def _opened(ambience: Path | None, examined: Examined) -> Callable[[Path], Iterable[Samples]]:
    """How the narration is read: as it is, or with an ambience under it, which is a stranger's file too."""
    if ambience is None:
        return mono_blocks
    fit_ambience(ambience)
    return _over(ambience, examined.analysis, examined.do)


def _over(ambience: Path, analysis: Analysis, do: Plan) -> Callable[[Path], Iterable[Samples]]:
    span = do.lead_ms, analysis.duration_ms - do.tail_ms
    return with_bed(ambience, analysis.speech, span, analysis.loudness.integrated_lufs)


def _rendered(
    source: Path,
    folder: Path,
    formats: Sequence[str],
    examined: Examined,
    opened: Callable[[Path], Iterable[Samples]],
    tell_on: Told,
) -> tuple[Rendition, ...]:
    do = examined.do
    whole = max(1, examined.analysis.duration_ms - do.lead_ms - do.tail_ms)

    def encoded(at_ms: int) -> None:
        percent = _BEGINS + (_ENDS - _BEGINS) * min(1.0, at_ms / whole)
        tell_on(percent, "encoding", "step/encoding", at_ms=at_ms, whole_ms=whole)

    return render(source, folder, formats, do.target_lufs, do, encoded, opened)


def _gaps(examined: Examined, duration_ms: int) -> tuple[int, ...]:
    ends = [cue.end_ms for cue in examined.said.cues] if examined.said is not None else []
    moved = (at - examined.do.lead_ms for at in examined.analysis.gaps_ms(ends))
    return tuple(at for at in moved if 0 < at < duration_ms)


def _moved(examined: Examined) -> Iterator[Finding]:
    """What was found of the languages, in a rendition's times."""
    lead = examined.do.lead_ms
    for one in examined.heard.findings:
        yield replace(one, start_ms=max(0, one.start_ms - lead), end_ms=max(0, one.end_ms - lead))


def _drawn(examined: Examined, first: Rendition, folder: Path) -> Path:
    """The waveform of what is heard, as a file named by its content."""
    gain = 10 ** (first.gain_db / 20)
    data = examined.analysis.waveform.cut(examined.do.lead_ms, first.duration_ms, gain).dat()
    path = folder / f"{hashlib.sha256(data).hexdigest()}.dat"
    path.write_bytes(data)
    return path


def _captions(transcript: str | None, examined: Examined) -> str | None:
    lead = examined.do.lead_ms
    if transcript is None or examined.said is None or not lead:
        return None
    return webvtt.retime(transcript, [_earlier(cue, lead) for cue in examined.said.cues])


def _earlier(cue: Cue, by_ms: int) -> Cue:
    start = max(0, cue.start_ms - by_ms)
    return replace(cue, start_ms=start, end_ms=max(start + 1, cue.end_ms - by_ms))


def _missed(do: Plan, first: Rendition) -> Iterator[str]:
    """What is to be told of a rendition that came near the target, but not near enough."""
    over, beside = off_by(do, first.loudness)
    if beside:
        facts = {"lufs": f"{first.loudness.integrated_lufs:.1f}", "target": f"{do.target_lufs:g}"}
        yield told("note/level", "en", facts)
    if over:
        facts = {"peak": f"{first.loudness.true_peak_dbtp:.1f}", "limit": f"{PEAK_DBTP:g}"}
        yield told("note/peak", "en", facts)
