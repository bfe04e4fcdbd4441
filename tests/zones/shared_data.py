"""Where the recorded floors and walks lie that some tests are run on; they are no part of the repository."""

import os
from pathlib import Path
from typing import Final

import pytest

BESIDE: Final = Path(__file__).parents[3] / "shared" / "data"


def shared(folder: str) -> Path:
    """A folder of recorded data; the test is skipped where there is none.

    The environment's `COUPOLE_SHARED_DATA` names another place for them.
    """
    place = Path(os.environ.get("COUPOLE_SHARED_DATA") or BESIDE) / folder
    if not place.is_dir():
        pytest.skip(f"no recorded data: {folder} is neither in ../shared/data nor in COUPOLE_SHARED_DATA")
    return place
