"""What the visitor asks for: it beats every rule."""

from collections.abc import Callable
from typing import Final

from zones.decision import Reason
from zones.model import Command, Cue, Fix, Gap, ModeChange, Played, Recast, Zone
from zones.narration import begin, decline, finish, remember
from zones.notices import tell
from zones.state import Memory, Waiting
from zones.turn import Turn


def obey(turn: Turn) -> None:
    """Carry out a command, a change of mode or of language."""
    if isinstance(turn.event, Fix):
        if turn.scanned is not None:
            _scan(turn, turn.scanned)
        return
    match turn.event:
        case Command(do=do, exhibit=exhibit):
            COMMANDS[do](turn, exhibit)
        case ModeChange(mode=mode):
            turn.mode = mode
            if mode == "quiet":
                finish(turn, "quiet", turn.at)  # quiet means now: what is on stops, with its offset kept
        case Recast(now=True):
            _recast(turn)
        case Played(exhibit=exhibit):
            turn.remember(Memory(exhibit, begun=True, heard=True))


def _nothing(turn: Turn, reason: Reason = "visitor_asked", exhibit: str | None = None) -> None:
    """A button with nothing to act on: what this step has decided already, an end perhaps, stands."""
    if not turn.settled():
        turn.decide(turn.unchanged(), reason, exhibit)


def _play(turn: Turn, exhibit: str | None) -> None:
    offer, narration = turn.offer, turn.narration
    if offer is not None and exhibit in (None, offer.exhibit):
        _accept(turn, offer)
    elif exhibit is None:
        _nothing(turn)
    elif narration is not None and narration.exhibit == exhibit:
        turn.narration = narration._replace(asked=True, fade_at_ms=None)
        if narration.paused_at is not None:
            _resume(turn, exhibit)
        else:
            turn.decide("continue", "visitor_asked", exhibit, narration.zone)
    else:
        _start(turn, exhibit)


def _accept(turn: Turn, offer: Waiting) -> None:
    if not isinstance(turn.cue(offer.exhibit), Cue):  # the programme has changed since it was offered
        turn.offer = None
        _start(turn, offer.exhibit)
        return
    resume_ms = turn.memory(offer.exhibit).resume_ms
    begin(turn, offer.exhibit, offer.zone, asked=False, from_ms=resume_ms)
    tell(turn, offer.exhibit, turn.layout.zones.get(offer.zone))
    turn.decide("start", "offer_accepted", offer.exhibit, offer.zone)


def _start(turn: Turn, exhibit: str, from_ms: int = 0) -> None:
    """What the visitor chose; what was on is cut, and may go on later without a departure."""
    narration = turn.narration
    if not isinstance(turn.cue(exhibit), Cue):
        tell(turn, exhibit, None)
        _nothing(turn, "gap_in_language", exhibit)
        return
    zone = next((each.zone for each in turn.presences if _shows(turn, each.zone, exhibit)), None)
    remember(turn, armed=True)
    begin(turn, exhibit, zone, asked=True, from_ms=from_ms)
    tell(turn, exhibit, None)
    switches = narration is not None and narration.exhibit != exhibit
    turn.decide("switch" if switches else "start", "visitor_asked", exhibit, zone)


def _scan(turn: Turn, zone: Zone) -> None:
    """A code is chosen like a number; what was cut goes on, and what is on already is left alone."""
    exhibit = zone.exhibit
    if exhibit is not None and (turn.narration is None or turn.narration.exhibit != exhibit):
        resume_ms = turn.memory(exhibit).resume_ms
        _start(turn, exhibit, resume_ms)
        if resume_ms and turn.action == "start":
            turn.action = "resume"


def _shows(turn: Turn, zone: str, exhibit: str) -> bool:
    return zone in turn.layout.zones and turn.layout.zones[zone].exhibit == exhibit


def _replay(turn: Turn, exhibit: str | None) -> None:
    """The exhibit named, else what is on, else what was on last, from its beginning."""
    exhibit = exhibit or (turn.narration.exhibit if turn.narration else turn.last)
    if exhibit is None:
        _nothing(turn)
    else:
        _start(turn, exhibit)


def _pause(turn: Turn, _exhibit: str | None) -> None:
    """A departure counts anew from here: who stops to talk has not said where they are going."""
    narration = turn.narration
    if narration is None:
        _nothing(turn)
    elif narration.paused_at is not None:
        turn.decide("none", "paused", narration.exhibit, narration.zone)
    else:
        turn.narration = narration._replace(paused_at=turn.at, fade_at_ms=None)
        turn.decide("pause", "visitor_asked", narration.exhibit, narration.zone)


def _resume(turn: Turn, _exhibit: str | None) -> None:
    """What is paused goes on; in silence, what was cut last goes on at its sentence."""
    narration = turn.narration
    if narration is None:
        _resume_last(turn)
    elif narration.paused_at is None:
        turn.decide("continue", "narration_continues", narration.exhibit, narration.zone)
    else:
        turn.narration = narration._replace(paused_at=None, resumed_at=turn.at)
        turn.decide("resume", "visitor_asked", narration.exhibit, narration.zone)


def _resume_last(turn: Turn) -> None:
    memory = turn.memory(turn.last) if turn.last is not None else None
    if memory is None or (memory.heard and memory.resume_ms == 0):
        _nothing(turn)
        return
    _start(turn, memory.exhibit, memory.resume_ms)
    if turn.narration is not None:
        turn.action = "resume"


def _skip(turn: Turn, _exhibit: str | None) -> None:
    _end(turn, "skipped")


def _stop(turn: Turn, _exhibit: str | None) -> None:
    _end(turn, "visitor_asked")


def _end(turn: Turn, reason: Reason) -> None:
    """What is on is over; in silence, an offer is turned down."""
    if turn.narration is not None:
        finish(turn, reason, turn.at, skipped=True)
    elif turn.offer is not None:
        decline(turn, turn.offer, "skipped")
    else:
        _nothing(turn)


def _recast(turn: Turn) -> None:
    """The running narration goes on in the new language, at the sentence that lies as far into it."""
    narration = turn.narration
    cue = turn.cue(narration.exhibit) if narration else None
    if narration is None or cue is None or isinstance(cue, Gap) or cue.track == narration.track:
        return
    aim = narration.position_ms / max(1, narration.duration_ms) * cue.duration_ms
    from_ms = max((gap for gap in cue.gaps_ms if gap <= aim), default=0)
    begin(turn, narration.exhibit, narration.zone, asked=narration.asked, from_ms=from_ms)
    if turn.narration is not None and narration.paused_at is not None:
        turn.narration = turn.narration._replace(paused_at=narration.paused_at)
    tell(turn, narration.exhibit, None)
    turn.decide("switch", "visitor_asked", narration.exhibit, narration.zone)


COMMANDS: Final[dict[str, Callable[[Turn, str | None], None]]] = {
    "play": _play,
    "pause": _pause,
    "resume": _resume,
    "skip": _skip,
    "replay": _replay,
    "stop": _stop,
}
