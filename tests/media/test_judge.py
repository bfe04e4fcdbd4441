"""What a check says is what an upload does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.errors import MediaError, TranscriptError
from media.ingest import ingest
from media.judge import judge
from tests.media.sounds import hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

VTT = "WEBVTT\n\n00:00.000 --> 00:09.000\nOne.\n"


def test_a_check_finds_what_an_upload_finds(tmp_path: Path) -> None:
    """The same figures, the same notes, and nothing is written."""
    source = write(tmp_path / "a.mp3", np.concatenate([hush(2), hum(3, 0.004), hush(2)]))
    out = tmp_path / "out"
    out.mkdir()

    told = judge(source, VTT, "en")
    assert sorted(tmp_path.iterdir()) == sorted([source, out])
    took = ingest(source, VTT, out, ["opus"], "en")

    assert (told.integrated_lufs, told.true_peak_dbtp) == (took.source_lufs, took.source_peak_dbtp)
    assert (told.speech_ms, told.languages, told.checked) == (took.speech_ms, took.languages, took.checked)
    assert (told.do.lead_ms, told.do.tail_ms) == (took.lead_ms, took.tail_ms)
    assert told.do.gain_db == pytest.approx(took.gain_db, abs=0.5)
    assert told.notes == took.notes


@pytest.mark.parametrize(
    ("sound", "verdict", "in_french"),
    [
        (hum(3, 0.05), "taken, 18.9 dB louder", "accepté, 18,9 dB plus fort"),
        (hum(3, 0.9), "taken, 6.2 dB softer", "accepté, 6,2 dB moins fort"),
    ],
)
def test_the_verdict_is_in_words(tmp_path: Path, sound: np.ndarray, verdict: str, in_french: str) -> None:
    """In English and French."""
    told = judge(write(tmp_path / "a.wav", sound))

    assert (told.verdict(), told.verdict("fr")) == (verdict, in_french)


def test_what_is_cut_is_in_the_verdict(tmp_path: Path) -> None:
    """With seconds."""
    told = judge(write(tmp_path / "a.wav", np.concatenate([hush(3.3), hum(3), hush(2.5)])))

    assert told.verdict().endswith("s cut from its beginning and 2.0 s from its end")


def test_what_an_upload_refuses_a_check_refuses(tmp_path: Path) -> None:
    """The sound, and the transcript beside it."""
    silent = write(tmp_path / "a.wav", hush(2))

    with pytest.raises(MediaError, match="silent from start to end"):
        judge(silent)
    with pytest.raises(TranscriptError):
        judge(write(tmp_path / "b.wav", hum(2)), "WEBVTT\n\nlost\n")
