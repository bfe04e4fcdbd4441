"""One file from its receipt to its renditions, in the worker process as the service runs it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media import worker
from media.errors import MediaError, TranscriptError
from media.ingest import MEMORY_MB, WALL_S, Ingested, ingest
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
    "mm_aac_adts-sf-escape.aac": "sample-rate",
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
