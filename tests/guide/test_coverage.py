"""Coverage: what is said of a language, in minutes, worded in one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.services.claims import claim_findings
from guide.services.coverage import (
    MINUTE_MS,
    Minutes,
    coverage_for,
    coverage_of,
    hearing,
    whole_minutes,
    worded,
)
from guide.services.coverage_matrix import matrix
from guide.services.language_names import is_language, language_name, reader_of
from guide.services.releases import view_of
from tests.guide.contents import Told, museum


class TestWords:
    @pytest.mark.parametrize(
        ("minutes", "whole"), [(41.5, 41), (14.97, 15), (41.51, 42), (0.5, 0), (0.51, 1), (0, 0)]
    )
    def test_minutes_are_rounded_half_down(self, minutes: float, whole: int) -> None:
        """Half a minute is not promised."""
        assert whole_minutes(round(minutes * MINUTE_MS)) == whole

    @pytest.mark.parametrize(
        ("language", "reader", "sentence"),
        [
            ("en", "en", "English: 15 of 45 min"),
            ("en", "fr", "Anglais : 15 min sur 45"),
            ("pt-BR", "en", "Portuguese (BR): 15 of 45 min"),
            ("tlh", "fr", "tlh : 15 min sur 45"),
        ],
    )
    def test_a_language_is_called_by_its_name(self, language: str, reader: str, sentence: str) -> None:
        """In the reader's own language, and by its tag where we know no name."""
        assert worded(language, Minutes(15 * MINUTE_MS, 45 * MINUTE_MS), reader) == sentence

    def test_the_reader_is_the_first_language_that_we_speak(self) -> None:
        """A Dutch visitor with some French reads French; a Dutch visitor with none reads English."""
        assert [reader_of(each) for each in (["nl", "fr-BE", "en"], ["nl", "de"], ["en-GB", "fr"])] == [
            "fr",
            "en",
            "en",
        ]

    def test_tags(self) -> None:
        """What may be a language, and what may not."""
        assert [is_language(each) for each in ("en", "en-GB", "zh-Hant-TW", "e", "english!", "")] == [
            True, True, True, False, False, False,
        ]  # fmt: skip
        assert language_name("fr") == "French"


class TestMinutes:
    def test_a_show_counts_by_its_segments(self) -> None:
        """A sitting of 45 minutes with 15 in English reads so, and subtitles do not help."""
        told = coverage_of(museum({}, {"planetarium": {"en": 15, "fr": 30}}), "en")
        assert told["summary"] == "English: 15 of 45 min"
        assert told["exceptions"] == [{"exhibit": "planetarium", "summary": "English: 15 of 45 min"}]

    def test_the_fullest_track_is_the_measure(self) -> None:
        """A short English version of a long French narration is not whole."""
        told = coverage_of(museum({"v2": {"fr": 6, "en": 2}, "ida": {"fr": 3, "en": 3}}), "en")
        assert (told["minutes"], told["total_minutes"]) == (5.0, 9.0)
        assert (told["exhibits"], told["total_exhibits"]) == (1, 2)
        assert told["exceptions"] == [{"exhibit": "v2", "summary": "English: 2 of 6 min"}]

    def test_a_translation_may_be_a_little_shorter(self) -> None:
        """A brief language is no gap; an abridged track is one, with its minutes."""
        told = coverage_of(
            museum({"a": {"fr": 1.0, "en": 0.96}, "b": {"fr": 1.0, "en": 0.8}, "c": {"fr": 4.0, "en": 2.0}}),
            "en",
        )
        assert told["exhibits"] == 2
        assert told["exceptions"] == [{"exhibit": "c", "summary": "English: 2 of 4 min"}]

    def test_a_missing_language_is_told(self) -> None:
        """An exhibit without a word of English is an exception, however short it is."""
        told = coverage_of(museum({"a": {"fr": 0.4}}), "en")
        assert told["exceptions"] == [{"exhibit": "a", "summary": "English: 0 of 0 min"}]

    def test_a_wish_is_looked_up(self) -> None:
        """Who asks for British English is told what there is in English."""
        view = view_of(museum({"v2": {"fr": 2, "en": 2}}), 1)
        assert coverage_for(view, ["en-GB", "fr"])["summary"] == "English (GB): 2 of 2 min"
        assert coverage_for(view, ["fr", "en"])["summary"] == "Français : 2 min sur 2"

    def test_a_text_alone_is_no_speech(self) -> None:
        """Reading is not hearing."""
        assert coverage_of(museum({"v2": {"fr": 2, "en text": 0}}), "en")["minutes"] == 0

    def test_each_variant_is_measured_by_what_its_visitor_hears(self) -> None:
        """The family version counts where there is one; the standard one stands in where there is none."""
        content = museum({"a": {"fr": 4, "fr.family": 2, "en": 4, "en.family": 2}, "b": {"fr": 3, "en": 3}})
        told = coverage_of(content, "en", variant="family")
        assert (told["minutes"], told["total_minutes"], told["exhibits"]) == (5.0, 5.0, 2)

    def test_an_exhibit_with_nothing_is_not_counted(self) -> None:
        """Where nobody hears anything, no language is missing."""
        assert coverage_of(museum({"a": {"fr": 1}, "b": {}}), "fr")["total_exhibits"] == 1

    @given(
        st.dictionaries(
            st.sampled_from("abcd"),
            st.dictionaries(st.sampled_from(["fr", "en"]), st.floats(0, 90)),
            min_size=1,
        )
    )
    def test_no_language_has_more_than_there_is(self, tracks: Told) -> None:
        """Whatever is recorded, minutes lie between nothing and everything, and exhibits add up to the site."""
        heard = hearing(museum(tracks))
        for language in ("fr", "en", "nl"):
            whole = heard.whole(language)
            parts = [heard.minutes(each, language) for each in heard.audible()]
            assert 0 <= whole.spoken_ms <= whole.total_ms
            assert sum(each.spoken_ms for each in parts) == whole.spoken_ms


class TestClaims:
    def test_declared_segments_refute_a_claim(self) -> None:
        """45 minutes with 15 in English cannot be promised: neither of the show nor of the site."""
        content = museum(
            {"v2": {"fr": 1, "en": 1}}, {"planetarium": {"en": 15, "fr": 30}}, claims={"en": "full"}
        )
        show = content.shows[0].model_copy(update={"claims": {"en": "full"}})
        found = claim_findings(content.model_copy(update={"shows": [show]}))
        assert [(each.severity, each.where) for each in found] == [
            ("error", "site"),
            ("error", "show show-planetarium"),
        ]
        assert "English: 16 of 46 min" in found[0].sentence
        assert "English: 15 of 45 min" in found[1].sentence

    def test_lengths_alone_are_a_warning(self) -> None:
        """Nobody has measured the speech of a narration yet, so its length refutes nothing."""
        found = claim_findings(museum({"v2": {"fr": 6, "en": 2}}, claims={"en": "full"}))
        assert [(each.code, each.severity) for each in found] == [("claim_unmeasured", "warning")]

    @pytest.mark.parametrize("claims", [{"en": "partial"}, {"fr": "full"}, {}])
    def test_a_claim_that_holds_is_not_mentioned(self, claims: dict[str, str]) -> None:
        """Promising part of it, or what is there, is fine."""
        assert claim_findings(museum({"v2": {"fr": 6, "en": 2}}, claims=claims)) == ()


def test_the_sheet_lists_what_to_record_first() -> None:
    """The recording that most minutes are missing of comes first."""
    sheet = matrix(museum({"a": {"fr": 2, "en": 1}, "b": {"fr": 9}}), "en")
    assert [(each["exhibit"], each["language"], each["missing_minutes"]) for each in sheet["gaps"]] == [
        ("b", "en", 9.0),
        ("b", "nl", 9.0),
        ("a", "nl", 2.0),
        ("a", "en", 1.0),
    ]
    assert sheet["exhibits"][0]["languages"]["en"]["summary"] == "English: 1 of 2 min"
