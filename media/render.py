"""Both renditions of a narration from one decode: levelled, measured again, named by their content."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from media.analyse import analyse
from media.av_io import RATE, Writer
from media.decode import mono_blocks
from media.errors import RenderError
from media.level import TARGET_LUFS, again, levelled, off_by, plan, reaches
from media.loudness import Loudness, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from media.av_io import Samples
    from media.level import Plan

RECIPES = {"opus": "opus-32k-mono-48k-2", "m4a": "aac-64k-mono-48k-2"}
"""How a rendition of each format is made; the last figure goes up whenever the bytes would change."""
TRIES = 3
"""A rendition that does not measure as it should is made again, twice at most."""
CLIPS_DBTP = 0.0

_NOTHING = Loudness(None, None, None)


@dataclass(frozen=True)
class Rendition:
    """One encoded file of a track: what it is, what it weighs, how long it plays and how loud it is when decoded.

    `gain_db` is by how much its source was made louder.
    """

    format: str
    recipe: str
    sha256: str
    size_bytes: int
    duration_ms: int
    path: Path
    loudness: Loudness = _NOTHING
    gain_db: float = 0.0


def render(
    source: Path,
    folder: Path,
    formats: Sequence[str] = ("opus", "m4a"),
    target_lufs: float = TARGET_LUFS,
    do: Plan | None = None,
    progress: Callable[[int], None] | None = None,
    opened: Callable[[Path], Iterable[Samples]] = mono_blocks,
) -> tuple[Rendition, ...]:
    """The renditions of a source, one per format in the order asked, written into the folder.

    The source is decoded once for all of them, and once more for those that do not measure as they should:
    within 0.5 LU of the target and not over -1 dBTP. Equal sources give equal bytes with the same libav,
    whatever other formats are asked for.

    Args:
        source: A file that `media.probe` has passed.
        folder: Where they go.
        formats: Of `RECIPES`, each once.
        target_lufs: The loudness that they should have.
        do: What to do to the source; found by analysing it when not given.
        progress: Told the milliseconds of sound that are encoded so far.
        opened: How the source is read; with an ambience under it, `media.edit_bed.with_bed`.

    Raises:
        RenderError: When a format is none of `RECIPES`, the disk is full, or peaks go over full scale at last.
        MediaError: When the source does not decode.
    """
    _refuse_unknown(formats)
    first = plan(analyse(source), target_lufs) if do is None else do
    return level_and_encode(lambda: _told(opened(source), progress), folder, formats, first)


def level_and_encode(
    sound: Callable[[], Iterable[Samples]],
    folder: Path,
    formats: Sequence[str],
    do: Plan,
    tags: Mapping[str, str] | None = None,
) -> tuple[Rendition, ...]:
    """The same from mono samples at 48 kHz, which are asked for anew for each try.

    Raises:
        RenderError: As `render` does.
    """
    next_try = dict.fromkeys(formats, do)
    best: dict[str, tuple[Plan, Rendition]] = {}
    for _ in range(TRIES):
        for each, its_formats in _by_plan(next_try):
            for made in encode(levelled(sound(), each), folder, its_formats, tags):
                _keep_better(best, each, replace(made, gain_db=each.gain_db))
                next_try[made.format] = again(each, made.loudness)
                if reaches(each, made.loudness):
                    del next_try[made.format]
        if not next_try:
            break
    for _, made in best.values():
        _refuse_clipping(made)
    return tuple(best[form][1] for form in formats)


def _by_plan(tries: Mapping[str, Plan]) -> list[tuple[Plan, list[str]]]:
    """The formats that are made by the same plan come from one decode."""
    groups: dict[Plan, list[str]] = {}
    for form, each in tries.items():
        groups.setdefault(each, []).append(form)
    return list(groups.items())


def _told(blocks: Iterable[Samples], progress: Callable[[int], None] | None) -> Iterator[Samples]:
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        if progress is not None:
            progress(done * 1000 // RATE)


def _keep_better(best: dict[str, tuple[Plan, Rendition]], by: Plan, made: Rendition) -> None:
    """Of several tries the one that comes nearest stays, the other file goes."""
    if made.format not in best:
        best[made.format] = by, made
        return
    _, before = best[made.format]
    worse = before
    if off_by(by, made.loudness) < off_by(by, before.loudness):
        best[made.format] = by, made
    else:
        worse = made
    if worse.path != best[made.format][1].path:
        worse.path.unlink()


def _refuse_clipping(made: Rendition) -> None:
    peak = made.loudness.true_peak_dbtp
    if peak is not None and peak > CLIPS_DBTP:
        made.path.unlink()
        raise RenderError.of("render/peak", peak=f"{peak:.1f}")


def encode(
    blocks: Iterable[Samples],
    folder: Path,
    formats: Sequence[str],
    tags: Mapping[str, str] | None = None,
) -> tuple[Rendition, ...]:
    """Mono samples at 48 kHz as they are, in each format, with remarks to write into the files; measured again.

    Raises:
        RenderError: When a format is none of `RECIPES`, or the disk is full.
    """
    _refuse_unknown(formats)
    # drafts have a folder of their own: others may be rendering into this one, and damage leaves nothing
    with TemporaryDirectory(dir=folder, prefix=".render-") as drafts:
        writers = {form: Writer(Path(drafts) / f"draft.{form}", form, tags) for form in formats}
        with ExitStack() as closing:
            for writer in writers.values():
                closing.callback(writer.close)
            for block in blocks:
                for writer in writers.values():
                    writer.write(block)
        return tuple(_named(writer.path, form, folder) for form, writer in writers.items())


def _refuse_unknown(formats: Sequence[str]) -> None:
    unknown = [form for form in formats if form not in RECIPES]
    if unknown:
        raise RenderError(
            "render", f"There is no recipe for {unknown[0]}; there is for {', '.join(RECIPES)}."
        )


def _named(draft: Path, form: str, folder: Path) -> Rendition:
    sha256 = hash_of(draft)
    loudness, length_ms = measure(draft)
    path = draft.replace(folder / f"{sha256}.{form}")
    return Rendition(form, RECIPES[form], sha256, path.stat().st_size, length_ms, path, loudness)


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
