"""The narration under way: its position, its end, its release by a committed departure, and where to resume."""

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


def position(narration: Narration, at: Millis) -> int:
    """Where the track is at a moment, dead-reckoned; it stands still while paused."""
    if narration.paused_at is not None:
        return narration.position_ms
    return narration.position_ms + max(0, at - narration.at)


def advance(turn: Turn) -> Turn:
    """Time passes: the track moves on, ends, is paused for too long, or reaches its fade."""
    narration = turn.state.narration
    if narration is None:
        return turn
    player = turn.event.player if isinstance(turn.event, Fix | Tick) else None
    if player is not None and not _ignored(narration, player, turn.at):
        return _heed(turn, narration, player)
    moved = replace(narration, position_ms=position(narration, turn.at), at=turn.at)
    turn = turn.having(narration=moved)
    if moved.paused_at is None and moved.position_ms >= moved.duration_ms:
        over = Millis(turn.at - (moved.position_ms - moved.duration_ms))
        return finish(turn, "narration_finished", over)
    return _overdue(turn)


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
    told = player.position_ms
    if player.state == "ended":
        moved = replace(narration, position_ms=narration.duration_ms, at=turn.at)
        return finish(turn.having(narration=moved), "narration_finished", turn.at)
    if player.state in ("failed", "idle"):
        moved = replace(narration, position_ms=_held(narration, told), at=turn.at)
        return finish(turn.having(narration=moved), "skipped", turn.at, skipped=True)
    if player.state == "paused":
        was = narration.paused_at is not None
        paused_at = narration.paused_at if was else turn.at
        moved = replace(narration, position_ms=_held(narration, told), at=turn.at, paused_at=paused_at)
        turn = turn.having(narration=moved)
        return _overdue(turn if was else turn.deciding("pause", "paused", moved.exhibit, moved.zone))
    reckoned = _held(narration, None) if player.state == "loading" else position(narration, turn.at)
    was_paused = narration.paused_at is not None
    moved = replace(
        narration,
        position_ms=min(reckoned if told is None else told, narration.duration_ms),
        at=turn.at,
        paused_at=None,
        resumed_at=turn.at if was_paused else narration.resumed_at,
    )
    turn = turn.having(narration=moved)
    if was_paused and player.state == "playing":
        turn = turn.deciding("resume", "resumed", moved.exhibit, moved.zone)
    return _overdue(turn)


def _held(narration: Narration, told: int | None) -> int:
    return min(narration.position_ms if told is None else told, narration.duration_ms)


def _overdue(turn: Turn) -> Turn:
    """What time alone brings: the end of a long pause, the successor once the fade is past."""
    narration = turn.state.narration
    if narration is None:
        return turn
    if narration.paused_at is not None and turn.at - narration.paused_at >= PAUSE_LIMIT_MS:
        return finish(turn, "paused", turn.at)
    return turn


def finish(turn: Turn, reason: Reason, over: Millis, *, skipped: bool = False, armed: bool = False) -> Turn:
    """End the narration: what was heard is remembered, the breath begins at the true end."""
    narration = turn.state.narration
    if narration is None:
        return turn
    memory = remember(turn, narration, skipped=skipped, armed=armed)
    turn = turn.having(
        narration=None,
        memories=turn.state.remembering(memory),
        breath_until=Millis(over + millis(turn.rules.breath)),
    )
    return turn.deciding("stop", reason, narration.exhibit, narration.zone)


def remember(turn: Turn, narration: Narration, *, skipped: bool = False, armed: bool = False) -> Memory:
    """The memory of an exhibit after its narration is cut or over. Heard means 80 %, over all parts."""
    before = turn.state.memory(narration.exhibit)
    at = min(narration.position_ms, narration.duration_ms)
    fresh = max(0, at - before.furthest_ms)
    heard_ms = min(before.heard_ms + fresh, narration.duration_ms)
    return replace(
        before,
        heard_ms=heard_ms,
        furthest_ms=max(before.furthest_ms, at),
        heard=before.heard or heard_ms >= HEARD_SHARE * narration.duration_ms,
        resume_ms=sentence_before(gaps(turn, narration), at),
        stopped_at=turn.at,
        skipped=skipped,
        armed=armed,
    )


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
    successor, never releases. Coming back before the fade takes the release back.
    """
    narration = turn.state.narration
    if narration is None or not _releasable(turn, narration):
        return turn
    own = turn.layout.zones.get(narration.zone) if narration.zone else None
    if not _beyond(turn, narration.exhibit, departure_margin(turn, own, successor)):
        back = replace(narration, gone_since=None, fade_at_ms=None)
        return turn.having(narration=back) if back != narration else turn
    gone_since = narration.gone_since if narration.gone_since is not None else turn.at
    turn = turn.having(narration=replace(narration, gone_since=gone_since))
    hold = millis(turn.rule(own, "exit_delay"))
    if successor is None or turn.settled or narration.fade_at_ms is not None or turn.at - gone_since < hold:
        return turn
    return _release(turn, successor)


def _releasable(turn: Turn, narration: Narration) -> bool:
    """Never what the visitor asked for, nor under a profile too coarse to tell departures; only on a fix."""
    seen = isinstance(turn.event, Fix) and turn.refused is None
    return seen and turn.rules.releases and not narration.asked


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


def _beyond(turn: Turn, exhibit: str, margin: float) -> bool:
    where = turn.state.where
    if where is None:
        return False
    close = near(turn.layout, where.level, where.slow_x, where.slow_y, margin)
    return all(zone.exhibit != exhibit for zone, _ in close)


def _release(turn: Turn, successor: Waiting) -> Turn:
    """Fade at the next sentence gap; what is nearly over is finished, what is paused falls silent."""
    narration = turn.state.narration
    if narration is None:
        return turn
    if narration.paused_at is not None:
        return finish(turn, "committed_departure", turn.at)
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
    where, fix = turn.state.where, turn.event
    if where is None or turn.refused is not None or not isinstance(fix, Fix):
        return turn
    unarmed = [each for each in turn.state.memories if each.stopped_at and not (each.armed or each.heard)]
    if not unarmed:
        return turn
    reach = 2 * turn.rules.exit_tolerance
    close = {zone.exhibit for zone, _ in near(turn.layout, where.level, where.slow_x, where.slow_y, reach)}
    running = turn.state.narration.exhibit if turn.state.narration else None
    memories = tuple(
        replace(each, armed=True) if each in unarmed and each.exhibit not in close | {running} else each
        for each in turn.state.memories
    )
    return turn.having(memories=memories)


def begin(turn: Turn, exhibit: str, zone: str | None, *, asked: bool, from_ms: int) -> Turn:
    """Start an exhibit's track; a gap cannot be started, and leaves the turn as it is."""
    cue = turn.cue(exhibit)
    if cue is None or isinstance(cue, Gap):
        return turn
    place = turn.layout.zones.get(zone) if zone else None
    narration = Narration(
        exhibit,
        zone,
        cue.track,
        cue.duration_ms,
        started_at=turn.at,
        at=turn.at,
        position_ms=min(from_ms, max(0, cue.duration_ms - 1)),
        asked=asked,
        priority=place.priority if place else 0,
    )
    return turn.having(narration=narration, waiting=None, offer=None, breath_until=None)
