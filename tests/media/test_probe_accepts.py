"""Odd but sound files are taken in, and called what they truly are."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.decode import mono_blocks
from media.probe import Probe, probe
from tests.media.sounds import CODERS, RATE, hum, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("ext", "container", "codec"),
    [
        (".wav", "wav", "pcm_s16le"),
        (".mp3", "mp3", "mp3"),
        (".flac", "flac", "flac"),
        (".m4a", "mov", "aac"),
        (".opus", "ogg", "opus"),
        (".mka", "matroska", "opus"),
    ],
)
def test_what_museums_send_is_taken(tmp_path: Path, ext: str, container: str, codec: str) -> None:
    """Each kind keeps its rate, its channels and its two seconds."""
    found = probe(write(tmp_path / f"a{ext}", [hum(2), hum(2, 0.2)]))

    assert (found.container, found.codec, found.sample_rate, found.channels) == (container, codec, RATE, 2)
    assert found.duration_ms == pytest.approx(2000, abs=30)
    assert found.notes == ()


@pytest.mark.parametrize("ext", list(CODERS))
def test_a_wrong_ending_does_not_matter(tmp_path: Path, ext: str) -> None:
    """Right content under a wrong name: the true type comes back."""
    path = write(tmp_path / f"a{ext}", hum(1)).rename(tmp_path / "a.txt")

    assert probe(path).extension == ext[1:]


@pytest.mark.parametrize("ext", [".wav", ".flac", ".m4a", ".opus"])
@pytest.mark.parametrize("channels", [6, 8])
def test_surround_sound_is_taken(tmp_path: Path, ext: str, channels: int) -> None:
    """A mix for the planetarium's dome; each codec lays the channels out in memory in its own way."""
    found = probe(write(tmp_path / f"a{ext}", [hum(1, 0.1 * k) for k in range(1, channels + 1)]))

    assert found.channels == channels


@pytest.mark.parametrize("channels", range(1, 9))
def test_any_number_of_channels_without_names_is_taken(tmp_path: Path, channels: int) -> None:
    """A plain WAV header counts channels and does not say which is which."""
    head = struct.pack("<HHIIHH", 1, channels, 8_000, 8_000 * channels * 2, channels * 2, 16)
    data = (hum(1, rate=8_000) * 20_000).astype("<i2").repeat(channels).tobytes()
    riff = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(riff)) + riff)

    mixed = np.concatenate(list(mono_blocks(path)))

    assert probe(path).channels == channels
    assert np.abs(mixed).max() == pytest.approx(np.abs(hum(1, rate=8_000)).max() * 20_000 / 32_768, rel=0.02)


def test_studio_quality_is_taken(tmp_path: Path) -> None:
    """96 kHz with 24 bits."""
    found = probe(write(tmp_path / "a.wav", hum(1, rate=96_000), 96_000, ("wav", "pcm_s24le", "s32")))

    assert (found.sample_rate, found.codec, found.duration_ms) == (96_000, "pcm_s24le", 1000)


def test_telephone_quality_is_taken(tmp_path: Path) -> None:
    """8 kHz is the least."""
    assert probe(write(tmp_path / "a.wav", hum(1, rate=8_000), 8_000)).sample_rate == 8_000


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_an_open_ended_wav_is_taken_with_a_note(tmp_path: Path, size: int) -> None:
    """Streaming recorders never come back to write the size."""
    data = bytearray(write(tmp_path / "a.wav", hum(2)).read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, size)
    path = tmp_path / "b.wav"
    path.write_bytes(data)

    found = probe(path)

    assert found.duration_ms == 2000
    assert "left the length of the file open" in found.notes[0]


def test_a_huge_cover_picture_is_dropped(tmp_path: Path) -> None:
    """Five megabytes of picture in the tags of an MP3 are no video."""
    sound = write(tmp_path / "a.mp3", hum(1), options={"id3v2_version": "0", "write_id3v1": "0"}).read_bytes()
    picture = b"\x00image/png\x00\x03\x00" + b"\x89PNG\r\n\x1a\n" + np.random.default_rng(3).bytes(5_000_000)
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "b.mp3"
    path.write_bytes(b"ID3\x03\x00\x00" + size + frame + sound)

    assert probe(path) == Probe("mp3", "mp3", RATE, 1, 1000)


def test_hostile_tags_do_no_harm(tmp_path: Path) -> None:
    """Mark-up, bytes that are no text, and a title longer than the sound."""
    tags = {"title": "<script>alert(1)</script>" * 1000, "artist": "../../etc/passwd"}
    path = write(tmp_path / "a.flac", hum(1), tags=tags)
    path.write_bytes(path.read_bytes().replace(b"../../etc", b"\xff\xfe\x00\x80\xc3\x28\x00\x01\x02"))

    assert probe(path).duration_ms == 1000


def test_a_name_that_looks_like_an_address_is_only_a_name(tmp_path: Path) -> None:
    """The decoder would take `concat:a|b` for two files."""
    assert probe(write(tmp_path / "concat:a|b.wav", hum(1))).duration_ms == 1000


def test_what_follows_the_end_of_an_mp3_is_left_out(tmp_path: Path) -> None:
    """Old programs append tags of their own."""
    path = write(tmp_path / "a.mp3", hum(2))
    path.write_bytes(path.read_bytes() + b"APETAGEX" + bytes(range(1, 200)) * 3)

    assert probe(path).duration_ms == pytest.approx(2000, abs=60)


def test_an_mp3_without_a_frame_count_is_not_measured_by_its_guess(tmp_path: Path) -> None:
    """A quiet minute and a loud one differ in bytes; the length guessed from them is wrong."""
    sounds = np.concatenate([hum(5), np.zeros(20 * RATE, np.float32)])
    options = {"write_xing": "0"}
    path = write(tmp_path / "a.mp3", sounds, options=options)

    assert probe(path).duration_ms == pytest.approx(25_000, abs=100)


def test_every_spoken_recording_passes(audio_speech: Path) -> None:
    """33 recordings from -66 to -16 LUFS, in six containers, last as long as ffmpeg found them to."""
    lines = (audio_speech / "manifest.csv").read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    name, length = columns.index("file"), columns.index("duration_s_decoded") - len(columns)

    for line in lines[1:]:
        path = audio_speech / line.split(",")[name]
        assert probe(path).duration_ms / 1000 == pytest.approx(float(line.split(",")[length]), abs=0.05), (
            path.name
        )
