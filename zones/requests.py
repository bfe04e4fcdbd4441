"""What the visitor asks for: it beats every rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from zones.arbitration import tell
from zones.decision import Reason
from zones.model import Command, Cue, Gap, ModeChange, Played, Recast
from zones.narration import begin, finish, position, remember
from zones.turn import Turn


def obey(turn: Turn) -> Turn:
    """Carry out a command, a change of mode or of language."""
    match turn.event:
        case Command(do=do, exhibit=exhibit):
            return COMMANDS[do](turn, exhibit)
        case ModeChange(mode=mode):
            turn = turn.having(mode=mode)
            return _hush(turn) if mode == "quiet" else turn
        case Recast(now=True):
            return _recast(turn)
        case Played(exhibit=exhibit):
            memory = replace(turn.state.memory(exhibit), heard=True)
            return turn.having(memories=turn.state.remembering(memory))
    return turn


def _play(turn: Turn, exhibit: str | None) -> Turn:
    offer, narration = turn.state.offer, turn.state.narration
    if offer is not None and exhibit in (None, offer.exhibit):
        memory = turn.state.memory(offer.exhibit)
        turn = begin(turn, offer.exhibit, offer.zone, asked=False, from_ms=memory.resume_ms)
        turn = tell(turn, offer.exhibit, turn.layout.zones.get(offer.zone))
        return turn.deciding("start", "offer_accepted", offer.exhibit, offer.zone)
    if exhibit is None:
        return turn.deciding("none", "visitor_asked")
    if narration is not None and narration.exhibit == exhibit:
        turn = turn.having(narration=replace(narration, asked=True, fade_at_ms=None))
        if narration.paused_at is not None:
            return _resume(turn, exhibit)
        return turn.deciding("continue", "visitor_asked", exhibit, narration.zone)
    return _start(turn, exhibit)


def _start(turn: Turn, exhibit: str) -> Turn:
    """From the beginning; what was on is cut, and may go on later without a departure."""
    narration = turn.state.narration
    if not isinstance(turn.cue(exhibit), Cue):
        return tell(turn, exhibit, None).deciding("none", "gap_in_language", exhibit)
    if narration is not None:
        cut = remember(turn, narration, armed=True)
        turn = turn.having(memories=turn.state.remembering(cut))
    zone = next((each.zone for each in turn.state.presences if _shows(turn, each.zone, exhibit)), None)
    turn = tell(begin(turn, exhibit, zone, asked=True, from_ms=0), exhibit, None)
    return turn.deciding("start" if narration is None else "switch", "visitor_asked", exhibit, zone)


def _shows(turn: Turn, zone: str, exhibit: str) -> bool:
    return zone in turn.layout.zones and turn.layout.zones[zone].exhibit == exhibit


def _replay(turn: Turn, exhibit: str | None) -> Turn:
    """The exhibit named, else what is on, else what was on last, from its beginning."""
    narration = turn.state.narration
    last = max(
        (each for each in turn.state.memories if each.stopped_at is not None),
        key=lambda each: (each.stopped_at or 0, each.exhibit),
        default=None,
    )
    exhibit = exhibit or (narration.exhibit if narration else None) or (last.exhibit if last else None)
    if exhibit is None:
        return turn.deciding("none", "visitor_asked")
    if narration is not None and narration.exhibit == exhibit:
        cut = remember(turn, narration, armed=True)
        turn = turn.having(narration=None, memories=turn.state.remembering(cut))
    return _start(turn, exhibit)


def _pause(turn: Turn, _exhibit: str | None) -> Turn:
    narration = turn.state.narration
    if narration is None:
        return turn.deciding("none", "visitor_asked")
    if narration.paused_at is not None:
        return turn.deciding("none", "paused", narration.exhibit, narration.zone)
    held = replace(
        narration, position_ms=position(narration, turn.at), at=turn.at, paused_at=turn.at, fade_at_ms=None
    )
    return turn.having(narration=held).deciding("pause", "visitor_asked", held.exhibit, held.zone)


def _resume(turn: Turn, _exhibit: str | None) -> Turn:
    narration = turn.state.narration
    if narration is None:
        return turn.deciding("none", "visitor_asked")
    if narration.paused_at is None:
        return turn.deciding("continue", "narration_continues", narration.exhibit, narration.zone)
    going = replace(narration, at=turn.at, paused_at=None, resumed_at=turn.at)
    return turn.having(narration=going).deciding("resume", "visitor_asked", going.exhibit, going.zone)


def _skip(turn: Turn, _exhibit: str | None) -> Turn:
    return _end(turn, "skipped")


def _stop(turn: Turn, _exhibit: str | None) -> Turn:
    return _end(turn, "visitor_asked")


def _end(turn: Turn, reason: Reason) -> Turn:
    """What is on is over; in silence, an offer is turned down."""
    if turn.state.narration is not None:
        return finish(turn, reason, turn.at, skipped=True)
    offer = turn.state.offer
    if offer is None:
        return turn.deciding("none", "visitor_asked")
    memory = replace(turn.state.memory(offer.exhibit), stopped_at=turn.at, skipped=True, armed=False)
    turn = turn.having(offer=None, memories=turn.state.remembering(memory))
    return turn.deciding("none", "skipped", offer.exhibit, offer.zone)


def _hush(turn: Turn) -> Turn:
    """Quiet means now: what is on stops, with its offset kept; an offer is withdrawn."""
    turn = turn.having(offer=None, waiting=None)
    return finish(turn, "quiet", turn.at) if turn.state.narration else turn


def _recast(turn: Turn) -> Turn:
    """The running narration goes on in the new language, at the sentence that lies as far into it."""
    narration = turn.state.narration
    cue = turn.cue(narration.exhibit) if narration else None
    if narration is None or cue is None or isinstance(cue, Gap) or cue.track == narration.track:
        return turn
    aim = position(narration, turn.at) / narration.duration_ms * cue.duration_ms
    from_ms = max((gap for gap in cue.gaps_ms if gap <= aim), default=0)
    turn = begin(turn, narration.exhibit, narration.zone, asked=narration.asked, from_ms=from_ms)
    return tell(turn, narration.exhibit, None).deciding(
        "switch", "visitor_asked", narration.exhibit, narration.zone
    )


COMMANDS: Final[dict[str, Callable[[Turn, str | None], Turn]]] = {
    "play": _play,
    "pause": _pause,
    "resume": _resume,
    "skip": _skip,
    "replay": _replay,
    "stop": _stop,
}
