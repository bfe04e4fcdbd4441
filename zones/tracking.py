"""Where the visitor is and whether they stand still, from believed fixes with their errors.

Two guesses run side by side, one of a visitor who stands and one of a visitor who walks; each fix says which of
them fits better, and the place is the mean of both by that share. So the average is long while somebody stands, and
short as soon as they walk: no single length of averaging serves both.

Source: H. Blom and Y. Bar-Shalom, The interacting multiple model algorithm (1988), with two random walks as models.
Decision 0021 has the figures of what was tried.
"""

import math
from typing import Final

from zones.admission import is_out_of_reach, sigma
from zones.model import Fix, Rules
from zones.state import Whereabouts
from zones.units import Millis, millis

SHIFTS: Final = 0.003
WALKS: Final = 1.0
"""Square metres a second, per axis, by which a visitor drifts who stands, and one who walks."""
STANDS_FOR: Final = 20.0
WALKS_FOR: Final = 5.0
"""Seconds for which a visitor stands, and walks, in the mean."""
AT_FIRST: Final = 0.3
"""How likely a visitor stands who has just been found."""
STANDING: Final = 0.7
"""So likely at least, and the visitor is at rest."""
OUTLIER: Final = 4.0
"""A fix that lies further off than this (squared, in its own error) is taken for a worse one."""
UNSURE: Final = 1e-12
LASTING_SHARE: Final = 0.3
"""The share of a fix's error that no averaging takes away: a bias that lasts."""
STROLL: Final = 0.35
"""Metres a second: who moves faster than this from where they came to rest is passing by."""
NAMED_SIGMAS: Final = 0.8
"""Codes and beacons this many σ apart, or less, are one place."""
AGREES: Final = 1.3
SWAYS: Final = 0.35
"""The last fix of somebody who stands is this many errors, or metres, from the average."""


def whereabouts(before: Whereabouts | None, fix: Fix, rules: Rules) -> Whereabouts:
    """The new whereabouts.

    Where there is nothing to go on from (a long silence, another level, a place that no walk leads to) they begin
    anew; a code or beacon names a place, and is not averaged. Fixes that come quicker than `smoothing` share its
    weight, as their errors hang together: polling twice as often does not make a device twice as sure.
    """
    error = sigma(fix, rules)
    if before is None or _anew(before, fix, rules):
        return _at(fix, error, AT_FIRST, fix.at)
    if fix.zone is not None:
        far = math.hypot(fix.x - before.mean_x, fix.y - before.mean_y)
        rests = far <= max(STROLL * rules.dwell, NAMED_SIGMAS * error)
        return _at(fix, error, 1.0, before.rest_since if rests else fix.at)
    return _filtered(before, fix, error, rules.smoothing)


def stands(where: Whereabouts) -> bool:
    """Whether the last fix agrees with where the visitor stood: who has just set off should not be spoken to."""
    return math.hypot(where.x - where.mean_x, where.y - where.mean_y) <= max(SWAYS, AGREES * where.error)


def is_walking(where: Whereabouts) -> bool:
    """Whether the visitor is on the move, as of the last fix."""
    return where.rest_since == where.at


def _at(fix: Fix, error: float, standing: float, rest_since: Millis) -> Whereabouts:
    x, y, spread = fix.x, fix.y, round(error * error, 6)
    return Whereabouts(fix.at, x, y, fix.level, x, y, error, rest_since, standing, x, y, spread, x, y, spread)


def _anew(before: Whereabouts, fix: Fix, rules: Rules) -> bool:
    silent = fix.at - before.at > millis(rules.radio_gap)
    return silent or before.level != fix.level or is_out_of_reach(before, fix, rules)


def _filtered(before: Whereabouts, fix: Fix, error: float, smoothing: float) -> Whereabouts:
    """One step of the filter: each guess is mixed with the other, spread by time, and drawn to the fix."""
    span = (fix.at - before.at) / 1000
    noise = error * error * max(1.0, smoothing / span)
    stay, stop = math.exp(-span / STANDS_FOR), 1 - math.exp(-span / WALKS_FOR)
    stood = before.standing
    still = stood * stay + (1 - stood) * stop
    a, b = stood * stay / still, stood * (1 - stay) / (1 - still)
    dx, dy = before.walk_x - before.still_x, before.walk_y - before.still_y
    apart, wider = (dx * dx + dy * dy) / 2, before.walk_var - before.still_var
    # each guess begins from its share of both, and is less sure by how far they were apart
    spread = before.still_var + (1 - a) * (wider + a * apart) + SHIFTS * span
    still_x, still_y, still_var, still_fits = _drawn(
        before.still_x + (1 - a) * dx, before.still_y + (1 - a) * dy, spread, fix, noise
    )
    spread = before.still_var + (1 - b) * (wider + b * apart) + WALKS * span
    walk_x, walk_y, walk_var, walk_fits = _drawn(
        before.still_x + (1 - b) * dx, before.still_y + (1 - b) * dy, spread, fix, noise
    )
    standing = still * still_fits / (still * still_fits + (1 - still) * walk_fits)
    dx, dy = walk_x - still_x, walk_y - still_y
    walking = 1 - standing
    spread = still_var + walking * (walk_var - still_var + standing * (dx * dx + dy * dy) / 2)
    lasting = LASTING_SHARE * error
    # micrometres, and as fine elsewhere, so that another machine replays the same
    return Whereabouts(
        fix.at,
        fix.x,
        fix.y,
        fix.level,
        round(still_x + walking * dx, 6),
        round(still_y + walking * dy, 6),
        round(math.sqrt(spread + lasting * lasting), 4),
        before.rest_since if standing >= STANDING else fix.at,
        round(standing, 6),
        round(still_x, 6),
        round(still_y, 6),
        round(still_var, 6),
        round(walk_x, 6),
        round(walk_y, 6),
        round(walk_var, 6),
    )


def _drawn(x: float, y: float, spread: float, fix: Fix, noise: float) -> tuple[float, float, float, float]:
    """A guess after a fix: its place, its spread (square metres per axis), and how well the fix fits it."""
    dx, dy, total = fix.x - x, fix.y - y, spread + noise
    off = (dx * dx + dy * dy) / total
    if off > OUTLIER:
        total = spread + noise * off / OUTLIER
        off = (dx * dx + dy * dy) / total
    gain = spread / total
    return x + gain * dx, y + gain * dy, spread * (1 - gain), math.exp(-off / 2) / total + UNSURE
