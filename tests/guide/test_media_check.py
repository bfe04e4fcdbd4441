"""`coupole media check`, as a person and a machine call it, on files of every kind."""

from pathlib import Path

import numpy as np
import pytest

from guide.services.media_check import check, language_of, sounds_in
from media.ingest import ingest
from tests.media.sounds import hum, hush, write
from tests.stories.service import Service

VTT = "WEBVTT\n\n00:00.000 --> 00:03.000\nThis is the great dome of concrete above us.\n"


@pytest.fixture
def coupole(tmp_path: Path) -> Service:
    """The command line on an empty data folder."""
    return Service(tmp_path / "data")


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder with a good recording, its transcript, a silent one, a text under a sound's name, and a picture."""
    folder = tmp_path / "sounds"
    (folder / "v2").mkdir(parents=True)
    write(folder / "v2" / "en.wav", hum(3, 0.05))
    (folder / "v2" / "en.vtt").write_text(VTT)
    write(folder / "E09_fr.flac", hush(2))
    (folder / "broken.mp3").write_text("no sound at all")
    (folder / "plan.svg").write_text("<svg/>")
    return folder


def test_a_person_reads_a_verdict_for_each_file(coupole: Service, sounds: Path) -> None:
    """In words, and exit code 1, as one would be refused."""
    done = coupole.run("media", "check", str(sounds), ok=False)

    told = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "taken, 18.9 dB louder" in told
    assert "refused: The sound is silent" in told
    assert "wav/pcm_s16le" in told
    assert "plan.svg" not in told
    assert "Traceback" not in done.stderr


def test_a_machine_reads_the_figures(coupole: Service, sounds: Path, tmp_path: Path) -> None:
    """Those that an upload would find; exit code 0, as it would be taken."""
    (told,) = coupole.json("media", "check", str(sounds / "v2"))["files"]
    took = ingest(sounds / "v2" / "en.wav", VTT, tmp_path, ["opus"], "en")

    assert (told["accepted"], told["code"], told["language"]) == (True, None, "en")
    assert told["transcript"] == str(sounds / "v2" / "en.vtt")
    assert (told["container"], told["codec"], told["channels"]) == ("wav", "pcm_s16le", 1)
    assert told["duration_ms"] == took.probe.duration_ms
    assert (told["integrated_lufs"], told["true_peak_dbtp"]) == (took.source_lufs, took.source_peak_dbtp)
    assert (told["gain_db"], told["speech_ms"]) == (pytest.approx(took.gain_db, abs=0.5), took.speech_ms)


def test_the_language_may_be_told(coupole: Service, sounds: Path) -> None:
    """Where names do not tell it; and another loudness."""
    (told,) = coupole.json(
        "media", "check", "--language", "nl", "--target", "-20", str(sounds / "v2" / "en.wav")
    )["files"]

    assert told["language"] == "nl"
    assert told["gain_db"] == pytest.approx(14.9, abs=0.1)


def test_a_folder_without_a_sound_is_no_mistake_of_ours(coupole: Service, tmp_path: Path) -> None:
    """It is said, with its name."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = coupole.run("media", "check", str(empty), ok=False)

    assert done.returncode == 1
    assert "no sound file in" in done.stderr


def test_every_file_gets_its_answer_in_the_order_asked(sounds: Path) -> None:
    """A bad transcript refuses its file alone; progress goes up to the end."""
    write(sounds / "b.mp3", np.concatenate([hush(2), hum(3)]))
    (sounds / "b.vtt").write_text("WEBVTT\n\nlost\n")
    seen: list[tuple[int, int]] = []

    checked = check(list(sounds_in([sounds])), None, -16.0, lambda done, total: seen.append((done, total)))

    assert [each.path.name for each in checked] == ["E09_fr.flac", "b.mp3", "broken.mp3", "en.wav"]
    assert [each.refused.code if each.refused else None for each in checked] == [
        "silent",
        "transcript",
        "not-audio",
        None,
    ]
    assert "line 3" in checked[1].verdict
    assert max(seen) == (400, 400)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en.opus", "en"),
        ("pt-BR.family.opus", "pt-BR"),
        ("E09_fr.mp3", "fr"),
        ("E09-de.mp3", "de"),
        ("dome.wav", "und"),
        ("up.wav", "und"),
        ("visite de la coupole nl.wav", "nl"),
    ],
)
def test_a_files_name_tells_its_language(name: str, language: str) -> None:
    """As the site folder names them, and as people do."""
    assert language_of(Path(name)) == language
