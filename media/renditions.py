"""`renditions.toml`: the encoded files that a site folder brings along, so that nobody encodes them again."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import tomli_w

from media.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def read(folder: Path) -> tuple[Brought, ...]:
    """What the folder's `renditions.toml` lists; nothing when there is none.

    Raises:
        MediaError: When the file is not TOML or an entry has a key too many or too few.
    """
    path = folder / NAME
    if not path.is_file():
        return ()
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("rendition", [])
        return tuple(Brought(**{**entry, "gaps_ms": tuple(entry.get("gaps_ms", ()))}) for entry in listed)
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, ValueError) as error:
        raise MediaError("renditions", f"{NAME} cannot be read: {error}") from error


def write(folder: Path, brought: Iterable[Brought]) -> None:
    """Replace the folder's list, sorted so that equal content is an equal file."""
    entries = [asdict(one) for one in sorted(brought, key=lambda one: (one.track, one.format))]
    draft = folder / f".{NAME}.new"
    draft.write_text(tomli_w.dumps({"rendition": entries}), encoding="utf-8")
    draft.replace(folder / NAME)
