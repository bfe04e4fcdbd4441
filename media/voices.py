"""Speaks all transcripts of a site folder: audio and true times beside each, and one list of renditions.

    python -m media.voices guide/demo          # or: coupole media say guide/demo

A track that was recorded by a person is never touched, a text that says `NOTE text alone` stays one to
read, and one whose text has not changed is not spoken again: each spoken file says in its remarks that
it is synthetic and from which text it comes.
"""

from __future__ import annotations

import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media import renditions, transcript, worker
from media.analyse import analyse
from media.av_io import tags_of
from media.errors import MediaError
from media.language import heard
from media.render import RECIPES, hash_of
from media.renditions import Brought, Measured
from media.say import label, speak, write_opus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from media.analyse import Analysis
    from media.language import Heard

RECORDED = (".wav", ".mp3", ".m4a", ".ogg", ".flac", ".aac")
SPEECH = "say-2"
"""Goes up when rates, pauses or loudness change, so that every track is spoken anew."""
_WALL_S, _MEMORY_MB = 300, 2_000
_TAG = "spoken_from"


@dataclass(frozen=True)
class Told:
    """What became of one transcript: `spoken`, `unchanged`, `recorded` (a person's), `text` (alone) or `refused`."""

    track: str
    outcome: str
    sentence: str = ""
    brought: Brought | None = None
    measured: Measured | None = None


def say_folder(
    folder: Path,
    only: Collection[str] = (),
    progress: Callable[[Told, int, int], None] | None = None,
    processes: int | None = None,
) -> tuple[Told, ...]:
    """What became of each `tracks/<exhibit>/<language>[.<variant>].vtt` of a site folder, in order of path.

    Beside each transcript the spoken `.opus` is written, the transcript gets its true times, and
    `renditions.toml` lists the result. One bad transcript does not keep the others from being spoken.

    Args:
        folder: A site folder.
        only: Exhibits to speak; none means all.
        progress: Called after each track with what became of it, how many are done, and of how many.
        processes: As many at a time; one per core when not given.

    Raises:
        MediaError: When `renditions.toml` cannot be read.
    """
    listed = _listed(folder)
    tracks = sorted(p for p in folder.glob("tracks/*/*.vtt") if not only or p.parent.name in only)
    told: list[Told] = []
    with ThreadPoolExecutor(processes or os.cpu_count() or 1) as pool:
        for one in pool.map(lambda vtt: _say_one(folder, vtt, listed), tracks):
            told.append(one)
            if progress is not None:
                progress(one, len(told), len(tracks))
    # read once more: somebody may have spoken other exhibits meanwhile
    kept = {one.file: one for one in renditions.read(folder) if (folder / one.file).is_file()}
    kept |= {one.brought.file: one.brought for one in told if one.brought is not None}
    figures = {one.track: one for one in renditions.read_measured(folder) if (folder / one.track).is_file()}
    figures |= {one.measured.track: one.measured for one in told if one.measured is not None}
    if kept or listed:
        renditions.write(folder, kept.values(), figures.values())
    return tuple(told)


def _listed(folder: Path) -> dict[str, Brought]:
    """The renditions by their file, but none of which no figures are known."""
    measured = {one.track for one in renditions.read_measured(folder)}
    return {one.file: one for one in renditions.read(folder) if one.track in measured}


def _say_one(folder: Path, vtt: Path, listed: dict[str, Brought]) -> Told:
    track = vtt.with_suffix(".opus").relative_to(folder).as_posix()
    try:
        known = _without_speaking(vtt, track, listed.get(track))
        if known is None:
            known = worker.run("media.voices:say_track", folder, vtt, wall_s=_WALL_S, memory_mb=_MEMORY_MB)
    except MediaError as error:
        return Told(track, "refused", f"{vtt.relative_to(folder).as_posix()}: {error}")
    return known


def _without_speaking(vtt: Path, track: str, listed: Brought | None) -> Told | None:
    """What is known of a track before anything is spoken; None when it has to be."""
    audio = vtt.with_suffix(".opus")
    spoken_from = tags_of(audio).get(_TAG) if audio.exists() else None
    if (recorded := _recorded(vtt, spoken_from)) is not None:
        return Told(track, "recorded", recorded)
    text = transcript.decoded(vtt.read_bytes())
    if transcript.is_text_alone(text):
        stale = f" Remove {audio.name}, which was spoken before it said so." if audio.exists() else ""
        told = f"It says that it is text alone, and was not spoken.{stale}"
        return Told(track.removesuffix(".opus") + ".vtt", "text", told)
    same = (
        listed is not None
        and listed.recipe == RECIPES["opus"]
        and spoken_from == _mark(text)
        and listed.sha256 == hash_of(audio)
    )
    return Told(track, "unchanged") if same else None


def _recorded(vtt: Path, spoken_from: str | None) -> str | None:
    """Which sound beside a transcript is a person's, in words; None where there is none."""
    files = [vtt.with_suffix(end) for end in RECORDED if vtt.with_suffix(end).exists()]
    if files:
        return f"{files[0].name} is there; it was not spoken over."
    audio = vtt.with_suffix(".opus")
    if audio.exists() and spoken_from is None:
        return f"{audio.name} is not of this synthesiser; it was left alone."
    return None


def say_track(folder: Path, vtt: Path) -> Told:
    """One transcript spoken, in a worker process; written are its sound, its true times, and its waveform."""
    text = transcript.decoded(vtt.read_bytes())
    language = vtt.name.split(".")[0]
    samples, timed = speak(transcript.parse(text), language)
    text = transcript.retime(text, timed.cues)
    audio = vtt.with_suffix(".opus")
    made = write_opus(samples, audio, {"artist": label(), _TAG: _mark(text)})
    vtt.write_text(text, encoding="utf-8")
    track = audio.relative_to(folder).as_posix()
    analysis = analyse(audio)
    brought = Brought(
        track=track,
        source_sha256=made.sha256,
        format=made.format,
        recipe=made.recipe,
        file=track,
        sha256=made.sha256,
        size_bytes=made.size_bytes,
        duration_ms=made.duration_ms,
        gaps_ms=analysis.gaps_ms([cue.end_ms for cue in timed.cues]),
    )
    measured = _measured(folder, vtt, brought, analysis, heard(analysis.speech, timed, language))
    return Told(track, "spoken", brought=brought, measured=measured)


def _measured(folder: Path, vtt: Path, brought: Brought, analysis: Analysis, said: Heard) -> Measured:
    """The figures of a track that is its own rendition: nothing was cut, no gain is left."""
    drawn = vtt.with_suffix(".dat")
    drawn.write_bytes(analysis.waveform.dat())
    return Measured(
        track=brought.track,
        source_sha256=brought.source_sha256,
        transcript_sha256=hash_of(vtt),
        recipe=brought.recipe,
        integrated_lufs=analysis.loudness.integrated_lufs,
        loudness_range_lu=analysis.loudness.range_lu,
        true_peak_dbtp=analysis.loudness.true_peak_dbtp,
        gain_db=0.0,
        lead_ms=0,
        tail_ms=0,
        speech_ms=analysis.speech_ms,
        languages=said.languages,
        checked=said.checked,
        peaks=drawn.relative_to(folder).as_posix(),
        peaks_sha256=hash_of(drawn),
    )


def _mark(text: str) -> str:
    """What stands in the audio's remarks: the text with its true times, and how it was spoken."""
    # a checkout on Windows may have turned the line ends; that is the same text
    lines = "\n".join(text.splitlines())
    return f"{SPEECH} {hashlib.sha256(lines.encode()).hexdigest()}"


def main() -> int:
    """Speak the folder named on the command line; the way to do it without the guide's own command."""

    def show(told: Told, done: int, of: int) -> None:
        print(f"{done}/{of} {told.outcome:9} {told.track} {told.sentence}", flush=True)  # noqa: T201 - a tool that talks to its terminal

    told = say_folder(Path(sys.argv[1]), sys.argv[2:], show)
    return int(any(one.outcome == "refused" for one in told))


if __name__ == "__main__":
    sys.exit(main())
