"""What a visitor should know before: told on entering a zone, ahead of the narration, once in a visit."""

from tests.zones.plans import floor_plan
from tests.zones.walks import Visitor, told
from zones.model import Cue, Gap
from zones.notices import NOTICES_KEPT
from zones.units import Millis

LOUD = Cue("track-A", Millis(60_000), before=("loudness",), notices=("fallback",))


def test_told_before_it_starts() -> None:
    """At the door of a loud room the visitor is told so, seconds before anything is heard."""
    hall = told(floor_plan("A", cell=5.0), A=LOUD)
    visitor = Visitor(hall, x=-2, y=2.5).walks(2.0)

    assert (visitor.heard, visitor.notices) == ([], ["loudness A"])
    assert visitor.stands(10).heard == ["start A"]
    assert visitor.notices == ["loudness A", "fallback A"]


def test_told_once_in_a_visit() -> None:
    """Who comes back an hour later is not told again, nor who stays."""
    hall = told(floor_plan("A . . B", cell=5.0), A=LOUD)
    visitor = Visitor(hall, x=2.5, y=2.5).stands(120).walks(12.5).stands(3600).walks(2.5).stands(120)

    assert visitor.notices.count("loudness A") == 1


def test_who_asks_by_number_is_told() -> None:
    """From anywhere, what is asked for comes with what should be known of it."""
    visitor = Visitor(told(floor_plan("A", cell=5.0), A=LOUD), x=30, y=2.5).stands(1)
    visitor.presses("play", "A")

    assert [f"{each.kind} {each.exhibit}" for each in visitor.state.notices] == ["loudness A", "fallback A"]


def test_a_zone_that_only_tells() -> None:
    """A zone of mode `notice` tells it too, and stays silent."""
    hall = told(floor_plan("A", cell=5.0, A={"mode": "notice"}), A=Cue("a", Millis(9000), before=("age",)))
    visitor = Visitor(hall, x=2.5, y=2.5).stands(60)

    assert (visitor.heard, visitor.notices) == ([], ["age A"])


def test_it_outlasts_all_gaps() -> None:
    """A visitor who meets more gaps than are remembered is still told of the loud room once."""
    rooms = "".join(chr(ord("B") + n) for n in range(NOTICES_KEPT + 3))
    hall = floor_plan(" ".join("A" + rooms), cell=5.0).for_visit({"A": LOUD, **dict.fromkeys(rooms, Gap())})
    visitor = Visitor(hall, x=2.5, y=2.5).stands(3)
    for n in range(len(rooms)):
        visitor.walks(7.5 + 5 * n).stands(5)
    visitor.walks(2.5).stands(5)

    assert visitor.notices.count("loudness A") == 1
    assert len(visitor.state.notices) == NOTICES_KEPT
