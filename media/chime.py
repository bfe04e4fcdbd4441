"""The chime of an offer as it is shipped: a file for each format, named by its content.

`media.edit_chime` makes them; they lie beside this module so that no service has to load a codec for them.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "sounds"
FORMATS = ("opus", "m4a")
"""In the order in which a device should try them."""


class ChimeFile(NamedTuple):
    """One encoding of the chime: `sha256` and `format` make its name in the store."""

    format: str
    sha256: str
    path: Path


@cache
def shipped() -> tuple[ChimeFile, ...]:
    """The files that come with this package, the first to be tried first.

    >>> [one.format for one in shipped()]
    ['opus', 'm4a']
    """
    paths = [(form, FOLDER / f"chime.{form}") for form in FORMATS]
    return tuple(ChimeFile(form, hashlib.sha256(path.read_bytes()).hexdigest(), path) for form, path in paths)
