"""Sound files judged as an upload would judge them, before anybody uploads them: `coupole media check`."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from guide.services.coverage import Minutes, worded
from guide.services.site_folder_tracks import AUDIO
from media import transcript
from media.errors import MediaError
from media.examine import ENDS
from media.ingest import MEMORY_MB, UNDETERMINED, WALL_S
from media.judge import Judged
from media.language import PLAUSIBLE
from media.worker import run

Progress = Callable[[int, int], None]
"""Told how many percent of all files are listened to, and of how many."""

WHOLE: Final = 100
_SHORTEST_NAME: Final = re.compile(r"^[a-z]{2}(-[A-Z]{2})?$")


@dataclass(frozen=True, slots=True)
class Checked:
    """One file and what an upload would make of it: either what was measured, or why it would be refused."""

    path: Path
    language: str
    transcript: Path | None
    judged: Judged | None = None
    refused: MediaError | None = None

    @property
    def verdict(self) -> str:
        """What would become of it, in words."""
        if self.judged is not None:
            return self.judged.verdict()
        return f"refused: {self.refused}"

    def languages(self) -> tuple[str, ...]:
        """The minutes of speech in each language, as they are worded everywhere."""
        if self.judged is None:
            return ()
        total = self.judged.speech_ms
        return tuple(
            worded(each, Minutes(ms, total)) if each != UNDETERMINED else "language not told"
            for each, ms in self.judged.languages.items()
        )

    def body(self) -> dict[str, Any]:
        """The same for a machine."""
        told: dict[str, Any] = {
            "file": str(self.path),
            "language": self.language,
            "transcript": str(self.transcript) if self.transcript else None,
            "accepted": self.judged is not None,
            "code": self.refused.code if self.refused is not None else None,
            "verdict": self.verdict,
        }
        if (judged := self.judged) is None:
            return told
        return told | {
            "container": judged.probe.container,
            "codec": judged.probe.codec,
            "sample_rate": judged.probe.sample_rate,
            "channels": judged.probe.channels,
            "duration_ms": judged.duration_ms,
            "integrated_lufs": judged.integrated_lufs,
            "loudness_range_lu": judged.loudness_range_lu,
            "true_peak_dbtp": judged.true_peak_dbtp,
            "gain_db": judged.do.gain_db,
            "lead_ms": judged.do.lead_ms,
            "tail_ms": judged.do.tail_ms,
            "speech_ms": judged.speech_ms,
            "languages": dict(judged.languages),
            "checked": judged.checked,
            "coverage": list(self.languages()),
            "notes": list(judged.notes),
        }


def sounds_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: a file whatever its name, of a folder those that are named like a sound."""
    for path in paths:
        if path.is_dir():
            named = (each for each in path.rglob("*") if each.suffix.lower().removeprefix(".") in AUDIO)
            yield from sorted(each for each in named if each.is_file())
        else:
            yield path


def check(
    paths: Sequence[Path], language: str | None, target_lufs: float, progress: Progress
) -> list[Checked]:
    """What an upload would make of each file, in their order; as many at a time as there are cores.

    Args:
        paths: The files.
        language: That they are declared in; where it is None, each file's name tells it.
        target_lufs: The loudness that they would be levelled to.
        progress: Told how far it is.
    """
    heard = dict.fromkeys(range(len(paths)), 0)

    def told(n: int, percent: int, _step: str, _message: str) -> None:
        heard[n] = min(WHOLE, percent * WHOLE // ENDS)
        progress(sum(heard.values()), WHOLE * len(paths))

    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        jobs = [
            workers.submit(_check_one, path, language or language_of(path), target_lufs, partial(told, n))
            for n, path in enumerate(paths)
        ]
        return [job.result() for job in jobs]


def _check_one(
    path: Path, language: str, target_lufs: float, told: Callable[[int, str, str], None]
) -> Checked:
    beside = path.with_suffix(".vtt")
    beside_it = beside if beside.is_file() and beside != path else None
    try:
        text = transcript.decoded(beside_it.read_bytes()) if beside_it is not None else None
        judged: Judged = run(
            "media.judge:judge",
            path.absolute(),
            text,
            language,
            target_lufs,
            wall_s=WALL_S,
            memory_mb=MEMORY_MB,
            on_progress=told,
        )
    except MediaError as error:
        return Checked(path, language, beside_it, refused=error)
    finally:
        told(ENDS, "", "")
    return Checked(path, language, beside_it, judged=judged)


def language_of(path: Path) -> str:
    """The language that a file's name tells, as in `en.family.opus` and `E09_fr.mp3`; else none in particular.

    >>> language_of(Path("tracks/v2/en.family.opus")), language_of(Path("E09_fr.mp3")), language_of(Path("dome.wav"))
    ('en', 'fr', 'und')
    """
    first = path.name.split(".", maxsplit=1)[0]
    for part in (first, re.split(r"[ _]", first)[-1], first.rsplit("-", maxsplit=1)[-1]):
        if _SHORTEST_NAME.match(part) and part[:2] in PLAUSIBLE:
            return part
    return UNDETERMINED
