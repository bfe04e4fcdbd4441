"""The narration under way: its position, what the device says of it, its end, and where to resume."""

from typing import Final

from zones.decision import Reason
from zones.model import Cue, Fix, Gap, Player, Tick
from zones.state import Memory, Narration, Stood, Waiting
from zones.turn import Turn
from zones.units import Millis, millis

HEARD_SHARE: Final = 0.8
FADE_MS: Final = 800
START_GRACE_MS: Final = 5_000
"""For this long after a start the device may still say `idle` or `loading`."""
LOADING_LIMIT_MS: Final = 30_000
"""What has not begun to sound by then never will: it would lock all else out in silence."""
COMMAND_GRACE_MS: Final = 2_000
"""For this long after pause or resume the device may still report what was before."""
PAUSE_LIMIT_MS: Final = 120_000


def position(narration: Narration, at: Millis) -> int:
    """Where the track is at a moment, dead-reckoned; it stands still while paused."""
    if narration.paused_at is not None:
        return narration.position_ms
    return narration.position_ms + max(0, at - narration.at)


def advance(turn: Turn) -> None:
    """Time passes: the track moves on, ends, or is paused for too long."""
    narration = turn.narration
    if narration is None:
        return
    player = _report(turn, narration)
    if player is not None:
        _heed(turn, narration, player)
    else:
        _move(turn, narration, position(narration, turn.at))


def _report(turn: Turn, narration: Narration) -> Player | None:
    """What the device says of its playback, unless it is about something else or about an earlier moment."""
    event = turn.event
    player = event.player if isinstance(event, (Fix, Tick)) else None
    if player is None or event.at < turn.at or _ignored(narration, player, turn.at):
        return None
    return player


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


def _heed(turn: Turn, narration: Narration, player: Player) -> None:
    """The device is the truth about playback."""
    told = None if player.position_ms is None else max(0, min(player.position_ms, narration.duration_ms))
    held = narration.position_ms if told is None else told
    if _faded(narration, player, turn.at):
        _move(turn, narration._replace(paused_at=None), max(held, narration.fade_at_ms or 0))
        return
    match player.state:
        case "playing":
            _go_on(turn, narration, told)
        case "ended":
            _move(turn, narration._replace(paused_at=None), narration.duration_ms)
        case "failed" | "idle":
            _move(turn, narration, held)
            finish(turn, "skipped", turn.at, skipped=True)
        case "loading" if held == 0 and turn.at - narration.started_at >= LOADING_LIMIT_MS:
            finish(turn, "skipped", turn.at, skipped=True)
        case "paused" if narration.paused_at is None:
            _move(turn, narration._replace(paused_at=turn.at), held)
            turn.decide("pause", "paused", narration.exhibit, narration.zone)
        case _:
            _move(turn, narration, held)


def _go_on(turn: Turn, narration: Narration, told: int | None) -> None:
    """It plays: so a pause is over, and the end is not reached, however far it says it is."""
    here = position(narration, turn.at) if told is None else min(told, narration.duration_ms - 1)
    if narration.paused_at is None:
        _move(turn, narration, here)
        return
    going = narration._replace(paused_at=None, resumed_at=turn.at)
    _move(turn, going, min(here, narration.duration_ms - 1))
    turn.decide("resume", "resumed", going.exhibit, going.zone)


def _faded(narration: Narration, player: Player, at: Millis) -> bool:
    """The device stands still because it has faded out, as it was told to: no pause, no skip, and no end."""
    if narration.fade_at_ms is None or player.state not in ("idle", "paused", "ended"):
        return False
    told, reckoned = player.position_ms, position(narration, at)
    reached = told if player.state == "paused" and told is not None else max(reckoned, told or 0)
    return reached >= narration.fade_at_ms


def _move(turn: Turn, narration: Narration, position_ms: int) -> None:
    """The track at a position: at its end it is over, and a long pause is the end of it too."""
    turn.narration = narration.moved(turn.at, position_ms if position_ms > 0 else 0)
    beyond = position_ms - narration.duration_ms
    if narration.paused_at is not None:
        if turn.at - narration.paused_at >= PAUSE_LIMIT_MS:
            finish(turn, "paused", turn.at)
    elif beyond >= 0:
        finish(turn, "narration_finished", Millis(turn.at - beyond))


def finish(turn: Turn, reason: Reason, over: Millis, *, skipped: bool = False, armed: bool = False) -> None:
    """End the narration: what was heard is remembered, the breath begins at the true end."""
    narration, where = turn.narration, turn.where
    if narration is None:
        return
    remember(turn, skipped=skipped, armed=armed)
    turn.narration = None
    turn.stood = None if where is None else Stood(narration.exhibit, narration.x, narration.y)
    turn.breath_until = Millis(over + millis(turn.rules.breath))
    turn.decide("stop", reason, narration.exhibit, narration.zone)


def remember(turn: Turn, *, skipped: bool = False, armed: bool = False) -> None:
    """Keep what was heard of the narration, which is over or about to be replaced."""
    if turn.narration is not None:
        turn.remember(memory_of(turn, turn.narration, skipped=skipped, armed=armed))
        turn.last = turn.narration.exhibit


def memory_of(turn: Turn, narration: Narration, *, skipped: bool, armed: bool) -> Memory:
    """The memory of an exhibit after its narration.

    Heard means 80 %, over all its parts: each goes on where the one before was cut, so the place reached tells.
    """
    before = turn.memory(narration.exhibit)
    at = min(narration.position_ms, narration.duration_ms)
    resume_ms = 0 if at >= narration.duration_ms else sentence_before(gaps(turn, narration), at)
    if before.heard or at >= HEARD_SHARE * narration.duration_ms:
        return Memory(narration.exhibit, resume_ms, begun=True, heard=True)
    begun, skipped_at = before.begun or at > 0, turn.at if skipped else None
    return Memory(narration.exhibit, resume_ms, begun=begun, armed=armed, skipped_at=skipped_at)


def decline(turn: Turn, offer: Waiting, reason: Reason) -> None:
    """An offer that the visitor turns down, or lets lapse, is as good as skipped."""
    turn.remember(turn.memory(offer.exhibit)._replace(armed=False, skipped_at=turn.at))
    turn.offer = None
    turn.decide("none", reason, offer.exhibit, offer.zone)


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


def begin(turn: Turn, exhibit: str, zone: str | None, *, asked: bool, from_ms: int) -> None:
    """Start an exhibit's track; a gap cannot be started, and leaves the turn as it is.

    From its beginning, where another track has taken the place of the one that was cut and is too short.
    """
    cue = turn.cue(exhibit)
    if cue is None or isinstance(cue, Gap):
        return
    place, where = turn.layout.zones.get(zone or ""), turn.where
    turn.narration = Narration(
        exhibit,
        zone,
        cue.track,
        cue.duration_ms,
        started_at=turn.at,
        at=turn.at,
        position_ms=from_ms if from_ms < cue.duration_ms else 0,
        x=where.mean_x if where else 0.0,
        y=where.mean_y if where else 0.0,
        asked=asked,
        priority=place.priority if place else 0,
    )
    turn.waiting = turn.offer = turn.breath_until = None
