"""Where the visitor is, from believed fixes: an average place, rest, and presence in zones.

Everything is smoothed and counted in seconds, never in numbers of fixes, so that a device that polls twice a
second and one that polls every five seconds are treated alike.
"""

import math
from typing import Final

from zones.admission import is_out_of_reach, sigma
from zones.attention import attended
from zones.geometry import near
from zones.model import Fix, Rules, Zone
from zones.state import Presence, State, Whereabouts
from zones.turn import Seen, Turn
from zones.units import Millis, millis

STROLL: Final = 0.35
"""Metres a second: who moves faster than this from where they came to rest is passing by."""
AHEAD: Final = 0.25
"""How far from the average towards the last fix the visitor is taken to be coming to rest."""
REST_SIGMAS: Final = 0.8
"""The average of somebody who stands still seldom wanders further than this many σ."""
STAY_FACTOR: Final = 4.0
"""A stay this many times the dwell counts as a dwell, if it led away from where it began no faster than a stroll."""
LIKELIER: Final = 0.4
"""Between two fixes the visitor attended a zone if that was so likely at least, from the probabilities of both.

The less clear it is, the slower the time there counts: it takes longer where two zones lie over one another.
"""
SURE: Final = 0.94
"""Well inside, nobody doubts it; which of two overlapping zones is meant is not for the radio to say."""
REACH_SIGMAS: Final = 4.0
"""Beyond this many σ outside a border the probability of being inside is under 1 in 30,000."""
STRAY_SIGMAS: Final = 1.2
"""A fix moves the average as if it were at most this many σ away, beside what a walk explains."""
WALK: Final = 1.4
LATE: Final = 1.5
"""Metres a second, and seconds beside those since the last fix: so far from the average a walk leads."""


def locate(turn: Turn) -> Turn:
    """Take a believed fix into the whereabouts, the presences and the evidence."""
    fix = turn.event
    if not isinstance(fix, Fix) or turn.refused is not None:
        return turn
    where = whereabouts(turn.state.where, fix, turn.rules)
    close = near(turn.layout, fix.level, where.mean_x, where.mean_y, REACH_SIGMAS * where.error)
    seen = attended(turn, where, close)
    if fix.zone is not None and fix.zone in turn.layout.zones:
        zone = turn.layout.zones[fix.zone]
        depth = seen[zone.id].inside_m if zone.id in seen else 0.0
        seen[zone.id] = Seen(zone, max(depth, 0.0), 1.0, 1.0)
    before = () if _lost_touch(turn.state, fix.at, turn.rules) else turn.state.presences
    kept, passed = _presences(turn, fix, where, before, seen)
    return turn.having(where=where, presences=kept)._replace(passed=passed, seen=tuple(seen.values()))


def whereabouts(before: Whereabouts | None, fix: Fix, rules: Rules) -> Whereabouts:
    """The new whereabouts: averaged over `smoothing` seconds; at rest until the visitor strolls off.

    Where there is nothing to go on from (a long silence, another level, a place that no walk leads to) the average
    begins anew; a code or beacon names a place, and is not averaged.
    """
    error = sigma(fix, rules)
    if before is None or _anew(before, fix, rules):
        return Whereabouts(fix.at, fix.x, fix.y, fix.level, fix.x, fix.y, error, fix.x, fix.y, fix.at)
    span = (fix.at - before.at) / 1000
    named = fix.zone is not None or rules.smoothing <= 0
    weight = 1.0 if named else 1 - math.exp(-span / rules.smoothing)
    error = round(before.error + weight * (error - before.error), 4)
    far = math.hypot(fix.x - before.mean_x, fix.y - before.mean_y)
    if far > 0 and not named:
        weight *= min(1.0, (STRAY_SIGMAS * error + WALK * (span + LATE)) / far)
    # micrometres: rounded to millimetres, an average of 300 fixes a second would stick half a metre off
    mean_x = round(before.mean_x + weight * (fix.x - before.mean_x), 6)
    mean_y = round(before.mean_y + weight * (fix.y - before.mean_y), 6)
    slack = max(STROLL * rules.dwell, REST_SIGMAS * error)
    rests = math.hypot(mean_x - before.rest_x, mean_y - before.rest_y) <= slack
    if rests:
        rest = (before.rest_x, before.rest_y, before.rest_since)
    else:  # a little ahead of the average, which is late: who comes to a stand rests at once, where they will stand
        ahead_x, ahead_y = mean_x + AHEAD * (fix.x - mean_x), mean_y + AHEAD * (fix.y - mean_y)
        rest = (round(ahead_x, 6), round(ahead_y, 6), fix.at)
    return Whereabouts(fix.at, fix.x, fix.y, fix.level, mean_x, mean_y, error, *rest)


def _anew(before: Whereabouts, fix: Fix, rules: Rules) -> bool:
    silent = fix.at - before.at > millis(rules.radio_gap)
    return silent or before.level != fix.level or is_out_of_reach(before, fix, rules)


def dwell_ms(presence: Presence, where: Whereabouts) -> int:
    """How long the visitor has dwelt in a zone: at rest there, or a quarter of a stay that is no walk through.

    Counts up to the last believed fix, never to the clock: silence of the radio is no dwell.
    """
    still = min(presence.inside_ms, where.at - where.rest_since)
    ambles = (
        math.hypot(where.mean_x - presence.x, where.mean_y - presence.y) <= STROLL * presence.inside_ms / 1000
    )
    return max(still, int(presence.inside_ms / STAY_FACTOR) if ambles else 0)


def needed_ms(turn: Turn, zone: Zone) -> Millis:
    """The dwell that a zone asks for."""
    return millis(turn.rule(zone, "dwell"))


def _lost_touch(state: State, at: Millis, rules: Rules) -> bool:
    return state.where is not None and at - state.where.at > millis(rules.radio_gap)


def _presences(
    turn: Turn, fix: Fix, where: Whereabouts, before: tuple[Presence, ...], seen: dict[str, Seen]
) -> tuple[tuple[Presence, ...], tuple[tuple[str, Millis, Millis], ...]]:
    """Who is in which zone now, and which zones were left before their dwell was met."""
    kept: list[Presence] = []
    passed: list[tuple[str, Millis, Millis]] = []
    known = {each.zone for each in before}
    for presence in before:
        zone = turn.layout.zones.get(presence.zone)
        if zone is None:
            continue
        now = _follow(turn, fix, presence, seen.get(zone.id, Seen(zone, -math.inf, 0.0, 0.0)))
        if now is not None:
            kept.append(now)
        elif not presence.met:
            passed.append((zone.id, presence.since, presence.out_since or fix.at))
    kept += [
        Presence(each.zone.id, fix.at, where.mean_x, where.mean_y, each.probability, each.inside)
        for each in seen.values()
        if each.zone.id not in known and each.inside >= turn.rule(each.zone, "enter_p")
    ]
    if fix.deliberate:
        kept = [each._replace(met=True) if each.zone == fix.zone else each for each in kept]
    return tuple(sorted(kept, key=lambda each: each.zone)), tuple(passed)


def _clear(likely: float, enter_p: float) -> float:
    """How much of the time counts as time there; where it is likelier that they were elsewhere, it counts back."""
    return min(1.0, (likely / enter_p) ** 2) if likely >= LIKELIER else -1.0


def _follow(turn: Turn, fix: Fix, before: Presence, seen: Seen) -> Presence | None:
    """A presence after one more fix: still in, on its way out, or gone (None)."""
    span = fix.at - turn.state.where.at if turn.state.where is not None else 0
    likely = (before.probability + seen.probability) / 2
    sure = min(before.inside, seen.inside) >= SURE
    clear = 1.0 if sure else _clear(likely, turn.rule(seen.zone, "enter_p"))
    inside_ms = max(0, before.inside_ms + int(clear * span))
    now = before._replace(probability=seen.probability, inside=seen.inside, inside_ms=inside_ms)
    if seen.inside >= turn.rule(seen.zone, "exit_p"):
        return now._replace(out_since=None) if now.out_since is not None else now
    out_since = before.out_since if before.out_since is not None else fix.at
    if fix.at - out_since >= millis(turn.rule(seen.zone, "exit_dwell")):
        return None
    return now._replace(out_since=out_since)
