"""What is measured of the audio pipeline: 45 minutes of stereo MP3 analysed and taken in, beside bare decoding."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guide.bench.table import Row
from guide.services.demo import FOLDER
from media.av_io import RATE, Writer
from media.decode import mono_blocks
from media.ingest import MEMORY_MB, WALL_S
from media.worker import Cost, run

if TYPE_CHECKING:
    from media.av_io import Samples

PART_S: Final = 300
PARTS: Final = 9
"""Five minutes are encoded and joined to 45."""
LONG_S: Final = PART_S * PARTS
ANALYSIS_MUST: Final = 120
INGEST_MUST: Final = 25
"""Seconds of sound to a second of computing on one core."""
MEMORY_MUST_MB: Final = 256.0


def media_rows(folder: Path) -> Iterator[Row]:
    """Each in a worker process of its own, as the service does it."""
    long = long_mp3(folder / "long.mp3")
    bare = _cost("media.decode:play_through", long).cpu_s
    heard = _cost("media.analyse:analyse", long).cpu_s
    whole = _cost("media.ingest:ingest", long, None, folder)
    taken = whole.cpu_s
    beside = "libav's decoding alone"
    yield Row(
        f"45 min of stereo MP3: analysis, {LONG_S / heard:.0f} × real time on one core",
        heard,
        "s",
        LONG_S / ANALYSIS_MUST,
        beside,
        bare,
    )
    yield Row(
        f"the same: full ingest into Opus and AAC, {LONG_S / taken:.0f} × real time on one core",
        taken,
        "s",
        LONG_S / INGEST_MUST,
        beside,
        bare,
    )
    yield Row("the same: memory that the worker used", whole.used_mb, "MB", MEMORY_MUST_MB)


def _cost(function_name: str, *args: object) -> Cost:
    spent: Cost = run("media.worker:cost", function_name, *args, wall_s=WALL_S, memory_mb=MEMORY_MB)
    return spent


def long_mp3(path: Path) -> Path:
    """45 minutes of the demo's narrations as stereo MP3, 128 kbit/s."""
    part = path.with_name("part.mp3")
    writer = Writer(part, "mp3")
    left = PART_S * RATE
    for block in _narrations():
        writer.write(block[:left])
        left -= len(block)
        if left <= 0:
            break
    writer.close()
    path.write_bytes(part.read_bytes() * PARTS)
    return path


def _narrations() -> Iterator["Samples"]:
    for sound in sorted(FOLDER.glob("tracks/*/fr.opus")):
        yield from mono_blocks(sound)
