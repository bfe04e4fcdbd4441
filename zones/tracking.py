"""Where the visitor is and whether they stand still, from believed fixes with their errors.

Two guesses run side by side, one of a visitor who stands and one of a visitor who walks; each fix says which of
them fits better, and the place is the mean of both by that share. So the average is long while somebody stands, and
short as soon as they walk: no single length of averaging serves both.

Source: H. Blom and Y. Bar-Shalom, The interacting multiple model algorithm (1988), with two random walks as models.
Decision 0021 has the figures of what was tried.
"""

import math
from functools import lru_cache
from typing import Final

from zones import correlation
from zones.model import Fix, Rules
from zones.state import Whereabouts
from zones.units import Millis, fine, frozen

SHIFTS: Final = 0.003
WALKS: Final = 1.0
"""Square metres a second, per axis, by which a visitor drifts who stands, and one who walks."""
STANDS_FOR: Final = 20.0
WALKS_FOR: Final = 5.0
"""Seconds for which a visitor stands, and walks, in the mean."""
GETS_ABOUT: Final = 2.0
"""Seconds: a stroll is a random walk; who is not seen for longer has gone somewhere, and may be twice as far."""
AT_FIRST: Final = 0.3
"""How likely a visitor stands who has just been found."""
STANDING: Final = 0.65
"""So likely at least, and the visitor is at rest."""
TRUSTED: Final = 1.0
DOUBTED: Final = 4.0
"""A fix is taken for better than its stated error where it lies close, and for worse the further off it lies: its
variance is (TRUSTED + square) / DOUBTED of what is stated, with the square of its distance in errors. So radios are:
most fixes are good, and some are several times worse. Source: K. Lange, R. Little and J. Taylor, Robust statistical
modeling using the t distribution (1989)."""
LASTING_SHARE: Final = 0.3
"""The share of a fix's error that no averaging takes away: a bias that lasts."""
STROLL: Final = 0.35
"""Metres a second: who moves faster than this from where they came to rest is passing by."""
NAMED_SIGMAS: Final = 0.8
"""Codes and beacons this many σ apart, or less, are one place."""
AGREES: Final = 1.45
SWAYS: Final = 0.35
"""The last fix of somebody who stands is this many errors, or metres, from the average."""


News = tuple[float, float, float, float, float]
"""What a fix says beyond the one before: x and y less the share of that one's, what is kept of the place then, the
variance by which it pulls (that of a share where several share the weight of one), and its weight.

Plain, as `turn.Seen` is.
"""


def whereabouts(before: Whereabouts | None, fix: Fix, error: float, rules: Rules) -> Whereabouts:
    """The new whereabouts, from a fix with its error (metres, 1σ per axis).

    Where there is nothing to go on from (`before` is None) they begin anew; a code or beacon names a place, and is
    not averaged. Fixes that come quicker than `smoothing` share the weight of one, as their errors hang together:
    polling twice as often does not make a device twice as sure.
    """
    if before is None:
        return _at(fix, error, AT_FIRST, fix.at, correlation.AT_FIRST)
    if fix.zone is not None:
        far = math.hypot(fix.x - before.mean_x, fix.y - before.mean_y)
        rests = far <= max(STROLL * rules.dwell, NAMED_SIGMAS * error)
        return _at(fix, error, 1.0, before.rest_since if rests else fix.at, before.alike)
    return _filtered(before, fix, error, rules)


def stands(where: Whereabouts) -> bool:
    """Whether the last fix agrees with where the visitor stood: who has just set off should not be spoken to."""
    return math.hypot(where.x - where.mean_x, where.y - where.mean_y) <= max(AGREES * where.error, SWAYS)


def is_walking(where: Whereabouts) -> bool:
    """Whether the visitor is on the move, as of the last fix."""
    return where.rest_since == where.at


def _at(fix: Fix, error: float, standing: float, rest_since: Millis, likeness: float) -> Whereabouts:
    x, y, spread = fix.x, fix.y, error * error
    return Whereabouts(
        fix.at, x, y, fix.level, x, y, error, rest_since, standing, x, y, spread, x, y, spread, likeness
    )


def _filtered(before: Whereabouts, fix: Fix, error: float, rules: Rules) -> Whereabouts:
    """One step of the filter: each guess is mixed with the other, spread by time, and drawn to the fix."""
    at, x, y, level = fix[:4]
    rest_since, stood, still_x, still_y, still_var, walk_x, walk_y, walk_var, likeness = before[7:]
    span, smoothing = (at - before.at) / 1000, rules.smoothing
    noise = shared = error * error
    weight, unseen = 1.0, 0.0
    if span < smoothing:
        # how well a step fits is asked of all the way that could be walked between whole fixes: asked of a shorter one,
        # the two guesses are harder to tell apart, and who polls twice as often was at rest half a second later
        weight, unseen = span / smoothing, WALKS * (smoothing - span)
        shared = noise / weight
    news = (x, y, 1.0, shared, weight)
    if rules.correlation_cap and span <= correlation.LONGEST_S:
        likeness = correlation.alike(before, fix)
        told = correlation.correlation(likeness, rules)
        noise, news = _new(before, told, noise, news)
    stay, stop = _turns(span)
    still = stood * stay + (1.0 - stood) * stop
    walks = 1.0 - still
    a, b = stood * stay / still, stood * (1.0 - stay) / walks
    dx, dy = walk_x - still_x, walk_y - still_y
    apart, wider = 0.5 * (dx * dx + dy * dy), walk_var - still_var
    # each guess begins from its share of both, and is less sure by how far they were apart
    share = 1.0 - b
    drift = WALKS * span * (span / GETS_ABOUT if span > GETS_ABOUT else 1.0)
    spread = still_var + share * (wider + b * apart)
    walk_x, walk_y, walk_var, walk_fits = _drawn(
        still_x + share * dx, still_y + share * dy, spread, drift, noise + unseen, news
    )
    share = 1.0 - a
    spread = still_var + share * (wider + a * apart)
    still_x, still_y, still_var, still_fits = _drawn(
        still_x + share * dx, still_y + share * dy, spread, SHIFTS * span, noise, news
    )
    still, walks = still * still_fits, walks * walk_fits
    standing = fine(still / (still + walks))
    dx, dy = walk_x - still_x, walk_y - still_y
    walking = 1.0 - standing
    spread = still_var + walking * (walk_var - still_var + standing * 0.5 * (dx * dx + dy * dy))
    lasting = LASTING_SHARE * error
    return frozen(
        Whereabouts,
        (
            at,
            x,
            y,
            level,
            still_x + walking * dx,
            still_y + walking * dy,
            math.sqrt(spread + lasting * lasting),
            rest_since if standing >= STANDING else at,
            standing,
            still_x,
            still_y,
            still_var,
            walk_x,
            walk_y,
            walk_var,
            likeness,
        ),
    )


def _new(before: Whereabouts, told: float, noise: float, news: News) -> tuple[float, News]:
    """The variance of what is new in a fix, and what it says, where the one before has told a share of its error."""
    x, y, _, shared, weight = news
    new = 1.0 - told * told
    return noise * new, (x - told * before.x, y - told * before.y, 1.0 - told, shared * new, weight)


@lru_cache(maxsize=1024)  # a device polls at its own pace: the same span again and again
def _turns(span: float) -> tuple[float, float]:
    """How likely who stood still stands, and who walked has stopped, after so many seconds."""
    return fine(math.exp(-span / STANDS_FOR)), 1.0 - fine(math.exp(-span / WALKS_FOR))


def _drawn(
    x: float, y: float, spread: float, drift: float, noise: float, news: News
) -> tuple[float, float, float, float]:
    """A guess after a fix: its place, its spread (square metres per axis), and how well the fix fits it.

    Args:
        x: Metres.
        y: Metres.
        spread: The variance of the guess before the step, and
        drift: what is added to it by the step.
        noise: The variance of what is new in the fix.
        news: What the fix says; its likelihood is tempered to the power of its weight.
    """
    seen_x, seen_y, kept, shared, weight = news
    dx, dy = seen_x - kept * x, seen_y - kept * y
    pull = kept * spread + drift
    own = kept * kept * spread + drift
    total = own + noise
    square = (dx * dx + dy * dy) / total
    gain = pull / (own + shared * (TRUSTED + square) / DOUBTED)
    # by the t distribution with two degrees of freedom: by a Gaussian the narrower guess fitted what was far off both
    # better than the wider one, and who had gone far while the radio was rough was never found again
    tail = 1.0 + 0.5 * square
    fits = 1.0 / (total * tail * tail)
    return (
        x + gain * dx,
        y + gain * dy,
        spread + drift - gain * pull,
        fits if weight == 1.0 else fits**weight,
    )
