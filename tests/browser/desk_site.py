"""A small museum for the desk: three exhibits, one narration with its text, and files to send."""

import math
import shutil
import struct
import wave
from pathlib import Path
from typing import Final

DEMO: Final = Path(__file__).parents[2] / "guide" / "demo" / "coupole" / "tracks"
RATE: Final = 16_000
AMPLITUDE: Final = 8_000
_SITE: Final = """
format = 1
id = "small"
name = { fr = "Le petit musée", en = "The small museum" }
languages = ["fr", "en", "nl"]
time_zone = "Europe/Paris"
profile = "uwb"
anonymous = true
[frame]
lat = 50.7
lon = 2.2
"""
_LEVELS: Final = """
[[level]]
id = "hall"
ordinal = 0
name = { fr = "Salle", en = "Hall" }
outline = [[0, 0], [40, 0], [40, 20], [0, 20]]
"""
_EXHIBITS: Final = """
[[exhibit]]
id = "v2"
number = "9"
title = { fr = "Le V2", en = "The V-2" }
[[exhibit]]
id = "v2-engine"
number = "10"
title = { fr = "Le moteur", en = "The engine" }
[[exhibit]]
id = "ida"
number = "11"
title = { fr = "Ida", en = "Ida" }
"""
_ZONES: Final = """{"frame": "local", "zones": [
  {"id": "v2", "exhibit": "v2", "levels": ["hall"], "outline": [[0, 0], [8, 0], [8, 8], [0, 8]]},
  {"id": "v2-engine", "exhibit": "v2-engine", "levels": ["hall"], "outline": [[12, 0], [20, 0], [20, 8], [12, 8]]},
  {"id": "ida", "exhibit": "ida", "levels": ["hall"], "outline": [[24, 0], [32, 0], [32, 8], [24, 8]]}
]}
"""


def make_site(folder: Path) -> Path:
    """The site folder, with one narration in English and its text."""
    (folder / "tracks" / "v2").mkdir(parents=True)
    for name, text in (
        ("site.toml", _SITE),
        ("levels.toml", _LEVELS),
        ("exhibits.toml", _EXHIBITS),
        ("zones.local.json", _ZONES),
    ):
        (folder / name).write_text(text, "utf-8")
    for name in ("en.opus", "en.vtt"):
        shutil.copyfile(DEMO / "v2" / name, folder / "tracks" / "v2" / name)
    return folder


def narration(exhibit: str, language: str) -> bytes:
    """A narration of the demo, to be sent."""
    return (DEMO / exhibit / f"{language}.opus").read_bytes()


def tone(path: Path, seconds: float, *, lead_s: int = 0, tail_s: int = 0) -> Path:
    """A WAV file of a swelling tone, large for its length, between silences."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        step = b"".join(
            struct.pack(
                "<h", int(AMPLITUDE * math.sin(math.pi * n / RATE) * math.sin(2 * math.pi * 220 * n / RATE))
            )
            for n in range(RATE)
        )
        file.writeframes(bytes(len(step) * lead_s))
        for _ in range(round(seconds)):
            file.writeframes(step)
        file.writeframes(bytes(len(step) * tail_s))
    return path
