"""`coupole media bed`: an ambience under a narration, from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from guide.cli import main
from media.decode import mono_blocks
from media.gaps import levels
from media.transcript import parse
from tests.media.sounds import RATE, hum, hush, write

VOICE = np.concatenate([hush(2), hum(4), hush(5), hum(3), hush(1)])
WIND = 0.05 * np.random.default_rng(2).standard_normal(4 * RATE).astype(np.float32)
TEXT = "WEBVTT\n\n00:02.000 --> 00:06.000\nUnder the dome.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A narration with its transcript, and wind."""
    write(tmp_path / "voice.wav", VOICE)
    write(tmp_path / "wind.flac", WIND)
    (tmp_path / "voice.vtt").write_text(TEXT, encoding="utf-8")
    return tmp_path


Bed = Callable[..., int | str | None]


@pytest.fixture
def bed(monkeypatch: pytest.MonkeyPatch) -> Bed:
    """Runs the command; gives its exit code."""

    def run(*arguments: object) -> int | str | None:
        monkeypatch.setattr("sys.argv", ["coupole", "media", "bed", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code

    return run


class TestBed:
    def test_it_writes_a_levelled_file_and_its_transcript(
        self, folder: Path, bed: Bed, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Silence at the beginning is cut, the transcript moves along, and no pause is silent any more."""
        assert bed(folder / "voice.wav", folder / "wind.flac", folder / "en.opus", "--json") == 0

        told = json.loads(capsys.readouterr().out)
        assert told["integrated_lufs"] == pytest.approx(-16, abs=0.5)
        assert told["true_peak_dbtp"] <= -1
        (cue,) = parse((folder / "en.vtt").read_text(encoding="utf-8")).cues
        assert cue.start_ms == pytest.approx(300, abs=100)
        assert cue.end_ms - cue.start_ms == 4_000
        sounding = levels(mono_blocks(folder / "en.opus"))
        assert np.mean(sounding < -70) < 0.05
        assert sorted(path.name for path in folder.iterdir()) == [
            "en.opus",
            "en.vtt",
            "voice.vtt",
            "voice.wav",
            "wind.flac",
        ]

    @pytest.mark.parametrize(
        ("into", "said"), [("en.wav", "should end in .opus or .m4a"), ("wind.flac", "should end in")]
    )
    def test_another_ending_is_refused(
        self, folder: Path, bed: Bed, capsys: pytest.CaptureFixture[str], into: str, said: str
    ) -> None:
        """What a device plays, and nothing else."""
        assert bed(folder / "voice.wav", folder / "wind.flac", folder / into) != 0
        assert said in capsys.readouterr().err

    def test_a_file_is_not_written_over_what_it_is_made_of(
        self, folder: Path, bed: Bed, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The recording would be lost."""
        voice = write(folder / "voice.opus", VOICE)

        assert bed(voice, folder / "wind.flac", voice) != 0
        assert "choose another name" in capsys.readouterr().err

    def test_a_bad_ambience_is_refused_in_words(
        self, folder: Path, bed: Bed, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """And nothing is left behind."""
        (folder / "wind.flac").write_text("#EXTM3U\n", encoding="utf-8")

        assert bed(folder / "voice.wav", folder / "wind.flac", folder / "en.opus") != 0
        assert "playlist" in capsys.readouterr().err
        assert not (folder / "en.opus").exists()

    def test_a_transcript_in_an_old_encoding_is_told_with_its_line(
        self, folder: Path, bed: Bed, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As everywhere."""
        (folder / "voice.vtt").write_bytes(TEXT.replace("dome", "dôme").encode("latin-1"))

        assert bed(folder / "voice.wav", folder / "wind.flac", folder / "en.opus") != 0
        assert "line 4: the text is not UTF-8" in capsys.readouterr().err
        assert not (folder / "en.opus").exists()
