"""Where the visitor is, from believed fixes: presence in zones, rest, and a slow position for departures.

Everything is smoothed and counted in seconds, never in numbers of fixes, so that a device that polls twice a
second and one that polls every five seconds are treated alike.
"""

import math
from typing import Final

from zones.admission import sigma
from zones.geometry import near
from zones.model import Fix, Rules, Zone
from zones.state import Presence, State, Whereabouts
from zones.turn import Seen, Turn
from zones.units import Millis, millis

STROLL: Final = 0.6
"""Metres a second: who moves faster than this from where they came to rest is passing by."""
WALK: Final = 1.1
"""Metres a second: who moves as fast as this is passing by, whatever the error of the fixes."""
STAY_FACTOR: Final = 4.0
"""A stay this many times the dwell counts as a dwell, if it led away from where it began no faster than a stroll."""
REST_SIGMAS: Final = 2.5
"""Two fixes of somebody who stands still are seldom further apart than this many σ."""
LIKELIER: Final = 0.5
"""Between two fixes the visitor was in a zone if that is likelier than not, from the probabilities of both."""
REACH_SIGMAS: Final = 4.0
"""Beyond this many σ outside a border the probability of being inside is under 1 in 30,000."""


def containment(depth: float, error: float) -> float:
    """The probability of being inside a border, from the signed depth (m) and the error (m, 1σ per axis).

    Exact for a straight border and a Gaussian error; a good guide where the zone is wider than the error.

    >>> containment(0.0, 0.3)
    0.5
    """
    return round(0.5 * (1 + math.erf(depth / (error * math.sqrt(2)))), 4)


def locate(turn: Turn) -> Turn:
    """Take a believed fix into the whereabouts, the presences and the evidence."""
    fix = turn.event
    if not isinstance(fix, Fix) or turn.refused is not None:
        return turn
    where = whereabouts(turn.state.where, fix, turn.rules)
    error = sigma(fix, turn.rules)
    close = near(turn.layout, fix.level, fix.x, fix.y, REACH_SIGMAS * error)
    seen = {zone.id: Seen(zone, depth, containment(depth, error)) for zone, depth in close}
    if fix.zone is not None and fix.zone in turn.layout.zones:
        zone = turn.layout.zones[fix.zone]
        depth = seen[zone.id].inside_m if zone.id in seen else 0.0
        seen[zone.id] = Seen(zone, max(depth, 0.0), 1.0)
    before = () if _lost_touch(turn.state, fix.at, turn.rules) else turn.state.presences
    kept, passed = _presences(turn, fix, before, seen)
    return turn.having(where=where, presences=kept)._replace(passed=passed, seen=tuple(seen.values()))


def whereabouts(before: Whereabouts | None, fix: Fix, rules: Rules) -> Whereabouts:
    """The new whereabouts: smoothed over `smoothing` seconds; at rest until the visitor strolls off."""
    if before is None or before.level != fix.level or fix.at - before.at > millis(rules.radio_gap):
        return Whereabouts(fix.at, fix.x, fix.y, fix.level, fix.x, fix.y, fix.x, fix.y, fix.at)
    weight = 1 - math.exp(-(fix.at - before.at) / 1000 / rules.smoothing) if rules.smoothing > 0 else 1.0
    # micrometres: rounded to millimetres, an average of 300 fixes a second would stick half a metre off
    slow_x = round(before.slow_x + weight * (fix.x - before.slow_x), 6)
    slow_y = round(before.slow_y + weight * (fix.y - before.slow_y), 6)
    slack = min(max(STROLL * rules.dwell, REST_SIGMAS * sigma(fix, rules)), WALK * rules.dwell)
    rests = math.hypot(fix.x - before.rest_x, fix.y - before.rest_y) <= slack
    rest = (before.rest_x, before.rest_y, before.rest_since) if rests else (fix.x, fix.y, fix.at)
    return Whereabouts(fix.at, fix.x, fix.y, fix.level, slow_x, slow_y, *rest)


def dwell_ms(presence: Presence, where: Whereabouts) -> int:
    """How long the visitor has dwelt in a zone: at rest there, or a quarter of a stay that is no walk through.

    Counts up to the last believed fix, never to the clock: silence of the radio is no dwell.
    """
    still = min(presence.inside_ms, where.at - where.rest_since)
    ambles = math.hypot(where.x - presence.x, where.y - presence.y) <= STROLL * presence.inside_ms / 1000
    return max(still, int(presence.inside_ms / STAY_FACTOR) if ambles else 0)


def needed_ms(turn: Turn, zone: Zone) -> Millis:
    """The dwell that a zone asks for."""
    return millis(turn.rule(zone, "dwell"))


def _lost_touch(state: State, at: Millis, rules: Rules) -> bool:
    return state.where is not None and at - state.where.at > millis(rules.radio_gap)


def _presences(
    turn: Turn, fix: Fix, before: tuple[Presence, ...], seen: dict[str, Seen]
) -> tuple[tuple[Presence, ...], tuple[tuple[str, Millis, Millis], ...]]:
    """Who is in which zone now, and which zones were left before their dwell was met."""
    kept: list[Presence] = []
    passed: list[tuple[str, Millis, Millis]] = []
    known = {each.zone for each in before}
    for presence in before:
        zone = turn.layout.zones.get(presence.zone)
        if zone is None:
            continue
        probability = seen[zone.id].probability if zone.id in seen else 0.0
        now = _follow(turn, fix, presence, zone, probability)
        if now is not None:
            kept.append(now)
        elif not presence.met:
            passed.append((zone.id, presence.since, presence.out_since or fix.at))
    for zone, _inside_m, probability in seen.values():
        if zone.id not in known and probability >= turn.rule(zone, "enter_p"):
            kept.append(Presence(zone.id, fix.at, fix.x, fix.y, probability))
    if fix.deliberate:
        kept = [each._replace(met=True) if each.zone == fix.zone else each for each in kept]
    return tuple(sorted(kept, key=lambda each: each.zone)), tuple(passed)


def _follow(turn: Turn, fix: Fix, before: Presence, zone: Zone, probability: float) -> Presence | None:
    """A presence after one more fix: still in, on its way out, or gone (None)."""
    span = fix.at - turn.state.where.at if turn.state.where is not None else 0
    likelier_in = (before.probability + probability) / 2 >= LIKELIER
    inside_ms = max(0, before.inside_ms + (span if likelier_in else -span))
    if probability >= turn.rule(zone, "exit_p"):
        return before._replace(probability=probability, inside_ms=inside_ms, out_since=None)
    out_since = before.out_since if before.out_since is not None else fix.at
    if fix.at - out_since >= millis(turn.rule(zone, "exit_dwell")):
        return None
    return before._replace(probability=probability, inside_ms=inside_ms, out_since=out_since)
