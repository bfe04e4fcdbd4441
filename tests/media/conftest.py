"""Where the shared recordings are, for the tests that listen to real ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COUPOLE_SHARED_DATA") or REPO.parent / "shared" / "data")


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the shared recordings are not here ({folder}); set COUPOLE_SHARED_DATA to their folder")
    return folder


@pytest.fixture
def audio_odd() -> Path:
    """Broken and unusual files that other people collected."""
    return _folder("audio_odd")


@pytest.fixture
def audio_speech() -> Path:
    """Sentences read by people, in six languages."""
    return _folder("audio_speech")


@pytest.fixture
def captions() -> Path:
    """WebVTT files, good and bad, with what a browser makes of them."""
    return _folder("captions")
