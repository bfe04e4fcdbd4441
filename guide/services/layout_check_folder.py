"""The check of a site folder that stays where it is: nothing is taken in, published or kept.

A layout asks only how long the narrations are, so nothing is encoded or measured for it: what `renditions.toml`
brings is taken over, everything else is decoded once. Importing the demo without its renditions takes minutes.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from guide.content import Content, TrackDoc, track_id
from guide.errors import Fault
from guide.services.findings import Finding, warnings_of
from guide.services.layout_check import check
from guide.services.layout_check_words import fault_sentence
from guide.services.narrations import LISTENING, MOST_WORKERS, Known, Progress, judge, take_in, unheard
from guide.services.site_folder import SiteFolder, read_site_folder, unread_track
from guide.services.site_folder_source import FolderUnreadable, Source, open_source, sha256_of
from guide.services.site_folder_tracks import TrackFiles
from media.errors import MediaError
from media.ingest import MEMORY_MB, WALL_S
from media.worker import run

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "no_zone": ("zone",),
    "no_narration": ("show",),
    "level_unreachable": ("level", "connector", "zone"),
}
"""What a finding says is lacking may stand in a document of these kinds that could not be read: the fault is told, and
not what only follows from it."""


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """A site folder's site and profile, where it has a readable `site.toml`, and what was found in it."""

    site: str | None
    profile: str | None
    findings: tuple[Finding, ...]


def check_folder(
    path: Path, reader: str = "en", profile: str | None = None, progress: Progress = unheard
) -> CheckedFolder:
    """Check a site folder, or a zip of one, as an import would, and its layout.

    Faults of its files are errors, with file and line. Narrations that bring no measurements are judged by their
    length: a claim that they may refute is a warning here, and is settled when they are imported.

    Raises:
        Malformed: It is no folder and no zip that could be read.
    """
    with (
        TemporaryDirectory(prefix="coupole-check-") as staging,
        open_source(path, Path(staging)) as source,
    ):
        folder = read_site_folder(source)
        tracks = _tracks(source, folder, Path(staging), progress)
    whole = folder.content.model_copy(update={"tracks": tracks}) if folder.content else None
    findings = tuple(_findings(folder, whole, reader, profile, progress))
    if whole is None:
        return CheckedFolder(None, profile, findings)
    return CheckedFolder(whole.site.id, profile or whole.site.profile, findings)


def _tracks(source: Source, folder: SiteFolder, staging: Path, progress: Progress) -> list[TrackDoc]:
    """The tracks, measured where the folder brings measurements, else with their length alone."""
    narrations = folder.narrations
    ready = [each for each in narrations.tracks if each.audio is None or _is_whole(folder, each.audio)]
    rest = [each for each in narrations.tracks if each not in ready]
    measured = replace(folder, narrations=replace(narrations, tracks=ready))
    taken = take_in(source, measured, staging, Known())
    for exhibit in dict.fromkeys(each.exhibit for each in rest):
        if (ambience := narrations.ambiences.get(exhibit)) is not None:
            judge(ambience, source.file(ambience.file), folder.found)
    return sorted([*taken.tracks, *_measured(source, folder, rest, progress)], key=lambda track: track.id)


def _is_whole(folder: SiteFolder, audio: str) -> bool:
    brought = folder.narrations.brought.get(audio)
    return brought is not None and brought.is_whole


def _measured(
    source: Source, folder: SiteFolder, tracks: Sequence[TrackFiles], progress: Progress
) -> Iterator[TrackDoc]:
    """The tracks with the length of their sound; a sound that cannot be read is a fault of the folder."""
    if not tracks:
        return
    progress(LISTENING, 0, len(tracks))
    with ThreadPoolExecutor(max_workers=min(MOST_WORKERS, os.cpu_count() or 1)) as workers:
        futures = {workers.submit(_listened, source, folder, each): each for each in tracks}
        for n, future in enumerate(as_completed(futures), 1):
            progress(LISTENING, n, len(tracks))
            yield _kept(future, futures[future], folder)


def _kept(future: "Future[TrackDoc]", files: TrackFiles, folder: SiteFolder) -> TrackDoc:
    """The track; one that is no sound stays as it was meant, so that its exhibit does not seem to lack it."""
    try:
        return future.result()
    except MediaError as error:
        folder.found.fault(files.name, None, error.sentence.rstrip("."))
    except FolderUnreadable as error:
        folder.found.faults += error.errors
    return unread_track(files)


def _listened(source: Source, folder: SiteFolder, files: TrackFiles) -> TrackDoc:
    """A track with the length of its sound: that of the rendition that came along, or heard in a worker process."""
    name = files.name
    path = source.file(name)
    brought = folder.narrations.brought.get(name)
    opus = brought.renditions.get("opus") if brought is not None else None
    if opus is not None:
        length_ms = opus.doc.duration_ms
    else:
        length_ms = run("media.probe:probe", path, wall_s=WALL_S, memory_mb=MEMORY_MB).duration_ms
    has_text = files.transcript in folder.narrations.transcripts
    return TrackDoc(
        id=track_id(files.exhibit, files.language, files.variant),
        exhibit=files.exhibit,
        language=files.language,
        variant=files.variant,
        source_sha256=sha256_of(path),
        source_ext=files.ext,
        transcript_sha256=sha256_of(source.file(files.transcript)) if has_text and files.transcript else None,
        duration_ms=length_ms,
    )


def _findings(
    folder: SiteFolder, content: Content | None, reader: str, profile: str | None, progress: Progress
) -> Iterator[Finding]:
    faults = tuple(dict.fromkeys(folder.found.faults))
    yield from (_as_finding("site_folder_fault", fault, reader) for fault in sorted(faults, key=_in_order))
    yield from (_as_finding("remark", note, reader) for note in dict.fromkeys(folder.found.notes))
    if content is not None:
        found = check(content, reader, profile, progress)
        # the faults of the files say the same as the errors of the documents, and on which line
        told = warnings_of(found) if faults else found
        yield from (each for each in told if not folder.partial & set(NEEDS.get(each.code, ())))


def _as_finding(code: str, fault: Fault, reader: str) -> Finding:
    sentence = fault_sentence(code, fault.where, fault.message, reader, fault.french)
    return Finding(code, "warning" if code == "remark" else "error", sentence, where=fault.where)


def _in_order(fault: Fault) -> tuple[str, int, str]:
    file, _, line = fault.where.rpartition(":")
    return (file, int(line), fault.message) if line.isdigit() else (fault.where, 0, fault.message)
