"""The limits of the layout check: each a formula in the profile's error, with its reason.

The error of a profile is what its fixes are taken to have where they say nothing: `default_sigma`, not under the
floor and not over the cap. Smoothing earns no credit: the error of one place lasts for many fixes.
"""

import math
from typing import Final

from zones.departure import FINISH_LEFT_MS, SPOT_MS, hold_s
from zones.model import Rules
from zones.units import Metres, Millis

ALIKE: Final = 0.05
"""Two places may be taken for each other in one fix of twenty.

The trigger-quality figures allow one wrong start in ten with BLE, three in a hundred with UWB; a pair of zones that
brings one in twenty by itself spends that allowance whole.
"""
ALIKE_DEVIATE: Final = 1.6449
"""The normal deviate that 5 % lie beyond."""

INTERRUPTED_DEVIATE: Final = 2.3263
"""The normal deviate that 1 % lie beyond: an interruption asks for one dwell alone, so one moment in error is enough.

Measured on 200 drifters a profile, whose error stays for ten seconds: with 1.6449 up to 3.5 % were interrupted.
"""

INSIDE_DEVIATE: Final = 1.2816
"""80 % of fixes lie within so many σ to either side: what is asked of the middle of a zone."""

STANDING_WIDTH: Final = 0.5
"""Metres across that a person stands on: Fruin, Pedestrian Planning and Design (1971), body ellipse 0.46 × 0.61 m."""

NESTED_SHARE: Final = 0.9
"""A zone of which so much lies in another is nested in it, and the smaller one wins by rule."""
MUCH_SMALLER: Final = 0.25
"""A zone of so small a share of the other's area wins in the overlap without being nested."""

LISTENING_PACE: Final = 0.05
"""Metres a second that listeners drift: they stray 2 to 5 m off during narrations of 40 to 90 s."""
FARTHEST_STRAY: Final = 5.0
"""Metres; farther off they have left."""

LISTENER_AREA: Final = 1.2
"""Square metres that a listener takes among others who come and go: Fruin 1971, level of service A for queues."""
ARRIVAL: Final = 15.0
"""Seconds between two visitors who come to listen on a busy day: 240 an hour."""


def error_of(rules: Rules) -> Metres:
    """What the fixes of a profile are off by (m, 1σ per axis)."""
    return Metres(min(max(rules.default_sigma, rules.sigma_floor), rules.sigma_cap))


def confusion(apart: float, error: float) -> float:
    """The probability that a fix of one place lies nearer to the other, from their distance (m) and the error.

    Exact for a Gaussian error; the two attended places are points.

    >>> confusion(0.0, 0.4), confusion(2.0, 0.4)
    (0.5, 0.0062)
    """
    return round(0.5 * math.erfc(apart / (2 * math.sqrt(2) * error)), 4)


def alike_within(error: float) -> Metres:
    """Two places nearer to each other than this (m) are confused in more than one fix of twenty."""
    return Metres(2 * ALIKE_DEVIATE * error)


def least_inradius(error: float) -> Metres:
    """From the middle of a zone this deep (m), four fixes of five lie inside, even in a long strip."""
    return Metres(INSIDE_DEVIATE * error)


def least_overlap(error: float) -> Metres:
    """An overlap narrower than this (m) holds nobody, or is lost in the error."""
    return Metres(min(error, STANDING_WIDTH))


def elbow_room(length: Millis, error: float, deviate: float = ALIKE_DEVIATE) -> Metres:
    """How far (m) a listener needs to be free to go during a narration, with so many times the error on top.

    >>> elbow_room(Millis(60_000), 0.4), elbow_room(Millis(3_600_000), 0.4, INTERRUPTED_DEVIATE)
    (3.658, 5.931)
    """
    stray = min(length / 1000 * LISTENING_PACE, FARTHEST_STRAY)
    return Metres(round(stray + deviate * error, 3))


def borrowed(rules: Rules) -> Metres:
    """How far (m) listeners may drift on into a neighbour of no higher priority before the engine lets go.

    It is time that runs there, and not a distance: `exit_delay`, or what is left of it so far from their spot; and
    8 s before its end a narration is finished whatever happens. At 5 cm a second the two are 90 cm with UWB.

    >>> from zones.profiles import PROFILES
    >>> borrowed(PROFILES["uwb"]), borrowed(PROFILES["uwb"].with_overrides({"exit_delay": 0.0}))
    (0.9, 0.4)
    """
    return Metres(round((_waits(rules) + FINISH_LEFT_MS / 1000) * LISTENING_PACE, 3))


def _waits(rules: Rules) -> float:
    """The least (s) that the engine asks for of who drifts out: their spot follows, but late."""
    off = LISTENING_PACE * (SPOT_MS / 1000 + rules.exit_delay)
    return min(hold_s(rules, off), rules.exit_delay)


def longest_here(area: float) -> float:
    """Seconds that a narration may last before those who listen crowd a zone of this area (m²).

    With one listener every 15 s, a narration of T seconds has T / 15 of them at a time (Little's law).
    """
    return area / LISTENER_AREA * ARRIVAL


def least_area(length: Millis) -> float:
    """Square metres that the listeners of a narration take: the other way round."""
    return length / 1000 / ARRIVAL * LISTENER_AREA
