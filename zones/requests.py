"""What the visitor asks for: it beats every rule."""

from collections.abc import Callable
from typing import Final

from zones.decision import Reason
from zones.model import Command, Cue, Gap, ModeChange, Played, Recast
from zones.narration import begin, decline, finish, remember
from zones.notices import tell
from zones.state import Memory, Waiting
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
            memory = Memory(exhibit, begun=True, heard=True)
            return turn.having(memories=turn.state.remembering(memory))
    return turn


def _nothing(turn: Turn, reason: Reason = "visitor_asked", exhibit: str | None = None) -> Turn:
    """A button with nothing to act on: what this step has decided already, an end perhaps, stands."""
    return turn if turn.settled else turn.deciding(turn.unchanged, reason, exhibit)


def _play(turn: Turn, exhibit: str | None) -> Turn:
    offer, narration = turn.state.offer, turn.state.narration
    if offer is not None and exhibit in (None, offer.exhibit):
        return _accept(turn, offer)
    if exhibit is None:
        return _nothing(turn)
    if narration is not None and narration.exhibit == exhibit:
        turn = turn.having(narration=narration._replace(asked=True, fade_at_ms=None))
        if narration.paused_at is not None:
            return _resume(turn, exhibit)
        return turn.deciding("continue", "visitor_asked", exhibit, narration.zone)
    return _start(turn, exhibit)


def _accept(turn: Turn, offer: Waiting) -> Turn:
    if not isinstance(turn.cue(offer.exhibit), Cue):  # the programme has changed since it was offered
        return _start(turn.having(offer=None), offer.exhibit)
    resume_ms = turn.state.memory(offer.exhibit).resume_ms
    turn = begin(turn, offer.exhibit, offer.zone, asked=False, from_ms=resume_ms)
    turn = tell(turn, offer.exhibit, turn.layout.zones.get(offer.zone))
    return turn.deciding("start", "offer_accepted", offer.exhibit, offer.zone)


def _start(turn: Turn, exhibit: str, from_ms: int = 0) -> Turn:
    """What the visitor chose; what was on is cut, and may go on later without a departure."""
    narration = turn.state.narration
    if not isinstance(turn.cue(exhibit), Cue):
        return _nothing(tell(turn, exhibit, None), "gap_in_language", exhibit)
    zone = next((each.zone for each in turn.state.presences if _shows(turn, each.zone, exhibit)), None)
    turn = begin(remember(turn, armed=True), exhibit, zone, asked=True, from_ms=from_ms)
    switches = narration is not None and narration.exhibit != exhibit
    return tell(turn, exhibit, None).deciding(
        "switch" if switches else "start", "visitor_asked", exhibit, zone
    )


def _shows(turn: Turn, zone: str, exhibit: str) -> bool:
    return zone in turn.layout.zones and turn.layout.zones[zone].exhibit == exhibit


def _replay(turn: Turn, exhibit: str | None) -> Turn:
    """The exhibit named, else what is on, else what was on last, from its beginning."""
    narration = turn.state.narration
    exhibit = exhibit or (narration.exhibit if narration else turn.state.last)
    return _nothing(turn) if exhibit is None else _start(turn, exhibit)


def _pause(turn: Turn, _exhibit: str | None) -> Turn:
    """A departure counts anew from here: who stops to talk has not said where they are going."""
    narration = turn.state.narration
    if narration is None:
        return _nothing(turn)
    if narration.paused_at is not None:
        return turn.deciding("none", "paused", narration.exhibit, narration.zone)
    held = narration._replace(paused_at=turn.at, fade_at_ms=None)
    return turn.having(narration=held).deciding("pause", "visitor_asked", held.exhibit, held.zone)


def _resume(turn: Turn, _exhibit: str | None) -> Turn:
    """What is paused goes on; in silence, what was cut last goes on at its sentence."""
    narration = turn.state.narration
    if narration is None:
        return _resume_last(turn)
    if narration.paused_at is None:
        return turn.deciding("continue", "narration_continues", narration.exhibit, narration.zone)
    going = narration._replace(paused_at=None, resumed_at=turn.at)
    return turn.having(narration=going).deciding("resume", "visitor_asked", going.exhibit, going.zone)


def _resume_last(turn: Turn) -> Turn:
    last = turn.state.last
    memory = turn.state.memory(last) if last is not None else None
    if memory is None or (memory.heard and memory.resume_ms == 0):
        return _nothing(turn)
    turn = _start(turn, memory.exhibit, memory.resume_ms)
    return turn if turn.state.narration is None else turn._replace(action="resume")


def _skip(turn: Turn, _exhibit: str | None) -> Turn:
    return _end(turn, "skipped")


def _stop(turn: Turn, _exhibit: str | None) -> Turn:
    return _end(turn, "visitor_asked")


def _end(turn: Turn, reason: Reason) -> Turn:
    """What is on is over; in silence, an offer is turned down."""
    offer = turn.state.offer
    if turn.state.narration is not None:
        return finish(turn, reason, turn.at, skipped=True)
    return _nothing(turn) if offer is None else decline(turn, offer, "skipped")


def _hush(turn: Turn) -> Turn:
    """Quiet means now: what is on stops, with its offset kept."""
    return finish(turn, "quiet", turn.at) if turn.state.narration else turn


def _recast(turn: Turn) -> Turn:
    """The running narration goes on in the new language, at the sentence that lies as far into it."""
    narration = turn.state.narration
    cue = turn.cue(narration.exhibit) if narration else None
    if narration is None or cue is None or isinstance(cue, Gap) or cue.track == narration.track:
        return turn
    aim = narration.position_ms / max(1, narration.duration_ms) * cue.duration_ms
    from_ms = max((gap for gap in cue.gaps_ms if gap <= aim), default=0)
    turn = begin(turn, narration.exhibit, narration.zone, asked=narration.asked, from_ms=from_ms)
    anew = turn.state.narration
    if anew is not None and narration.paused_at is not None:
        turn = turn.having(narration=anew._replace(paused_at=narration.paused_at))
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
