"""How much successive fixes err alike: a radio that forgets its error slowly tells less with every fix than it seems.

A mean over ten fixes is worth ten only where their errors are new each time. Many systems smooth before they answer,
and stand for seconds on one side of the truth; others do not. No profile says which, so it is learnt in the visit,
and what a fix shares with the one before is taken off both sides (measurement differencing).

Source: A. Bryson and L. Henrikson, Estimation using sampled data containing sequentially correlated noise (1968).
Decision 0030 has the figures of what was tried.
"""

from dataclasses import replace
from functools import lru_cache
from math import sqrt
from typing import Final

from zones.model import Fix, Rules
from zones.state import Whereabouts

AT_FIRST: Final = 0.2
"""How alike errors are taken to be at the beginning of a visit."""
BY_CHANCE: Final = 0.27
"""New errors seem so alike, as where the visitor stands is itself known from the fixes alone."""
SLOPE: Final = 1.6
"""Of what goes beyond that, the correlation is so much: both were fitted to errors of known memory."""
WINDOW: Final = 60.0
"""Fixes over which it is averaged."""
LONGEST_S: Final = 1.5
"""Seconds: after a longer gap an error is taken to be new, and polls so slow are too few to learn from."""
STEPS: Final = 32
"""The correlation is told in thirty-seconds, so that rules are made anew some times in a visit, not at every fix."""


def alike(before: Whereabouts, fix: Fix) -> float:
    """The mean cosine of the angle between successive errors, with one more fix: 1 is the same error again.

    Errors are told from where a standing visitor is, and count by how likely they stand. Angles alone, because rough
    fixes and wrong accuracies would spoil a mean of squares. A place that is handed out again says nothing.
    """
    x0, y0 = before.x - before.still_x, before.y - before.still_y
    x1, y1 = fix.x - before.still_x, fix.y - before.still_y
    size = (x0 * x0 + y0 * y0) * (x1 * x1 + y1 * y1)
    if size == 0.0 or (fix.x == before.x and fix.y == before.y):
        return before.alike
    cosine = (x0 * x1 + y0 * y1) / sqrt(size)
    return before.alike + before.standing / WINDOW * (cosine - before.alike)


def correlation(likeness: float, rules: Rules) -> float:
    """The share of a fix's error that was in the fix before already: 0, and never more than the profile's cap."""
    share = SLOPE * (likeness - BY_CHANCE)
    return 0.0 if share <= 0.0 else min(share, rules.correlation_cap)


def wary(rules: Rules, likeness: float) -> Rules:
    """The rules for fixes that err alike: they must say more before a narration starts, and for longer before it ends.

    What a zone sets itself stands.
    """
    steps = round(STEPS * correlation(likeness, rules))
    return _raised(rules, steps) if steps else rules


@lru_cache(maxsize=512)
def _raised(rules: Rules, steps: int) -> Rules:
    share = steps / STEPS
    return replace(
        rules,
        enter_p=rules.enter_p + share * (1.0 - rules.enter_p),
        exit_delay=rules.exit_delay * (1.0 + share),
    )
