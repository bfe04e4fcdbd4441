"""Every answer has its reason, every zone its evidence, every suppressed trigger its record."""

from typing import Final

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.decision import ACTIONS, CHANGES, REASONS, Decision, Reason

ROOMS: Final = told(floor_plan("A B . C", cell=5.0), seconds=20)


def held(decision: Decision) -> dict[str, Reason | None]:
    """What holds each zone back, by the evidence."""
    return {each.zone: each.held_by for each in decision.evidence}


class TestReasons:
    def test_of_a_whole_visit(self) -> None:
        """In the order of a visit: nowhere, coming in on the move, dwelling, on, over, known."""
        visitor = Visitor(ROOMS, x=-3, y=2.5).walks(2.5).stands(36).walks(12.5).stands(2)

        assert visitor.reasons == [
            "outside",
            "dwell_pending",
            "passing_by",
            "dwell_met",
            "narration_continues",
            "narration_finished",
            "already_heard",
        ]

    def test_in_the_breath(self) -> None:
        """In the two seconds after the end the answer says why B does not start yet."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(5).walks(5.8).stands(15)
        while visitor.playing == "A":
            visitor.polls()

        assert visitor.polls().reason == "breath"
        assert held(visitor.last)["B"] == "breath"

    def test_ticks(self) -> None:
        """Without a position there is nothing new; after a while that is silence of the radio."""
        visitor = Visitor(ROOMS, x=12, y=2.5).stands(1).waits(9)
        assert visitor.said == ("none", "tick")
        visitor.waits(10)
        assert visitor.said == ("none", "radio_silence")

    def test_closed_lists(self) -> None:
        """The lists are those of the contract; what changes is among the actions."""
        assert (len(ACTIONS), len(REASONS)) == (8, 34)
        assert set(ACTIONS) > CHANGES


class TestEvidence:
    def test_of_each_zone_about(self) -> None:
        """A listener near the border reads: in A, which is on, and B beside it, which they are not in."""
        visitor = Visitor(ROOMS, x=4.5, y=2.5).stands(6)
        in_a, in_b = visitor.last.evidence

        assert (in_a.zone, in_a.inside_m, in_a.dwell_s, in_a.held_by) == ("A", 0.5, 5.0, None)
        assert (in_b.zone, in_b.inside_m, in_b.dwell_s, in_b.held_by) == ("B", -0.5, 0.0, "outside")
        assert in_a.probability > 0.9
        assert in_b.probability < 0.01

    def test_holds(self) -> None:
        """B waits for A to end; then A is known."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(5).walks(5.6).stands(7)
        assert held(visitor.last)["B"] == "narration_playing"
        visitor.stands(20)

        assert held(visitor.last) == {"A": "outside", "B": None}
        assert visitor.appears(4.2, 2.5).stands(8).last.evidence[0].held_by == "already_heard"

    def test_refused_fix_has_none(self) -> None:
        """A fix that is not believed is no evidence."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(5)
        visitor.accuracy = 99.0

        assert visitor.polls().evidence == ()


class TestRecords:
    def test_says_with_what_evidence(self) -> None:
        """The record of a suppressed trigger carries the evidence of its first moment."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(5).walks(5.8).stands(7)
        (record,) = [each for one in visitor.decisions for each in one.episodes]

        assert (record.zone, record.exhibit, record.reason, record.until) == (
            "B",
            "B",
            "narration_playing",
            None,
        )
        assert record.evidence is not None
        assert record.evidence.dwell_s == pytest.approx(2, abs=1)

    def test_one_for_each_stay_and_reason(self) -> None:
        """A minute beside what was heard is one record; coming back is another."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(80).walks(12.5).stands(5).walks(2.5).stands(30)

        assert visitor.records.count("A already_heard") == 2

    def test_crossing_what_was_heard_is_none(self) -> None:
        """Passing by what was heard is no suppressed trigger."""
        visitor = Visitor(ROOMS, x=2.5, y=2.5).stands(30).walks(-5).stands(5)
        before = list(visitor.records)
        visitor.walks(-4).walks(12.5).stands(5)

        assert [each for each in visitor.records[len(before) :] if each.startswith("A")] == []

    def test_length_of_a_passage(self) -> None:
        """The record of a passage lasts from the first fix inside to the first one outside."""
        visitor = Visitor(ROOMS, x=-6, y=2.5).walks(12.5).stands(9)
        (first, _) = [each for one in visitor.decisions for each in one.episodes]

        assert first.zone == "A"
        assert first.until is not None
        assert first.until - first.since == pytest.approx(4500, abs=1000)

    def test_loser_of_a_start(self) -> None:
        """What lost to a nearer zone has that record, and then one that the narration is on."""
        hall = told(floor_plan("A A A", ". B .", cell=3.0), seconds=20)
        visitor = Visitor(hall, x=4.5, y=1.5).stands(10)

        assert visitor.records == ["A lost_to_nearer", "A narration_playing"]
