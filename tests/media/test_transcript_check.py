"""A transcript held against its sound: faults at once, languages, plain text, new times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media.errors import in_words
from media.transcript import Cue, Span, Transcript, decoded, parse
from media.transcript_check import LanguageSpan, language_spans, plain_text, shift, validate

if TYPE_CHECKING:
    from pathlib import Path

    from media.errors import Fault


def vtt(*times: str, head: str = "WEBVTT") -> str:
    """A transcript of one word for each pair of times, given as `0:01.000 0:02.000`."""
    cues = [f"{start} --> {end}\nWord" for start, end in (time.split() for time in times)]
    return "\n\n".join([head, *cues]) + "\n"


def told(faults: tuple[Fault, ...]) -> list[tuple[int, str]]:
    """Lines and messages."""
    return [(fault.line, fault.message) for fault in faults]


class TestValidate:
    def test_a_sound_transcript_passes(self) -> None:
        """No notes, no faults, and its cues."""
        checked = validate(vtt("00:00.000 00:02.000", "00:02.000 00:04.000"), 4_000)

        assert checked.transcript == Transcript((Cue(0, 2_000, "Word"), Cue(2_000, 4_000, "Word")))
        assert (checked.notes, checked.faults) == ((), ())

    def test_all_faults_come_at_once_in_the_order_of_lines(self) -> None:
        """Header, order, overlap, times, a lost cue, one after the end: six mistakes, six lines."""
        text = (
            "WEBVT\n\n00:05.000 --> 00:09.000\nOne\n\n00:08.000 --> 00:10.000\nTwo\n\n"
            "00:01.000 --> 00:02.000\nThree\n\n1:2 --> 3\nFour\n\nlost words\n\n02:00.000 --> 02:01.000\nLate\n"
        )

        checked = validate(text, 60_000)

        assert checked.transcript is None
        assert told(checked.faults) == [
            (1, 'the first line must be "WEBVTT"'),
            (6, "the cue begins 1.00 s before the one on line 3 ends; one voice speaks at a time"),
            (9, "the cue starts before the one on line 6; put cues in order of time"),
            (12, 'the times "1:2 --> 3" cannot be read; write 00:01.500 --> 00:04.000'),
            (15, '"lost words" belongs to no cue; remove the empty line above it or give it times'),
            (17, "the cue runs to 2:01, but the sound ends at 1:00"),
        ]

    def test_faults_come_in_french_too(self) -> None:
        """With the same line."""
        (fault,) = validate(vtt("00:00.000 00:03.000", "00:01.500 00:04.000")).faults

        assert fault.line == 6
        assert in_words(fault, "fr") == (
            "la réplique commence 1,50 s avant la fin de celle de la ligne 3 ; une seule voix parle à la fois"
        )

    def test_a_small_overlap_is_a_note(self) -> None:
        """Captions are timed by ear."""
        checked = validate(vtt("00:00.000 00:02.150", "00:02.000 00:04.000"))

        assert checked.faults == ()
        assert told(checked.notes) == [
            (6, "the cue begins 0.15 s before the one on line 3 ends; one voice speaks at a time")
        ]

    @pytest.mark.parametrize(
        ("times", "notes", "faults"),
        [
            ("00:08.000 00:10.900", 0, 0),
            ("00:08.000 00:11.100", 1, 0),
            ("00:10.000 00:12.000", 0, 1),
            ("00:20.000 00:22.000", 0, 1),
        ],
        ids=["rounded up", "runs over", "begins at the end", "begins after it"],
    )
    def test_a_cue_outside_the_sound_is_found(self, times: str, notes: int, faults: int) -> None:
        """The sound has ten seconds."""
        checked = validate(vtt(times), 10_000)

        assert (len(checked.notes), len(checked.faults)) == (notes, faults)

    def test_a_file_of_another_kind_is_not_told_line_by_line(self) -> None:
        """Two hundred faults, and how many more; each of its lines would be one."""
        faults = validate("WEBVTT\n\n" + "lost\n\n" * 5_000).faults

        assert len(faults) == 201
        assert faults[-1].message == "4800 more faults follow"
        assert in_words(faults[-1], "fr") == "4800 autres fautes suivent"

    @pytest.mark.parametrize(
        "words",
        [
            "<lang " + " " * 50_000,
            "<lang " * 20_000,
            "<" * 100_000,
            "&lt" * 50_000,
            "<b>" * 50_000,
            "<lang fr>" * 20_000,
        ],
        ids=["blanks", "openings", "brackets", "letters", "marks", "languages"],
    )
    def test_no_text_keeps_the_service_busy(self, words: str) -> None:
        """A pattern that tries every way of sharing out blanks would take hours for the first of these."""
        checked = validate(f"WEBVTT\n\n00:00.000 --> 00:02.000\n{words}\n", 2_000)

        assert (checked.transcript is None) == bool(checked.faults)

    @pytest.mark.parametrize("end", ["\n", "\r"])
    def test_a_text_of_empty_lines_is_refused_unread(self, end: str) -> None:
        """Nobody says so much."""
        (fault,) = validate("WEBVTT" + end * 200_000).faults

        assert "200000 lines" in fault.message

    def test_without_a_sound_nothing_is_outside(self) -> None:
        """A track of text alone."""
        assert validate(vtt("02:00:00.000 02:00:01.000")).faults == ()

    @pytest.mark.parametrize("text", ["", "WEBVTT", "\ufeffWEBVTT\n\n\n"])
    def test_an_empty_transcript_is_a_fault(self, text: str) -> None:
        """Whoever wants none takes it away."""
        assert len(validate(text, 1_000).faults) == 1

    def test_every_strange_caption_file_is_judged_with_its_lines(self, captions: Path) -> None:
        """Fifty-two files: cues, or faults on lines that are there, in both languages."""
        for path in sorted(captions.glob("*.vtt")):
            text = decoded(path.read_bytes())
            checked = validate(text, 3_600_000)
            assert (checked.transcript is None) == bool(checked.faults), path.stem
            for fault in checked.faults + checked.notes:
                assert 1 <= fault.line <= len(text.splitlines()) + 1, path.stem
                assert in_words(fault, "fr") != fault.message, path.stem


class TestShift:
    def test_what_was_cut_from_the_beginning_moves_every_cue(self) -> None:
        """Author's remarks and mark-up stay."""
        text = "WEBVTT - own\n\nNOTE mine\n\n1\n00:03.000 --> 00:05.000 line:0\n<b>Ida</b>\n"

        assert shift(text, 1_200) == (
            "WEBVTT - own\n\nNOTE mine\n\n1\n00:00:01.800 --> 00:00:03.800 line:0\n<b>Ida</b>\n"
        )

    def test_cues_are_held_inside_the_sound(self) -> None:
        """One begins in what was cut, one lies wholly in it, one runs over the end."""
        text = vtt("00:00.000 00:00.500", "00:00.500 00:03.000", "00:03.000 00:09.000")

        assert [(cue.start_ms, cue.end_ms) for cue in parse(shift(text, 1_000, 7_000)).cues] == [
            (0, 1),
            (0, 2_000),
            (2_000, 7_000),
        ]


class TestLanguages:
    def test_neighbours_of_one_language_are_one_stretch(self) -> None:
        """French, two cues of English, French again; a German word within parts nothing."""
        transcript = Transcript(
            (
                Cue(0, 1_000, "Regardez"),
                Cue(1_000, 2_000, "We go", "en"),
                Cue(2_000, 3_000, "to the Moon", "en"),
                Cue(3_000, 4_000, "Il dit Achtung", None, (Span("Il dit "), Span("Acht", "de"))),
            )
        )

        assert language_spans(transcript, "fr") == (
            LanguageSpan(0, 1_000, "fr"),
            LanguageSpan(1_000, 3_000, "en"),
            LanguageSpan(3_000, 4_000, "fr"),
        )

    def test_the_header_speaks_for_cues_that_do_not(self) -> None:
        """`Language: nl`."""
        transcript = parse(vtt("00:00.000 00:01.000", head="WEBVTT\nLanguage: nl"))

        assert language_spans(transcript, "fr") == (LanguageSpan(0, 1_000, "nl"),)


def test_plain_text_is_the_words_in_paragraphs() -> None:
    """Lines are joined; a pause of two seconds begins a paragraph."""
    transcript = Transcript(
        (Cue(0, 900, "Under\nthe dome"), Cue(1_000, 2_000, "it rains."), Cue(4_000, 5_000, "Later"))
    )

    assert plain_text(transcript) == "Under the dome it rains.\n\nLater"
    assert plain_text(Transcript(())) == ""
