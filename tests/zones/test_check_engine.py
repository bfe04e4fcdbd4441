"""What the layout check says holds of the engine: who drifts is cut where it warns, and nowhere else."""

import math
from itertools import count
from random import Random
from typing import Final

import pytest

from tests.zones.plans import GROUND, floor_plan
from tests.zones.test_check import codes, found_in
from tests.zones.walks import MOMENT, Visitor, told
from zones.check_limits import FARTHEST_STRAY, LISTENING_PACE
from zones.engine import step
from zones.model import Fix, Layout
from zones.profiles import PROFILES
from zones.state import State
from zones.units import Millis

TOUCHING: Final = "A B"
DRIFTERS: Final = 100
MOST_CUT: Final = 2
"""Of a hundred: an error of two metres that stays for ten seconds is no error to the engine."""
LASTS: Final = 0.9
"""The share of an error that is in the next second's fix too."""


def beside(cell: float, priority: float = 0.0) -> Layout:
    """Two square rooms that touch, the second of some priority."""
    return floor_plan(TOUCHING, cell=cell, B={"priority": priority})


def least_cell(seconds: float, profile: str = "uwb", priority: float = 0.0) -> float:
    """The smallest square room (m) beside another that the check leaves in peace, to a decimetre."""
    sizes = (tenths / 10 for tenths in count(10))
    return next(size for size in sizes if not found_in(beside(size, priority), profile, seconds))


def stray_in(seconds: float) -> float:
    """How far (m) a listener drifts."""
    return min(seconds * LISTENING_PACE, FARTHEST_STRAY)


def listener(cell: float, seconds: float, profile: str = "uwb", priority: float = 0.0) -> Visitor:
    """Somebody who stands in the middle of room A until its narration is on."""
    hall = told(beside(cell, priority), seconds)
    return Visitor(hall, x=cell / 2, y=cell / 2, profile=profile).stands(8)


def is_cut(hall: Layout, cell: float, seconds: float, profile: str, chance: Random) -> bool:
    """Whether a drifter located with the profile's error, which lasts, hears less than the whole of A.

    Who is taken to be in B from the first has not drifted there.
    """
    rules = PROFILES[profile]
    error, pace, fresh = rules.default_sigma, LISTENING_PACE, math.sqrt(1 - LASTS**2)
    off_x, off_y = chance.gauss(0, error), chance.gauss(0, error)
    state, began = State(), None
    for now in range(round(seconds) + 60):
        off_x, off_y = (LASTS * off + fresh * chance.gauss(0, error) for off in (off_x, off_y))
        drift = 0.0 if began is None else min((now - began) * pace, FARTHEST_STRAY)
        fix = Fix(Millis(MOMENT + now * 1000), cell / 2 + drift + off_x, cell / 2 + off_y, GROUND, error)
        state, decision = step(state, fix, hall, rules)
        if began is None and decision.action == "start":
            if decision.exhibit != "A":
                return False
            began = now
        elif decision.action in {"switch", "stop"}:
            return decision.reason != "narration_finished"
    return False


@pytest.mark.parametrize("priority", [0, 1])
@pytest.mark.parametrize("profile", ["exact", "uwb", "wifi-rtt", "ble"])
@pytest.mark.parametrize("seconds", [30, 45, 60, 75, 90])
def test_where_it_is_silent_nobody_who_drifts_is_cut(seconds: float, profile: str, priority: float) -> None:
    """A listener who drifts as far as listeners do, straight at the neighbour, hears the whole narration."""
    cell = least_cell(seconds, profile, priority)
    stray = stray_in(seconds)
    visitor = listener(cell, seconds, profile, priority).walks(
        cell / 2 + stray, seconds=stray / LISTENING_PACE
    )
    assert visitor.heard[:2] == ["start A", "stop A"]
    assert visitor.times[1] - visitor.times[0] == pytest.approx(seconds, abs=1.5)


@pytest.mark.parametrize("priority", [0, 1])
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_nor_by_the_error_of_the_radio(profile: str, priority: float) -> None:
    """Of a hundred who drift at the neighbour where the check is silent, two at most are cut, by any radio."""
    cell = least_cell(60, profile, priority)
    hall = told(beside(cell, priority), 60, sentence=4)
    cut = [is_cut(hall, cell, 60, profile, Random(seed)) for seed in range(DRIFTERS)]  # noqa: S311 - a seeded error
    assert sum(cut) <= MOST_CUT


@pytest.mark.parametrize("cell", [2.4, 3.0, 4.0])
def test_where_it_warns_a_listener_who_wanders_is_cut(cell: float) -> None:
    """In short bays a wander of the same metres ends before the neighbour, and after a while the narration goes."""
    assert "narrations_too_close" in codes(found_in(beside(cell), seconds=90))
    visitor = listener(cell, 90).walks(min(cell / 2 + stray_in(90), 1.6 * cell)).stands(30)
    assert "switch B" in visitor.heard


@pytest.mark.parametrize("cell", [4.6, 5.0])
def test_where_it_warns_of_a_priority_most_who_drift_are_cut(cell: float) -> None:
    """In rooms that two of a kind may touch in, a neighbour of higher priority breaks in on every second drifter."""
    (found,) = found_in(beside(cell, 1), seconds=60)
    assert (found.code, found.facts["higher"]) == ("narrations_too_close", 1)
    hall = told(beside(cell, 1), 60, sentence=4)
    cut = [is_cut(hall, cell, 60, "uwb", Random(seed)) for seed in range(DRIFTERS)]  # noqa: S311 - a seeded error
    assert sum(cut) > DRIFTERS / 2
