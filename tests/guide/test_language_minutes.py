"""Language told by what was measured: 45 minutes declared English, of which 15 are, read so wherever it is named."""

import pytest

from guide.services.claims import claim_findings, mixture_findings
from guide.services.coverage import coverage_of, hearing
from guide.services.coverage_matrix import matrix
from guide.services.demand import Demand
from guide.services.ladder import climb
from guide.services.layout_check import check
from guide.services.releases import view_of
from guide.services.tours import find_tour, tour_bodies
from tests.guide.contents import Heard, museum, tour

MIXED = {"v2": {"en": {"en": 15.0, "fr": 30.0}, "fr": {"fr": 45.0}}}
"""A narration that is advertised as being in English: a third of it is."""
TOLD = "English: 15 of 45 min"


class TestMinutes:
    def test_a_track_is_what_was_heard_in_it(self) -> None:
        """A narration declared English that is two thirds French has 15 minutes of English, not 45."""
        told = coverage_of(museum(MIXED), "en")
        assert (told["minutes"], told["total_minutes"], told["exhibits"]) == (15.0, 45.0, 0)
        assert (told["summary"], told["measured"], told["checked"]) == (TOLD, True, True)
        assert told["exceptions"] == [{"exhibit": "v2", "summary": TOLD}]

    def test_all_speech_counts_whatever_its_language(self) -> None:
        """The only track there is, half in French, is half in English: nothing else has to be there to compare."""
        assert coverage_of(museum({"v2": {"en": {"en": 10.0, "fr": 10.0}}}), "en")["summary"] == (
            "English: 10 of 20 min"
        )

    def test_a_witness_in_another_accent_is_understood(self) -> None:
        """Speech in American English is English for who chose English, and for who chose British English."""
        content = museum({"v2": {"en": {"en-US": 5.0, "en": 5.0}}})
        assert [coverage_of(content, each)["minutes"] for each in ("en", "en-GB")] == [10.0, 10.0]

    def test_music_is_no_speech(self) -> None:
        """Ten minutes of sound with four of speech are four minutes, in every language."""
        content = museum({"v2": {"fr": {"fr": 4.0}, "en": {"en": 4.0}}})
        loud = [each.model_copy(update={"duration_ms": 600_000}) for each in content.tracks]
        told = coverage_of(content.model_copy(update={"tracks": loud}), "en")
        assert (told["summary"], told["exhibits"]) == ("English: 4 of 4 min", 1)

    def test_where_no_speech_was_found_the_length_stands(self) -> None:
        """A measured track of music alone is told by its length, and not called measured."""
        content = museum({"v2": {"fr": {"fr": 0.0}}})
        tracks = [each.model_copy(update={"duration_ms": 120_000}) for each in content.tracks]
        told = coverage_of(content.model_copy(update={"tracks": tracks}), "fr")
        assert (told["minutes"], told["measured"]) == (2.0, False)

    def test_one_unmeasured_track_leaves_the_figure_unmeasured(self) -> None:
        """What is not measured through and through is not called so."""
        content = museum({"a": {"fr": {"fr": 4.0}, "en": 4.0}, "b": {"fr": {"fr": 1.0}}})
        heard = hearing(content)
        assert [heard.minutes(each, "fr").measured for each in ("a", "b")] == [False, True]
        assert heard.whole("fr").measured is False

    @pytest.mark.parametrize(
        ("english", "covered"),
        [
            ({"en": 10.0}, True),
            ({"en": 9.5}, True),
            ({"en": 9.4}, False),  # reads 9 of 10
            ({"en": 9.6}, True),
            ({"en": 5.0}, False),
            ({"en": 9.4, "fr": 0.6}, False),
            ({"en": 9.5, "fr": 0.5}, True),
        ],
    )
    def test_covered_from_95_percent(self, english: Heard, covered: bool) -> None:  # noqa: FBT001 - a table
        """Measured minutes count as a whole translation from 95 %."""
        told = coverage_of(museum({"v2": {"fr": {"fr": 10.0}, "en": english}}), "en")
        assert told["exhibits"] == int(covered)

    @pytest.mark.parametrize(
        ("english", "covered"),
        [({"en": 0.88}, True), ({"en": 0.7}, False), ({"en": 0.3, "fr": 0.6}, False)],
    )
    def test_a_brief_language_is_no_gap(self, english: Heard, covered: bool) -> None:  # noqa: FBT001 - a table
        """Of one minute 53 seconds in one language, from end to end, are not told as missing; a mixture is."""
        told = coverage_of(museum({"v2": {"fr": {"fr": 1.0}, "en": english}}), "en")
        assert told["exhibits"] == int(covered)


class TestClaims:
    def test_measured_minutes_refuse_a_claim(self) -> None:
        """The house promises English; a third of it is English; publishing stops, with the minutes."""
        found = claim_findings(museum(MIXED, claims={"en": "full"}))
        assert [(each.code, each.severity, each.where) for each in found] == [
            ("claim_refuted", "error", "site")
        ]
        assert found[0].sentence == f"The claim that the site is full in English does not hold: {TOLD}."

    def test_an_exhibits_own_claim(self) -> None:
        """An exhibit's own promise is held against its own minutes."""
        content = museum({**MIXED, "ida": {"fr": {"fr": 60.0}, "en": {"en": 60.0}}})
        claiming = [each.model_copy(update={"claims": {"en": "full"}}) for each in content.exhibits]
        found = claim_findings(content.model_copy(update={"exhibits": claiming}))
        assert [(each.where, each.exhibits) for each in found] == [("exhibit v2", ("v2",))]
        assert TOLD in found[0].sentence

    def test_a_claim_on_nothing_is_a_warning(self) -> None:
        """Where nothing is to be heard at all there is nothing to judge by."""
        found = claim_findings(museum({"v2": {}}, claims={"en": "full"}))
        assert [(each.code, each.severity) for each in found] == [("claim_unmeasured", "warning")]

    @pytest.mark.parametrize("minutes", [{"en": 45.0}, {"en": 43.0, "fr": 2.0}])
    def test_a_claim_that_holds(self, minutes: Heard) -> None:
        """From 95 % on a promise stands."""
        assert claim_findings(museum({"v2": {"en": minutes}}, claims={"en": "full"})) == ()

    def test_a_track_that_is_not_what_it_says(self) -> None:
        """The check tells of each narration that is not in the language it is declared in, and how much of it is."""
        found = mixture_findings(museum(MIXED))
        assert [(each.severity, each.where, each.exhibits) for each in found] == [
            ("warning", "track v2.en.standard", ("v2",))
        ]
        assert found[0].sentence == (
            f"The narration v2.en.standard is declared English, but not all of it is: {TOLD}."
        )
        assert found[0].proposal is not None
        assert found[0].proposal.sentence == "Record the rest in English, or declare it as French."
        assert found[0] in check(museum(MIXED))

    def test_in_french(self) -> None:
        """A French curator reads it in French, with the minutes as French has them."""
        (refused,) = claim_findings(museum(MIXED, claims={"en": "full"}), "fr")
        assert refused.sentence == (
            "La promesse « le site entièrement en anglais » ne tient pas : Anglais : 15 min sur 45."
        )
        assert "Anglais : 15 min sur 45" in mixture_findings(museum(MIXED), "fr")[0].sentence


class TestTours:
    def test_a_tour_counts_its_exhibits(self) -> None:
        """A tour that leaves the French half out is whole in English."""
        content = museum({**MIXED, "ida": {"fr": {"fr": 5.0}, "en": {"en": 5.0}}})
        content = content.model_copy(update={"tours": [tour("all", "v2", "ida"), tour("short", "ida")]})
        whole, short = tour_bodies(view_of(content, 1), "en")
        assert [each["summary"] for each in whole["coverage"]] == [
            "French: 50 of 50 min",
            "English: 20 of 50 min",
            "Dutch: 0 of 50 min",
        ]
        assert (short["narration_minutes"], short["coverage"][1]["summary"]) == (5.0, "English: 5 of 5 min")
        assert find_tour(content, "short").exhibits == ["ida"]


class TestSheet:
    def test_the_sheet_of_a_tour(self) -> None:
        """Asked for a tour, the sheet has its exhibits, gaps and findings alone."""
        content = museum({**MIXED, "ida": {"fr": {"fr": 5.0}}}, {"planetarium": {"fr": 30, "en": 15}})
        content = content.model_copy(update={"tours": [tour("short", "ida", "planetarium")]})
        sheet = matrix(content, "en", tour="short")
        assert [each["exhibit"] for each in sheet["exhibits"]] == ["ida", "planetarium"]
        assert [each["summary"] for each in sheet["languages"]][1] == "English: 15 of 50 min"
        assert {each["exhibit"] for each in sheet["gaps"]} == {"ida", "planetarium"}
        assert sheet["findings"] == []
        assert sheet["tours"][0]["languages"]["en"]["summary"] == "English: 15 of 50 min"

    def test_what_visitors_missed_most_comes_first(self) -> None:
        """A short gap that many met goes before a long one that nobody met; British English is English."""
        content = museum({"long": {"fr": {"fr": 40.0}}, "short": {"fr": {"fr": 2.0}}, "v2": MIXED["v2"]})
        met = {
            ("short", "en"): 3,
            ("short", "en-GB"): 2,
            ("v2", "en"): 1,
            ("short", "fr"): 9,
            ("long", "it"): 1,
        }
        sheet = matrix(content, "en", Demand(0, met))
        assert [
            (each["exhibit"], each["language"], each["missed_minutes"]) for each in sheet["gaps"][:4]
        ] == [
            ("long", "it", 40.0),
            ("v2", "en", 30.0),
            ("short", "en", 10.0),
            ("v2", "nl", 0.0),
        ]
        assert sheet["demand"]["languages"][:2] == [
            {"language": "en", "met": 6, "missed_minutes": 40.0},
            {"language": "it", "met": 1, "missed_minutes": 40.0},
        ]


class TestNotices:
    def test_what_is_half_told_is_said_before_it_starts(self) -> None:
        """A narration that speaks the visitor's language in part is announced; a whole one is not."""
        content = museum({**MIXED, "ida": {"fr": {"fr": 5.0}, "en": {"en": 5.0}}})
        programme = climb(view_of(content, 1), ("en",), "standard", accept_house=False).layout.programme
        assert [programme[each].before for each in ("v2", "ida")] == [("language_gap",), ()]

    def test_a_gap_is_told_once_beside_a_show(self) -> None:
        """Where the show says it already, the gap of its narration does not say it again."""
        view = view_of(museum({}, {"planetarium": {"fr": 30, "en": 15}}), 1)
        entry = climb(view, ("nl",), "standard", accept_house=False).layout.programme["planetarium"]
        assert (entry.notices, entry.before) == ((), ("language_gap",))
