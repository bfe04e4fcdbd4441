"""How alike successive errors are, learnt in a visit, and what follows from it."""

from dataclasses import dataclass
from math import exp, sqrt
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.plans import GROUND
from tests.zones.walks import MOMENT, standing
from zones.correlation import AT_FIRST, BY_CHANCE, LONGEST_S, alike, correlation, wary
from zones.model import Fix, Rules
from zones.profiles import PROFILES
from zones.state import Whereabouts
from zones.tracking import whereabouts
from zones.units import Millis

BLE: Final = PROFILES["ble"]
SIZE_M: Final = 2.0


@dataclass(slots=True)
class Radio:
    """Errors of 2 m per axis that are forgotten in some seconds, one estimate a second."""

    forgets_s: float
    seed: int = 0

    def sees(self, seconds: int, *, every: float = 1.0, rules: Rules = BLE) -> Whereabouts:
        """Somebody who stands for so long; a device that asks in between gets the same estimate again."""
        chance = Random(self.seed)  # noqa: S311 - a radio, not a secret
        kept = exp(-1.0 / self.forgets_s) if self.forgets_s else 0.0
        x, y = chance.gauss(0, SIZE_M), chance.gauss(0, SIZE_M)
        found = None
        for number in range(round(seconds / every)):
            at = Millis(MOMENT + round(number * every * 1000))
            if number and at % 1000 == 0:
                fresh = SIZE_M * sqrt(1 - kept * kept)
                x, y = kept * x + chance.gauss(0, fresh), kept * y + chance.gauss(0, fresh)
            found = whereabouts(found, Fix(at, round(x, 3), round(y, 3), GROUND), SIZE_M, rules)
        assert found is not None
        return found


class TestLearning:
    @pytest.mark.parametrize("every", [0.5, 1.0])
    @pytest.mark.parametrize("seed", range(3))
    def test_a_radio_that_forgets_slowly(self, seed: int, every: float) -> None:
        """After five minutes it is known that errors of 4 s hang together, however often the device asks."""
        assert correlation(Radio(4.0, seed).sees(300, every=every).alike, BLE) > 0.3

    @pytest.mark.parametrize("every", [0.5, 1.0])
    @pytest.mark.parametrize("seed", range(3))
    def test_a_radio_that_forgets_at_once(self, seed: int, every: float) -> None:
        """Where every estimate errs anew, hardly anything is taken off."""
        assert correlation(Radio(0.0, seed).sees(300, every=every).alike, BLE) < 0.1

    @pytest.mark.parametrize("profile", ["uwb", "exact", "beacon"])
    def test_only_where_it_matters(self, profile: str) -> None:
        """Where errors are smaller than a step nothing is learnt of them."""
        assert Radio(4.0).sees(60, rules=PROFILES[profile]).alike == AT_FIRST

    def test_slow_polls(self) -> None:
        """Polls every two seconds are too few to learn from."""
        assert LONGEST_S < 2.0
        assert Radio(4.0).sees(300, every=2.0).alike == AT_FIRST

    def test_the_same_place_again(self) -> None:
        """A place that is handed out twice is no second error."""
        before = standing(MOMENT, 5.0, 5.0, MOMENT)._replace(x=6.0, alike=0.4)

        assert alike(before, Fix(Millis(MOMENT + 1000), 6.0, 5.0, GROUND)) == 0.4

    @pytest.mark.parametrize(("x", "more"), [(7.0, True), (4.0, False)])
    def test_to_either_side(self, x: float, more: bool) -> None:  # noqa: FBT001 - a table
        """An error to the same side makes them more alike, one to the other side less."""
        before = standing(MOMENT, 5.0, 5.0, MOMENT)._replace(x=6.0, alike=0.4)

        assert (alike(before, Fix(Millis(MOMENT + 1000), x, 5.0, GROUND)) > 0.4) == more


class TestRules:
    @given(st.floats(-1, 1), st.sampled_from(sorted(PROFILES)))
    def test_bounded(self, likeness: float, profile: str) -> None:
        """The share is never below 0 and never above the profile's cap, which is under one half."""
        assert 0.0 <= correlation(likeness, PROFILES[profile]) <= PROFILES[profile].correlation_cap < 0.5

    def test_nothing_alike_changes_nothing(self) -> None:
        """Up to what chance makes alike, the rules are those of the profile."""
        assert wary(BLE, BY_CHANCE) is BLE

    def test_more_is_asked_where_errors_hang_together(self) -> None:
        """They must say more before a narration starts, and for longer before it ends; nothing else changes."""
        raised = wary(BLE, 0.6)

        assert BLE.enter_p < raised.enter_p < 1.0
        assert raised.exit_delay > BLE.exit_delay
        assert raised.with_overrides({"enter_p": BLE.enter_p, "exit_delay": BLE.exit_delay}) == BLE
