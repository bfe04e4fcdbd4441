"""The committed departure, which alone releases a narration, and the real one, after which it may begin again."""

import math
from typing import Final

from zones.evidence import LIKELIER
from zones.geometry import near
from zones.model import Fix, Rules
from zones.narration import finish, gaps
from zones.state import Narration, Waiting, Whereabouts
from zones.tracking import is_walking
from zones.turn import Turn
from zones.units import Millis, fine, millis

FINISH_SHARE: Final = 0.9
FINISH_LEFT_MS: Final = 8_000
FADE_LEAD_MS: Final = 250
"""A device must learn of a fade before it is due: gaps nearer than this are passed over."""
STEPPED: Final = 1.3
SURELY: Final = 1.2
"""Metres, and errors beside them: who is no further from where they stood has not gone anywhere."""
RESTS: Final = 4.6
"""Seconds: nobody nearby has settled who has rested for less: a wanderer stops for four seconds, and comes back."""
FAR: Final = 3.0
GONE: Final = 4.0
"""So many times `exit_tolerance` away there is nothing to wait for but that; and from here on, not even that."""
ARRIVED: Final = 0.8
"""The share of the hold for which a visitor must have been seen to be at what they went to: a rest may have begun
before they went."""
TURNS: Final = 0.4
TURNS_ERRORS: Final = 1.2
"""Metres, and errors of a fix: one so far from the place, towards where they stood to listen, is a step back."""
MISTAKEN: Final = 0.6
"""So many holds, and one more for each metre of error, tell that a narration began before the wrong exhibit."""
SPOT_MS: Final = 10_000
"""Milliseconds over which the spot of a listener is averaged."""
REARM_REACH: Final = 16.0
"""Metres: beyond this a visitor has left a zone, however wide a margin the zone sets itself."""


def depart(turn: Turn, successor: Waiting | None) -> None:
    """Watch for a committed departure: out of the place, and settled in another for some seconds.

    `successor` is what could start now, were it not for the narration; walking off into a corridor, with no
    successor, never releases. Who sets off again before the fade, back or onward, takes the release back.
    """
    narration, where = turn.narration, turn.where
    if narration is None or where is None or not _releasable(turn, narration):
        return
    away = is_away(turn, narration, where)
    if narration.fade_at_ms is not None:
        if not away or is_walking(where) or _turns_back(turn, narration, where):
            turn.narration = narration._replace(fade_at_ms=None)
    elif not away:
        _listen(turn, narration, where)
    elif successor is not None and not turn.settled() and _has_settled(turn, narration, where, successor):
        _release(turn, narration, successor)


def _turns_back(turn: Turn, narration: Narration, where: Whereabouts) -> bool:
    """Whether the last fix lies back towards where they stood to listen: a fade now would cut who is coming home.

    The place is a second or two late, and nearly all cuts happened within them.
    """
    far = strayed_m(narration, where)
    if far == 0 or far >= FAR * _rules(turn, narration).exit_tolerance:
        return False
    home_x, home_y = (narration.x - where.mean_x) / far, (narration.y - where.mean_y) / far
    back = (where.x - where.mean_x) * home_x + (where.y - where.mean_y) * home_y
    return back >= max(TURNS, TURNS_ERRORS * turn.error)


def _has_settled(turn: Turn, narration: Narration, where: Whereabouts, successor: Waiting) -> bool:
    """Whether the visitor has come to rest elsewhere for long enough.

    Who pauses to talk has not said where they are going: what counts begins with what they did last.
    """
    hold = hold_ms(turn, narration, where)
    if has_stepped(narration, where):
        settled = _about_ms(turn, successor.exhibit) >= ARRIVED * hold
    else:
        settled = _is_mistaken(turn, narration, where, successor)
    since = max(where.rest_since, narration.started_at, narration.paused_at or 0, narration.resumed_at or 0)
    return settled and turn.at - since >= hold


def has_stepped(narration: Narration, where: Whereabouts) -> bool:
    """Whether the visitor is further from where they listened than a step, and the error of the place."""
    return strayed_m(narration, where) >= STEPPED + SURELY * where.error


def _is_mistaken(turn: Turn, narration: Narration, where: Whereabouts, successor: Waiting) -> bool:
    """Whether it began before the wrong exhibit: they have not moved, and the other has explained the place for long.

    The time that the other was the likelier, less what is left of the narration's own; the vaguer the place, the
    longer. Without it a start that was half a metre wrong went on to its end. A zone that a new release has drawn
    elsewhere was no mistake.
    """
    reach = STEPPED + SURELY * where.error
    near_by = near(turn.layout, where.level, where.mean_x, where.mean_y, reach)
    if all(zone.exhibit != narration.exhibit for zone, _ in near_by):
        return False
    longer = _about_ms(turn, successor.exhibit) - _about_ms(turn, narration.exhibit)
    return longer >= MISTAKEN * (1 + where.error) * hold_ms(turn, narration, where)


def _about_ms(turn: Turn, exhibit: str) -> int:
    """For how long the visitor was in an exhibit's zones rather than out of them."""
    zones = turn.layout.zones
    return max(
        (
            each.inside_ms
            for each in turn.presences
            if each.zone in zones and zones[each.zone].exhibit == exhibit
        ),
        default=0,
    )


def hold_ms(turn: Turn, narration: Narration, where: Whereabouts) -> Millis:
    """For how long the visitor must have come to rest elsewhere, by how far that is from where they listened.

    No constant margin serves both short tunnel zones and a hall where listeners stray. So distance and time stand
    for one another: `exit_delay` at `exit_tolerance` from where the listener stood, half as much again at the spot,
    4.6 s at three times as far, nothing at four times; and never more than `tolerance_timeout`.
    """
    return millis(hold_s(_rules(turn, narration), strayed_m(narration, where)))


def hold_s(rules: Rules, off_m: float) -> float:
    """The same in seconds, by the rules and the metres from where they listened; the layout check asks for it too."""
    strayed = off_m / rules.exit_tolerance if rules.exit_tolerance > 0 else 1.0
    hold = rules.exit_delay * (1.5 - 0.5 * strayed)
    least = min(RESTS, rules.exit_delay) * min(1.0, max(0.0, GONE - strayed))
    return min(max(hold, least), rules.tolerance_timeout)


def _rules(turn: Turn, narration: Narration) -> Rules:
    """The rules as they hold in the zone that the narration belongs to."""
    return turn.rules.within(turn.layout.zones.get(narration.zone or ""))


def strayed_m(narration: Narration, where: Whereabouts) -> float:
    """Metres from where the visitor stood to listen."""
    return math.hypot(where.mean_x - narration.x, where.mean_y - narration.y)


def _listen(turn: Turn, narration: Narration, where: Whereabouts) -> None:
    """Where the visitor stands to listen, averaged while they stand at the exhibit: a step aside is soon part of it."""
    if is_walking(where):
        return
    share = 1 - fine(math.exp(-turn.span_ms / SPOT_MS))
    x = narration.x + share * (where.mean_x - narration.x)
    y = narration.y + share * (where.mean_y - narration.y)
    turn.narration = narration.heard_from(x, y)


def is_away(turn: Turn, narration: Narration, where: Whereabouts) -> bool:
    """Outside of the exhibit's zones, on average and now; or in one still, where another exhibit is the likelier.

    Now, too, because the average is late: somebody on the way back would be cut just as they came in at the door.
    """
    out_on_average, likely = True, 0.0
    for zone, inside_m, probability, _ in turn.seen.values():
        if zone.exhibit == narration.exhibit:
            out_on_average = out_on_average and inside_m < 0
            likely = max(likely, probability)
    if not turn.seen:
        out_on_average, likely = _is_outside(turn, narration.exhibit, where.mean_x, where.mean_y), 1.0
    if not out_on_average and likely >= LIKELIER:
        return False
    out_now = _is_outside(turn, narration.exhibit, where.x, where.y)
    return out_now if out_on_average else not out_now


def _releasable(turn: Turn, narration: Narration) -> bool:
    """Only on a fix, under a profile that can tell departures, and never what the visitor asked for.

    Nor what has lost its zone to a change of the layout: nobody can be seen to leave a place that is not there.
    """
    seen = isinstance(turn.event, Fix) and turn.refused is None
    return seen and has_place(turn, narration) and turn.rules.releases and not narration.asked


def has_place(turn: Turn, narration: Narration) -> bool:
    """Whether the zone that it began in is still one of its exhibit's."""
    own = turn.layout.zones.get(narration.zone or "")
    return own is not None and own.exhibit == narration.exhibit


def _is_outside(turn: Turn, exhibit: str, x: float, y: float) -> bool:
    """Whether a place lies in none of the exhibit's zones."""
    level = turn.where.level if turn.where is not None else ""
    return not any(zone.exhibit == exhibit for zone, _ in near(turn.layout, level, x, y, 0.0))


def _release(turn: Turn, narration: Narration, successor: Waiting) -> None:
    """Fade at the next sentence gap; what is nearly over is finished, what is paused falls silent."""
    if narration.paused_at is not None:
        finish(turn, "committed_departure", turn.at, armed=True)
        return
    left = narration.duration_ms - narration.position_ms
    if left <= FINISH_LEFT_MS or narration.position_ms >= FINISH_SHARE * narration.duration_ms:
        return
    after = narration.position_ms + FADE_LEAD_MS
    known = gaps(turn, narration)
    fade_at = next((gap for gap in known if gap >= after), after if not known else narration.duration_ms)
    if narration.duration_ms - fade_at <= FINISH_LEFT_MS:
        return
    turn.narration = narration._replace(fade_at_ms=fade_at)
    turn.waiting = successor
    turn.decide("continue", "committed_departure", narration.exhibit, narration.zone)


def rearm(turn: Turn) -> None:
    """A real departure, twice the exit margin, lets what was cut or skipped begin again."""
    where = turn.where
    if not turn.memories or where is None or turn.refused is not None or not isinstance(turn.event, Fix):
        return
    for each in turn.memories:  # any() takes three times as long, and every step comes here
        if not each.armed and not each.heard:
            _arm(turn, where)
            break


def _arm(turn: Turn, where: Whereabouts) -> None:
    """Arm what was cut again, unless the visitor is still about."""
    reach = max(REARM_REACH, 2 * turn.rules.exit_tolerance)
    close = {
        zone.exhibit
        for zone, inside in near(turn.layout, where.level, where.mean_x, where.mean_y, reach)
        if -inside <= 2 * turn.rules.within(zone).exit_tolerance
    }
    turn.memories = tuple(
        each._replace(armed=True) if not (each.armed or each.heard or each.exhibit in close) else each
        for each in turn.memories
    )
