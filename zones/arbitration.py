"""Which of what could start does: the queue of one, the fade, priority, the offer, the next beginning."""

from typing import Final

from zones.candidates import candidates, order, wanted
from zones.departure import depart, is_away
from zones.evidence import dwell_ms, needed_ms, sets_off
from zones.narration import begin, decline, finish, remember
from zones.notices import notify, tell
from zones.state import Presence, Waiting
from zones.tracking import is_walking
from zones.turn import Candidate, Turn
from zones.units import millis

OFFER_LIMIT_MS: Final = 60_000


def arbitrate(turn: Turn) -> Turn:
    """Release, queue, offer or start: the last stage that may decide."""
    turn = _mark_met(turn)
    found = candidates(turn)
    turn = notify(turn._replace(found=found), found)
    free = tuple(each for each in found if each.free)
    if turn.state.narration is None:
        turn = _lapse(turn, found)
        return turn if turn.settled or _in_breath(turn) or _out_of_touch(turn) else _open(turn, free)
    automatic = tuple(each for each in free if each.zone.mode == "auto" and turn.state.mode == "auto")
    after = _interrupt(_fade_over(turn, automatic), automatic)
    if after.state.narration is not turn.state.narration:
        return after  # the candidates above were those of another narration
    return _queue(depart(turn, _successor(turn, automatic)), found)


def _mark_met(turn: Turn) -> Turn:
    where = turn.state.where
    if where is None:
        return turn
    marked = tuple(
        each._replace(met=True)
        if not each.met
        and each.zone in turn.layout.zones
        and dwell_ms(each, where) >= needed_ms(turn, turn.layout.zones[each.zone])
        else each
        for each in turn.state.presences
    )
    return turn.having(presences=marked) if marked != turn.state.presences else turn


# --- while a narration is on ---


def _queue(turn: Turn, found: tuple[Candidate, ...]) -> Turn:
    """One place, the newest wins; dropped when the visitor leaves it, or after the time-out."""
    waiting, narration = turn.state.waiting, turn.state.narration
    if narration is None:
        return turn
    if waiting is not None and turn.at - waiting.since >= millis(turn.rules.queue_timeout):
        return _expire(turn, waiting)
    newest = min(
        (each for each in found if each.free and not each.presence.expired),
        key=lambda each: (-each.presence.since, *order(turn, each)),
        default=None,
    )
    if waiting is not None and waiting.exhibit not in wanted(found):
        waiting = None
    if newest is None or (waiting is not None and waiting.exhibit == newest.exhibit):
        return turn.having(waiting=waiting) if waiting != turn.state.waiting else turn
    turn = turn.having(waiting=Waiting(newest.exhibit, newest.zone.id, turn.at))
    return turn if turn.settled else turn.deciding(turn.unchanged, "queued", newest.exhibit, newest.zone.id)


def _expire(turn: Turn, waiting: Waiting) -> Turn:
    """It waited for too long. The dwell is not reset: it may start when the narration is over."""
    presences = tuple(
        each._replace(expired=True) if _exhibit_of(turn, each) == waiting.exhibit else each
        for each in turn.state.presences
    )
    turn = turn.having(presences=presences, waiting=None)
    if turn.settled:
        return turn
    return turn.deciding(turn.unchanged, "queue_expired", waiting.exhibit, waiting.zone)


def _exhibit_of(turn: Turn, presence: Presence) -> str | None:
    zone = turn.layout.zones.get(presence.zone)
    return zone.exhibit if zone is not None else None


def _successor(turn: Turn, automatic: tuple[Candidate, ...]) -> Waiting | None:
    """What a release would go to: unheard, audible, `auto`, and the visitor settled in it now."""
    waiting = turn.state.waiting
    best = next((each for each in automatic if waiting and each.exhibit == waiting.exhibit), None)
    best = best or next(iter(automatic), None)
    return Waiting(best.exhibit, best.zone.id, turn.at) if best else None


def _fade_over(turn: Turn, automatic: tuple[Candidate, ...]) -> Turn:
    """Past the fade the successor starts; if the visitor has left it meanwhile, silence follows.

    The device has faded by itself, so this happens on any event; and a departure is a departure, so that what
    was cut goes on if the visitor comes back.
    """
    narration = turn.state.narration
    if narration is None or narration.fade_at_ms is None or narration.position_ms < narration.fade_at_ms:
        return turn
    turn = turn.having(narration=narration._replace(position_ms=narration.fade_at_ms))
    waiting = turn.state.waiting
    heir = next((each for each in automatic if waiting and each.exhibit == waiting.exhibit), None)
    where = turn.state.where
    moves = where is not None and (is_walking(where) or not is_away(turn, narration, where))
    if heir is None or moves or turn.radio_silent:
        return finish(turn, "committed_departure", turn.at, armed=True)
    turn = _sound(remember(turn, armed=True), heir)
    return turn.deciding("switch", "committed_departure", heir.exhibit, heir.zone.id)


def _interrupt(turn: Turn, automatic: tuple[Candidate, ...]) -> Turn:
    """Only a higher priority interrupts, and never what the visitor asked for or paused."""
    narration = turn.state.narration
    best = next(iter(automatic), None)
    if turn.settled or narration is None or narration.asked or narration.paused_at is not None:
        return turn
    if best is None or best.zone.priority <= narration.priority or _out_of_touch(turn):
        return turn
    turn = _sound(remember(turn, armed=True), best)
    return turn.deciding("switch", "dwell_met", best.exhibit, best.zone.id)


# --- in silence ---


def _lapse(turn: Turn, found: tuple[Candidate, ...]) -> Turn:
    """*Next* and the offer end when the visitor leaves them, an offer also after a minute.

    When the radio has fallen silent too, nobody knows whether *next* is still wanted.
    """
    there = wanted(found)
    waiting, offer = turn.state.waiting, turn.state.offer
    if waiting is not None and (waiting.exhibit not in there or turn.radio_silent):
        turn = turn.having(waiting=None)
    if offer is None:
        return turn
    if offer.exhibit not in there:
        return turn.having(offer=None)
    return decline(turn, offer, "cooling_down") if turn.at - offer.since >= OFFER_LIMIT_MS else turn


def _in_breath(turn: Turn) -> bool:
    return turn.state.breath_until is not None and turn.at < turn.state.breath_until


def _out_of_touch(turn: Turn) -> bool:
    """Nothing starts on a refused fix, nor when the last believed one is too old."""
    return turn.state.where is None or turn.refused is not None or turn.radio_silent


def _open(turn: Turn, free: tuple[Candidate, ...]) -> Turn:
    """Start the best candidate, else offer one; what waited as *next* comes first. Who sets off is let go."""
    waiting = turn.state.waiting
    free = tuple(each for each in free if not sets_off(turn, each.presence))
    ranked = sorted(free, key=lambda each: waiting is None or each.exhibit != waiting.exhibit)
    sounding = [each for each in ranked if each.zone.mode == "auto" and turn.state.mode == "auto"]
    if sounding:
        each = sounding[0]
        resumes = turn.state.memory(each.exhibit).begun
        turn = _sound(turn, each)
        if resumes:
            return turn.deciding("resume", "resumed", each.exhibit, each.zone.id)
        return turn.deciding("start", "dwell_met", each.exhibit, each.zone.id)
    if ranked and turn.state.offer is None:
        each = ranked[0]
        turn = turn.having(offer=Waiting(each.exhibit, each.zone.id, turn.at), waiting=None)
        return turn.deciding("offer", "dwell_met", each.exhibit, each.zone.id)
    return turn


def _sound(turn: Turn, each: Candidate) -> Turn:
    """Begin a candidate's narration where it was left, with its notices."""
    resume_ms = turn.state.memory(each.exhibit).resume_ms
    turn = begin(turn, each.exhibit, each.zone.id, asked=False, from_ms=resume_ms)
    return tell(turn, each.exhibit, each.zone)
