"""Which fixes are believed, which are refused and why, and how doubt is overcome."""

from math import inf, nan
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.plans import GROUND, floor_plan
from tests.zones.walks import MOMENT, Visitor, standing, told
from zones.admission import (
    REFUSALS,
    Predicate,
    changes_level,
    is_duplicate,
    is_nowhere,
    is_off_the_plan,
    is_ordinary,
    is_out_of_order,
    is_poor,
    is_teleport,
    sigma,
)
from zones.model import Fix, Layout
from zones.profiles import PROFILES
from zones.state import Whereabouts
from zones.units import Millis

UWB: Final = PROFILES["uwb"]
HALL: Final = told(floor_plan("A . . . . . B", cell=5.0), seconds=60)
TOWER: Final = told(
    floor_plan(
        {
            "tunnels": """
                A A A = . .
                A A A = . .
            """,
            "dome": """
                B B B = C C
                B B B = C C
            """,
        },
        cell=2.0,
    )
)
"""A lift at x from 6 to 8 joins the tunnels with the dome; B lies over A."""


def seen(
    at: int = 0, x: float = 0.0, y: float = 0.0, level: str = GROUND, accuracy: float | None = None
) -> Fix:
    """A fix so many milliseconds into the visit."""
    return Fix(Millis(MOMENT + at), x, y, level, accuracy)


def known(x: float = 0.0, y: float = 0.0, level: str = GROUND) -> Whereabouts:
    """Where a visitor is whose last believed fix is at the visit's first moment."""
    return standing(MOMENT, x, y, MOMENT, error=0.4, level=level)


def refuses(rule: Predicate, where: Whereabouts | None, fix: Fix, hall: Layout = HALL) -> bool:
    """Whether one rule alone refuses a fix."""
    return rule(where, fix, sigma(fix, UWB), hall, UWB)


class TestPredicates:
    @pytest.mark.parametrize(
        ("fix", "holds"),
        [(seen(), True), (seen(1), False), (seen(x=1), False), (seen(level="other"), False)],
        ids=["same", "later", "elsewhere", "other level"],
    )
    def test_duplicate(self, fix: Fix, holds: bool) -> None:  # noqa: FBT001 - a table
        """The same moment and place is the same fix."""
        assert refuses(is_duplicate, known(), fix) == holds

    @pytest.mark.parametrize(("at", "holds"), [(-1, True), (0, True), (1, False)])
    def test_out_of_order(self, at: int, holds: bool) -> None:  # noqa: FBT001 - a table
        """What is not newer than what is known comes too late."""
        assert refuses(is_out_of_order, known(), seen(at, x=1)) == holds

    @pytest.mark.parametrize(
        ("accuracy", "holds"),
        [
            (None, False),
            (0.1, False),
            (3.0, False),
            (3.01, True),
            (500.0, True),
            (inf, True),
            (0.0, False),
            (-1.0, False),
            (nan, False),
        ],
    )
    def test_poor(self, accuracy: float | None, holds: bool) -> None:  # noqa: FBT001 - a table
        """Worse than the profile's cap is poor; what says nothing useful is the profile's default."""
        assert refuses(is_poor, None, seen(accuracy=accuracy)) == holds

    @pytest.mark.parametrize(
        ("accuracy", "taken"),
        [
            (None, 0.4),
            (0.0, 0.4),
            (-1.0, 0.4),
            (nan, 0.4),
            (0.01, 0.3),
            (0.3, 0.3),
            (1.5, 1.5),
            (500.0, 500.0),
        ],
    )
    def test_error_that_is_taken(self, accuracy: float | None, taken: float) -> None:
        """Nobody is more certain than the floor; who says nothing useful gets the default."""
        assert sigma(seen(accuracy=accuracy), UWB) == taken

    @given(
        st.integers(-2, 6),
        st.one_of(st.floats(-20, 20), st.sampled_from([nan, inf, -inf, 1e8, 1.1e8])),
        st.floats(-20, 20),
        st.sampled_from([GROUND, "attic"]),
        st.one_of(st.none(), st.floats(0.0, 5.0), st.just(nan)),
    )
    def test_ordinary(self, after: int, x: float, y: float, level: str, accuracy: float | None) -> None:
        """What passes at a glance is exactly what no rule refuses, where no lift is near."""
        fix = seen(1000 * after, x, y, level, accuracy)
        refused = any(refuses(rule, known(), fix) for _, rule in REFUSALS)

        assert is_ordinary(known(), fix, sigma(fix, UWB), HALL, UWB) == (not refused)

    @pytest.mark.parametrize("odd", [nan, inf, -inf, 1e300])
    def test_nowhere(self, odd: float) -> None:
        """A coordinate that is none is nowhere."""
        assert refuses(is_nowhere, None, seen(x=odd))
        assert refuses(is_nowhere, None, seen(y=odd))
        assert not refuses(is_nowhere, None, seen(x=7_000_000))

    def test_off_the_plan(self) -> None:
        """A level that the site does not have."""
        assert refuses(is_off_the_plan, None, seen(level="attic"))
        assert not refuses(is_off_the_plan, None, seen())

    @pytest.mark.parametrize(
        ("after", "x", "holds"),
        [(1000, 4.1, False), (1000, 4.3, True), (5000, 16.0, False), (5000, 16.3, True), (1, 1.1, False)],
    )
    def test_teleport(self, after: int, x: float, holds: bool) -> None:  # noqa: FBT001 - a table
        """Three metres a second plus three times the error is as far as anybody comes."""
        assert refuses(is_teleport, known(), seen(after, x=x)) == holds

    @pytest.mark.parametrize(
        ("from_x", "to_x", "holds"),
        [(7, 7, False), (4.5, 7, False), (7, 11, False), (5, 9, False), (3, 10.5, True), (1, 1, True)],
        ids=["in the lift", "into it", "out of it", "past both doors", "near neither", "through the ceiling"],
    )
    def test_change_of_level(self, from_x: float, to_x: float, holds: bool) -> None:  # noqa: FBT001 - a table
        """A level changes by the lift, or within two metres of its door."""
        before, after = known(from_x, 1, "tunnels"), seen(20_000, to_x, 1, "dome")

        assert refuses(changes_level, before, after, TOWER) == holds

    def test_lift_that_does_not_stop_there(self) -> None:
        """A lift leads only to the levels that it names."""
        hall = floor_plan({"a": "= A", "b": "= B", "c": ". C"}, cell=2.0)

        assert refuses(changes_level, known(1, 1, "a"), seen(9000, 1, 1, "c"), hall)
        assert not refuses(changes_level, known(1, 1, "a"), seen(9000, 1, 1, "b"), hall)


def listener(hall: Layout = HALL) -> Visitor:
    """Somebody who listens to A."""
    return Visitor(hall, x=2.5, y=2.5).stands(5)


class TestRefused:
    def test_the_narration_goes_on(self) -> None:
        """A fix that is not believed changes nothing, and the answer gives the reason."""
        visitor = listener()
        visitor.sends(seen(6000, x=60))

        assert visitor.said == ("continue", "teleport")
        assert visitor.records[-1] == "teleport"

    def test_one_record_for_a_run(self) -> None:
        """A minute of poor fixes is one record, from the first to the last."""
        visitor = listener()
        visitor.accuracy = 50.0
        visitor.stands(40)
        visitor.accuracy = None
        visitor.stands(2)

        assert [each for each in visitor.records if each == "poor_accuracy"] == ["poor_accuracy"]
        assert visitor.open_episodes == {}

    def test_poor_fixes_start_nothing(self) -> None:
        """With an accuracy of 500 m the visitor is everywhere, and nothing starts."""
        visitor = Visitor(HALL, x=2.5, y=2.5, accuracy=500.0).stands(60)

        assert (visitor.heard, visitor.said) == ([], ("none", "poor_accuracy"))

    @pytest.mark.parametrize("accuracy", [None, 0.0, -3.0, nan])
    def test_senseless_accuracy_is_the_default(self, accuracy: float | None) -> None:
        """A device that says nothing useful about its error works all the same."""
        assert Visitor(HALL, x=2.5, y=2.5, accuracy=accuracy).stands(5).heard == ["start A"]

    def test_nowhere_spoils_nothing(self) -> None:
        """A fix at NaN, and the next one is believed as if nothing had been."""
        visitor = listener()
        visitor.sends(seen(6000, x=nan, y=inf))
        visitor.due = Millis(MOMENT + 7000)

        assert visitor.stands(60).heard == ["start A", "stop A"]

    def test_first_fix_on_an_unknown_level(self) -> None:
        """The first fix may be nonsense; the second is taken."""
        visitor = Visitor(HALL, x=2.5, y=2.5, level="attic").stands(10)
        assert visitor.reasons == ["wrong_level"]

        assert visitor.appears(2.5, 2.5, GROUND).stands(5).heard == ["start A"]

    def test_nothing_starts_on_a_refused_fix(self) -> None:
        """What could start now waits for a fix that is believed."""
        hall = told(floor_plan("A B", cell=5.0), seconds=10)
        visitor = Visitor(hall, x=2.5, y=2.5).stands(5).walks(5.8).stands(6)
        assert visitor.heard == ["start A", "stop A"]
        visitor.accuracy = 50.0
        visitor.stands(5)
        assert visitor.said == ("none", "poor_accuracy")
        visitor.accuracy = None

        assert visitor.stands(1).heard == ["start A", "stop A", "start B"]


class TestAgreement:
    def test_relocation_is_believed_at_the_third_fix(self) -> None:
        """Three fixes that agree are where the visitor is, however they came there."""
        visitor = listener().appears(32.5, 2.5).stands(4)

        assert [each.reason for each in visitor.decisions[-4:]][:2] == ["teleport", "teleport"]
        assert [each.zone for each in visitor.state.presences] == ["A", "B"]

    def test_scattered_jumps_never_agree(self) -> None:
        """Jumps all over the place are not believed, however many."""
        visitor = listener()
        for second in range(6, 40):
            visitor.sends(seen(1000 * second, x=30 + 40 * (second % 3), y=9.0 * second))

        assert (visitor.said, visitor.heard) == (("continue", "teleport"), ["start A"])

    def test_a_believed_fix_ends_the_doubt(self) -> None:
        """Two jumps to B, one fix in A, two jumps to B: still in A."""
        visitor = listener()
        for second, x in enumerate([32.5, 32.5, 2.5, 32.5, 32.5], start=6):
            visitor.sends(seen(1000 * second, x=x, y=2.5))

        assert [each.zone for each in visitor.state.presences] == ["A"]

    def test_repeats_are_no_agreement(self) -> None:
        """One jump sent three times is one jump; but repeats do not hold up the third real one."""
        visitor = listener()
        for second in (6, 6, 6, 7, 7):
            visitor.sends(seen(1000 * second, x=32.5, y=2.5))
            assert visitor.said[1] == "teleport"
        visitor.sends(seen(8000, x=32.5, y=2.5))

        assert visitor.said[1] == "narration_continues"

    def test_code_is_believed_at_once(self) -> None:
        """Who holds the handheld to a code is there, whatever the radio said before."""
        visitor = listener()
        visitor.presses("skip")
        visitor.sends(Fix(Millis(MOMENT + 8000), 32.5, 2.5, GROUND, zone="B", deliberate=True))

        assert visitor.heard[-1] == "start B"

    def test_code_of_a_zone_that_is_gone(self) -> None:
        """A code for a zone that the release no longer has is a position like any other."""
        visitor = listener()
        visitor.sends(Fix(Millis(MOMENT + 6000), 32.5, 2.5, GROUND, zone="old", deliberate=True))

        assert visitor.said == ("continue", "teleport")


class TestLevels:
    def test_dome_never_triggers_from_below(self) -> None:
        """In the tunnel under B one hears A, though now and then a fix says the dome."""
        visitor = Visitor(TOWER, x=2, y=2, level="tunnels")
        for second in range(60):
            visitor.level = "dome" if second % 3 else "tunnels"
            visitor.polls()

        assert visitor.heard == ["start A"]
        assert "B" not in {each.zone for each in visitor.state.presences}

    def test_by_the_lift(self) -> None:
        """Up by the lift, the visitor is on the dome's level at once, and hears C there."""
        visitor = Visitor(TOWER, x=2, y=2, level="tunnels").stands(5).walks(7, 2)
        visitor.waits(20).appears(7, 2, "dome").walks(10, 2).stands(70)

        assert "wrong_level" not in visitor.reasons
        assert visitor.heard == ["start A", "switch C"]

    def test_by_a_stair_that_is_not_drawn(self) -> None:
        """Without a connector the level is believed at the third fix."""
        visitor = Visitor(TOWER, x=2, y=2, level="tunnels").stands(5).appears(2, 2, "dome").stands(4)

        assert visitor.reasons.count("wrong_level") == 1
        assert [each.zone for each in visitor.state.presences] == ["A", "B"]

    def test_zone_on_two_levels(self) -> None:
        """A rocket that stands through two floors is one exhibit: heard below, it is silent above."""
        hall = told(floor_plan({"low": "= R", "high": "= R"}, cell=4.0), seconds=30)
        visitor = Visitor(hall, x=6, y=2, level="low").stands(20)
        visitor.walks(2, 2).waits(8).appears(2, 2, "high").walks(6, 2).stands(60)

        assert visitor.heard == ["start R", "stop R"]
