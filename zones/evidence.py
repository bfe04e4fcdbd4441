"""In which zones the visitor is, for how long, and how likely they attend each: the evidence.

Everything is counted in seconds, never in numbers of fixes, so that a device that polls twice a
second and one that polls every five seconds are treated alike.
"""

import math
from typing import Final

from zones.attention import attended
from zones.geometry import near
from zones.model import Fix, Rules, Zone
from zones.state import Presence, State, Whereabouts
from zones.tracking import STROLL, stands, whereabouts
from zones.turn import Seen, Turn
from zones.units import Millis, millis

STAY_FACTOR: Final = 4.0
"""A stay this many times the dwell counts as a dwell, if it led away from where it began no faster than a stroll."""
AMBLE: Final = 16.0
"""So many times the dwell in a zone is being about in it, whatever the last fix says."""
LIKELIER: Final = 0.4
"""Between two fixes the visitor attended a zone if that was so likely at least, from the probabilities of both.

The less clear it is, the slower the time there counts: it takes longer where two zones lie over one another.
"""
SURE: Final = 0.94
"""Well inside, nobody doubts it; which of two overlapping zones is meant is not for the radio to say."""
REACH_SIGMAS: Final = 4.0
"""Beyond this many σ outside a border the probability of being inside is under 1 in 30,000."""


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
    span = fix.at - turn.state.where.at if turn.state.where is not None else 0
    turn = turn.having(where=where, presences=kept)
    return turn._replace(passed=passed, seen=tuple(seen.values()), span_ms=span)


def dwell_ms(presence: Presence, where: Whereabouts) -> int:
    """How long the visitor has dwelt in a zone: at rest there, or a quarter of a stay that is no walk through.

    Counts up to the last believed fix, never to the clock: silence of the radio is no dwell.
    """
    still = min(presence.inside_ms, where.at - where.rest_since)
    ambles = (
        math.hypot(where.mean_x - presence.x, where.mean_y - presence.y) <= STROLL * presence.inside_ms / 1000
    )
    return max(still, int(presence.inside_ms / STAY_FACTOR) if ambles else 0)


def sets_off(turn: Turn, presence: Presence) -> bool:
    """Whether the visitor is just leaving where they stood: not the moment to begin.

    Who has been about in the zone for long, and still is, ambles there and is not leaving.
    """
    where = turn.state.where
    if where is None or stands(where):
        return False
    zone = turn.layout.zones[presence.zone]
    return presence.inside_ms < AMBLE * needed_ms(turn, zone)


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
