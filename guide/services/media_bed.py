"""A narration with an ambience under it, as a file for a site folder or an upload."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from guide.errors import Malformed
from media.ingest import UNDETERMINED, WALL_S, Ingested, memory_mb
from media.level import TARGET_LUFS
from media.transcript import decoded
from media.worker import run

FORMATS: Final = ("opus", "m4a")


@dataclass(frozen=True, slots=True)
class Laid:
    """What was written, and what was measured of it; `transcript` is the narration's, in the times of the file."""

    path: Path
    transcript: Path | None
    made: Ingested


def lay_bed(narration: Path, ambience: Path, into: Path, target_lufs: float = TARGET_LUFS) -> Laid:
    """Write a narration with an ambience under it, looped, ducked while somebody speaks, and levelled.

    A transcript beside the narration (the same name with .vtt) is written beside the file, moved where silence was
    cut from the beginning. Nothing is written when either sound cannot be taken.

    Raises:
        Malformed: The file has another ending than .opus and .m4a, or is one of the two that it is made of.
        MediaError: One of the sounds cannot be taken, with the reason.
    """
    form = into.suffix.lstrip(".").lower()
    if form not in FORMATS:
        raise Malformed("no_format", f"{into} should end in .{' or .'.join(FORMATS)}.")
    if into.resolve() in {narration.resolve(), ambience.resolve()}:
        raise Malformed("same_file", f"{into} is what it would be made of; choose another name.")
    beside = narration.with_suffix(".vtt")
    with TemporaryDirectory(dir=into.parent, prefix=".bed-") as folder:
        text = decoded(beside.read_bytes()) if beside.is_file() else None
        arguments = narration, text, Path(folder), (form,), UNDETERMINED, target_lufs, ambience
        made: Ingested = run("media.ingest:ingest", *arguments, wall_s=WALL_S, memory_mb=memory_mb(ambience))
        made.renditions[0].path.replace(into)
    if text is None:
        return Laid(into, None, made)
    moved = into.with_suffix(".vtt")
    moved.write_text(made.captions or text, encoding="utf-8")
    return Laid(into, moved, made)
