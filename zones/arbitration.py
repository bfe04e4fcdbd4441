"""What may start, and which of several: the rules that hold a trigger back, the order, the queue, the offer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from zones.decision import Notice, Reason
from zones.evidence import dwell_ms, needed_ms
from zones.model import Cue, Fix, Gap, Zone
from zones.narration import begin, depart, finish, remember
from zones.state import Presence, Waiting
from zones.turn import Turn
from zones.units import Millis, millis

OFFER_LIMIT_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A zone whose dwell is met, with its exhibit and the rule that holds it back, if any."""

    zone: Zone
    exhibit: str
    presence: Presence
    held_by: Reason | None = None


# --- rules that hold a trigger back, whatever else is going on ---


def is_gap(turn: Turn, each: Candidate) -> bool:
    """Nothing in the visitor's languages."""
    return isinstance(turn.cue(each.exhibit), Gap)


def is_manual(_turn: Turn, each: Candidate) -> bool:
    """The zone never starts by itself."""
    return each.zone.mode in ("manual", "notice")


def is_quiet(turn: Turn, _each: Candidate) -> bool:
    """The visitor asked for quiet."""
    return turn.state.mode == "quiet"


def is_heard(turn: Turn, each: Candidate) -> bool:
    """Heard is heard: it never starts by itself again in the visit."""
    return turn.state.memory(each.exhibit).heard


def is_skipped(turn: Turn, each: Candidate) -> bool:
    """Skipped, and the visitor has not really gone since."""
    memory = turn.state.memory(each.exhibit)
    return memory.skipped and not memory.armed


def is_cooling(turn: Turn, each: Candidate) -> bool:
    """Cut, and the visitor has not really gone since; or skipped less than the cool-down ago."""
    memory = turn.state.memory(each.exhibit)
    if memory.stopped_at is None:
        return False
    cool_down = millis(turn.rule(each.zone, "cool_down"))
    return not memory.armed or (memory.skipped and turn.at - memory.stopped_at < cool_down)


Hold = Callable[[Turn, Candidate], bool]

HOLDS: Final[tuple[tuple[Reason, Hold], ...]] = (
    ("gap_in_language", is_gap),
    ("manual_only", is_manual),
    ("quiet", is_quiet),
    ("already_heard", is_heard),
    ("skipped", is_skipped),
    ("cooling_down", is_cooling),
)
"""In this order; the first that holds is the reason."""


def order(turn: Turn, each: Candidate) -> tuple[float, bool, float, float, str]:
    """Overlaps: priority, unheard first, probability (near ties are ties), smaller area, id."""
    return (
        -each.zone.priority,
        turn.state.memory(each.exhibit).stopped_at is not None,
        -round(each.presence.probability, 1),
        turn.layout.places[each.zone.id].area,
        each.zone.id,
    )


def candidates(turn: Turn) -> tuple[Candidate, ...]:
    """The zones whose dwell is met, best first, each with the rule that holds it back."""
    where, running = turn.state.where, turn.state.narration
    found = []
    for presence in turn.state.presences:
        zone = turn.layout.zones.get(presence.zone)
        if where is None or zone is None or zone.exhibit is None or presence.out_since is not None:
            continue
        if turn.cue(zone.exhibit) is None or (running and running.exhibit == zone.exhibit):
            continue
        if presence.met or dwell_ms(presence, where) >= needed_ms(turn, zone):
            each = Candidate(zone, zone.exhibit, presence)
            held_by = next((reason for reason, holds in HOLDS if holds(turn, each)), None)
            found.append(replace(each, held_by=held_by))
    return tuple(sorted(found, key=lambda each: order(turn, each)))


def arbitrate(turn: Turn) -> Turn:
    """Release, queue, offer or start: the last stage that may decide."""
    turn = _mark_met(turn)
    found = candidates(turn)
    turn = _notify(turn, found)
    free = tuple(each for each in found if each.held_by is None)
    if turn.state.narration is None:
        turn = _drop_waiting(turn, free)
        return turn if turn.settled or _in_breath(turn) or _out_of_touch(turn) else _open(turn, free)
    turn = _queue(turn, free)
    turn = depart(turn, _successor(turn, free))
    turn = _fade_over(turn, free)
    return turn if turn.settled else _interrupt(turn, free)


def _mark_met(turn: Turn) -> Turn:
    where = turn.state.where
    if where is None:
        return turn
    marked = tuple(
        replace(each, met=True)
        if not each.met
        and each.zone in turn.layout.zones
        and dwell_ms(each, where) >= needed_ms(turn, turn.layout.zones[each.zone])
        else each
        for each in turn.state.presences
    )
    return turn.having(presences=marked) if marked != turn.state.presences else turn


def _notify(turn: Turn, found: tuple[Candidate, ...]) -> Turn:
    """What goes with a place is told at its dwell: gaps, and zones of mode `notice`.

    The notices of a cue come when it starts.
    """
    for each in found:
        if each.held_by == "gap_in_language" or each.zone.mode == "notice":
            turn = tell(turn, each.exhibit, each.zone)
    return turn


def tell(turn: Turn, exhibit: str, zone: Zone | None) -> Turn:
    """Give an exhibit's notices, unless they were given less than the cool-down ago."""
    cue = turn.cue(exhibit)
    cool_down = millis(turn.rule(zone, "cool_down"))
    given = {(each.kind, each.exhibit): each.at for each in turn.state.notices}
    fresh = tuple(
        Notice(kind, exhibit, turn.at)
        for kind in (cue.notices if cue is not None else ())
        if (kind, exhibit) not in given or turn.at - given[kind, exhibit] >= cool_down
    )
    if not fresh:
        return turn
    again = {(each.kind, each.exhibit) for each in fresh}
    kept = tuple(each for each in turn.state.notices if (each.kind, each.exhibit) not in again)
    return replace(turn.having(notices=(*kept, *fresh)), notices=(*turn.notices, *fresh))


# --- while a narration is on ---


def _queue(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """One place, the newest wins; dropped when the visitor leaves it, or after the time-out."""
    waiting, narration = turn.state.waiting, turn.state.narration
    if narration is not None and narration.fade_at_ms is not None:
        return turn
    if waiting is not None and turn.at - waiting.since >= millis(turn.rules.queue_timeout):
        expired = tuple(
            replace(each, expired=True) if each.zone == waiting.zone else each
            for each in turn.state.presences
        )
        turn = turn.having(presences=expired, waiting=None)
        return (
            turn
            if turn.settled
            else turn.deciding("continue", "queue_expired", waiting.exhibit, waiting.zone)
        )
    newest = max(
        (each for each in free if not each.presence.expired),
        key=lambda each: (each.presence.since, *(-1 * part for part in order(turn, each)[:1]), each.zone.id),
        default=None,
    )
    if newest is None:
        return turn.having(waiting=None) if waiting is not None else turn
    if waiting is not None and waiting.zone == newest.zone.id:
        return turn
    turn = turn.having(waiting=Waiting(newest.exhibit, newest.zone.id, turn.at))
    return turn if turn.settled else turn.deciding("continue", "queued", newest.exhibit, newest.zone.id)


def _successor(turn: Turn, free: tuple[Candidate, ...]) -> Waiting | None:
    """What a release would go to: unheard, audible, `auto`, and the visitor settled in it now."""
    if turn.state.mode != "auto":
        return None
    starts = [each for each in free if each.zone.mode == "auto"]
    waiting = turn.state.waiting
    best = next((each for each in starts if waiting and each.zone.id == waiting.zone), None)
    best = best or next(iter(starts), None)
    return Waiting(best.exhibit, best.zone.id, turn.at) if best else None


def _fade_over(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """Past the fade the successor starts; if the visitor has left it meanwhile, silence follows."""
    narration = turn.state.narration
    if narration is None or narration.fade_at_ms is None or narration.position_ms < narration.fade_at_ms:
        return turn
    cut = replace(narration, position_ms=narration.fade_at_ms)
    turn = turn.having(narration=cut)
    waiting = turn.state.waiting
    heir = next((each for each in free if waiting and each.zone.id == waiting.zone), None)
    if heir is None:
        return finish(turn, "committed_departure", turn.at)
    turn = turn.having(memories=turn.state.remembering(remember(turn, cut)))
    return _sound(turn, heir).deciding("switch", "committed_departure", heir.exhibit, heir.zone.id)


def _interrupt(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """Only a higher priority interrupts, and never what the visitor asked for or paused."""
    narration = turn.state.narration
    if narration is None or narration.asked or narration.paused_at is not None:
        return turn
    best = next((each for each in free if each.zone.mode == "auto"), None)
    if best is None or turn.state.mode != "auto" or best.zone.priority <= narration.priority:
        return turn
    cut = remember(turn, narration, armed=True)
    turn = turn.having(memories=turn.state.remembering(cut))
    return _sound(turn, best).deciding("switch", "dwell_met", best.exhibit, best.zone.id)


# --- in silence ---


def _drop_waiting(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    waiting = turn.state.waiting
    if waiting is None or any(each.zone.id == waiting.zone for each in free):
        return turn
    return turn.having(waiting=None)


def _in_breath(turn: Turn) -> bool:
    return turn.state.breath_until is not None and turn.at < turn.state.breath_until


def _out_of_touch(turn: Turn) -> bool:
    """Nothing starts on a refused fix, nor when the last believed one is too old."""
    where = turn.state.where
    if where is None or turn.refused is not None:
        return True
    return not isinstance(turn.event, Fix) and turn.at - where.at > millis(turn.rules.radio_gap)


def _open(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """Start the best candidate, or offer it; what waited as *next* comes first."""
    turn = _withdraw(turn, free)
    waiting, offer = turn.state.waiting, turn.state.offer
    first = [each for each in free if waiting and each.zone.id == waiting.zone]
    for each in (*first, *free):
        if turn.state.mode == "offer" or each.zone.mode == "offer":
            if turn.state.offer is None and offer is None:
                made = Waiting(each.exhibit, each.zone.id, turn.at)
                return turn.having(offer=made, waiting=None).deciding(
                    "offer", "dwell_met", each.exhibit, each.zone.id
                )
            continue
        resumes = turn.state.memory(each.exhibit).stopped_at is not None
        turn = _sound(turn, each)
        if resumes:
            return turn.deciding("resume", "resumed", each.exhibit, each.zone.id)
        return turn.deciding("start", "dwell_met", each.exhibit, each.zone.id)
    return turn


def _withdraw(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """Leaving withdraws an offer; one that is not taken for a minute is as good as skipped."""
    offer = turn.state.offer
    if offer is None:
        return turn
    if not any(each.zone.id == offer.zone for each in free):
        return turn.having(offer=None)
    if turn.at - offer.since < OFFER_LIMIT_MS:
        return turn
    memory = replace(turn.state.memory(offer.exhibit), stopped_at=turn.at, skipped=True, armed=False)
    turn = turn.having(offer=None, memories=turn.state.remembering(memory))
    return turn.deciding("none", "cooling_down", offer.exhibit, offer.zone)


def _sound(turn: Turn, each: Candidate) -> Turn:
    """Begin a candidate's narration where it was left, with its notices."""
    memory = turn.state.memory(each.exhibit)
    turn = begin(turn, each.exhibit, each.zone.id, asked=False, from_ms=memory.resume_ms)
    return tell(turn, each.exhibit, each.zone) if isinstance(turn.cue(each.exhibit), Cue) else turn


def time_of(offer: Waiting) -> Millis:
    """When an offer lapses."""
    return Millis(offer.since + OFFER_LIMIT_MS)
