"""The narration under way: its position, its end, its release by a committed departure, and where to resume."""

import math
from dataclasses import replace
from typing import Final

from zones.decision import Reason
from zones.geometry import near
from zones.model import Cue, Fix, Gap, Player, Tick, Zone
from zones.state import Memory, Narration, Waiting
from zones.turn import Turn
from zones.units import Millis, millis

HEARD_SHARE: Final = 0.8
FINISH_SHARE: Final = 0.9
FINISH_LEFT_MS: Final = 8_000
FADE_MS: Final = 800
FADE_LEAD_MS: Final = 250
"""A device must learn of a fade before it is due: gaps nearer than this are passed over."""
START_GRACE_MS: Final = 5_000
"""For this long after a start the device may still say `idle` or `loading`."""
COMMAND_GRACE_MS: Final = 2_000
"""For this long after pause or resume the device may still report what was before."""
PAUSE_LIMIT_MS: Final = 120_000
REARM_REACH: Final = 16.0
"""Metres: beyond this a visitor has left a zone, however wide a margin the zone sets itself."""


def position(narration: Narration, at: Millis) -> int:
    """Where the track is at a moment, dead-reckoned; it stands still while paused."""
    if narration.paused_at is not None:
        return narration.position_ms
    return narration.position_ms + max(0, at - narration.at)


def advance(turn: Turn) -> Turn:
    """Time passes: the track moves on, ends, or is paused for too long."""
    narration = turn.state.narration
    if narration is None:
        return turn
    player = _report(turn, narration)
    if player is not None:
        return _heed(turn, narration, player)
    return _move(turn, narration, position(narration, turn.at))


def _report(turn: Turn, narration: Narration) -> Player | None:
    """What the device says of its playback, unless it is about something else or about an earlier moment."""
    if not isinstance(turn.event, Fix | Tick) or turn.event.at < turn.at:
        return None
    player = turn.event.player
    return None if player is None or _ignored(narration, player, turn.at) else player


def _ignored(narration: Narration, player: Player, at: Millis) -> bool:
    """Reports of another track, and those that cross with a start or a command on the way."""
    if player.track is not None and player.track != narration.track:
        return True
    if player.state in ("idle", "loading"):
        return at - narration.started_at <= START_GRACE_MS
    if player.state == "playing" and narration.paused_at is not None:
        return at - narration.paused_at <= COMMAND_GRACE_MS
    if player.state == "paused" and narration.resumed_at is not None:
        return at - narration.resumed_at <= COMMAND_GRACE_MS
    return False


def _heed(turn: Turn, narration: Narration, player: Player) -> Turn:
    """The device is the truth about playback."""
    told = None if player.position_ms is None else max(0, min(player.position_ms, narration.duration_ms))
    held = narration.position_ms if told is None else told
    if _faded(narration, player, turn.at):
        return _move(turn, replace(narration, paused_at=None), max(held, narration.fade_at_ms or 0))
    match player.state:
        case "playing":
            return _go_on(turn, narration, told)
        case "ended":
            return _move(turn, replace(narration, paused_at=None), narration.duration_ms)
        case "failed" | "idle":
            return finish(_move(turn, narration, held), "skipped", turn.at, skipped=True)
        case "paused" if narration.paused_at is None:
            turn = _move(turn, replace(narration, paused_at=turn.at), held)
            return turn.deciding("pause", "paused", narration.exhibit, narration.zone)
    return _move(turn, narration, held)


def _go_on(turn: Turn, narration: Narration, told: int | None) -> Turn:
    """It plays: so a pause is over, and the end is not reached, however far it says it is."""
    here = position(narration, turn.at) if told is None else min(told, narration.duration_ms - 1)
    if narration.paused_at is None:
        return _move(turn, narration, here)
    going = replace(narration, paused_at=None, resumed_at=turn.at)
    turn = _move(turn, going, min(here, narration.duration_ms - 1))
    return turn.deciding("resume", "resumed", going.exhibit, going.zone)


def _faded(narration: Narration, player: Player, at: Millis) -> bool:
    """The device stands still because it has faded out, as it was told to: no pause, no skip, and no end."""
    if narration.fade_at_ms is None or player.state not in ("idle", "paused", "ended"):
        return False
    told, reckoned = player.position_ms, position(narration, at)
    reached = told if player.state == "paused" and told is not None else max(reckoned, told or 0)
    return reached >= narration.fade_at_ms


def _move(turn: Turn, narration: Narration, position_ms: int) -> Turn:
    """The track at a position: at its end it is over, and a long pause is the end of it too."""
    turn = turn.having(narration=replace(narration, position_ms=max(0, position_ms), at=turn.at))
    if narration.paused_at is not None:
        overdue = turn.at - narration.paused_at >= PAUSE_LIMIT_MS
        return finish(turn, "paused", turn.at) if overdue else turn
    beyond = position_ms - narration.duration_ms
    return finish(turn, "narration_finished", Millis(turn.at - beyond)) if beyond >= 0 else turn


def finish(turn: Turn, reason: Reason, over: Millis, *, skipped: bool = False, armed: bool = False) -> Turn:
    """End the narration: what was heard is remembered, the breath begins at the true end."""
    narration = turn.state.narration
    if narration is None:
        return turn
    turn = remember(turn, skipped=skipped, armed=armed)
    turn = turn.having(narration=None, breath_until=Millis(over + millis(turn.rules.breath)))
    return turn.deciding("stop", reason, narration.exhibit, narration.zone)


def remember(turn: Turn, *, skipped: bool = False, armed: bool = False) -> Turn:
    """Keep what was heard of the narration, which is over or about to be replaced."""
    narration = turn.state.narration
    if narration is None:
        return turn
    memory = memory_of(turn, narration, skipped=skipped, armed=armed)
    return turn.having(memories=turn.state.remembering(memory), last=narration.exhibit)


def memory_of(turn: Turn, narration: Narration, *, skipped: bool, armed: bool) -> Memory:
    """The memory of an exhibit after its narration.

    Heard means 80 %, over all its parts: each goes on where the one before was cut, so the place reached tells.
    """
    before = turn.state.memory(narration.exhibit)
    at = min(narration.position_ms, narration.duration_ms)
    resume_ms = 0 if at >= narration.duration_ms else sentence_before(gaps(turn, narration), at)
    if before.heard or at >= HEARD_SHARE * narration.duration_ms:
        return Memory(narration.exhibit, resume_ms, begun=True, heard=True)
    begun, skipped_at = before.begun or at > 0, turn.at if skipped else None
    return Memory(narration.exhibit, resume_ms, begun=begun, armed=armed, skipped_at=skipped_at)


def decline(turn: Turn, offer: Waiting, reason: Reason) -> Turn:
    """An offer that the visitor turns down, or lets lapse, is as good as skipped."""
    memory = replace(turn.state.memory(offer.exhibit), armed=False, skipped_at=turn.at)
    turn = turn.having(offer=None, memories=turn.state.remembering(memory))
    return turn.deciding("none", reason, offer.exhibit, offer.zone)


def gaps(turn: Turn, narration: Narration) -> tuple[int, ...]:
    """The sentence gaps of the running track; none where the programme has moved to another track since."""
    cue = turn.cue(narration.exhibit)
    return cue.gaps_ms if isinstance(cue, Cue) and cue.track == narration.track else ()


def sentence_before(sentence_gaps: tuple[int, ...], cut_ms: int) -> int:
    """The beginning of the sentence before a cut; a cut at a gap repeats the sentence that ended there.

    >>> sentence_before((4000, 9000, 15000), 9000)
    4000
    """
    return max((gap for gap in sentence_gaps if gap < cut_ms), default=0)


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
    away = replace(narration, outside_since=outside, gone_since=gone, fade_at_ms=fade_at)
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
    turn = turn.having(narration=replace(narration, fade_at_ms=fade_at), waiting=successor)
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
        replace(each, armed=True) if each.exhibit in unarmed - close else each for each in turn.state.memories
    )
    return turn.having(memories=memories)


def begin(turn: Turn, exhibit: str, zone: str | None, *, asked: bool, from_ms: int) -> Turn:
    """Start an exhibit's track; a gap cannot be started, and leaves the turn as it is.

    From its beginning, where another track has taken the place of the one that was cut and is too short.
    """
    cue = turn.cue(exhibit)
    if cue is None or isinstance(cue, Gap):
        return turn
    place = turn.layout.zones.get(zone or "")
    narration = Narration(
        exhibit,
        zone,
        cue.track,
        cue.duration_ms,
        started_at=turn.at,
        at=turn.at,
        position_ms=from_ms if from_ms < cue.duration_ms else 0,
        asked=asked,
        priority=place.priority if place else 0,
    )
    return turn.having(narration=narration, waiting=None, offer=None, breath_until=None)
