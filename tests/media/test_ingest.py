"""One file from its receipt to its renditions, in the worker process as the service runs it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media import worker
from media.av_io import Writer
from media.errors import MediaError, TranscriptError
from media.examine import STEPS
from media.ingest import MEMORY_MB, WALL_S, Ingested, ingest
from media.transcript import parse
from media.words import retold
from tests.media.sounds import hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = np.concatenate([hum(2), hush(0.6), hum(2)])
VTT = "WEBVTT\n\n00:00.000 --> 00:02.200\nOne.\n\n00:02.600 --> 00:04.600\nTwo.\n"


def ingested(source: Path, transcript: str | None, folder: Path) -> Ingested:
    """As the service does it."""
    answer = worker.run(
        "media.ingest:ingest", source, transcript, folder, ("opus", "m4a"), wall_s=WALL_S, memory_mb=MEMORY_MB
    )
    assert isinstance(answer, Ingested)
    return answer


def test_a_sound_becomes_two_renditions_and_its_gaps(tmp_path: Path) -> None:
    """Hash of the source, what it is, where it may be faded, what was made."""
    source = write(tmp_path / "a.mp3", SENTENCES)

    took = ingested(source, VTT, tmp_path)

    assert took.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert took.probe.codec == "mp3"
    assert took.gaps_ms == (2200,)
    assert [one.format for one in took.renditions] == ["opus", "m4a"]
    assert all(one.path.stat().st_size == one.size_bytes for one in took.renditions)
    assert took.notes == ()


def test_a_transcript_that_outruns_its_sound_is_noted(tmp_path: Path) -> None:
    """It may be the transcript of another track."""
    took = ingest(write(tmp_path / "a.wav", hum(1)), VTT, tmp_path, ["opus"])

    assert took.notes == ("The transcript runs to 0:04, but the sound to 0:01.",)


def test_what_is_cut_and_levelled_is_told_in_the_times_of_the_rendition(tmp_path: Path) -> None:
    """Three seconds of silence before, four after, and a voice too soft."""
    sound = np.concatenate([hush(3), SENTENCES * np.float32(0.05), hush(4)])
    late = VTT.replace("00:00.000", "00:03.000").replace("00:02.200", "00:05.200")
    late = late.replace("00:02.600", "00:05.600").replace("00:04.600", "00:07.600")

    took = ingest(write(tmp_path / "a.wav", sound), late, tmp_path, ["opus"], "en")

    assert took.lead_ms == pytest.approx(2700, abs=40)
    assert took.tail_ms == pytest.approx(3500, abs=40)
    assert took.duration_ms == pytest.approx(11_600 - took.lead_ms - took.tail_ms, abs=20)
    assert took.gaps_ms == (5200 - took.lead_ms,)
    assert took.captions is not None
    assert [cue.start_ms for cue in parse(took.captions).cues] == [3000 - took.lead_ms, 5600 - took.lead_ms]
    assert took.source_lufs is not None
    assert took.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert took.gain_db == pytest.approx(-16 - took.source_lufs, abs=0.5)


def test_where_nothing_is_cut_the_transcript_stays_the_authors(tmp_path: Path) -> None:
    """No second text, no other times."""
    took = ingest(write(tmp_path / "a.wav", SENTENCES), VTT, tmp_path, ["opus"])

    assert (took.captions, took.lead_ms, took.tail_ms) == (None, 0, 0)


def test_the_waveform_is_of_what_is_heard(tmp_path: Path) -> None:
    """Named by its content, fifty points a second of the rendition, as loud as it is."""
    sound = np.concatenate([hush(3), hum(2, 0.01), hush(1)])

    took = ingest(write(tmp_path / "a.wav", sound), None, tmp_path, ["opus"])

    data = took.peaks_path.read_bytes()
    points = np.frombuffer(data[24:], np.int8).reshape(-1, 2)
    assert took.peaks_path.name == f"{hashlib.sha256(data).hexdigest()}.dat"
    assert took.peaks_sha256 == took.peaks_path.stem
    assert len(points) == pytest.approx(took.duration_ms / 20, abs=1)
    assert not points[:10].any()
    assert points.max() > 20


def test_speech_counts_for_the_language_that_is_declared_or_borne_out(
    audio_speech: Path, tmp_path: Path
) -> None:
    """Without a transcript unchecked; a French text under an English name is found out, with its minutes."""
    source = audio_speech / "fleurs-fr-001.ogg"
    text = (audio_speech / "fleurs-fr-001.txt").read_text(encoding="utf-8").strip()
    vtt = f"WEBVTT\n\n00:03.000 --> 00:21.000\n{text}\n"

    bare = ingest(source, None, tmp_path, ["opus"], "en")
    told = ingest(source, vtt, tmp_path, ["opus"], "en")

    assert (dict(bare.languages), bare.checked) == ({"en": bare.speech_ms}, False)
    assert bare.speech_ms == pytest.approx(17_700, rel=0.05)
    assert (dict(told.languages), told.checked) == ({"fr": told.speech_ms}, True)
    assert [(one.code, one.language, one.found) for one in told.findings] == [("other-language", "en", "fr")]


def test_a_recording_too_quiet_by_far_is_taken_with_a_note(tmp_path: Path) -> None:
    """Its noise came up with it."""
    took = ingest(write(tmp_path / "a.flac", hum(3, 0.003)), None, tmp_path, ["opus"])

    assert took.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert len(took.notes) == 1
    assert "very quiet" in took.notes[0]


def test_a_sound_too_short_for_a_loudness_is_raised_by_its_peak(tmp_path: Path) -> None:
    """Half a second, of which a tenth is a knock."""
    knock = np.concatenate([hush(0.2), hum(0.1, 0.02), hush(0.25)])

    took = ingest(write(tmp_path / "a.wav", knock), None, tmp_path)

    for made in took.renditions:
        assert made.loudness.true_peak_dbtp is not None
        assert -12 < made.loudness.true_peak_dbtp <= -1


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str, str]]:
    """What a worker tells of ten seconds."""
    folder = tmp_path_factory.mktemp("progress")
    heard: list[tuple[int, str, str]] = []
    source = write(folder / "a.mp3", np.concatenate([SENTENCES, SENTENCES]))
    worker.run(
        "media.ingest:ingest",
        source,
        VTT,
        folder,
        wall_s=WALL_S,
        memory_mb=MEMORY_MB,
        on_progress=lambda *one: heard.append(one),
    )
    return heard


class TestProgress:
    def test_it_never_goes_back(self, told: list[tuple[int, str, str]]) -> None:
        """And ends at a hundred."""
        percents = [percent for percent, _, _ in told]

        assert percents == sorted(set(percents))
        assert percents[-1] == 100
        assert len(percents) > 10

    def test_its_steps_come_in_order(self, told: list[tuple[int, str, str]]) -> None:
        """Those of a job."""
        steps = list(dict.fromkeys(step for _, step, _ in told))

        assert steps == list(STEPS[1:])

    def test_each_has_a_sentence_in_two_languages(self, told: list[tuple[int, str, str]]) -> None:
        """For the curator who waits."""
        assert all(message.endswith(".") for _, _, message in told)
        assert all(retold(message, "fr") != message for _, _, message in told)
        assert any("of speech in 0:09, at -" in message for _, _, message in told)


@pytest.mark.slow
def test_memory_stays_under_its_bound(tmp_path: Path) -> None:
    """256 MB for ten minutes of stereo MP3 with a transcript; an hour more adds some ten."""
    part = Writer(tmp_path / "part.mp3", "mp3")
    for _ in range(12):
        part.write(SENTENCES)
    part.close()
    long = tmp_path / "long.mp3"
    long.write_bytes((tmp_path / "part.mp3").read_bytes() * 10)

    spent = worker.run(
        "media.worker:cost", "media.ingest:ingest", long, VTT, tmp_path, wall_s=WALL_S, memory_mb=MEMORY_MB
    )

    assert 50 < spent.used_mb <= 256


def test_a_faulty_transcript_stops_it_before_the_sound_is_read(tmp_path: Path) -> None:
    """Its faults come back with their lines."""
    with pytest.raises(TranscriptError) as refused:
        ingested(tmp_path / "not even there.wav", "WEBVTT\n\nlost\n", tmp_path)
    assert refused.value.faults[0].line == 3


def test_a_bad_file_leaves_nothing_behind(tmp_path: Path) -> None:
    """The folder is as empty as before."""
    source = write(tmp_path / "a.wav", hush(2))
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(MediaError):
        ingested(source, None, folder)

    assert list(folder.iterdir()) == []


ANSWERS = {
    "mm_aac_adts-sf-escape.aac": "damaged",
    "mm_aiff_CWE-835-01.aiff": "damaged",
    "mm_aiff_M1F1-int8-AFsp.aif": "pcm_s8",
    "mm_aiff_Pnossnd.aif": "header-only",
    "mm_aiff_Poffset.aif": "too-short",
    "mm_aiff_Ptjunk.aif": "too-short",
    "mm_asf_CWE-835.wma": "not-audio",
    "mm_bug-utf16bom-encoding.mp3": "truncated",
    "mm_female_scrub.spx": "codec",
    "mm_flac_libFLAC.flac": "silent",
    "mm_flac_test-unknown-duration.flac": "flac",
    "mm_matroska_corrupt.mkv": "damaged",
    "mm_mp3_adts-0-frame.mp3": "truncated",
    "mm_mp3_chapters.mp3": "silent",
    "mm_mp3_layer1_fl4.mp1": "mp1",
    "mm_mp3_layer2_fl13.mp2": "mp2",
    "mm_mp3_layer3_he_mode.mp3": "mp3",
    "mm_mp4_Apple_voice_memo.m4a": "aac",
    "mm_not-an-audio-file.txt": "not-audio",
    "mm_ogg_audio.opus.ogg": "opus",
    "mm_ogg_audio.vorbis.ogg": "vorbis",
    "mm_ogg_last-page.oga": "opus",
    "mm_outofbounds.mp3": "damaged",
    "mm_rating_testcase.flac": "flac",
    "mm_rating_testcase.m4a": "aac",
    "mm_rating_testcase.opus": "opus",
    "mm_silence-2s-16000_no-tags_.CBR-128.mp3": "silent",
    "mm_wav_alaw.wav": "too-short",
    "mm_wav_dvi_adpcm.wav": "too-short",
    "mm_wav_ffmpeg-missing-chunksize.wav": "pcm_s16le",
    "mm_wav_mpeglayer3.wav": "too-short",
    "mm_wav_odd-list-type.wav": "header-only",
    "README.md": "not-audio",
    "manifest.csv": "not-audio",
}
"""What each gets: the codec it turned out to have, or the code of its refusal."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "answer"), ANSWERS.items())
def test_every_odd_file_is_taken_or_refused(audio_odd: Path, tmp_path: Path, name: str, answer: str) -> None:
    """Files that have crashed or hung other programs: never a crash, a hang or a riddle here."""
    try:
        took = ingested(audio_odd / name, None, tmp_path)
    except MediaError as error:
        found, told = error.code, str(error)
    else:
        found, told = took.probe.codec, f"{len(took.renditions)} renditions."
    assert found == answer
    assert told.endswith(".")


def test_no_odd_file_was_left_out(audio_odd: Path) -> None:
    """The table above is the folder."""
    assert {path.name for path in audio_odd.iterdir()} == set(ANSWERS)
