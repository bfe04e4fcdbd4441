"""The rules that hold a trigger back and the order of several, each alone."""

from typing import Final

import pytest

from tests.zones.plans import GROUND, floor_plan
from tests.zones.walks import standing
from zones.candidates import (
    HOLDS,
    candidates,
    is_cooling,
    is_gap,
    is_heard,
    is_manual,
    is_quiet,
    is_skipped,
    order,
)
from zones.decision import REASONS
from zones.model import Cue, Fix, Gap, Layout, Mode
from zones.notices import NOTICES_KEPT, tell
from zones.profiles import PROFILES
from zones.state import Memory, Presence, State, Whereabouts
from zones.turn import Candidate, Turn
from zones.units import Millis

NOW: Final = Millis(1_780_000_600_000)
HALL: Final = floor_plan("A A A A", ". B B .", cell=5.0)
HERE: Final[Whereabouts] = standing(NOW, 7.5, 2.5, Millis(NOW - 60_000))


def ago(seconds: float) -> Millis:
    """A moment before now."""
    return Millis(NOW - round(seconds * 1000))


def turn(state: State | None = None, hall: Layout = HALL) -> Turn:
    """A step at this moment, by somebody who has stood in A and B for a minute."""
    inside = tuple(Presence(name, ago(60), 7.5, 2.5, 1.0, inside_ms=60_000, met=True) for name in "AB")
    state = (state or State())._replace(where=HERE, presences=inside)
    return Turn(state, Fix(NOW, 7.5, 2.5, GROUND), hall, PROFILES["uwb"])


def candidate(
    name: str = "A", hall: Layout = HALL, memory: Memory | None = None, probability: float = 1.0
) -> Candidate:
    """A zone whose dwell is met."""
    presence = Presence(name, ago(60), 7.5, 2.5, probability, inside_ms=60_000)
    return Candidate(hall.zones[name], name, presence, memory or Memory(name))


class TestHolds:
    @pytest.mark.parametrize(("cue", "holds"), [(Gap(), True), (Cue("a", Millis(1)), False)])
    def test_gap(self, cue: Cue | Gap, holds: bool) -> None:  # noqa: FBT001 - a table
        """Nothing in the visitor's languages holds back."""
        assert is_gap(turn(hall=HALL.for_visit({"A": cue})), candidate()) == holds

    @pytest.mark.parametrize(
        ("mode", "holds"), [("auto", False), ("offer", False), ("manual", True), ("notice", True)]
    )
    def test_manual(self, mode: Mode, holds: bool) -> None:  # noqa: FBT001 - a table
        """Zones of mode `manual` and `notice` never start."""
        hall = floor_plan("A", A={"mode": mode})

        assert is_manual(turn(hall=hall), candidate(hall=hall)) == holds

    def test_quiet(self) -> None:
        """A visit in quiet starts nothing."""
        assert is_quiet(turn(State(mode="quiet")), candidate())
        assert not is_quiet(turn(State(mode="offer")), candidate())

    def test_heard(self) -> None:
        """Heard holds back, cut does not."""
        assert is_heard(turn(), candidate(memory=Memory("A", heard=True)))
        assert not is_heard(turn(), candidate(memory=Memory("A", 5000)))

    @pytest.mark.parametrize(
        ("memory", "skipped", "cooling"),
        [
            (Memory("A", 5000), False, False),
            (Memory("A", 5000, armed=False), False, True),
            (Memory("A", 5000, armed=False, skipped_at=ago(60)), True, True),
            (Memory("A", 5000, armed=False, skipped_at=ago(6000)), True, True),
            (Memory("A", 5000, skipped_at=ago(60)), False, True),
            (Memory("A", 5000, skipped_at=ago(600)), False, False),
        ],
        ids=[
            "cut, and away since",
            "cut, and still here",
            "skipped just now",
            "skipped long ago, and still here",
            "skipped just now, and away since",
            "skipped ten minutes ago, and away since",
        ],
    )
    def test_cut_and_skipped(self, memory: Memory, skipped: bool, cooling: bool) -> None:  # noqa: FBT001 - a table of cases
        """What was cut needs a departure, what was skipped needs ten minutes too."""
        assert is_skipped(turn(), candidate(memory=memory)) == skipped
        assert is_cooling(turn(), candidate(memory=memory)) == cooling

    def test_reasons_are_of_the_closed_list(self) -> None:
        """Every rule that holds back has a reason that the contract knows."""
        assert {reason for reason, _ in HOLDS} <= set(REASONS)


class TestOrder:
    @pytest.mark.parametrize(
        ("options", "begun", "probability", "first"),
        [
            ({}, False, 1.0, "B"),
            ({"A": {"priority": 1}}, False, 1.0, "A"),
            ({"A": {"priority": 0.5}, "B": {"priority": 1}}, False, 0.9, "B"),
            ({}, True, 1.0, "A"),
            ({"B": {"priority": 1}}, True, 1.0, "B"),
            ({}, False, 0.8, "A"),
            ({}, False, 0.96, "B"),
        ],
        ids=[
            "the smaller",
            "the more important",
            "importance before probability",
            "the unheard",
            "importance before unheard",
            "the likelier before the smaller",
            "nearly as likely is as likely",
        ],
    )
    def test_of_two(
        self,
        options: dict[str, object],
        begun: bool,  # noqa: FBT001 - a table
        probability: float,
        first: str,
    ) -> None:
        """Priority, unheard, probability, the smaller zone, the id, in this order; B lies within A."""
        hall = floor_plan("A A A A", ". B B .", cell=5.0, **options)
        inner = candidate("B", hall, Memory("B", 5000, begun=begun), probability)

        assert (
            min([candidate("A", hall), inner], key=lambda each: order(turn(hall=hall), each)).exhibit == first
        )

    def test_candidates_come_in_order(self) -> None:
        """The best comes first, each with the rule that holds it back."""
        hall = HALL.for_visit({**HALL.programme, "B": Gap()})

        assert [(each.exhibit, each.held_by) for each in candidates(turn(hall=hall))] == [
            ("B", "gap_in_language"),
            ("A", None),
        ]

    def test_who_has_just_left(self) -> None:
        """A zone that was left a moment ago is still a candidate, and not free to start."""
        now = turn()
        now.presences = (now.presences[0]._replace(out_since=ago(1)), now.presences[1])

        assert {each.exhibit: each.free for each in candidates(now)} == {"A": False, "B": True}


class TestNotices:
    def test_newest_are_kept(self) -> None:
        """What was told is remembered, the last dozen of it."""
        now = turn(hall=HALL.for_visit({f"x{number}": Gap() for number in range(30)}))
        for number in range(30):
            tell(now, f"x{number}", None)

        assert len(now.told) == 30
        assert [each.exhibit for each in now.notices] == [f"x{n}" for n in range(30)][-NOTICES_KEPT:]

    @pytest.mark.parametrize(
        ("kind", "after", "again"),
        [("age", 599, False), ("age", 600, True), ("fallback", 6000, False), ("text_only", 6000, False)],
    )
    def test_told_again(self, kind: str, after: float, again: bool) -> None:  # noqa: FBT001 - a table
        """After the cool-down a notice is told again; that of a fallback is told once."""
        now = turn(hall=HALL.for_visit({"A": Cue("a", Millis(1), notices=(kind,))}))
        tell(now, "A", None)
        now.at, now.told = Millis(NOW + round(after * 1000)), ()
        tell(now, "A", None)

        assert bool(now.told) == again


def test_every_hold_is_a_predicate() -> None:
    """Each rule is one function of a turn and a candidate."""
    assert [rule(turn(), candidate()) for _, rule in HOLDS] == [False] * len(HOLDS)
