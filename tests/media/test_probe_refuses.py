"""What bad files get: one test per kind, each on a file made here by a real encoder and then spoilt."""

from __future__ import annotations

import re
import struct
import zipfile
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from media.errors import BrokenAudioError, MediaError, NotAudioError, UnfitAudioError
from media.probe import probe
from tests.media.sounds import CODERS, RATE, hum, hush, write, write_hours_of_silence

if TYPE_CHECKING:
    from pathlib import Path

TEN_SECONDS = hum(10) + np.float32(0.01) * np.random.default_rng(1).standard_normal(10 * RATE).astype(
    np.float32
)


def refusal(path: Path) -> MediaError:
    """The answer that the file gets."""
    with pytest.raises(MediaError) as refused:
        probe(path)
    return refused.value


def spoilt(path: Path, data: bytes) -> Path:
    """The file with these bytes instead of its own."""
    path.write_bytes(data)
    return path


class TestTruncated:
    @pytest.mark.parametrize("ext", [".mp3", ".wav", ".flac", ".mka"])
    def test_an_upload_that_broke_off_says_where_and_of_how_much(self, tmp_path: Path, ext: str) -> None:
        """Three tenths of a ten-second file: "stops at 0:02 of 0:10"."""
        whole = write(tmp_path / f"a{ext}", TEN_SECONDS).read_bytes()

        said = refusal(spoilt(tmp_path / f"b{ext}", whole[: len(whole) * 3 // 10]))

        assert (type(said), said.code) == (BrokenAudioError, "truncated")
        assert re.search(r"stops at 0:0[23] of 0:10; please upload it again", str(said))

    @pytest.mark.parametrize(
        ("name", "coder", "said"),
        [
            ("a.w64", ("w64", "pcm_s16le", "s16"), "stops at 0:02, before its end"),
            ("a.aac", ("adts", "aac", "fltp"), "stops at 0:02, before its end"),
            ("a.wav", ("wav", "adpcm_ima_wav", "s16p"), "stops at 0:03, before its end"),
            ("a.aiff", ("aiff", "pcm_s16be", "s16"), "stops at 0:03 of 0:10"),
            ("a.ogg", ("ogg", "flac", "s16"), "stops at 0:02, before its end"),
        ],
    )
    def test_rarer_kinds_that_broke_off_say_so_too(
        self, tmp_path: Path, name: str, coder: tuple[str, str, str], said: str
    ) -> None:
        """Each has a mark of its own that more was meant; whole, they are taken."""
        path = write(tmp_path / name, TEN_SECONDS, coder=coder)
        assert probe(path).duration_ms == pytest.approx(10_000, abs=50)
        whole = path.read_bytes()

        assert said in str(refusal(spoilt(path, whole[: len(whole) * 3 // 10])))

    def test_an_opus_that_broke_off_says_where(self, tmp_path: Path) -> None:
        """Ogg has no length at its start, so only the missing end mark tells."""
        whole = write(tmp_path / "a.opus", TEN_SECONDS).read_bytes()

        said = refusal(spoilt(tmp_path / "b.opus", whole[: len(whole) // 2]))

        assert said.code == "truncated"
        assert re.search(r"stops at 0:0[345], before its end; please upload it again", str(said))

    def test_an_m4a_with_its_index_first_says_where_and_of_how_much(self, tmp_path: Path) -> None:
        """What phones and streaming programs write."""
        whole = write(tmp_path / "a.m4a", TEN_SECONDS, options={"movflags": "+faststart"}).read_bytes()

        said = refusal(spoilt(tmp_path / "b.m4a", whole[: len(whole) * 3 // 10]))

        assert said.code == "truncated"
        assert "stops at 0:02 of 0:10" in str(said)

    @pytest.mark.parametrize("kept", [0.3, 0.9])
    def test_an_m4a_with_its_index_last_says_that_the_index_is_missing(
        self, tmp_path: Path, kept: float
    ) -> None:
        """Nothing of it can be decoded, but the reason is known."""
        whole = write(tmp_path / "a.m4a", TEN_SECONDS).read_bytes()

        said = refusal(spoilt(tmp_path / "b.m4a", whole[: int(len(whole) * kept)]))

        assert said.code == "truncated"
        assert "stops before its index" in str(said)


class TestDamaged:
    @pytest.mark.parametrize("ext", [".mp3", ".opus", ".flac", ".m4a", ".mka"])
    @pytest.mark.parametrize("kind", ["zeros", "noise"])
    def test_damage_in_the_middle_is_refused_with_its_time(self, tmp_path: Path, ext: str, kind: str) -> None:
        """Three per cent of the bytes in the middle of ten seconds are lost."""
        whole = write(tmp_path / f"a{ext}", TEN_SECONDS).read_bytes()
        middle, width = len(whole) // 2, len(whole) // 30
        hole = bytes(width) if kind == "zeros" else np.random.default_rng(7).bytes(width)

        said = refusal(spoilt(tmp_path / f"b{ext}", whole[:middle] + hole + whole[middle + width :]))

        assert (type(said), said.code) == (BrokenAudioError, "damaged")
        assert re.search(r"damaged at 0:0[345]; please upload it again", str(said))

    def test_bytes_missing_from_the_middle_are_damage_too(self, tmp_path: Path) -> None:
        """An Opus whose pages before and after the hole are whole."""
        whole = write(tmp_path / "a.opus", TEN_SECONDS).read_bytes()
        middle = len(whole) // 2

        said = refusal(spoilt(tmp_path / "b.opus", whole[:middle] + whole[middle + 3000 :]))

        assert said.code == "damaged"

    def test_a_sound_whose_header_is_damaged_is_not_called_a_stranger(self, tmp_path: Path) -> None:
        """It begins like FLAC, so the sender meant a sound."""
        whole = write(tmp_path / "a.flac", TEN_SECONDS).read_bytes()

        said = refusal(spoilt(tmp_path / "b.flac", whole[:4] + bytes(2000)))

        assert said.code == "damaged"


class TestNotAudio:
    def test_a_text_named_mp3_is_called_a_text(self, tmp_path: Path) -> None:
        """With accents, as curators write."""
        said = refusal(
            spoilt(tmp_path / "a.mp3", "Bonjour à tous, voilà le texte de la piste 12.\n".encode() * 50)
        )

        assert (type(said), str(said)) == (
            NotAudioError,
            "The file is a text, not a sound; please send the sound.",
        )

    def test_a_text_in_two_byte_letters_is_called_a_text(self, tmp_path: Path) -> None:
        """As some editors save on Windows."""
        assert "is a text" in str(refusal(spoilt(tmp_path / "a.wav", "Guten Tag".encode("utf-16"))))

    @pytest.mark.parametrize("magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"GIF89a"])
    def test_a_picture_named_mp3_is_called_a_picture(self, tmp_path: Path, magic: bytes) -> None:
        """The cover was dragged instead of the sound."""
        said = refusal(spoilt(tmp_path / "a.mp3", magic + bytes(range(256)) * 20))

        assert str(said) == "The file is a picture, not a sound; please send the sound."

    def test_a_zip_named_mp3_is_called_an_archive(self, tmp_path: Path) -> None:
        """Even with a true sound inside."""
        sound = write(tmp_path / "a.wav", hum(1))
        with zipfile.ZipFile(tmp_path / "a.mp3", "w") as archive:
            archive.write(sound)

        assert (
            str(refusal(tmp_path / "a.mp3")) == "The file is an archive, not a sound; please send the sound."
        )

    @pytest.mark.parametrize(
        "text",
        [
            "#EXTM3U\n#EXTINF:10,\nother.wav\n",
            "[playlist]\nFile1=other.wav\n",
            "ffconcat version 1.0\nfile 'other.wav'\n",
            "file 'other.wav'\n",
            '<?xml version="1.0"?>\n<MPD><Period><BaseURL>other.wav</BaseURL></Period></MPD>',
            "\ufeff\n  #EXTM3U\nfile:///etc/passwd\n",
        ],
    )
    def test_a_playlist_is_refused_under_a_code_of_its_own(self, tmp_path: Path, text: str) -> None:
        """It would make a player read another file; the code lets the guide log it as an attack."""
        write(tmp_path / "other.wav", hum(1))

        said = refusal(spoilt(tmp_path / "a.mp3", text.encode()))

        assert (type(said), said.code) == (NotAudioError, "playlist")

    @pytest.mark.parametrize("disguise", [b"\x00" * 8, b"ID3\x04\x00\x00\x00\x00\x00\x00"])
    def test_a_playlist_in_disguise_reads_no_other_file(self, tmp_path: Path, disguise: bytes) -> None:
        """What slips past the first look is stopped by libav's own list of containers."""
        write(tmp_path / "other.wav", hum(1))

        said = refusal(spoilt(tmp_path / "a.mp3", disguise + b"ffconcat version 1.0\nfile 'other.wav'\n"))

        assert isinstance(said, NotAudioError | BrokenAudioError)

    def test_an_empty_file_is_called_empty(self, tmp_path: Path) -> None:
        """A full disk on the sender's side."""
        assert refusal(spoilt(tmp_path / "a.mp3", b"")).code == "empty"

    def test_windows_media_is_told_what_to_send_instead(self, tmp_path: Path) -> None:
        """It is a sound, but none that we take."""
        magic = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")

        assert "please send WAV" in str(refusal(spoilt(tmp_path / "a.wma", magic + bytes(400))))


class TestUnfit:
    def test_a_file_without_any_sound_is_refused(self, tmp_path: Path) -> None:
        """A Matroska that holds subtitles only."""
        path = tmp_path / "a.mka"
        with av.open(str(path), "w", format="matroska") as out:
            stream = out.add_mux_stream("subrip")
            words = av.Packet(b"Under the dome")
            words.stream, words.time_base, words.pts, words.dts = stream, Fraction(1, 1000), 0, 0
            out.mux(words)

        assert str(refusal(path)) == "There is no sound in the file; please send another."

    def test_a_wav_of_a_header_alone_is_refused(self, tmp_path: Path) -> None:
        """The recorder was started and never stopped."""
        data = write(tmp_path / "a.wav", hum(1)).read_bytes()

        said = refusal(spoilt(tmp_path / "b.wav", data[: data.index(b"data") + 4] + bytes(4)))

        assert str(said) == "The file has a header but no sound; please record it again."

    def test_a_flac_of_a_header_alone_is_refused(self, tmp_path: Path) -> None:
        """It even says how long it would have been."""
        data = write(tmp_path / "a.flac", hum(1)).read_bytes()

        said = refusal(spoilt(tmp_path / "b.flac", data[: data.index(b"\xff\xf8")]))

        assert said.code == "header-only"

    def test_an_opus_of_headers_alone_is_refused(self, tmp_path: Path) -> None:
        """Two pages of headers, and no third."""
        data = write(tmp_path / "a.opus", hum(1)).read_bytes()
        third = data.index(b"OggS", data.index(b"OggS", 4) + 4)

        assert "nothing in it can be played" in str(refusal(spoilt(tmp_path / "b.opus", data[:third])))

    @pytest.mark.parametrize("ext", list(CODERS))
    def test_silence_is_refused(self, tmp_path: Path, ext: str) -> None:
        """The microphone was off."""
        said = refusal(write(tmp_path / f"a{ext}", hush(3)))

        assert (type(said), said.code) == (UnfitAudioError, "silent")

    def test_a_constant_offset_is_silence(self, tmp_path: Path) -> None:
        """A bad sound card writes the same value for ever; a meter of peaks is fooled, an ear is not."""
        assert refusal(write(tmp_path / "a.wav", hush(3) + np.float32(0.2))).code == "silent"

    def test_ears_that_cancel_each_other_out_are_refused(self, tmp_path: Path) -> None:
        """A balanced cable wired as stereo: in mono nothing is left."""
        said = refusal(write(tmp_path / "a.wav", [hum(2), -hum(2)]))

        assert said.code == "cancels"

    def test_under_half_a_second_is_refused(self, tmp_path: Path) -> None:
        """A click on the wrong key."""
        said = refusal(write(tmp_path / "a.wav", hum(0.4)))

        assert str(said) == "The sound lasts 0.40 s; half a second is the least."

    def test_a_video_is_asked_for_its_sound(self, tmp_path: Path) -> None:
        """A phone's film of the guide speaking."""
        path = tmp_path / "a.mp4"
        with av.open(str(path), "w", format="mp4") as out:
            film = out.add_stream("mpeg4", 25, width=64, height=64, pix_fmt="yuv420p")
            sound = out.add_stream("aac", RATE, layout="mono", format="fltp")
            for at in range(25):
                picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
                picture.pts = at
                out.mux(film.encode(picture))
            frame = av.AudioFrame.from_ndarray(hum(1)[None, :], "fltp", "mono")
            frame.sample_rate = RATE
            out.mux(sound.encode(frame))
            out.mux(film.encode(None))
            out.mux(sound.encode(None))

        said = refusal(path)

        assert (said.code, str(said)) == ("video", "The file is a video; please send the sound only.")

    def test_two_sound_tracks_in_one_file_are_refused(self, tmp_path: Path) -> None:
        """Nobody can know which language is meant."""
        path = tmp_path / "a.mka"
        with av.open(str(path), "w", format="matroska") as out:
            streams = [out.add_stream("flac", RATE, layout="mono", format="s16") for _ in "ab"]
            for stream in streams:
                frame = av.AudioFrame.from_ndarray(hum(1)[None, :], "fltp", "mono")
                frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
                out.mux(stream.encode(frame))
                out.mux(stream.encode(None))

        assert refusal(path).code == "many-streams"

    @pytest.mark.parametrize("rate", [6_000, 384_000])
    def test_rates_out_of_reach_are_refused(self, tmp_path: Path, rate: int) -> None:
        """Slower than a telephone, or faster than any recorder."""
        assert refusal(write(tmp_path / "a.wav", hum(1, rate=rate), rate)).code == "sample-rate"

    @pytest.mark.slow
    @pytest.mark.parametrize("declared", [True, False])
    def test_hours_of_silence_are_refused_within_seconds(self, tmp_path: Path, declared: bool) -> None:  # noqa: FBT001 - a case of the test
        """Four hours pack into a few megabytes; with its length in the header it is not even decoded."""
        path = tmp_path / "a.flac"
        write_hours_of_silence(path, 4)
        if not declared:
            data = bytearray(path.read_bytes())
            data[21] &= 0xF0
            data[22:26] = bytes(4)
            path.write_bytes(data)

        said = refusal(path)

        assert said.code == "too-long"
        assert ("says that it lasts 4:00:00" in str(said)) == declared


class TestLyingWave:
    def wave(self, tmp_path: Path, at: int, form: str, value: int) -> Path:
        """A two-second WAV with one field of its header replaced."""
        data = bytearray(write(tmp_path / "a.wav", hum(2), options={"fflags": "+bitexact"}).read_bytes())
        struct.pack_into(form, data, at, value)
        return spoilt(tmp_path / "b.wav", bytes(data))

    def size_at(self, tmp_path: Path) -> int:
        """Where that header keeps the size of the sound."""
        return (
            write(tmp_path / "a.wav", hum(2), options={"fflags": "+bitexact"}).read_bytes().index(b"data") + 4
        )

    def test_a_size_that_is_too_big_reads_as_cut_short(self, tmp_path: Path) -> None:
        """The header promises five seconds, two are there."""
        said = refusal(self.wave(tmp_path, self.size_at(tmp_path), "<I", 5 * RATE * 2))

        assert (said.code, "stops at 0:02 of 0:05" in str(said)) == ("truncated", True)

    def test_a_size_that_is_too_small_is_a_lie(self, tmp_path: Path) -> None:
        """Half of the sound would never be heard."""
        assert refusal(self.wave(tmp_path, self.size_at(tmp_path), "<I", RATE * 2)).code == "lying-header"

    def test_a_rate_that_does_not_fit_the_rest_is_a_lie(self, tmp_path: Path) -> None:
        """It would play twice as fast."""
        said = refusal(self.wave(tmp_path, 24, "<I", 2 * RATE))

        assert (said.code, "contradicts itself" in str(said)) == ("lying-header", True)

    def test_a_channel_count_that_does_not_fit_the_rest_is_a_lie(self, tmp_path: Path) -> None:
        """Mono samples called stereo."""
        assert refusal(self.wave(tmp_path, 22, "<H", 2)).code == "lying-header"

    def test_nine_channels_are_refused(self, tmp_path: Path) -> None:
        """Consistent, but nothing that a microphone makes."""
        head = struct.pack("<HHIIHH", 1, 9, 8_000, 8_000 * 18, 18, 16)
        data = (hum(1, rate=8_000) * 20_000).astype("<i2").repeat(9).tobytes()
        riff = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data

        said = refusal(spoilt(tmp_path / "a.wav", b"RIFF" + struct.pack("<I", len(riff)) + riff))

        assert said.code == "channels"
