"""What happens to one file that somebody sends: the file to read first.

    path  ->  probe  ->  render  ->  gaps        run it in `media.worker`, as its bytes are a stranger's

Nothing is stored here: what comes back is written into a folder of the caller's, who keeps it or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from media import transcript as webvtt
from media.errors import clock
from media.gaps import sentence_gaps
from media.probe import Probe, probe
from media.render import Rendition, hash_of, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WALL_S, MEMORY_MB = 900, 600
"""What `media.worker` should allow: three hours of sound take about 300 s on one core."""
OVERRUN_MS = 1_000
"""A transcript may end this long after its sound: people round up."""


@dataclass(frozen=True)
class Ingested:
    """A source that passed: what it is, where it may be faded, and the files made from it.

    `notes` are sentences for the curator on what was accepted but looks odd.
    """

    source_sha256: str
    probe: Probe
    gaps_ms: tuple[int, ...]
    renditions: tuple[Rendition, ...]
    notes: tuple[str, ...] = ()


def ingest(
    source: Path, transcript: str | None, folder: Path, formats: Sequence[str] = ("opus", "m4a")
) -> Ingested:
    """What became of one file, its renditions written into the folder.

    Gaps are looked for in the source; a rendition is as long to a few thousandths of a second.

    Args:
        source: The file as it was received, under whatever name.
        transcript: Its WebVTT text, or None.
        folder: Where the renditions go; on the store's disk, so that they can be moved in.
        formats: Of `media.render.RECIPES`.

    Raises:
        MediaError: With the reason why it cannot be taken in.
    """
    cues = webvtt.parse(transcript).cues if transcript is not None else ()
    found = probe(source)
    renditions = render(source, folder, formats)
    gaps = sentence_gaps(source, [cue.end_ms for cue in cues])
    notes = found.notes
    if cues and cues[-1].end_ms > found.duration_ms + OVERRUN_MS:
        last, whole = clock(cues[-1].end_ms), clock(found.duration_ms)
        notes += (f"The transcript runs to {last}, but the sound to {whole}.",)
    return Ingested(hash_of(source), found, gaps, renditions, notes)
