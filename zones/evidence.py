"""In which zones the visitor is, for how long, and how likely they attend each: the evidence.

Everything is counted in seconds, never in numbers of fixes, so that a device that polls twice a
second and one that polls every five seconds are treated alike.
"""

import math
from typing import Final

from zones.attention import attended
from zones.geometry import near
from zones.model import Fix, Zone
from zones.state import Presence, Whereabouts
from zones.tracking import STROLL, is_walking, stands, whereabouts
from zones.turn import Seen, Turn
from zones.units import Millis, frozen, millis

STAY_FACTOR: Final = 4.0
"""A stay this many times the dwell counts as a dwell, if it led away from where it began no faster than a stroll."""
AMBLE: Final = 12.0
"""So many times the dwell in a zone is being about in it, whatever the last fix says."""
LIKELIER: Final = 0.4
"""Between two fixes the visitor attended a zone if that was so likely at least, from the probabilities of both.

The less clear it is, the slower the time there counts: it takes longer where two zones lie over one another.
"""
SURE: Final = 0.94
"""Well inside, nobody doubts it; which of two overlapping zones is meant is not for the radio to say."""
REACH_SIGMAS: Final = 4.0
"""Beyond this many σ outside a border the probability of being inside is under 1 in 30,000."""


def locate(turn: Turn) -> None:
    """Take a believed fix into the whereabouts, the presences and the evidence."""
    fix, last = turn.event, turn.where
    if turn.refused is not None or not isinstance(fix, Fix):
        return
    if last is not None:
        turn.span_ms = fix.at - last.at
        if turn.span_ms > millis(turn.rules.radio_gap):
            last, turn.presences = None, ()  # nobody knows where they have been
        elif turn.anew or last.level != fix.level:
            last = None
    if fix.deliberate and (last is None or (last.x, last.y) != (fix.x, fix.y)):
        # only what is new: a device may repeat its last place with every poll
        turn.scanned = turn.layout.zones.get(fix.zone or "")
    where = turn.where = whereabouts(last, fix, turn.error, turn.rules)
    seen = turn.seen = about(turn, where)
    if fix.zone is not None and fix.zone in turn.layout.zones:
        zone = turn.layout.zones[fix.zone]
        depth = seen[zone.id][1] if zone.id in seen else 0.0
        seen[zone.id] = (zone, max(depth, 0.0), 1.0, 1.0)
    _be_present(turn, fix, where)


def about(turn: Turn, where: Whereabouts) -> dict[str, Seen]:
    """The zones about the visitor, by id, each with what speaks for it."""
    close = near(turn.layout, where.level, where.mean_x, where.mean_y, REACH_SIGMAS * where.error)
    return attended(turn, where, close)


def dwell_ms(presence: Presence, where: Whereabouts) -> int:
    """How long the visitor has dwelt in a zone: at rest there, or a quarter of a stay that is no walk through.

    Counts up to the last believed fix, never to the clock: silence of the radio is no dwell.
    """
    inside_ms, still = presence.inside_ms, where.at - where.rest_since
    if still >= inside_ms:
        return inside_ms
    share = int(inside_ms / STAY_FACTOR)
    if still >= share:
        return still
    ambles = math.hypot(where.mean_x - presence.x, where.mean_y - presence.y) <= STROLL * inside_ms / 1000
    return share if ambles else still


def sets_off(turn: Turn, presence: Presence) -> bool:
    """Whether the visitor is just leaving where they stood: not the moment to begin.

    Who has been about in the zone for long, and still is, ambles there and is not leaving.
    """
    where = turn.where
    if where is None or (not is_walking(where) and stands(where)):
        return False
    zone = turn.layout.zones[presence.zone]
    return presence.inside_ms < AMBLE * needed_ms(turn, zone)


def needed_ms(turn: Turn, zone: Zone) -> Millis:
    """The dwell that a zone asks for."""
    return millis(turn.rules.within(zone).dwell)


def _be_present(turn: Turn, fix: Fix, where: Whereabouts) -> None:
    """Who is in which zone now, and which zones were left before their dwell was met."""
    zones, seen, known, kept = turn.layout.zones, turn.seen, [], []
    for before in turn.presences:
        name = before.zone
        known.append(name)
        zone = zones.get(name)
        if zone is None:
            continue
        now = _follow(turn, fix, before, zone)
        if now is not None:
            kept.append(now)
        elif not before.met:
            turn.passed += ((name, before.since, before.out_since or fix.at),)
    entered = False
    for name, (zone, _, probability, inside) in seen.items():
        if name not in known and inside >= turn.rules.within(zone).enter_p:
            kept.append(Presence(name, fix.at, where.mean_x, where.mean_y, probability, inside))
            entered = True
    if entered:
        kept.sort(key=lambda each: each.zone)
    turn.presences = tuple(kept)


def _clear(likely: float, enter_p: float) -> float:
    """How much of the time counts as time there; where it is likelier that they were elsewhere, it counts back."""
    if likely >= enter_p:
        return 1.0
    return (likely / enter_p) ** 2 if likely >= LIKELIER else -1.0


def _follow(turn: Turn, fix: Fix, before: Presence, zone: Zone) -> Presence | None:
    """A presence after one more fix: still in, on its way out, or gone (None)."""
    name, since, x, y, probability, inside, inside_ms, out_since, met, expired = before[:]
    rules, sure, seen = turn.rules.within(zone), inside >= SURE, turn.seen.get(name)
    _, _, likely, inside = seen if seen is not None else (zone, 0.0, 0.0, 0.0)
    if inside >= rules.exit_p:
        out_since = None
    elif out_since is None:
        out_since = fix.at
    if out_since is not None and fix.at - out_since >= millis(rules.exit_dwell):
        return None
    if sure and inside >= SURE:
        inside_ms += turn.span_ms
    else:
        inside_ms += int(_clear(0.5 * (probability + likely), rules.enter_p) * turn.span_ms)
        inside_ms = inside_ms if inside_ms > 0 else 0
    return frozen(Presence, (name, since, x, y, likely, inside, inside_ms, out_since, met, expired))
