"""Taking in the narrations of a site folder: decoded and encoded in worker processes, or taken over as they are.

What a folder brings along, and what an earlier import has already done, costs a hash and nothing more.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from guide.content import MeasuredDoc, MeasuresDoc, TrackDoc, track_id
from guide.services.loudness import named, over, recipe_of, target_of, variation_of
from guide.services.site_folder import SiteFolder
from guide.services.site_folder_brought import Brought
from guide.services.site_folder_source import FolderUnreadable, Source, sha256_of
from guide.services.site_folder_toml import Collected
from guide.services.site_folder_tracks import Ambience, TrackFiles
from guide.services.track_measures import measures_of
from guide.store.catalogue import RenditionRow
from media.errors import MediaError
from media.ingest import MEMORY_MB, WALL_S, Ingested, memory_mb
from media.transcript_check import shift
from media.worker import run

Progress = Callable[[str, int, int], None]
"""Told a step, how many of its parts are done, and how many there are."""

LISTENING: Final = "listening"
MOST_WORKERS: Final = 4
PEAKS: Final = "dat"
FIRST_FORMATS: Final = ("opus",)
"""What every device is offered first; AAC follows in the background."""


def unheard(_step: str, _done: int, _total: int) -> None:
    """A progress that nobody watches."""


TrackContent = tuple[str, str | None, str, str]
"""What the measurements of a track depend on: the SHA-256 of its source and of its transcript, its language, and the
recipe of its Opus file, which names the site's loudness and the ambience."""


@dataclass(frozen=True, slots=True)
class Known:
    """What need not be done again: measured tracks by their content, whose Opus renditions are in the store."""

    tracks: Mapping[TrackContent, TrackDoc] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
    """The tracks, their renditions, and what is to be stored, each once, by its SHA-256 and extension.

    `speech` is where somebody speaks in a source: what another transcript is measured by.
    """

    tracks: list[TrackDoc] = field(default_factory=list)
    renditions: list[RenditionRow] = field(default_factory=list)
    files: dict[tuple[str, str], Path | bytes] = field(default_factory=dict)
    speech: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Under:
    """What lies under a narration, and where it lies now."""

    ambience: Ambience
    path: Path


@dataclass(frozen=True, slots=True)
class _Job:
    """One narration that somebody must listen to; `level` is what the site's own loudness makes of a recipe."""

    files: TrackFiles
    path: Path
    name: str
    sha256: str
    text: bytes | None
    folder: Path
    level: str
    under: _Under | None

    @property
    def ambience(self) -> str | None:
        """The name in the store of what lies under it."""
        return self.under.ambience.stored_name if self.under else None

    @property
    def variation(self) -> str:
        """What loudness and ambience make of a recipe."""
        return over(self.level, self.ambience)

    @property
    def content(self) -> TrackContent:
        """What its measurements depend on."""
        return self.sha256, _hash(self.text), self.files.language, recipe_of("opus", self.variation)


def take_in(
    source: Source, folder: SiteFolder, staging: Path, known: Known, progress: Progress = unheard
) -> Taken:
    """The tracks of a site folder; unreadable audio is a fault of the folder.

    Where the folder has faults already, the rest of its audio is still decoded, so that all faults are told at
    once, but nothing is encoded.
    """
    taken = Taken()
    jobs: list[_Job] = []
    unders = _unders(source, folder, taken)
    for n, files in enumerate(folder.narrations.tracks):
        if files.audio is None:
            _add_text(taken, files, folder)
            continue
        under = unders.get(files.exhibit)
        job = _job(source, files, files.audio, folder, staging / f"track-{n}", under)
        if job is not None and not _took_over(job, folder, known, taken):
            jobs.append(job)
    _listen(jobs, folder, taken, progress)
    taken.tracks.sort(key=lambda track: track.id)
    return taken


def _unders(source: Source, folder: SiteFolder, taken: Taken) -> dict[str, _Under]:
    """What lies under the narrations of each exhibit that has an ambience."""
    found: dict[str, _Under] = {}
    for exhibit, ambience in folder.narrations.ambiences.items():
        path = source.file(ambience.file)
        taken.files[ambience.sha256, ambience.ext] = path
        found[exhibit] = _Under(ambience, path)
    return found


def _job(
    source: Source, files: TrackFiles, audio: str, folder: SiteFolder, staging: Path, under: _Under | None
) -> _Job | None:
    try:
        path = source.file(audio)
        sha256 = sha256_of(path)
    except FolderUnreadable as error:
        folder.found.faults += error.errors
        return None
    text = folder.narrations.transcripts.get(files.transcript or "")
    level = variation_of(folder.content.site) if folder.content else ""
    return _Job(files, path, audio, sha256, text, staging, level, under)


def _took_over(job: _Job, folder: SiteFolder, known: Known, taken: Taken) -> bool:
    """Whether nobody need listen to it: files and measurements came along, or an earlier import made them."""
    brought = folder.narrations.brought.get(job.name)
    if brought is not None and brought.is_whole:
        _take_brought(job, brought, taken)
        return True
    earlier = known.tracks.get(job.content)
    if earlier is not None and earlier.measures is not None:
        _add(taken, job, earlier.duration_ms, earlier.gaps_ms, earlier.measures)
        return True
    return False


def _take_brought(job: _Job, brought: Brought, taken: Taken) -> None:
    for each in brought.renditions.values():
        doc = each.doc
        taken.renditions.append(
            RenditionRow(job.sha256, doc.format, doc.recipe, doc.sha256, doc.size_bytes, doc.duration_ms)
        )
        taken.files[doc.sha256, doc.format] = each.path
    opus, source = brought.renditions["opus"].doc, brought.source
    if source is None:  # pragma: no cover - asked before
        raise AssertionError
    if brought.peaks is not None and source.peaks_sha256 is not None:
        taken.files[source.peaks_sha256, PEAKS] = brought.peaks
    figures = source.model_dump(include=set(MeasuredDoc.model_fields))
    captions = None
    if job.text is not None and source.lead_ms:
        captions = _add_transcript(taken, _moved(job.text, source.lead_ms))
    measures = MeasuresDoc(**figures, captions_sha256=captions)
    _add(taken, job, opus.duration_ms, opus.gaps_ms, measures)


def _moved(text: bytes, lead_ms: int) -> bytes:
    """A transcript in the times of renditions from whose beginning so much was cut."""
    return shift(text.decode("utf-8-sig"), lead_ms).encode()


def _add(taken: Taken, job: _Job, duration_ms: int, gaps_ms: Iterable[int], measures: MeasuresDoc) -> None:
    files = job.files
    taken.tracks.append(
        TrackDoc(
            id=track_id(files.exhibit, files.language, files.variant),
            exhibit=files.exhibit,
            language=files.language,
            variant=files.variant,
            source_sha256=job.sha256,
            source_ext=files.ext,
            transcript_sha256=_hash(job.text),
            duration_ms=duration_ms,
            gaps_ms=list(gaps_ms),
            ambience=job.ambience,
            measures=measures,
        )
    )
    taken.files[job.sha256, files.ext or ""] = job.path
    _add_transcript(taken, job.text)


def _add_text(taken: Taken, files: TrackFiles, folder: SiteFolder) -> None:
    """A track of text alone; where the text was no transcript, that has been told."""
    text = folder.narrations.transcripts.get(files.transcript or "")
    if text is not None:
        _add_transcript(taken, text)
        taken.tracks.append(
            TrackDoc(
                id=track_id(files.exhibit, files.language, files.variant),
                exhibit=files.exhibit,
                language=files.language,
                variant=files.variant,
                transcript_sha256=_hash(text),
            )
        )


def _add_transcript(taken: Taken, text: bytes | None) -> str | None:
    sha256 = _hash(text)
    if text is not None and sha256 is not None:
        taken.files[sha256, "vtt"] = text
    return sha256


def _hash(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _listen(jobs: list[_Job], folder: SiteFolder, taken: Taken, progress: Progress) -> None:
    """Give each different sound to a worker process, a few at a time."""
    same: dict[TrackContent, list[_Job]] = {}
    for job in jobs:
        same.setdefault(job.content, []).append(job)
    if not same:
        return
    unders = {job.under.ambience.file: job.under for job in jobs if job.under is not None}
    total = len(unders) + len(same)
    progress(LISTENING, 0, total)
    with ThreadPoolExecutor(max_workers=min(MOST_WORKERS, os.cpu_count() or 1)) as workers:
        judging = (
            workers.submit(judge, under.ambience, under.path, folder.found) for under in unders.values()
        )
        for n, judged in enumerate(as_completed([*judging]), 1):
            judged.result()
            progress(LISTENING, n, total)
        work = _probe if folder.found.faults else _ingest
        futures = {workers.submit(work, group[0]): group for group in same.values()}
        for n, future in enumerate(as_completed(futures), len(unders) + 1):
            _heard(future, futures[future], folder.found, taken)
            progress(LISTENING, n, total)


def judge(ambience: Ambience, path: Path, found: Collected) -> None:
    """Tell what is wrong with an ambience, once for all the narrations over it."""
    try:
        notes: tuple[str, ...] = run(
            "media.ingest:fit_ambience", path, wall_s=WALL_S, memory_mb=MEMORY_MB
        ).notes
    except MediaError as error:
        found.fault(ambience.file, None, error.sentence.rstrip("."))
    else:
        for note in notes:
            found.note(ambience.file, None, note)


def _heard(future: "Future[Ingested | None]", group: list[_Job], found: Collected, taken: Taken) -> None:
    first = group[0]
    try:
        heard = future.result()
    except MediaError as error:
        for job in group:
            found.fault(job.name, None, error.sentence.rstrip("."))
        return
    for job in group[1:]:
        found.note(job.name, None, f"is the same sound as {first.name}; it is stored once")
    if heard is None:
        return
    for note in dict.fromkeys((*heard.probe.notes, *heard.notes)):
        found.note(first.name, None, note)
    measures = _keep(heard, first, taken)
    for job in group:
        _add(taken, job, heard.duration_ms, heard.gaps_ms, measures)


def _keep(heard: Ingested, job: _Job, taken: Taken) -> MeasuresDoc:
    """Note the files that were made of a sound, and give back what was measured of it."""
    for each in heard.renditions:
        row = RenditionRow(
            job.sha256, each.format, each.recipe, each.sha256, each.size_bytes, each.duration_ms
        )
        taken.renditions.append(row)
        taken.files[each.sha256, each.format] = each.path
    taken.files[heard.peaks_sha256, PEAKS] = heard.peaks_path
    taken.speech[job.sha256] = heard.speech
    captions = _add_transcript(taken, None if heard.captions is None else heard.captions.encode())
    return measures_of(heard, peaks=heard.peaks_sha256, captions=captions)


def _ingest(job: _Job) -> Ingested | None:
    job.folder.mkdir()
    under = job.under.path if job.under else None
    heard: Ingested = run(
        "media.ingest:ingest",
        job.path,
        None if job.text is None else job.text.decode("utf-8-sig"),
        job.folder,
        FIRST_FORMATS,
        job.files.language,
        target_of(job.variation),
        under,
        wall_s=WALL_S,
        memory_mb=memory_mb(under),
    )
    return named(heard, job.variation)


def _probe(job: _Job) -> Ingested | None:
    """Listen without encoding: nothing will be taken in, but what is wrong with the sound is told."""
    run("media.probe:probe", job.path, wall_s=WALL_S, memory_mb=MEMORY_MB)
    return None
