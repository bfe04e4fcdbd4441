"""Language minutes: the speech of a track, shared out by what its transcript really says."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.language import Finding, Heard, heard, words_in
from media.transcript import Cue, Span, Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MINUTE = 60_000
LANGUAGES = ("de", "en", "es", "fr", "nl", "pt")
ENGLISH = "All nouns alongside the word always begin with a capital letter."
FRENCH = "Le rugissement du tigre ressemble plutôt à une phrase dont les mots seraient des cris."
GERMAN = "Die Höhle befindet sich auf der Spitze eines der Berge nördlich von Mekka."


def cues(texts: Sequence[str], each_ms: int = 5_000, start_ms: int = 0) -> tuple[Cue, ...]:
    """One cue for each text, with 300 ms of silence between them."""
    return tuple(
        Cue(start_ms + at * each_ms, start_ms + (at + 1) * each_ms - 300, text)
        for at, text in enumerate(texts)
    )


def spoken(told: Sequence[Cue]) -> list[tuple[int, int]]:
    """Speech wherever there is a cue."""
    return [(cue.start_ms, cue.end_ms) for cue in told]


@pytest.fixture
def sentences(audio_speech: Path) -> dict[str, list[str]]:
    """What people read out in the recordings, by language."""
    return {
        language: [
            " ".join(path.read_text(encoding="utf-8").split())
            for path in sorted(audio_speech.glob(f"*-{language}-*.txt"))
        ]
        for language in LANGUAGES
    }


class TestWithoutText:
    def test_the_declared_language_counts_unchecked(self) -> None:
        """Nobody can check what nobody wrote down."""
        assert heard([(0, 1000), (5000, 6500)], None, "fr") == Heard({"fr": 2500}, checked=False)

    def test_no_speech_is_no_language(self) -> None:
        """Music alone."""
        assert heard([], None, "fr") == Heard({}, checked=False)

    @pytest.mark.parametrize("told", [Transcript(()), Transcript((Cue(0, 900, " \n"),))])
    def test_a_transcript_without_words_is_none(self, told: Transcript) -> None:
        """A program wrote its frame and nothing into it."""
        assert heard([(0, 1000)], told, "fr") == Heard({"fr": 1000}, checked=False)


class TestForty5Minutes:
    """The sitting that started it: 45 minutes sold as English, of which 15 are."""

    @pytest.fixture
    def told(self, sentences: dict[str, list[str]]) -> tuple[Cue, ...]:
        """Blocks of five minutes: English, French, French, and so on."""
        texts = [
            sentence
            for part in ("en", "fr", "fr") * 3
            for sentence in islice(cycle(sentences[part]), 5 * MINUTE // 10_000)
        ]
        return cues(texts, 10_000)

    def test_undeclared_french_is_found_with_its_minutes(self, told: tuple[Cue, ...]) -> None:
        """15 of 45 min, and the finding says 30."""
        speech = [(cue.start_ms, cue.start_ms + 10_000) for cue in told]

        found = heard(speech, Transcript(told), "en")

        assert found.languages == pytest.approx({"en": 15 * MINUTE, "fr": 30 * MINUTE}, abs=5_000)
        assert sum(found.languages.values()) == 45 * MINUTE
        assert found.checked
        (finding,) = found.findings
        assert (finding.code, finding.language, finding.found) == ("other-language", "en", "fr")
        assert finding.ms == found.languages["fr"]
        assert (finding.start_ms, finding.end_ms) == pytest.approx((5 * MINUTE, 45 * MINUTE), abs=500)

    def test_declared_french_is_counted_and_no_finding(self, told: tuple[Cue, ...]) -> None:
        """Whoever marks the French cues hides nothing."""
        marked = tuple(
            Cue(cue.start_ms, cue.end_ms, cue.text, "fr" if cue.start_ms // (5 * MINUTE) % 3 else None)
            for cue in told
        )

        found = heard(spoken(told), Transcript(marked), "en")

        assert found.languages["fr"] == 2 * found.languages["en"]
        assert (found.checked, found.findings) == (True, ())

    def test_music_between_the_words_counts_for_nobody(self, told: tuple[Cue, ...]) -> None:
        """Half of each cue's time is music: speech detection halves the minutes, not the shares."""
        speech = [(cue.start_ms, cue.start_ms + 5_000) for cue in told]

        found = heard(speech, Transcript(told), "en")

        assert found.languages == pytest.approx({"en": 7.5 * MINUTE, "fr": 15 * MINUTE}, abs=5_000)


class TestReading:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_language_is_known_by_its_text(self, sentences: dict[str, list[str]], language: str) -> None:
        """Declared rightly, there is nothing to find."""
        told = cues(sentences[language])

        assert heard(spoken(told), Transcript(told), language) == Heard(
            {language: 4_700 * len(told)}, checked=True
        )

    @pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
    def test_each_language_is_found_in_a_track_of_another(
        self, sentences: dict[str, list[str]], language: str
    ) -> None:
        """All of it was uploaded under English by mistake."""
        told = cues(sentences[language])

        found = heard(spoken(told), Transcript(told), "en")

        total = 4_700 * len(told)
        assert found.languages == {language: total}
        assert found.findings == (Finding("other-language", "en", language, total, 0, told[-1].end_ms),)

    def test_short_words_keep_their_declaration(self) -> None:
        """Five words and figures are anybody's guess."""
        told = cues(["Von Braun, 1944: Achtung, Achtung, Minen!"])

        assert heard(spoken(told), Transcript(told), "en") == Heard({"en": 4_700}, checked=False)

    def test_short_lines_are_read_together(self) -> None:
        """Captions of three words each are still French."""
        told = cues(
            [
                "Le rugissement du",
                "tigre ressemble plutôt",
                "à une phrase",
                "dont les mots",
                "seraient des cris",
            ]
        )

        assert heard(spoken(told), Transcript(told), "en").languages == {"fr": 5 * 4_700}

    def test_a_short_last_line_belongs_to_the_text_before_it(self) -> None:
        """And takes nothing of it away: three lines and two words are all French."""
        told = cues([FRENCH, FRENCH, FRENCH, "Au revoir"])

        assert heard(spoken(told), Transcript(told), "en").languages == {"fr": 4 * 4_700}

    def test_a_list_of_names_goes_with_the_text_around_it(self) -> None:
        """Undecided between two French blocks is French; one between French and English stays as declared."""
        names = "Göttingen Peenemünde Wizernes Helfaut Watten Mimoyecques"
        told = cues([FRENCH, names, FRENCH])

        assert heard(spoken(told), Transcript(told), "en").languages == {"fr": 3 * 4_700}

    def test_a_language_that_the_model_does_not_know_keeps_its_declaration(self) -> None:
        """Picard, spoken around the museum; nobody can check it."""
        told = cues(["Min tiot quinquin, min pouchin, min gros rojin, te m'feras du chagrin."])

        assert heard(spoken(told), Transcript(told), "pcd") == Heard({"pcd": 4_700}, checked=False)

    def test_norwegian_goes_by_its_own_tag(self) -> None:
        """The model calls `nb` by another name."""
        told = cues(["Hulen ligger på toppen av et av fjellene nord for byen, og den er helt isolert."])

        assert heard(spoken(told), Transcript(told), "nb") == Heard({"nb": 4_700}, checked=True)


class TestDeclarations:
    def test_the_header_speaks_for_cues_that_do_not(self) -> None:
        """French by its header in a track of English: counted, and nothing hidden."""
        told = cues([FRENCH, FRENCH])

        assert heard(spoken(told), Transcript(told, "fr"), "en") == Heard({"fr": 9_400}, checked=True)

    def test_a_regional_tag_is_the_same_language(self) -> None:
        """`en` in the text of a track of `en-GB` counts as the track's own."""
        told = (Cue(0, 4_700, ENGLISH, "en"), Cue(5_000, 9_700, ENGLISH))

        assert heard(spoken(told), Transcript(told), "en-GB") == Heard({"en-GB": 9_400}, checked=True)

    def test_a_language_that_is_found_takes_the_name_that_others_gave_it(self) -> None:
        """Once declared `fr-CA`, French is `fr-CA` in the whole track."""
        told = (Cue(0, 4_700, ENGLISH), Cue(5_000, 9_700, FRENCH, "fr-CA"), Cue(10_000, 14_700, FRENCH))

        assert heard(spoken(told), Transcript(told), "en").languages == {"en": 4_700, "fr-CA": 9_400}

    def test_two_regions_stay_two(self) -> None:
        """Where a cue says which, it is believed in that."""
        told = (Cue(0, 4_700, ENGLISH, "en-US"), Cue(5_000, 9_700, ENGLISH, "en-GB"))

        assert heard(spoken(told), Transcript(told), "fr").languages == {"en-GB": 4_700, "en-US": 4_700}

    def test_a_false_declaration_of_a_cue_is_found(self) -> None:
        """Marked English, but German."""
        told = (Cue(0, 4_700, FRENCH), Cue(5_000, 9_700, GERMAN, "en"))

        found = heard(spoken(told), Transcript(told), "fr")

        assert found.languages == {"fr": 4_700, "de": 4_700}
        assert found.findings == (Finding("other-language", "en", "de", 4_700, 5_000, 9_700),)

    def test_a_quotation_within_a_cue_gets_its_share_of_the_time(self) -> None:
        """Half of the letters, half of the speech."""
        told = (Cue(0, 10_000, "x" * 20, None, (Span("x" * 10), Span("x" * 10, "de"))),)

        assert heard([(0, 10_000)], Transcript(told), "fr").languages == {"fr": 5_000, "de": 5_000}


class TestTime:
    def test_a_pause_is_shared_by_its_neighbours(self) -> None:
        """Who speaks before the cue appears speaks its words."""
        told = (Cue(1_000, 4_000, FRENCH), Cue(6_000, 9_000, GERMAN, "de"))

        assert heard([(0, 10_000)], Transcript(told), "fr").languages == {"fr": 5_000, "de": 5_000}

    def test_a_cue_ends_where_the_next_begins(self) -> None:
        """No speech counts twice."""
        told = (Cue(0, 8_000, FRENCH), Cue(6_000, 9_000, GERMAN, "de"))

        assert heard([(0, 9_000)], Transcript(told), "fr").languages == {"fr": 6_000, "de": 3_000}

    def test_speech_far_from_any_cue_is_named(self) -> None:
        """Ten minutes of speech, of which one was written down: the rest is declared, and unchecked."""
        told = cues([FRENCH] * 6, 10_000)

        found = heard([(0, 10 * MINUTE)], Transcript(told), "fr")

        assert (found.languages, found.checked) == ({"fr": 10 * MINUTE}, False)
        (finding,) = found.findings
        assert (finding.code, finding.found) == ("no-text", None)
        assert finding.ms == 10 * MINUTE - 59_700 - 10_000

    def test_cues_without_speech_count_for_nothing(self) -> None:
        """A transcript cannot make minutes."""
        told = cues([FRENCH, FRENCH])

        assert heard([(0, 4_700)], Transcript(told), "fr").languages == {"fr": 4_700}


places = st.integers(0, 120_000)
spans_of_time = st.tuples(places, st.integers(1, 20_000)).map(lambda pair: (pair[0], pair[0] + pair[1]))
any_cue = st.builds(
    lambda span, text, language: Cue(span[0], span[1], text, language),
    spans_of_time,
    st.sampled_from([ENGLISH, FRENCH, GERMAN, "Achtung!", "1944", " "]),
    st.sampled_from([None, "en", "en-GB", "fr", "xx"]),
)


@settings(deadline=None, max_examples=60)
@given(cues_=st.lists(any_cue, max_size=12), parts=st.lists(spans_of_time, max_size=8))
def test_no_speech_is_lost_and_none_counts_twice(cues_: list[Cue], parts: list[tuple[int, int]]) -> None:
    """Whatever cues there are, over each other, nested, of no words: the sum of the languages is the speech."""
    speech: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if not speech or start > speech[-1][1]:
            speech.append((start, end))
    told = Transcript(tuple(sorted(cues_, key=lambda cue: cue.start_ms)))

    found = heard(speech, told, "en-GB")

    assert sum(found.languages.values()) == sum(end - start for start, end in speech)
    assert all(ms > 0 for ms in found.languages.values())
    assert all(one.ms <= one.end_ms - one.start_ms for one in found.findings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("1944, 3 × 5!", 0),
        ("V-2", 0),
        ("l'été à Éperlecques", 2),
        ("中国的石灰岩", 3),
        ("ドームの下で", 3),
    ],
)
def test_words_are_what_a_language_can_be_told_by(text: str, words: int) -> None:
    """Figures and single letters are not."""
    assert words_in(text) == words
