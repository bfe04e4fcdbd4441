"""An ambience under a narration: how loud it is where, measured in what comes out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media import worker
from media.decode import mono_blocks
from media.edit_bed import Ducking, bed, envelope, with_bed
from media.errors import NotAudioError, UnfitAudioError
from media.gaps import gaps_in, levels
from media.ingest import MEMORY_MB, ingest, memory_mb, remake
from media.level import Plan
from media.loudness import Meter
from media.render import render
from tests.media.sounds import RATE, hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.media.sounds import Samples

SPEECH = ((1_000, 7_000), (12_000, 18_000))
SPAN = (0, 20_000)
VOICE = np.concatenate([hush(1), hum(6), hush(5), hum(6), hush(2)])
WIND = 0.05 * np.random.default_rng(2).standard_normal(6 * RATE).astype(np.float32)


def loudness(samples: Samples) -> float:
    """In LUFS on both ears."""
    meter = Meter()
    meter.feed(samples)
    return meter.end().integrated_lufs or -120.0


def second(samples: Samples, start: float, end: float) -> Samples:
    """From one second to another."""
    return samples[round(start * RATE) : round(end * RATE)]


@pytest.fixture(scope="module")
def alone() -> Samples:
    """The ambience as it lies under the voice, without the voice."""
    whole = np.concatenate(list(bed([VOICE[:70_001], VOICE[70_001:]], WIND, SPEECH, SPAN, loudness(VOICE))))
    return np.asarray(whole - VOICE, np.float32)


class TestDucking:
    def test_it_is_as_long_as_the_narration(self, alone: Samples) -> None:
        """To the sample; nothing moves, so gaps and captions stay true."""
        assert len(alone) == len(VOICE)

    def test_under_speech_it_lies_24_below_the_voice(self, alone: Samples) -> None:
        """WCAG asks for 20."""
        assert loudness(VOICE) - loudness(second(alone, 1, 7)) == pytest.approx(24, abs=1)
        assert loudness(VOICE) - loudness(second(alone, 12, 18)) == pytest.approx(24, abs=1)

    def test_in_a_long_pause_it_comes_up(self, alone: Samples) -> None:
        """To 12 below the voice."""
        assert loudness(VOICE) - loudness(second(alone, 8, 11.7)) == pytest.approx(12, abs=1)

    def test_it_is_down_when_the_first_word_comes(self, alone: Samples) -> None:
        """A tenth of a second before, it still goes down."""
        down = loudness(second(alone, 12, 18))

        assert loudness(second(alone, 12.0, 12.5)) == pytest.approx(down, abs=1)
        assert loudness(second(alone, 11.1, 11.6)) > down + 9

    def test_it_begins_and_ends_in_silence(self, alone: Samples) -> None:
        """No narration begins with a burst of wind."""
        assert np.abs(alone[:48]).max() < 1e-3
        assert np.abs(alone[-48:]).max() < 1e-3

    def test_it_is_looped_without_a_hole(self, alone: Samples) -> None:
        """Six seconds of wind last for twenty: every tenth of a second sounds."""
        tenths = alone[RATE // 2 : -RATE // 2].reshape(-1, RATE // 10)

        assert np.square(tenths).mean(axis=1).min() > 1e-9


class TestEnvelope:
    def test_breaths_do_not_make_it_pump(self) -> None:
        """Two seconds between sentences: it stays down."""
        turns = envelope([(1_000, 4_000), (6_000, 9_000)], (0, 12_000))

        assert all(turn.to_db == -12 for turn in turns if 1_000 < turn.end_ms <= 9_000)

    def test_without_speech_it_only_comes_and_goes(self) -> None:
        """An exhibit of sounds."""
        assert [tuple(turn) for turn in envelope([], (500, 4_000))] == [
            (500, 800, -120, 0),
            (800, 3_700, 0, 0),
            (3_700, 4_000, 0, -120),
        ]

    def test_speech_from_end_to_end_keeps_it_down(self) -> None:
        """It comes in ducked already."""
        assert {turn.to_db for turn in envelope([(0, 5_000)], (0, 5_000))} == {-12, -120}

    @pytest.mark.parametrize("length", [1, 100, 601])
    def test_the_shortest_narration_has_an_envelope(self, length: int) -> None:
        """Shorter than the edges together."""
        turns = envelope([(0, length)], (0, length))

        assert (turns[0].start_ms, turns[-1].end_ms) == (0, length)
        assert all(one.end_ms == other.start_ms for one, other in pairwise(turns))

    def test_other_manners_can_be_asked_for(self) -> None:
        """A louder forest."""
        turns = envelope([(5_000, 6_000)], (0, 10_000), Ducking(duck_db=6, attack_ms=1_000, release_ms=2_000))

        assert (4_000, 5_000, 0, -6) in turns
        assert (6_000, 8_000, -6, 0) in turns


class TestRendering:
    def test_a_narration_over_its_ambience_is_rendered_at_the_target(self, tmp_path: Path) -> None:
        """Measured again after encoding: -16 LUFS, no peak over -1 dBTP, as long as the narration."""
        voice, wind = write(tmp_path / "voice.wav", VOICE), write(tmp_path / "wind.mp3", WIND)
        read = with_bed(wind, SPEECH, SPAN, loudness(VOICE))

        made = render(voice, tmp_path, ("opus", "m4a"), do=Plan(gain_db=-16 - loudness(VOICE)), opened=read)

        for one in made:
            assert one.loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
            assert one.loudness.true_peak_dbtp is not None
            assert one.loudness.true_peak_dbtp <= -1
            assert one.duration_ms == pytest.approx(20_000, abs=60)

    def test_an_ambience_of_more_than_ten_minutes_is_refused(self, tmp_path: Path) -> None:
        """It is held in memory."""
        wind = write(tmp_path / "wind.flac", np.tile(hum(1, rate=8_000), 601), 8_000)

        with pytest.raises(UnfitAudioError, match="ten minutes"):
            with_bed(wind, SPEECH, SPAN, None)

    def test_an_upload_with_an_ambience_keeps_the_narrations_own_gaps(
        self, audio_speech: Path, tmp_path: Path
    ) -> None:
        """Through the worker, as the service does it: speech, gaps and length are those of the voice alone."""
        spoken = [np.concatenate(list(mono_blocks(audio_speech / f"fleurs-fr-00{n}.ogg"))) for n in (0, 3)]
        voice = write(tmp_path / "voice.wav", np.concatenate([spoken[0], hush(4), spoken[1]]))
        wind = write(tmp_path / "wind.mp3", WIND)

        alone, over = (
            worker.run(
                "media.ingest:ingest",
                voice,
                None,
                tmp_path,
                ("opus",),
                "fr",
                -16.0,
                ambience,
                wall_s=120,
                memory_mb=MEMORY_MB,
            )
            for ambience in (None, wind)
        )

        assert (over.gaps_ms, over.speech_ms, over.lead_ms) == (alone.gaps_ms, alone.speech_ms, alone.lead_ms)
        assert over.duration_ms == alone.duration_ms
        assert over.integrated_lufs == pytest.approx(-16, abs=0.5)
        assert over.renditions[0].sha256 != alone.renditions[0].sha256
        quiet = [one for one in levels(mono_blocks(alone.renditions[0].path)) if one < -60]
        windy = [one for one in levels(mono_blocks(over.renditions[0].path)) if one < -60]
        assert len(windy) < len(quiet) / 4

    def test_an_ambience_that_is_no_sound_is_refused(self, tmp_path: Path) -> None:
        """It is a stranger's file as well."""
        (tmp_path / "wind.mp3").write_text("#EXTM3U\n")

        with pytest.raises(NotAudioError, match="playlist"):
            ingest(write(tmp_path / "a.wav", VOICE), None, tmp_path, ambience=tmp_path / "wind.mp3")

    def test_a_mix_that_is_sent_in_again_still_has_its_gaps(self, audio_speech: Path, tmp_path: Path) -> None:
        """Between sentences the ambience stays down, 24 below the voice, and that is quiet enough."""
        spoken = [np.concatenate(list(mono_blocks(audio_speech / f"fleurs-fr-00{n}.ogg"))) for n in (0, 3)]
        voice = np.concatenate([spoken[0], hush(0.7), spoken[1]])
        speech = [(0, len(voice) * 1000 // RATE)]
        mix = write(
            tmp_path / "mix.wav", np.concatenate(list(bed([voice], WIND, speech, speech[0], loudness(voice))))
        )

        assert gaps_in(levels(mono_blocks(mix))) == pytest.approx(gaps_in(levels([voice])), abs=100)

    def test_what_was_taken_in_is_made_again_to_the_same_bytes(self, tmp_path: Path) -> None:
        """In whatever order a device's formats are asked for: the name of a file says what is in it."""
        voice, wind = write(tmp_path / "voice.wav", VOICE), write(tmp_path / "wind.mp3", WIND)
        made = ingest(voice, None, tmp_path, ("opus", "m4a"), ambience=wind)

        again = remake(voice, tmp_path, ("m4a", "opus"), ambience=wind)

        assert [one.sha256 for one in again] == [one.sha256 for one in reversed(made.renditions)]

    @pytest.mark.slow
    def test_ten_minutes_of_ambience_fit_into_a_worker(self, tmp_path: Path) -> None:
        """It is held whole; what a worker may use is enough for it, whatever lies over it."""
        noise = np.random.default_rng(4).standard_normal(599 * RATE).astype(np.float32)
        wind = write(tmp_path / "wind.flac", 0.05 * noise)
        voice = write(tmp_path / "voice.wav", VOICE)

        made = worker.run(
            "media.ingest:remake",
            voice,
            tmp_path,
            ("opus",),
            -16.0,
            wind,
            wall_s=120,
            memory_mb=memory_mb(wind),
        )

        assert made[0].loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
