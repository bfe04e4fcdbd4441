"""The committed departure, which alone releases a narration, and the real one, after which it may begin again."""

import math
from typing import Final

from zones.geometry import near
from zones.model import Fix, Zone
from zones.narration import finish, gaps
from zones.state import Narration, Waiting
from zones.turn import Turn
from zones.units import Millis, millis

FINISH_SHARE: Final = 0.9
FINISH_LEFT_MS: Final = 8_000
FADE_LEAD_MS: Final = 250
"""A device must learn of a fade before it is due: gaps nearer than this are passed over."""
REARM_REACH: Final = 16.0
"""Metres: beyond this a visitor has left a zone, however wide a margin the zone sets itself."""


def depart(turn: Turn, successor: Waiting | None) -> Turn:
    """Watch for a committed departure: beyond the border by a margin, for some seconds, settled elsewhere.

    `successor` is what could start now, were it not for the narration; walking off into a corridor, with no
    successor, never releases. Who stays just outside, within the margin, departs after `tolerance_timeout`.
    Coming back before the fade takes the release back.
    """
    narration, where = turn.state.narration, turn.state.where
    if narration is None or where is None or not _releasable(turn, narration):
        return turn
    own = turn.layout.zones.get(narration.zone or "")
    margin = departure_margin(turn, own, successor)
    slow_m = _outside_m(turn, narration.exhibit, where.slow_x, where.slow_y, margin)
    # the slow position is late: somebody on the way back has been cut just as they came in at the door
    last_m = _outside_m(turn, narration.exhibit, where.x, where.y, margin) if slow_m > 0 else slow_m
    outside = _since(narration.outside_since, turn.at, holds=last_m > 0)
    gone = _since(narration.gone_since, turn.at, holds=last_m > 0 and slow_m > margin)
    long_gone = gone is not None and turn.at - gone >= millis(turn.rule(own, "exit_delay"))
    lingers = outside is not None and turn.at - outside >= millis(turn.rule(own, "tolerance_timeout"))
    fade_at = narration.fade_at_ms if long_gone or lingers else None
    away = narration._replace(outside_since=outside, gone_since=gone, fade_at_ms=fade_at)
    turn = turn.having(narration=away)
    departs = lingers or (long_gone and last_m > margin)
    if not departs or fade_at is not None or successor is None or turn.settled:
        return turn
    return _release(turn, away, successor)


def _since(before: Millis | None, at: Millis, *, holds: bool) -> Millis | None:
    """Since when something has held without a break."""
    return None if not holds else at if before is None else before


def _releasable(turn: Turn, narration: Narration) -> bool:
    """Only on a fix, under a profile that can tell departures, and never what the visitor asked for.

    Nor what has lost its zone to a change of the layout: nobody can be seen to leave a place that is not there.
    """
    seen = isinstance(turn.event, Fix) and turn.refused is None
    own = turn.layout.zones.get(narration.zone or "")
    has_place = own is not None and own.exhibit == narration.exhibit
    return seen and has_place and turn.rules.releases and not narration.asked


def departure_margin(turn: Turn, own: Zone | None, successor: Waiting | None) -> float:
    """Metres beyond the border that count as gone, scaled to the depth of the place gone to.

    No constant serves both short tunnel zones and a hall where listeners stray: half the margin where the next
    zone is shallow, up to twice the margin where it is deep (4 m from its middle to its border).
    """
    base = turn.rule(own, "exit_tolerance")
    if successor is None or successor.zone not in turn.layout.places:
        return base
    depth = turn.layout.places[successor.zone].inradius
    return base * min(2.0, max(0.5, depth / 2.0))


def _outside_m(turn: Turn, exhibit: str, x: float, y: float, reach: float) -> float:
    """Metres from a place to the exhibit's nearest zone; infinite beyond reach, not above 0 inside."""
    level = turn.state.where.level if turn.state.where is not None else ""
    close = near(turn.layout, level, x, y, reach)
    return min((-inside for zone, inside in close if zone.exhibit == exhibit), default=math.inf)


def _release(turn: Turn, narration: Narration, successor: Waiting) -> Turn:
    """Fade at the next sentence gap; what is nearly over is finished, what is paused falls silent."""
    if narration.paused_at is not None:
        return finish(turn, "committed_departure", turn.at, armed=True)
    left = narration.duration_ms - narration.position_ms
    if left <= FINISH_LEFT_MS or narration.position_ms >= FINISH_SHARE * narration.duration_ms:
        return turn
    after = narration.position_ms + FADE_LEAD_MS
    known = gaps(turn, narration)
    fade_at = next((gap for gap in known if gap >= after), after if not known else narration.duration_ms)
    if narration.duration_ms - fade_at <= FINISH_LEFT_MS:
        return turn
    turn = turn.having(narration=narration._replace(fade_at_ms=fade_at), waiting=successor)
    return turn.deciding("continue", "committed_departure", narration.exhibit, narration.zone)


def rearm(turn: Turn) -> Turn:
    """A real departure, twice the exit margin, lets what was cut or skipped begin again."""
    where = turn.state.where
    unarmed = {each.exhibit for each in turn.state.memories if not (each.armed or each.heard)}
    if where is None or turn.refused is not None or not isinstance(turn.event, Fix) or not unarmed:
        return turn
    reach = max(REARM_REACH, 2 * turn.rules.exit_tolerance)
    close = {
        zone.exhibit
        for zone, inside in near(turn.layout, where.level, where.slow_x, where.slow_y, reach)
        if -inside <= 2 * turn.rule(zone, "exit_tolerance")
    }
    memories = tuple(
        each._replace(armed=True) if each.exhibit in unarmed - close else each for each in turn.state.memories
    )
    return turn.having(memories=memories)
