"""A small museum that the stories walk through, as a site folder with real sound files.

Seen from above, in metres, on the level `hall`: three zones side by side, and one far off.

    0        5        10       15      30       35
    +--------+--------+--------+        +--------+
    |  rail  | engine | radio  |        |  gap   |
    +--------+--------+--------+        +--------+
"""

import json
import wave
from pathlib import Path

import numpy as np

RATE = 16_000
SENTENCE_S = 4.0
PAUSE_S = 0.5

ZONES = {"rail": (0, 5), "engine": (5, 10), "radio": (10, 15), "gap": (30, 35)}
MIDDLE = {name: ((x0 + x1) / 2, 2.5) for name, (x0, x1) in ZONES.items()}
NUMBERS = {"rail": "101", "engine": "102", "radio": "103", "gap": "104"}


def make_museum(folder: Path, *, seconds: float = 60.0, profile: str = "exact") -> Path:
    """Write the museum's site folder; `gap` has no English."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(
        f"""format = 1
id = "small"
name = {{ fr = "Petit musée", en = "Small museum" }}
languages = ["fr", "en"]
time_zone = "Europe/Paris"
profile = "{profile}"
anonymous = true
[frame]
lat = 50.7053
lon = 2.2436
""",
        encoding="utf-8",
    )
    (folder / "levels.toml").write_text(
        """[[level]]
id = "hall"
ordinal = 0
name = { en = "Hall", fr = "Salle" }
outline = [[-20, -10], [60, -10], [60, 20], [-20, 20]]
""",
        encoding="utf-8",
    )
    zones = [
        {"id": name, "exhibit": name, "levels": ["hall"], "outline": [[x0, 0], [x1, 0], [x1, 5], [x0, 5]]}
        for name, (x0, x1) in ZONES.items()
    ]
    (folder / "zones.local.json").write_text(json.dumps({"frame": "local", "zones": zones}), encoding="utf-8")
    exhibits = "".join(
        f'[[exhibit]]\nid = "{name}"\nnumber = "{number}"\n'
        f'title = {{ en = "The {name}", fr = "Le {name}" }}\n\n'
        for name, number in NUMBERS.items()
    )
    (folder / "exhibits.toml").write_text(exhibits, encoding="utf-8")
    for pitch, name in enumerate(ZONES):
        for language in ("fr",) if name == "gap" else ("fr", "en"):
            path = folder / "tracks" / name / f"{language}.wav"
            speak(path, seconds, hertz=220.0 * (pitch + 1) + (10 if language == "fr" else 0))
    return folder


def speak(path: Path, seconds: float, hertz: float) -> None:
    """Write "speech": tones of four seconds, half a second of silence between, as sentences have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    moments = np.arange(round(seconds * RATE)) / RATE
    sound = 0.2 * np.sin(2 * np.pi * hertz * moments)
    sound[moments % (SENTENCE_S + PAUSE_S) >= SENTENCE_S] = 0.0
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
