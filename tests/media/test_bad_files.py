"""What bad files get: every row of docs/reference/media-files.md, on files made here, through the worker process.

The finer cases stand in `test_probe_refuses` and `test_probe_accepts`; here it is what somebody reads, in both
languages, and that a file that nobody wants costs neither memory nor time.
"""

from __future__ import annotations

import struct
import tarfile
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from media import worker
from media.errors import MediaError, NotAudioError, UnfitAudioError, in_words
from media.probe import Probe, probe
from tests.media.sounds import CODERS, hum, write, write_hours_of_silence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOW = 16_000
"""Hertz: five minutes of it are made and read in a moment."""
MEMORY_MB = 512
"""No file may make a worker take more."""


def answer(path: Path) -> MediaError:
    """What the worker says of a file, as the service asks it."""
    with pytest.raises(MediaError) as refused:
        worker.run("media.probe:probe", path, wall_s=60, memory_mb=MEMORY_MB)
    return refused.value


def spoilt(path: Path, data: bytes) -> Path:
    """The file with these bytes instead of its own."""
    path.write_bytes(data)
    return path


def five_minutes(folder: Path, ext: str) -> bytes:
    """A narration of five minutes, noisy enough that every second weighs the same."""
    noise = np.random.default_rng(5).standard_normal(300 * LOW).astype(np.float32)
    options = {"movflags": "+faststart"} if ext == ".m4a" else {"write_xing": "1"} if ext == ".mp3" else {}
    return write(folder / f"whole{ext}", 0.1 * noise, LOW, options=options).read_bytes()


class TestCutShort:
    @pytest.mark.parametrize("ext", [".mp3", ".wav", ".flac", ".m4a"])
    def test_an_upload_that_broke_off_says_where_and_of_how_much(self, tmp_path: Path, ext: str) -> None:
        """94 of 300 seconds arrived."""
        whole = five_minutes(tmp_path, ext)
        start = whole.index(b"mdat") if ext == ".m4a" else 0
        kept = start + (len(whole) - start) * 94 // 300

        said = answer(spoilt(tmp_path / f"a{ext}", whole[:kept]))

        assert said.code == "truncated"
        assert said.facts["at_ms"] == pytest.approx(94_000, abs=2_000)
        at = in_words(said, "en").split()[4]
        assert in_words(said, "en") == f"The file stops at {at} of 5:00; please upload it again."
        assert in_words(said, "fr") == f"Le fichier s’arrête à {at} sur 5:00 ; merci de l’envoyer à nouveau."
        assert at in {"1:32", "1:33", "1:34", "1:35"}

    def test_an_opus_says_where_it_stops(self, tmp_path: Path) -> None:
        """Ogg does not say at its start how long it is; the missing end mark gives it away."""
        whole = five_minutes(tmp_path, ".opus")

        said = answer(spoilt(tmp_path / "a.opus", whole[: len(whole) * 94 // 300]))

        assert said.code == "truncated"
        assert said.facts == {"at_ms": pytest.approx(94_000, abs=2_000)}
        assert ", avant sa fin ; merci" in in_words(said, "fr")

    @pytest.mark.parametrize("ext", [".mp3", ".opus", ".flac", ".m4a", ".mka"])
    def test_damage_in_the_middle_is_told_with_its_time(self, tmp_path: Path, ext: str) -> None:
        """Two seconds of five minutes were lost on a memory stick, at 2:30."""
        whole = bytearray(five_minutes(tmp_path, ext))
        middle, width = len(whole) // 2, len(whole) // 150
        whole[middle : middle + width] = bytes(width)

        said = answer(spoilt(tmp_path / f"a{ext}", bytes(whole)))

        assert said.code == "damaged"
        assert said.facts["at_ms"] == pytest.approx(150_000, abs=3_000)
        assert in_words(said, "fr").startswith("Le fichier est abîmé à 2:")


class TestNoSound:
    @pytest.mark.parametrize(
        ("name", "data", "code", "english", "french"),
        [
            ("a.mp3", b"Bonjour \xc3\xa0 tous, voici la piste.\n" * 9, "not-audio", "a text", "un texte"),
            ("a.wav", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not-audio", "a picture", "une image"),
            ("a.flac", b"PK\x03\x04" + bytes(range(256)) * 9, "not-audio", "an archive", "une archive"),
            ("a.m4a", b"%PDF-1.7\n" + bytes(range(256)) * 9, "not-audio", "a document", "un document"),
            ("a.ogg", b"\x7fELF" + bytes(range(256)) * 9, "not-audio", "a program", "un programme"),
            (
                "a.mp3",
                b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n",
                "playlist",
                "a playlist",
                "liste de lecture",
            ),
            (
                "a.mp3",
                b"ffconcat version 1.0\nfile '/etc/passwd'\n",
                "playlist",
                "a playlist",
                "liste de lecture",
            ),
            (
                "a.mp3",
                b"#!AMR\n\x3c\x91\x17" + bytes(200),
                "not-audio",
                "please send WAV",
                "merci d’envoyer du WAV",
            ),
            ("a.mp3", b"", "empty", "is empty", "est vide"),
        ],
        ids=["text", "picture", "zip", "document", "program", "playlist", "ffconcat", "amr", "empty"],
    )
    def test_a_stranger_is_named(
        self, tmp_path: Path, name: str, data: bytes, code: str, english: str, french: str
    ) -> None:
        """Under the name of a sound."""
        said = answer(spoilt(tmp_path / name, data))

        assert (type(said), said.code) == (NotAudioError, code)
        assert english in in_words(said, "en")
        assert french in in_words(said, "fr")

    def test_a_tar_is_an_archive(self, tmp_path: Path) -> None:
        """It has its mark 257 bytes in."""
        sound = write(tmp_path / "a.wav", hum(1))
        with tarfile.open(tmp_path / "b.mp3", "w") as archive:
            archive.add(sound, "a.wav")

        assert "an archive" in str(answer(tmp_path / "b.mp3"))

    @pytest.mark.parametrize("packet", [188, 192], ids=["broadcast", "camera"])
    def test_a_transport_stream_is_a_video(self, tmp_path: Path, packet: int) -> None:
        """What cameras and television recorders write."""
        piece = bytes(packet - 188) + b"G" + bytes(range(1, 188))

        said = answer(spoilt(tmp_path / "a.mp3", piece * 50))

        assert (type(said), said.code) == (UnfitAudioError, "video")
        assert in_words(said, "fr") == "Le fichier est une vidéo ; merci d’envoyer le son seul."

    @pytest.mark.parametrize("ext", [".wav", ".mp3", ".flac", ".m4a", ".opus"])
    def test_the_head_of_a_sound_alone_is_no_sound(self, tmp_path: Path, ext: str) -> None:
        """The first bytes of each kind: refused in words, never by accident."""
        head = write(tmp_path / f"a{ext}", hum(2)).read_bytes()[:60]

        said = answer(spoilt(tmp_path / f"b{ext}", head))

        assert said.code in {"truncated", "damaged", "header-only", "not-audio"}
        assert in_words(said, "fr") != in_words(said, "en")

    @pytest.mark.parametrize("ext", list(CODERS))
    def test_less_than_half_a_second_is_refused(self, tmp_path: Path, ext: str) -> None:
        """With its length; the decimal mark is that of the language."""
        said = answer(write(tmp_path / f"a{ext}", hum(0.4)))

        assert said.code == "too-short"
        assert "lasts 0.4" in in_words(said, "en")
        assert "dure 0,4" in in_words(said, "fr")


class TestTooMuch:
    @pytest.mark.slow
    @pytest.mark.parametrize("kind", ["flac", "mp3"])
    def test_ten_hours_of_silence_cost_neither_memory_nor_time(self, tmp_path: Path, kind: str) -> None:
        """Ten hours pack into some megabytes; the worker has half a gigabyte and a minute for it."""
        path = tmp_path / f"a.{kind}"
        make: Callable[[Path], object] = {"flac": ten_hours_of_flac, "mp3": ten_hours_of_mp3}[kind]
        make(path)
        assert path.stat().st_size < 40_000_000

        said = answer(path)

        assert said.code == "too-long"
        assert "trois heures" in in_words(said, "fr")


def ten_hours_of_flac(path: Path) -> None:
    """One stream that says how long it is."""
    write_hours_of_silence(path, 10)


def ten_hours_of_mp3(path: Path) -> None:
    """Ten minutes, sixty times over, without a word on how long it is."""
    options = {"write_xing": "0", "id3v2_version": "0"}
    coder = ("mp3", "libmp3lame", "fltp")
    piece = write(path, np.zeros(600 * 8_000, np.float32), 8_000, coder, options=options).read_bytes()
    with path.open("wb") as file:
        for _ in range(60):
            file.write(piece)


class TestTaken:
    def test_an_open_ended_wav_is_taken_with_a_note_in_both_languages(self, tmp_path: Path) -> None:
        """Streaming recorders never come back to write the size."""
        data = bytearray(write(tmp_path / "a.wav", hum(2)).read_bytes())
        struct.pack_into("<I", data, data.index(b"data") + 4, 0xFFFFFFFF)

        found = worker.run(
            "media.probe:probe", spoilt(tmp_path / "b.wav", bytes(data)), wall_s=60, memory_mb=MEMORY_MB
        )

        assert isinstance(found, Probe)
        assert found.notes == ("The recorder left the length of the file open; it was taken whole.",)

    @pytest.mark.slow
    def test_a_long_track_is_taken(self, tmp_path: Path) -> None:
        """Three hours less a second."""
        path = tmp_path / "a.flac"
        with av.open(str(path), "w", format="flac") as out:
            stream = out.add_stream("flac", 8_000, layout="mono", format="s16")
            tone = np.tile((hum(1, rate=8_000) * 20_000).astype(np.int16), 10_799)[None, :]
            frame = av.AudioFrame.from_ndarray(tone, "s16", "mono")
            frame.sample_rate = 8_000
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))

        assert probe(path).duration_ms == 10_799_000


def test_no_answer_tells_where_a_file_lies_or_what_libav_says(audio_odd: Path, tmp_path: Path) -> None:
    """Neither the server's folders nor a library's riddles are a curator's business."""
    files = [path for path in sorted(audio_odd.iterdir()) if path.suffix != ".csv"]
    gone = tmp_path / "a.wav"
    spoilt(gone, b"RIFF\x00\x00\x00\x00WAVEfmt ")
    answers = 0
    for path in [*files, gone]:
        try:
            probe(path)
        except MediaError as error:
            answers += 1
            for language in ("en", "fr"):
                said = in_words(error, language)
                assert path.parent.name not in said, said
                assert path.name not in said, said
                assert not any(riddle in said for riddle in ("Errno", "Invalid", "avcodec", "Error", "/")), (
                    said
                )
    assert answers >= 15
