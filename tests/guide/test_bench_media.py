"""The sound on which the audio pipeline's speed is measured."""

from pathlib import Path

import pytest

from guide.bench import media
from media.probe import probe


def test_the_long_sound_is_one_that_an_upload_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined from equal parts, it is one stereo MP3 without a seam that a decoder would stumble on."""
    monkeypatch.setattr(media, "PART_S", 4)
    monkeypatch.setattr(media, "PARTS", 3)

    found = probe(media.long_mp3(tmp_path / "long.mp3"))

    assert (found.codec, found.channels, found.notes) == ("mp3", 2, ())
    assert found.duration_ms == pytest.approx(12_000, abs=300)
