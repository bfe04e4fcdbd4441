"""Two exhibits at one spot: the second is heard in its turn, and *next* is not promised for ever."""

from typing import Final

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.decision import Decision
from zones.model import Gap, Player

VITRINE: Final = told(
    floor_plan(
        """
        A A A A A
        A A A A A
        A A A A A
        A A A A A
        A A A A A
        """,
        """
        . . . . .
        . . . . .
        . . B . .
        . . . . .
        . . . . .
        """,
        cell=1.5,
    ),
    seconds=30,
)


def until_silent(visitor: Visitor) -> Visitor:
    """Polls until the narration that is on is over."""
    while visitor.playing is not None:
        visitor.polls()
    return visitor


def reasons(decisions: list[Decision], exhibit: str) -> list[str]:
    """Why an exhibit was written down, each reason once."""
    return list(dict.fromkeys(each.reason for each in decisions if each.exhibit == exhibit and each.changes))


class TestTwoAtOneSpot:
    def test_the_room_comes_after_its_vitrine(self) -> None:
        """Who has heard the vitrine and still stands there after three quarters of a minute hears the room."""
        visitor = Visitor(VITRINE, x=3.75, y=3.75).stands(120)

        assert visitor.heard == ["start B", "stop B", "start A", "stop A"]
        assert visitor.times[2] - visitor.times[1] == pytest.approx(47, abs=2)

    def test_not_while_they_linger(self) -> None:
        """Half a minute of lingering before what they have just heard stays quiet."""
        visitor = until_silent(Visitor(VITRINE, x=3.75, y=3.75).stands(5)).stands(30)

        assert visitor.heard == ["start B", "stop B"]
        assert visitor.last.reason == "lost_to_nearer"

    def test_next_is_not_promised_for_ever(self) -> None:
        """*Next* is given up after a minute in silence too, with a record."""
        visitor = Visitor(VITRINE, x=3.75, y=3.75).stands(200)

        waits = [each for each in visitor.decisions if each.reason in ("queued", "queue_expired")]
        assert [each.exhibit for each in waits] == ["A", "A"]
        assert waits[1].at - waits[0].at == 60_000
        assert visitor.next is None


class TestWhatIsWrittenDown:
    ROOMS: Final = told(floor_plan("A B . . . C", cell=5.0), seconds=60)

    def test_next_that_they_left(self) -> None:
        """*Next* is dropped with a record that names it when the visitor leaves it."""
        visitor = Visitor(self.ROOMS, x=4.5, y=2.5).stands(8).walks(6.3).stands(4.5).walks(3.0).stands(8)

        assert reasons(visitor.decisions, "B") == ["queued", "outside"]
        assert visitor.playing == "A"

    def test_an_offer_that_they_left(self) -> None:
        """An offer that is withdrawn by leaving is written down under its exhibit."""
        hall = told(floor_plan("A B . . . C", cell=5.0, A={"mode": "offer"}), seconds=60)
        visitor = Visitor(hall, x=2.5, y=2.5).stands(5).walks(18).stands(5)

        assert reasons(visitor.decisions, "A") == ["dwell_met", "outside"]

    def test_a_start_without_a_fix(self) -> None:
        """What starts between two fixes has the evidence of the last one."""
        visitor = Visitor(self.ROOMS, x=2.5, y=2.5)
        visitor.chooses("quiet")
        visitor.stands(8)
        visitor.chooses("auto")
        visitor.waits(2)

        start = next(each for each in visitor.decisions if each.action == "start")
        assert [each.zone for each in start.evidence] == ["A"]
        assert start.evidence[0].dwell_s >= start.evidence[0].needed_s

    def test_where_they_dwell(self) -> None:
        """While the dwell is not met the answer names the zone that it is about."""
        visitor = Visitor(self.ROOMS, x=2.5, y=2.5).stands(1)

        assert (visitor.last.reason, visitor.last.zone) == ("dwell_pending", "A")


class TestOdds:
    def test_an_offer_of_higher_priority_is_made_first(self) -> None:
        """Priority comes before how something begins: the offer is made, the lesser zone does not drown it."""
        hall = told(floor_plan("A A", "B B", cell=5.0, A={"mode": "offer", "priority": 5}))
        visitor = Visitor(hall, x=2.5, y=2.5).stands(6)

        assert visitor.heard == ["offer A"]

    def test_what_waits_is_not_turned_into_an_offer(self) -> None:
        """*Next* starts although a zone of higher priority, which waited for too long, would start there too."""
        hall = told(floor_plan("X . B B", ". . . A", cell=5.0, B={"priority": 5}), seconds=100)
        visitor = Visitor(hall, x=12.5, y=2.5)
        visitor.presses("play", "X")
        visitor.stands(70).walks(17.5).stands(8)
        assert visitor.next == "A"
        visitor.stands(30)

        assert visitor.heard[:3] == ["start X", "stop X", "start A"]
        assert visitor.offer is None

    def test_a_fade_into_nothing(self) -> None:
        """A release without either zone takes a fade back: the narration goes on."""
        hall = told(floor_plan("A B", cell=6.0), seconds=90, sentence=30)
        visitor = Visitor(hall, x=3, y=3).stands(8).walks(9)
        while visitor.last.fade_at_ms is None:
            visitor.polls()
        visitor.hall = told(floor_plan(". .", cell=6.0)).for_visit(hall.programme)
        visitor.polls()

        assert visitor.playing == "A"
        assert visitor.last.fade_at_ms is None

    def test_a_track_that_never_loads(self) -> None:
        """A device that has not begun to play after half a minute gives the narration up; the next may start."""
        visitor = Visitor(told(floor_plan("A B", cell=5.0)), x=2.5, y=2.5).stands(5)
        visitor.player = Player("loading", "track-A", 0)
        visitor.stands(40)
        assert visitor.playing is None
        visitor.player = None
        visitor.walks(7.5).stands(8)

        assert visitor.heard == ["start A", "stop A", "start B"]

    def test_many_gaps_are_told_once(self) -> None:
        """Fifteen exhibits without a word in the visitor's language: passed twice, each is told once."""
        names = "ABCDEFGHIJKLMNO"
        hall = floor_plan(" ".join(names), cell=5.0).for_visit(dict.fromkeys(names, Gap()))
        visitor = Visitor(hall, x=2.5, y=2.5)
        for there in (*range(len(names)), *reversed(range(len(names)))):
            visitor.walks(2.5 + 5 * there).stands(6)

        assert sorted(visitor.notices) == [f"language_gap {name}" for name in names]
