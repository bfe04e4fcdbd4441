"""The synthesiser: the demo's transcripts become sound, with true times."""

from __future__ import annotations

from dataclasses import replace
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from media import renditions
from media.av_io import RATE, tags_of
from media.decode import duration_ms
from media.errors import MediaError, VoiceError
from media.gaps import levels
from media.loudness import measure
from media.probe import probe
from media.render import RECIPES, hash_of
from media.renditions import Brought, Measured
from media.say import LEAD_MS, PAUSE_MS, TAIL_MS, VOICES, say, speak
from media.transcript import Cue, Span, Transcript, is_text_alone, parse
from media.voices import Told, say_folder
from tests.media.sounds import hum, write

if TYPE_CHECKING:
    from pathlib import Path

PROSE = {
    "fr": "La coupole qui vous domine mesure soixante et onze mètres de diamètre et cinq mètres d'épaisseur. "
    "Les constructeurs l'ont coulée d'abord, comme un couvercle, puis ils ont creusé les salles au-dessous, "
    "afin qu'aucune bombe ne puisse arrêter le chantier.",
    "en": "The dome above your head is seventy-one metres across and five metres thick. The builders poured it "
    "first, like a lid, and dug the halls out beneath it, so that no bomb could stop the work.",
    "nl": "De koepel boven uw hoofd is eenenzeventig meter breed en vijf meter dik. De bouwers hebben hem eerst "
    "gestort, als een deksel, en groeven daarna de zalen eronder uit, zodat geen bom het werk kon stilleggen.",
    "de": "Die Kuppel über Ihnen misst einundsiebzig Meter im Durchmesser und ist fünf Meter dick. Die Erbauer "
    "gossen sie zuerst, wie einen Deckel, und gruben danach die Hallen darunter aus, damit keine Bombe die "
    "Arbeit aufhalten konnte.",
}


def told(*words: str) -> Transcript:
    """A transcript whose times are guesses."""
    return Transcript(tuple(Cue(k, k + 1, text) for k, text in enumerate(words)))


class TestSpeaking:
    @pytest.mark.parametrize("language", list(VOICES))
    def test_each_language_is_spoken_at_a_guides_pace(self, language: str) -> None:
        """Between 140 and 170 words a minute."""
        _, timed = speak(told(PROSE[language]), language)

        minutes = (timed.cues[0].end_ms - timed.cues[0].start_ms) / 60_000
        assert 140 < len(PROSE[language].split()) / minutes < 170

    def test_cues_carry_the_times_at_which_they_are_heard(self) -> None:
        """Sound inside each cue, from its first to its last hundredth; nothing between them."""
        samples, timed = speak(told("One.", "Two and three.", "Four."), "en")

        level = levels([samples])
        for cue in timed.cues:
            inside = level[cue.start_ms // 10 + 1 : cue.end_ms // 10 - 1]
            assert inside.max() > -30
            assert level[cue.start_ms // 10 + 2] > -70
        for before, after in zip(timed.cues, timed.cues[1:], strict=False):
            assert after.start_ms - before.end_ms == pytest.approx(PAUSE_MS, abs=1)
            assert level[before.end_ms // 10 + 1 : after.start_ms // 10].max() < -100

    def test_there_is_air_before_and_after(self) -> None:
        """A device needs a moment; so do people."""
        samples, timed = speak(told("One."), "en")

        assert timed.cues[0].start_ms == LEAD_MS
        assert len(samples) * 1000 / RATE - timed.cues[0].end_ms == pytest.approx(TAIL_MS, abs=1)

    def test_a_cue_in_another_language_has_that_languages_voice(self) -> None:
        """English words read by the French voice sound, and last, otherwise."""
        words = "Through thoroughly thought-out weather"
        english = Transcript((Cue(0, 1, words, "en"),))

        as_english, _ = speak(english, "fr")
        as_french, _ = speak(told(words), "fr")
        really_english, _ = speak(told(words), "en")

        assert len(as_english) == pytest.approx(len(really_english), abs=RATE // 100)
        assert abs(len(as_french) - len(really_english)) > RATE // 100

    def test_a_word_in_another_language_does_not_break_the_cue(self) -> None:
        """It is one cue with one start and one end."""
        cue = Cue(
            0, 1, "They say Achtung here.", None, (Span("They say "), Span("Achtung", "de"), Span(" here."))
        )

        _, timed = speak(Transcript((cue,)), "en")

        assert (len(timed.cues), timed.cues[0].spans) == (1, cue.spans)

    def test_a_language_without_a_voice_is_named(self) -> None:
        """With those that have one."""
        with pytest.raises(VoiceError, match="no voice for eo; there is for fr, en, nl, de"):
            speak(told("Saluton."), "eo")

    def test_words_that_make_no_sound_are_named(self) -> None:
        """Three dots cannot be spoken."""
        with pytest.raises(VoiceError, match=r'no sound of "\.\.\."'):
            speak(told("..."), "en")

    @pytest.mark.parametrize("language", VOICES)
    def test_a_file_of_it_is_levelled(self, tmp_path: Path, language: str) -> None:
        """Whatever the voice: it is a rendition already, and nobody need encode it again."""
        say(told(PROSE[language]), language, tmp_path / "a.opus")

        measured, _ = measure(tmp_path / "a.opus")
        assert measured.integrated_lufs == pytest.approx(-16, abs=0.5)
        assert measured.true_peak_dbtp is not None
        assert measured.true_peak_dbtp <= -1

    def test_a_file_of_it_is_a_rendition_and_says_that_it_is_synthetic(self, tmp_path: Path) -> None:
        """Ogg Opus in mono, with the synthesiser as the artist."""
        timed = say(told("One.", "Two."), "en-GB", tmp_path / "en.opus")

        found = probe(tmp_path / "en.opus")
        assert (found.container, found.codec, found.channels) == ("ogg", "opus", 1)
        assert found.duration_ms == pytest.approx(timed.cues[-1].end_ms + TAIL_MS, abs=2)
        assert tags_of(tmp_path / "en.opus")["artist"].startswith("Synthetic voice (espeak-ng ")
        assert [path.name for path in tmp_path.iterdir()] == ["en.opus"]


VTT = "WEBVTT\n\nNOTE own text\n\n1\n00:00.000 --> 00:01.000\n{}\n\n2\n00:01.000 --> 00:02.000\n{}\n"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site folder with three transcripts, spoken once; copy it before changing it."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("v2/en", "v2/fr", "ida/en.family"):
        path = folder / "tracks" / f"{name}.vtt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(VTT.format("One.", f"This is {path.stem}."), encoding="utf-8")
    say_folder(folder)
    return folder


@pytest.fixture
def site(spoken: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copytree(spoken, tmp_path / "site")


def outcomes(told: tuple[Told, ...]) -> dict[str, str]:
    """What became of each track."""
    return {one.track: one.outcome for one in told}


EN, FR, FAMILY = "tracks/v2/en.opus", "tracks/v2/fr.opus", "tracks/ida/en.family.opus"
UNCHANGED = {FAMILY: "unchanged", EN: "unchanged", FR: "unchanged"}


class TestSiteFolder:
    def test_each_transcript_has_its_sound_beside_it(self, site: Path) -> None:
        """And nothing else was left lying about."""
        assert sorted(path.relative_to(site).as_posix() for path in site.rglob("*.*")) == sorted(
            [
                *(
                    name.replace(".opus", end)
                    for name in (EN, FR, FAMILY)
                    for end in (".opus", ".vtt", ".dat")
                ),
                renditions.NAME,
            ]
        )

    def test_transcripts_have_true_times_and_the_authors_remarks(self, site: Path) -> None:
        """Only the times were written."""
        text = (site / "tracks/v2/en.vtt").read_text(encoding="utf-8")

        assert "NOTE own text" in text
        assert "\n2\n" in text
        assert parse(text).cues[0].start_ms == LEAD_MS
        assert parse(text).cues[-1].end_ms == pytest.approx(duration_ms(site / EN) - TAIL_MS, abs=2)

    def test_the_list_of_renditions_matches_the_files(self, site: Path) -> None:
        """Hash, size, decoded length, gaps; each file is its own source."""
        listed = {one.file: one for one in renditions.read(site)}

        assert list(listed) == [FAMILY, EN, FR]
        for name, one in listed.items():
            sha256 = hash_of(site / name)
            assert (one.track, one.sha256, one.source_sha256) == (name, sha256, sha256)
            assert (one.format, one.recipe) == ("opus", RECIPES["opus"])
            assert one.size_bytes == (site / name).stat().st_size
            assert one.duration_ms == duration_ms(site / name)
            assert len(one.gaps_ms) == 1

    def test_the_list_of_figures_matches_the_files(self, site: Path) -> None:
        """Loudness, speech, the language as the transcript bears it out, the waveform."""
        listed = {one.track: one for one in renditions.read_measured(site)}

        assert list(listed) == [FAMILY, EN, FR]
        for name, one in listed.items():
            measured, length_ms = measure(site / name)
            assert (one.integrated_lufs, one.true_peak_dbtp) == (
                measured.integrated_lufs,
                measured.true_peak_dbtp,
            )
            assert one.source_sha256 == hash_of(site / name)
            assert one.transcript_sha256 == hash_of((site / name).with_suffix(".vtt"))
            assert one.speech_ms == sum(one.languages.values())
            assert one.speech_ms == pytest.approx(length_ms - LEAD_MS - TAIL_MS, abs=300)
            assert one.peaks is not None
            assert one.peaks_sha256 == hash_of(site / one.peaks)

    def test_a_track_without_figures_is_spoken_again(self, site: Path) -> None:
        """As in a folder that an older version made."""
        renditions.write(site, renditions.read(site))

        assert outcomes(say_folder(site, only=["ida"])) == {FAMILY: "spoken"}
        assert [one.track for one in renditions.read_measured(site)] == [FAMILY]

    def test_what_has_not_changed_is_not_spoken_again(self, site: Path) -> None:
        """A second run changes no byte, whatever a checkout did to dates and line ends."""
        before = {path: path.read_bytes() for path in site.rglob("*.*")}
        vtt = site / "tracks/v2/en.vtt"
        vtt.write_bytes(vtt.read_bytes().replace(b"\n", b"\r\n"))

        assert outcomes(say_folder(site)) == UNCHANGED
        vtt.write_bytes(before[vtt])
        assert {path: path.read_bytes() for path in site.rglob("*.*")} == before

    @pytest.mark.parametrize("change", ["words", "times"])
    def test_a_changed_transcript_is_spoken_again(self, site: Path, change: str) -> None:
        """Also when only its times were touched: they would be wrong."""
        vtt = site / "tracks/v2/en.vtt"
        text = vtt.read_text(encoding="utf-8")
        vtt.write_text(
            text.replace("One.", "Zero.") if change == "words" else text.replace("00.300", "00.100")
        )

        assert outcomes(say_folder(site)) == {**UNCHANGED, EN: "spoken"}
        assert (vtt.read_text(encoding="utf-8") == text) == (change == "times")

    def test_a_sound_that_is_gone_is_spoken_again_to_the_same_bytes(self, site: Path) -> None:
        """Whoever remakes the demo gets the demo."""
        before = (site / FR).read_bytes()
        (site / FR).unlink()

        assert outcomes(say_folder(site)) == {**UNCHANGED, FR: "spoken"}
        assert (site / FR).read_bytes() == before

    def test_only_some_exhibits_can_be_spoken(self, site: Path) -> None:
        """The others stay in the list."""
        (site / FAMILY).unlink()
        (site / EN).unlink()

        assert outcomes(say_folder(site, only=["ida"])) == {FAMILY: "spoken"}
        assert [one.file for one in renditions.read(site)] == [FAMILY, FR]

    def test_a_persons_recording_is_never_spoken_over(self, site: Path) -> None:
        """Neither one in another format nor one that is itself Opus."""
        write(site / "tracks/v2/en.wav", hum(1))
        (site / FR).unlink()
        mine = write(site / FR, hum(1)).read_bytes()

        assert outcomes(say_folder(site)) == {FAMILY: "unchanged", EN: "recorded", FR: "recorded"}
        assert (site / FR).read_bytes() == mine

    def test_a_text_that_is_to_be_read_is_not_spoken(self, site: Path) -> None:
        """Its author says so in a remark; what was spoken before they did is named, and left to them."""
        alone = VTT.replace("NOTE own text", "NOTE text alone: nobody has recorded it")
        (site / "tracks/ida/nl.vtt").write_text(alone.format("Een.", "Twee."), encoding="utf-8")
        (site / "tracks/v2/fr.vtt").write_text(alone.format("Un.", "Deux."), encoding="utf-8")

        told = {one.track: one for one in say_folder(site)}

        assert outcomes(tuple(told.values())) == {
            FAMILY: "unchanged",
            EN: "unchanged",
            "tracks/ida/nl.vtt": "text",
            "tracks/v2/fr.vtt": "text",
        }
        assert told["tracks/ida/nl.vtt"].sentence == "It says that it is text alone, and was not spoken."
        assert told["tracks/v2/fr.vtt"].sentence.endswith(
            "Remove fr.opus, which was spoken before it said so."
        )
        assert not (site / "tracks/ida/nl.opus").exists()

    @pytest.mark.parametrize(
        ("text", "alone"),
        [
            ("WEBVTT\n\nNOTE text alone\n\n00:00.000 --> 00:01.000\nEen.\n", True),
            ("WEBVTT\r\n\r\nNOTE\r\nText alone, own text\r\n\r\n00:00.000 --> 00:01.000\r\nEen.\r\n", True),
            ("WEBVTT\n\n00:00.000 --> 00:01.000\nNOTE text alone\n", False),
            ("WEBVTT\n\nNOTE text alongside the film\n\n00:00.000 --> 00:01.000\nEen.\n", False),
            ("WEBVTT\n\nNOTE synthetic voice, not text alone\n\n00:00.000 --> 00:01.000\nEen.\n", False),
        ],
        ids=["a remark", "another editor's", "a cue", "another word", "another remark"],
    )
    def test_only_a_remark_says_so(self, text: str, alone: bool) -> None:  # noqa: FBT001 - a table
        """Words of a cue, and remarks on something else, leave a text to be spoken."""
        assert is_text_alone(text) == alone

    def test_a_bad_transcript_does_not_stop_the_others(self, site: Path) -> None:
        """It is named with its faults; its sound stays as it was."""
        (site / "tracks/ida/en.family.vtt").write_text("WEBVTT\n\nlost\n")
        (site / "tracks/v2/eo.vtt").write_text(VTT.format("Unu.", "Du."))
        (site / "tracks/v2/fr.vtt").write_bytes(VTT.format("Dôme.", "Là.").encode("latin-1"))

        told = {one.track: one for one in say_folder(site)}

        assert "tracks/ida/en.family.vtt: " in told[FAMILY].sentence
        assert "line 3" in told[FAMILY].sentence
        assert "no voice for eo" in told["tracks/v2/eo.opus"].sentence
        assert "line 7: the text is not UTF-8" in told[FR].sentence
        assert told[EN].outcome == "unchanged"

    def test_progress_is_told_after_each_track(self, site: Path) -> None:
        """For the bar on the command line."""
        seen: list[tuple[str, int, int]] = []

        say_folder(site, progress=lambda told, done, of: seen.append((told.track, done, of)), processes=1)

        assert seen == [(FAMILY, 1, 3), (EN, 2, 3), (FR, 3, 3)]


class TestList:
    def test_it_is_read_back_as_written(self, tmp_path: Path) -> None:
        """Sorted, so that equal content is an equal file."""
        two = [
            Brought(f"tracks/{k}/en.opus", "a", "opus", "r", f"tracks/{k}/en.opus", "a", 1, 2, (3, 4))
            for k in "ba"
        ]

        whole = Measured(
            track="tracks/b/en.opus",
            source_sha256="a",
            transcript_sha256="t",
            recipe="r",
            integrated_lufs=-16.1,
            loudness_range_lu=2.0,
            true_peak_dbtp=-1.5,
            gain_db=1.5,
            lead_ms=10,
            tail_ms=0,
            speech_ms=900,
            languages={"en": 900},
            checked=True,
            peaks="p",
            peaks_sha256="s",
            notes=("n",),
        )
        faint = replace(
            whole,
            track="tracks/c/en.opus",
            integrated_lufs=None,
            transcript_sha256=None,
            peaks=None,
            notes=(),
        )
        figures = (whole, faint)

        renditions.write(tmp_path, two, reversed(figures))

        assert renditions.read(tmp_path) == (two[1], two[0])
        assert renditions.read_measured(tmp_path) == figures

    def test_a_folder_without_one_brings_nothing(self, tmp_path: Path) -> None:
        """It is optional."""
        assert renditions.read(tmp_path) == ()

    @pytest.mark.parametrize(
        "text", ["[[rendition]", '[[rendition]]\ntrack = "a"', "rendition = 3", "[[rendition]]\nx = 1"]
    )
    def test_a_broken_one_is_named(self, tmp_path: Path, text: str) -> None:
        """Not TOML, or not the keys that it should have."""
        (tmp_path / renditions.NAME).write_text(text)

        with pytest.raises(MediaError, match=r"renditions\.toml cannot be read"):
            renditions.read(tmp_path)
