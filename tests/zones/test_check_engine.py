"""What the layout check says holds of the engine: who drifts is cut where it warns, and nowhere else."""

import pytest

from tests.zones.plans import floor_plan
from tests.zones.test_check import codes, found_in
from tests.zones.walks import Visitor, told
from zones.check_limits import FARTHEST_STRAY, LISTENING_PACE, elbow_room
from zones.profiles import PROFILES
from zones.units import Millis

UWB = PROFILES["uwb"]
TOUCHING = "A B"


def least_cell(seconds: float) -> float:
    """The smallest square room (m) beside another that the check leaves in peace, to a decimetre."""
    need = elbow_room(Millis(round(seconds * 1000)), UWB.default_sigma)
    return next(
        tenths / 10 for tenths in range(10, 200) if tenths / 20 + UWB.exit_tolerance / 2 >= round(need, 2)
    )


def listener(cell: float, seconds: float) -> Visitor:
    """Somebody who stands in the middle of room A until its narration is on."""
    hall = told(floor_plan(TOUCHING, cell=cell), seconds)
    return Visitor(hall, x=cell / 2, y=cell / 2).stands(8)


@pytest.mark.parametrize("seconds", [45, 60, 75, 90])
def test_where_it_is_silent_nobody_who_drifts_is_cut(seconds: float) -> None:
    """A listener who drifts as far as listeners do, straight at the neighbour, hears the whole narration."""
    cell = least_cell(seconds)
    assert codes(found_in(floor_plan(TOUCHING, cell=cell), seconds=seconds)) == []
    stray = min(seconds * LISTENING_PACE, FARTHEST_STRAY)
    visitor = listener(cell, seconds).walks(cell / 2 + stray, seconds=stray / LISTENING_PACE)
    assert visitor.heard[:2] == ["start A", "stop A"]
    assert visitor.times[1] - visitor.times[0] == pytest.approx(seconds, abs=1.5)


@pytest.mark.parametrize("cell", [2.4, 3.0, 4.0])
def test_where_it_warns_a_listener_who_wanders_is_cut(cell: float) -> None:
    """In short bays a wander of the same metres ends before the neighbour, and after a while the narration goes."""
    assert "narrations_too_close" in codes(found_in(floor_plan(TOUCHING, cell=cell), seconds=90))
    stray = min(90 * LISTENING_PACE, FARTHEST_STRAY)
    visitor = listener(cell, 90).walks(min(cell / 2 + stray, 1.6 * cell)).stands(30)
    assert "switch B" in visitor.heard
