"""Whether somebody stands or walks, and where: the two guesses of the filter, and the error of their mean."""

from collections.abc import Iterable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zones.plans import GROUND
from tests.zones.walks import MOMENT, STATE_LIMIT
from zones.admission import sigma
from zones.model import Fix, Rules
from zones.profiles import PROFILES
from zones.state import Memory, State, Whereabouts, decode, encode
from zones.tracking import LASTING_SHARE, is_walking, stands, whereabouts
from zones.units import Millis

UWB: Final = PROFILES["uwb"]
SIGMA: Final = UWB.default_sigma
ROUNDING: Final = 2e-6
places = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


def fix(seconds: float, x: float, y: float = 0.0, zone: str | None = None) -> Fix:
    """A fix so many seconds into the visit."""
    return Fix(Millis(MOMENT + round(seconds * 1000)), x, y, GROUND, zone=zone)


def seen(fixes: Iterable[Fix], rules: Rules = UWB) -> list[Whereabouts]:
    """The whereabouts after each of those fixes."""
    found: list[Whereabouts] = []
    for each in fixes:
        found.append(whereabouts(found[-1] if found else None, each, sigma(each, rules), rules))
    return found


def stood(seconds: float, every: float) -> Whereabouts:
    """After so many seconds on one spot."""
    return seen(fix(every * number, 0) for number in range(round(seconds / every) + 1))[-1]


def walked(seconds: float, every: float, pace: float = 1.0) -> list[Whereabouts]:
    """Ten seconds on one spot, then off at a pace: what is seen on the way."""
    count, after = round(10 / every), round(seconds / every)
    way = [fix(every * number, 0) for number in range(count + 1)]
    way += [fix(10 + every * number, pace * every * number) for number in range(1, after + 1)]
    return seen(way)[count + 1 :]


class TestMean:
    @given(st.lists(places, min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 1.0, 2.0]))
    def test_within_the_fixes(self, spots: list[tuple[float, float]], every: float) -> None:
        """However the fixes scatter, the mean is never beyond the outermost of them."""
        for count, where in enumerate(seen(fix(every * n, *spot) for n, spot in enumerate(spots)), start=1):
            xs, ys = zip(*spots[:count], strict=True)
            assert min(xs) - ROUNDING <= where.mean_x <= max(xs) + ROUNDING
            assert min(ys) - ROUNDING <= where.mean_y <= max(ys) + ROUNDING
            assert 0 <= where.standing <= 1

    @given(st.lists(places, min_size=2, max_size=30))
    def test_same_wherever_the_site_lies(self, spots: list[tuple[float, float]]) -> None:
        """A site in other coordinates, a whole number of metres off, is seen alike."""
        here = seen(fix(n, *spot) for n, spot in enumerate(spots))[-1]
        there = seen(fix(n, x + 1024, y - 2048) for n, (x, y) in enumerate(spots))[-1]

        assert (there.mean_x - 1024, there.mean_y + 2048) == pytest.approx(
            (here.mean_x, here.mean_y), abs=1e-4
        )
        assert there.error == pytest.approx(here.error, abs=1e-3)

    def test_a_code_is_not_averaged(self) -> None:
        """A code names a place: the visitor is there."""
        assert seen([fix(0, 0), fix(1, 0), fix(2, 2, zone="A")])[-1].mean_x == 2


class TestError:
    def test_shrinks_while_standing(self) -> None:
        """The longer somebody stands, the surer their place."""
        errors = [stood(seconds, 1.0).error for seconds in (0, 2, 5, 20)]

        assert errors == sorted(errors, reverse=True)
        assert errors[0] == SIGMA
        assert errors[-1] < 0.7 * SIGMA

    @pytest.mark.parametrize("every", [0.1, 0.5, 1.0, 5.0])
    def test_never_without_error(self, every: float) -> None:
        """A bias that lasts is not averaged away, were it for an hour."""
        assert stood(3600 if every >= 1 else 200, every).error >= LASTING_SHARE * SIGMA

    @pytest.mark.parametrize("every", [0.1, 0.25, 0.5, 1.0])
    def test_polling_twice_as_often_makes_nobody_surer(self, every: float) -> None:
        """Quick fixes share their error: twice as many are worth no more than a few hundredths."""
        assert stood(20, every / 2).error >= 0.95 * stood(20, every).error

    @given(st.lists(places, min_size=1, max_size=40))
    def test_bounded(self, spots: list[tuple[float, float]]) -> None:
        """Whatever is sent, the error is a number above the lasting part."""
        for where in seen(fix(n, *spot) for n, spot in enumerate(spots)):
            assert LASTING_SHARE * SIGMA <= where.error < 10


class TestRest:
    @pytest.mark.parametrize("every", [0.25, 0.5, 1.0, 2.0])
    def test_a_walker_is_never_at_rest(self, every: float) -> None:
        """From three seconds after setting off, at a metre a second."""
        assert all(is_walking(where) for where in walked(20, every) if where.at >= MOMENT + 13_000)

    @pytest.mark.parametrize("every", [0.25, 0.5, 1.0, 2.0])
    def test_who_stops_is_soon_at_rest(self, every: float) -> None:
        """Three seconds after the last step it is clear that they stand."""
        last = walked(10, every)[-1]
        for number in range(1, round(4 / every) + 1):
            at = Millis(last.at + round(every * 1000))
            last = whereabouts(last, Fix(at, 10.0, 0.0, GROUND), SIGMA, UWB)
            assert not is_walking(last) or number * every < 3

    @pytest.mark.parametrize(("steps", "agrees"), [(0, True), (0.3, True), (1.0, False), (2.0, False)])
    def test_who_sets_off(self, steps: float, agrees: bool) -> None:  # noqa: FBT001 - a table
        """A sway agrees with where they stood; the first step away does not."""
        assert stands(whereabouts(stood(10, 1.0), fix(11, steps), SIGMA, UWB)) == agrees

    def test_one_bad_fix(self) -> None:
        """One fix two metres off moves the mean by little, and the next ones bring it back."""
        spots = [0.0] * 20 + [2.0] + [0.0] * 5
        found = seen(fix(n, x) for n, x in enumerate(spots))

        assert found[20].mean_x < 1.0
        assert abs(found[-1].mean_x) < 0.2


class TestState:
    @given(st.lists(places, min_size=1, max_size=20))
    def test_written_and_read(self, spots: list[tuple[float, float]]) -> None:
        """The filter goes on from what was stored as if nothing had been stored, with forty exhibits beside it."""
        memories = tuple(Memory(f"exhibit-{n:02}", begun=True, heard=True) for n in range(40))
        for where in seen(fix(n, *spot) for n, spot in enumerate(spots)):
            state = State(where=where, memories=memories)
            text = encode(state)
            assert decode(text) == state
            assert len(text) <= STATE_LIMIT
