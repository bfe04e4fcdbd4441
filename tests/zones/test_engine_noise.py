"""The walk of the reviewer who was cut: a listener near a border, seen through ultra-wideband's error.

The error is a Gauss-Markov process: correlated over 3 s, as that of a tag on a moving body is. What is measured
here in a few seeds is a check of sanity; figures over many visits and layouts are the quality harness's.
"""

from dataclasses import dataclass, field
from math import exp, sqrt
from random import Random

import pytest

from tests.zones.plans import floor_plan
from tests.zones.walks import MOMENT, Visitor, told

CORRELATION_S = 3.0
TUNNEL = told(floor_plan("A B C", cell=5.0), seconds=90)


@dataclass(slots=True)
class Wander:
    """A position error that drifts about: 1σ per axis in metres, correlated over some seconds."""

    sigma: float
    every: float
    chance: Random
    x: float = field(init=False)
    y: float = field(init=False)

    def __post_init__(self) -> None:
        self.x, self.y = self.chance.gauss(0, self.sigma), self.chance.gauss(0, self.sigma)

    def __call__(self) -> tuple[float, float]:
        """The error of the next fix."""
        kept = exp(-self.every / CORRELATION_S)
        fresh = self.sigma * sqrt(1 - kept * kept)
        self.x = kept * self.x + self.chance.gauss(0, fresh)
        self.y = kept * self.y + self.chance.gauss(0, fresh)
        return self.x, self.y


def visitor(seed: int, *, x: float, sigma: float, every: float = 1.0) -> Visitor:
    """Somebody in the tunnel, seen with that error."""
    noise = Wander(sigma, every, Random(seed))  # noqa: S311 - a walk, not a secret
    return Visitor(TUNNEL, x=x, y=2.5, every=every, accuracy=sigma, noise=noise)


@pytest.mark.parametrize("every", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("sigma", [0.3, 0.4])
@pytest.mark.parametrize("seed", range(2))
def test_wandering_listener_is_never_cut(seed: int, sigma: float, every: float) -> None:
    """A metre from the border, and time and again 2 to 3 m over it for 4 s: A is heard from end to end."""
    chance = Random(1000 + seed)  # noqa: S311 - a walk, not a secret
    listener = visitor(seed, x=4, sigma=sigma, every=every).stands(10)
    while listener.playing == "A":
        away = 5 + chance.uniform(2, 3)
        listener.walks(away, seconds=2.5).stands(chance.uniform(0, 1)).walks(4, seconds=2.5)
        listener.stands(chance.uniform(4, 12))

    assert listener.heard[:2] == ["start A", "stop A"]
    assert listener.times[1] - listener.times[0] == pytest.approx(90, abs=every)


@pytest.mark.parametrize("sigma", [0.3, 0.4])
@pytest.mark.parametrize("seed", range(4))
def test_listener_who_stays_put_is_never_cut(seed: int, sigma: float) -> None:
    """A metre from the border and standing still: nothing but A."""
    assert visitor(seed, x=4, sigma=sigma).stands(88).heard == ["start A"]


@pytest.mark.parametrize("every", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("seed", range(3))
def test_who_really_goes_is_released(seed: int, every: float) -> None:
    """Over to the middle of B for good: within 20 s, and one more poll, A has faded and B begun, error or no error."""
    leaver = visitor(seed, x=2.5, sigma=0.4, every=every).stands(12).walks(7.5)
    gone = (leaver.now - MOMENT) / 1000
    leaver.stands(25)

    assert leaver.heard == ["start A", "switch B"]
    assert leaver.times[1] - gone <= 20 + every


@pytest.mark.parametrize("seed", range(4))
def test_passer_by_hears_nothing(seed: int) -> None:
    """Through all three zones at walking pace, seen with an error of 0.3 m: nothing begins."""
    assert visitor(seed, x=-5, sigma=0.3).walks(20).heard == []
