"""Both renditions of a narration from one decode, named by their content."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from media.av_io import Writer
from media.decode import duration_ms, mono_blocks
from media.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from media.av_io import Samples

RECIPES = {"opus": "opus-32k-mono-48k-1", "m4a": "aac-64k-mono-48k-1"}
"""How a rendition of each format is made; the last figure goes up whenever the bytes would change."""


@dataclass(frozen=True)
class Rendition:
    """One encoded file of a track: what it is, what it weighs, how long it plays when decoded."""

    format: str
    recipe: str
    sha256: str
    size_bytes: int
    duration_ms: int
    path: Path


def render(source: Path, folder: Path, formats: Sequence[str] = ("opus", "m4a")) -> tuple[Rendition, ...]:
    """The renditions of a source, one per format in the order asked, written into the folder.

    The source is decoded once for all of them; equal sources give equal bytes with the same libav.

    Raises:
        MediaError: When the source does not decode or a rendition cannot be written.
    """
    return encode(mono_blocks(source), folder, formats)


def encode(
    blocks: Iterable[Samples],
    folder: Path,
    formats: Sequence[str],
    tags: Mapping[str, str] | None = None,
) -> tuple[Rendition, ...]:
    """The same from mono samples at 48 kHz, with remarks to write into the files.

    Raises:
        RenderError: When a format is none of `RECIPES`, or the disk is full.
    """
    unknown = [form for form in formats if form not in RECIPES]
    if unknown:
        raise RenderError(
            "render", f"There is no recipe for {unknown[0]}; there is for {', '.join(RECIPES)}."
        )
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


def _named(draft: Path, form: str, folder: Path) -> Rendition:
    sha256, length_ms = hash_of(draft), duration_ms(draft)
    path = draft.replace(folder / f"{sha256}.{form}")
    return Rendition(form, RECIPES[form], sha256, path.stat().st_size, length_ms, path)


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
