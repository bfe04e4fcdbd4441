"""`renditions.toml`: what a site folder brings along, so that nobody encodes or measures it again.

Each `[[rendition]]` is an encoded file, each `[[source]]` what was measured of a track's sound.
"""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import tomli_w

from media.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

NAME = "renditions.toml"


@dataclass(frozen=True)
class Brought:
    """One rendition in a site folder, and the source that it was made from; paths are the folder's."""

    track: str
    source_sha256: str
    format: str
    recipe: str
    file: str
    sha256: str
    size_bytes: int
    duration_ms: int
    gaps_ms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What was measured of one track in a site folder, as `media.ingest.Ingested` has it; paths are the folder's.

    The figures hold for this sound with this transcript: where either hash is another, they are measured anew.
    """

    track: str
    source_sha256: str
    transcript_sha256: str | None
    recipe: str
    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    gain_db: float
    lead_ms: int
    tail_ms: int
    speech_ms: int
    languages: Mapping[str, int]
    checked: bool
    peaks: str | None = None
    peaks_sha256: str | None = None
    notes: tuple[str, ...] = ()


_OPTIONAL = ("transcript_sha256", "integrated_lufs", "loudness_range_lu", "true_peak_dbtp")
"""Left out of the file where there is none; TOML knows no null."""


def read(folder: Path) -> tuple[Brought, ...]:
    """The renditions that the folder's `renditions.toml` lists; nothing when there is none.

    Raises:
        MediaError: When the file is not TOML or an entry has a key too many or too few.
    """
    with _entries(folder, "rendition") as entries:
        return tuple(Brought(**{**entry, "gaps_ms": tuple(entry.get("gaps_ms", ()))}) for entry in entries)


def read_measured(folder: Path) -> tuple[Measured, ...]:
    """The figures that it lists.

    Raises:
        MediaError: As `read` does.
    """
    none = dict.fromkeys(_OPTIONAL)
    with _entries(folder, "source") as entries:
        return tuple(Measured(**{**none, **each, "notes": tuple(each.get("notes", ()))}) for each in entries)


@contextmanager
def _entries(folder: Path, kind: str) -> Iterator[list[dict[str, Any]]]:
    path = folder / NAME
    try:
        yield tomllib.loads(path.read_text(encoding="utf-8")).get(kind, []) if path.is_file() else []
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, ValueError) as error:
        raise MediaError("renditions", f"{NAME} cannot be read: {error}") from error


def write(folder: Path, brought: Iterable[Brought], measured: Iterable[Measured] = ()) -> None:
    """Replace the folder's lists, sorted so that equal content is an equal file."""
    renditions = [asdict(one) for one in sorted(brought, key=lambda one: (one.track, one.format))]
    sources = [_known(asdict(one)) for one in sorted(measured, key=lambda one: one.track)]
    draft = folder / f".{NAME}.new"
    text = tomli_w.dumps({"rendition": renditions} | ({"source": sources} if sources else {}))
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / NAME)


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None and value != ()}
