"""Transcripts in and out, and every fault with its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from media.errors import Fault, TranscriptError
from media.transcript import Cue, Span, Transcript, decoded, parse, retime, write

if TYPE_CHECKING:
    from pathlib import Path

TIMES = "00:00.000 --> 00:02.000"


def one_cue(words: str, settings: str = "") -> Cue:
    """The only cue of a transcript with these words."""
    (cue,) = parse(f"WEBVTT\n\n{TIMES} {settings}\n{words}\n").cues
    return cue


def faults(text: str) -> list[tuple[int, str]]:
    """What is wrong with the text."""
    with pytest.raises(TranscriptError) as refused:
        parse(text)
    return [(fault.line, fault.message) for fault in refused.value.faults]


class TestCues:
    def test_times_and_words_come_out(self) -> None:
        """Hours may be left away; lines stay lines."""
        told = parse("WEBVTT\n\nfirst\n00:01.500 --> 01:00:04.000\nUnder\nthe dome.\n")

        assert told == Transcript((Cue(1500, 3_604_000, "Under\nthe dome."),))

    def test_marks_are_dropped_and_letters_decoded(self) -> None:
        """The device shows words, a synthesiser speaks them; neither wants mark-up."""
        cue = one_cue("<v.loud Anna><b>Fire</b> &amp; <c.red>smoke</c> &lt;1944&gt;<00:01.000>&nbsp;!</v>")

        assert cue.text == "Fire & smoke <1944>\xa0!"

    def test_the_header_may_declare_the_language(self) -> None:
        """As many programs write it."""
        assert parse(f"WEBVTT\nKind: captions\nLanguage: nl\n\n{TIMES}\nHallo\n").language == "nl"

    def test_a_byte_order_mark_and_windows_line_ends_are_fine(self) -> None:
        """An editor on Windows."""
        assert parse(f"\ufeffWEBVTT\r\n\r\n{TIMES}\r\nText\r\n").cues == (Cue(0, 2000, "Text"),)

    def test_remarks_and_styles_are_passed_over(self) -> None:
        """They belong to the author."""
        text = f"WEBVTT\n\nSTYLE\n::cue {{}}\n\nNOTE one\ntwo\n\n{TIMES}\nText\n\nNOTE end\n"

        assert parse(text).cues == (Cue(0, 2000, "Text"),)


class TestLanguages:
    def test_a_cue_wholly_in_another_language_says_so(self) -> None:
        """A tag around all of its words."""
        assert one_cue("<lang en>We choose to go to the Moon.</lang>").language == "en"

    def test_a_cue_setting_declares_it_too(self) -> None:
        """What our own desk writes."""
        assert one_cue("We go.", "lang:en-GB align:left").language == "en-GB"

    def test_a_word_in_another_language_makes_runs(self) -> None:
        """Each run in one language, spaces where they were."""
        cue = one_cue("He said <lang de>Achtung</lang>, twice.")

        assert cue == Cue(
            0,
            2000,
            "He said Achtung, twice.",
            None,
            (Span("He said "), Span("Achtung", "de"), Span(", twice.")),
        )

    def test_tags_within_tags_end_where_they_began(self) -> None:
        """English within German within the track's own."""
        cue = one_cue("a <lang de>b <lang en>c</lang> d</lang> e")

        assert [(run.text, run.language) for run in cue.runs()] == [
            ("a ", None),
            ("b ", "de"),
            ("c", "en"),
            (" d", "de"),
            (" e", None),
        ]

    def test_an_end_without_a_start_changes_nothing(self) -> None:
        """A slip of the pen."""
        assert one_cue("Text</lang> more").runs() == (Span("Text more"),)


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("", 1, 'must be "WEBVTT"'),
            ("WEBVTTX\n", 1, 'must be "WEBVTT"'),
            ("WEBVTT\n\n", 1, "no cue in it"),
            ("WEBVTT\n\n00:00.00 --> 00:02.000\nText", 3, "cannot be read"),
            ("WEBVTT\n\n00:00,000 --> 00:02,000\nText", 3, "cannot be read"),
            ("WEBVTT\n\n00:01.000 --> 00:60.000\nText", 3, "up to 59"),
            ("WEBVTT\n\n00:02.000 --> 00:02.000\nText", 3, "not after its start"),
            (f"WEBVTT\n\n{TIMES}\n", 3, "no words"),
            (f"WEBVTT\n\n{TIMES}\n<i></i>\n", 3, "no words"),
            (f"WEBVTT\n\n{TIMES}\nText\n\nlost words\n", 6, "belongs to no cue"),
            (f"WEBVTT\n\n{TIMES}\nText\n{TIMES}\nMore\n", 5, "empty line above"),
            (
                f"WEBVTT\n\n00:05.000 --> 00:06.000\nText\n\n{TIMES}\nMore\n",
                6,
                "starts before the one on line 3",
            ),
            (f"WEBVTT\n\n{TIMES}\n<lang>Text</lang>\n", 4, "names no language"),
            (f"WEBVTT\n\n{TIMES}\n<lang fr_FR>Text</lang>\n", 4, "names no language"),
            (f"WEBVTT\n\n{TIMES} lang:9\nText\n", 3, "not a language code"),
            ("WEBVTT\n" + "x" * 1_000_001, 1, "at most 1000000"),
        ],
    )
    def test_each_fault_has_its_line_and_what_to_do(self, text: str, line: int, message: str) -> None:
        """One sentence that a curator can act on."""
        ((found_line, found),) = faults(text)

        assert found_line == line
        assert message in found

    def test_all_faults_come_at_once(self) -> None:
        """Nobody likes to be told one at a time."""
        text = (
            "WEBVTT\n\nlost\n\n1 --> 2\nText\n\n00:09.000 --> 00:08.000\n\n00:01.000 --> 00:02.000\n<lang>x\n"
        )

        assert [line for line, _ in faults(text)] == [3, 5, 8, 8, 11]

    def test_the_sentence_names_every_line(self) -> None:
        """It stands in the import's report."""
        told = str(TranscriptError([Fault(3, "one"), Fault(9, "two")]))

        assert told == "The transcript cannot be used: line 3: one; line 9: two"

    def test_a_text_in_an_old_encoding_is_named_with_its_line(self) -> None:
        """Accents of 1995."""
        with pytest.raises(TranscriptError, match=r"line 4: the text is not UTF-8"):
            decoded(f"WEBVTT\n\n{TIMES}\nDôme\n".encode("latin-1"))


class TestWriting:
    def test_what_is_written_is_read_back(self) -> None:
        """Languages, odd letters, several lines, long times."""
        told = Transcript(
            (
                Cue(300, 2400, "Fire & <smoke> --> 1944"),
                Cue(2800, 3000, "Moon", "en"),
                Cue(3000, 36_000_001, "a\nb c", None, (Span("a\nb "), Span("c", "de"))),
            ),
            "fr",
        )

        assert parse(write(told)) == told

    def test_new_times_leave_everything_else_as_it_was(self) -> None:
        """The author's remarks, names, settings and mark-up."""
        lines = [
            "\ufeffWEBVTT - La Coupole",
            "",
            "NOTE own text",
            "",
            "a1",
            f"{TIMES} line:0",
            "<b>Ida</b>",
            "",
        ]
        text = "\r\n".join(lines)

        assert retime(text, [Cue(300, 4_000, "")]) == (
            "WEBVTT - La Coupole\n\nNOTE own text\n\na1\n00:00:00.300 --> 00:00:04.000 line:0\n<b>Ida</b>\n"
        )


STRICTER = {
    "cue-times__max-spots-over-sixty": "a cue of no length",
    "cue-times__min-top-digits": "minutes of three figures",
    "cue-times__minimum-spots-over-sixty": "minutes of three figures",
    "cue-times__fraction-digits": "hundredths",
    "cue-times__incorrect-delimiter": "full stops for colons",
    "cue-times__min-mid-digits": "seconds of three figures",
    "file-layout__cue-spacing": "cues without an empty line between them, which lose words in some players",
    "file-layout__no-space-cue-times-cue-settings": "settings glued to the times",
}
"""Where we refuse with a line what a browser mends or skips in silence."""


def test_we_read_what_a_browser_reads_or_say_why_not(captions: Path) -> None:
    """Thirty files with what Mozilla's parser makes of them; eight are refused, for the reasons above."""
    refused = set()
    for path in sorted(captions.glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))["cues"]
        try:
            cues = parse(decoded(path.with_suffix(".vtt").read_bytes())).cues
        except TranscriptError:
            refused.add(path.stem)
            continue
        times = [(cue.start_ms / 1000, cue.end_ms / 1000) for cue in cues]
        assert times == [(cue["startTime"], cue["endTime"]) for cue in expected], path.stem
    assert refused == set(STRICTER)


def test_every_strange_caption_file_is_read_or_refused_with_its_lines(captions: Path) -> None:
    """Fifty-two files; none is an accident."""
    for path in sorted(captions.glob("*.vtt")):
        try:
            found: tuple[object, ...] = parse(decoded(path.read_bytes())).cues
        except TranscriptError as error:
            found = error.faults
        assert found, path.stem
