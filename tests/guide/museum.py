"""A small museum as a site folder with everything in it, its renditions made once and brought along.

Seen from above, in metres:

    level hall, ordinal 0                     level dome, ordinal 1
    0        5        10                      20       30
    +--------+--------+                       +--------+
    |   v2   |  ida   |  lift at (12, 0)      | v2-dome|  a ring: a hole in its middle
    +--------+--------+                       +--------+
"""

import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from media.ingest import ingest
from media.renditions import Brought, Measured, write
from tests.stories.museum import speak

SITE: Final = """format = 1
id = "small"
name = { fr = "Petit musée", en = "Small museum" }
languages = ["fr", "en", "nl"]
anonymous = true
invented_plan = true
[frame]
lat = 50.7053
lon = 2.2436
rotation_deg = 30.0
[rules]
dwell = 2.5
[claims]
fr = "partial"
"""
LEVELS: Final = """[[level]]
id = "hall"
ordinal = 0
name = { fr = "Salle", en = "Hall" }
outline = [[-5, -5], [40, -5], [40, 20], [-5, 20]]
plan = "plans/hall.svg"
plan_origin = [-5, -5]
plan_size = [45, 25]

[[level]]
id = "dome"
ordinal = 1

[[connector]]
id = "lift"
kind = "lift"
levels = ["hall", "dome"]
outline = [[12, 0], [14, 0], [14, 2], [12, 2]]
"""
EXHIBITS: Final = """[[exhibit]]
id = "v2"
number = "101"
title = { fr = "Le V-2", en = "The V-2" }
image = "images/v2.png"
credit = "own text, synthetic voice"
advisories = { min_age = 6, level_dba = 82, measured = 2026-05-04, note = { en = "A siren sounds once." } }

[[exhibit]]
id = "ida"
number = "102"
title = { fr = "Ida" }

[[exhibit]]
id = "planetarium"
number = "103"
title = { fr = "Planétarium", en = "Planetarium" }
"""
SHOWS: Final = """[[show]]
id = "sitting"
exhibit = "planetarium"
title = { fr = "Séance" }
[[show.segment]]
minutes = 15
delivery = "live"
language = "en"
[[show.segment]]
minutes = 30
delivery = "recorded"
language = "fr"
subtitles = ["en"]
[[show.screening]]
starts = "15:00"
[[show.screening]]
starts = 2026-11-22T17:30:00
"""
TOURS: Final = """[[tour]]
id = "whole"
title = { fr = "Tout" }
exhibits = ["ida", "v2"]
minutes = 12.5
"""
PLACES: Final = """[[place]]
id = "https://small.example/101"
kind = "qr"
zone = "v2"
[[place]]
id = "7"
kind = "beacon"
level = "hall"
x = 2.5
y = 2.5
"""
ZONES: Final = {
    "frame": "local",
    "zones": [
        {"id": "v2", "exhibit": "v2", "levels": ["hall"], "outline": [[0, 0], [5, 0], [5, 5], [0, 5]]},
        {
            "id": "ida",
            "exhibit": "ida",
            "levels": ["hall"],
            "priority": 2,
            "mode": "offer",
            "outline": [[5, 0], [10, 0], [10, 5], [5, 5]],
            "rules": {"dwell": 4.0},
        },
        {
            "id": "v2-dome",
            "exhibit": "v2",
            "levels": ["dome"],
            "parts": [
                {
                    "outline": [[20, 0], [30, 0], [30, 10], [20, 10]],
                    "holes": [[[24, 4], [24, 6], [26, 6], [26, 4]]],
                },
                {"outline": [[32, 0], [36, 0], [36, 4], [32, 4]]},
            ],
        },
    ],
}
PLAN: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 45 25" onload="alert(1)">
<script>alert(2)</script><rect width="45" height="25" fill="none" stroke="black"/></svg>
"""
PNG: Final = b"\x89PNG\r\n\x1a\n" + b"not looked into any further"
CUES: Final = """WEBVTT

00:00.000 --> 00:02.000
{words}
"""
TRACKS: Final = (("v2", "fr", 3.0), ("v2", "en", 2.0), ("v2", "en.family", 2.5), ("ida", "fr", 2.0))


def make_museum(folder: Path) -> Path:
    """Write the museum: two exhibits to hear, one of them to read in Dutch, and a show."""
    texts = {
        "site.toml": SITE,
        "levels.toml": LEVELS,
        "exhibits.toml": EXHIBITS,
        "shows.toml": SHOWS,
        "tours.toml": TOURS,
        "places.toml": PLACES,
        "zones.local.json": json.dumps(ZONES, indent=1),
        "plans/hall.svg": PLAN,
        "tracks/v2/fr.vtt": CUES.format(words="Voici le V-2."),
        "tracks/v2/en.vtt": CUES.format(words="This is the V-2."),
        "tracks/ida/nl.vtt": CUES.format(words="Dit is Ida."),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "images").mkdir()
    (folder / "images/v2.png").write_bytes(PNG)
    made = [_track(folder, pitch, *track) for pitch, track in enumerate(TRACKS)]
    write(folder, [brought for brought, _ in made], [measured for _, measured in made])
    return folder


def _track(folder: Path, pitch: int, exhibit: str, name: str, seconds: float) -> tuple[Brought, Measured]:
    source = folder / "tracks" / exhibit / f"{name}.wav"
    speak(source, seconds, hertz=220.0 * (pitch + 1))
    text = source.with_suffix(".vtt")
    words = text.read_bytes() if text.exists() else None
    home = folder / "renditions" / exhibit
    home.mkdir(parents=True, exist_ok=True)
    language = name.partition(".")[0]
    made = ingest(source, words.decode() if words else None, home, ["opus"], language)
    opus = made.renditions[0]
    file = opus.path.rename(home / f"{name}.opus")
    peaks = made.peaks_path.rename(source.with_suffix(".dat"))
    track = source.relative_to(folder).as_posix()
    brought = Brought(
        track=track,
        source_sha256=made.source_sha256,
        format=opus.format,
        recipe=opus.recipe,
        file=file.relative_to(folder).as_posix(),
        sha256=opus.sha256,
        size_bytes=opus.size_bytes,
        duration_ms=opus.duration_ms,
        gaps_ms=made.gaps_ms,
    )
    measured = Measured(
        track=track,
        source_sha256=made.source_sha256,
        transcript_sha256=hashlib.sha256(words).hexdigest() if words else None,
        recipe=made.recipe,
        integrated_lufs=made.integrated_lufs,
        loudness_range_lu=made.loudness_range_lu,
        true_peak_dbtp=made.true_peak_dbtp,
        gain_db=made.gain_db,
        lead_ms=made.lead_ms,
        tail_ms=made.tail_ms,
        # a hum is no speech, whatever a detector makes of it
        speech_ms=0,
        languages={},
        checked=False,
        peaks=peaks.relative_to(folder).as_posix(),
        peaks_sha256=made.peaks_sha256,
        notes=made.notes,
    )
    return brought, measured


@dataclass(frozen=True)
class Folder:
    """A copy of a site folder that a test spoils."""

    root: Path

    @classmethod
    def copy(cls, museum: Path, to: Path) -> Self:
        """The museum once more."""
        return cls(Path(shutil.copytree(museum, to)))

    def write(self, name: str, content: str | bytes) -> Self:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def replace(self, name: str, old: str, new: str) -> Self:
        """Change a text that must be there."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        return self.write(name, text.replace(old, new, 1))

    def remove(self, *names: str) -> Self:
        """Remove files."""
        for name in names:
            (self.root / name).unlink()
        return self

    def zipped(self, prefix: str = "") -> bytes:
        """The folder as a zip."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(self.root.rglob("*")):
                if path.is_file():
                    archive.write(path, prefix + path.relative_to(self.root).as_posix())
        return packed.getvalue()
