"""Which of what could start does: the queue of one, the fade, priority, the offer, the next beginning."""

from collections.abc import Sequence
from typing import Final

from zones.candidates import candidates, order, wanted
from zones.departure import depart, has_place, has_stepped, is_away
from zones.evidence import dwell_ms, needed_ms, sets_off
from zones.narration import begin, decline, finish, remember
from zones.notices import notify, tell
from zones.state import Presence, Waiting
from zones.tracking import is_walking
from zones.turn import Candidate, Turn
from zones.units import millis

OFFER_LIMIT_MS: Final = 60_000
DEPARTING: Final = 0.5
"""The share of its dwell that makes a challenger of a zone, once the listener has stepped away: the hold of a departure
guards against mistakes too, and who has gone for good waited for both, one after the other."""


def arbitrate(turn: Turn) -> None:
    """Release, queue, offer or start: the last stage that may decide."""
    _mark_met(turn)
    found = turn.found = candidates(turn)
    notify(turn, found)
    narration = turn.narration
    if narration is None:
        lost = _lapse(turn, found) if turn.waiting is not None or turn.offer is not None else None
        for each in found:  # any() takes three times as long, and every step comes here
            if each.free:
                _open(turn, found)
                break
        if lost is not None and not turn.settled():
            turn.decide("none", "outside", lost.exhibit, lost.zone)
        return
    automatic = _automatic(turn, found) if found else []
    _fade_over(turn, automatic)
    if automatic:
        _interrupt(turn, automatic[0])
    if turn.narration is not narration:
        return  # the candidates above were those of another narration
    depart(turn, _successor(turn, automatic) if automatic else None)
    if found or turn.waiting is not None:
        _queue(turn, found)


def _mark_met(turn: Turn) -> None:
    """How long the visitor has dwelt in each zone, and whether that is enough by now."""
    where, present, newly, narration = turn.where, turn.present, False, turn.narration
    if where is None:
        return
    for each in turn.presences:
        name = each.zone
        turn.dwelt[name] = dwelt = dwell_ms(each, where)
        present[name] = each
        if not each.met:
            zone = turn.layout.zones.get(name)
            if zone is None or dwelt < DEPARTING * needed_ms(turn, zone):
                continue
            departing = narration is not None and has_stepped(narration, where)
            if departing or dwelt >= needed_ms(turn, zone):
                present[name] = each._replace(met=True)
                newly = True
    if newly:
        turn.presences = tuple(present.values())


# --- while a narration is on ---


def _queue(turn: Turn, found: Sequence[Candidate]) -> None:
    """One place, the newest wins; dropped when the visitor leaves it, or after the time-out."""
    waiting = turn.waiting
    if turn.narration is None:
        return
    if waiting is not None and turn.at - waiting.since >= millis(turn.rules.queue_timeout):
        _expire(turn, waiting)
        return
    free = [each for each in found if each.free and not each.presence.expired]
    newest = min(free, key=lambda each: (-each.presence.since, *order(turn, each))) if free else None
    if waiting is not None and waiting.exhibit not in wanted(found):
        if newest is None and not turn.settled():
            turn.decide(turn.unchanged(), "outside", waiting.exhibit, waiting.zone)
        waiting = turn.waiting = None
    if newest is None or (waiting is not None and waiting.exhibit == newest.exhibit):
        return
    turn.waiting = Waiting(newest.exhibit, newest.zone.id, turn.at)
    if not turn.settled():
        turn.decide(turn.unchanged(), "queued", newest.exhibit, newest.zone.id)


def _expire(turn: Turn, waiting: Waiting) -> None:
    """It waited for too long. The dwell is not reset: it may start when the narration is over."""
    turn.presences = tuple(
        each._replace(expired=True) if _exhibit_of(turn, each) == waiting.exhibit else each
        for each in turn.presences
    )
    turn.waiting = None
    if not turn.settled():
        turn.decide(turn.unchanged(), "queue_expired", waiting.exhibit, waiting.zone)


def _exhibit_of(turn: Turn, presence: Presence) -> str | None:
    zone = turn.layout.zones.get(presence.zone)
    return zone.exhibit if zone is not None else None


def _successor(turn: Turn, automatic: Sequence[Candidate]) -> Waiting:
    """What a release would go to: unheard, audible, `auto`, and the visitor settled in it now."""
    best = _heir(turn, automatic) or automatic[0]
    return Waiting(best.exhibit, best.zone.id, turn.at)


def _heir(turn: Turn, automatic: Sequence[Candidate]) -> Candidate | None:
    """What waits as *next*, if it could start now."""
    waiting = turn.waiting
    return next((each for each in automatic if waiting and each.exhibit == waiting.exhibit), None)


def _fade_over(turn: Turn, automatic: Sequence[Candidate]) -> None:
    """Past the fade the successor starts; if the visitor has left it meanwhile, silence follows.

    What has lost its zone to a new release before the fade goes on, as it would have without one.

    The device has faded by itself, so this happens on any event; and a departure is a departure, so that what
    was cut goes on if the visitor comes back.
    """
    narration, where = turn.narration, turn.where
    if narration is None or narration.fade_at_ms is None:
        return
    if not has_place(turn, narration):
        turn.narration = narration._replace(fade_at_ms=None)
        return
    if narration.position_ms < narration.fade_at_ms:
        return
    turn.narration = narration._replace(position_ms=narration.fade_at_ms)
    heir = _heir(turn, automatic)
    moves = where is not None and (is_walking(where) or not is_away(turn, narration, where))
    if heir is None or moves or turn.radio_silent():
        finish(turn, "committed_departure", turn.at, armed=True)
        return
    remember(turn, armed=True)
    _sound(turn, heir)
    turn.decide("switch", "committed_departure", heir.exhibit, heir.zone.id)


def _interrupt(turn: Turn, best: Candidate) -> None:
    """Only a higher priority interrupts, and never what the visitor asked for or paused."""
    narration = turn.narration
    if turn.settled() or narration is None or narration.asked or narration.paused_at is not None:
        return
    if best.zone.priority <= narration.priority or _out_of_touch(turn):
        return
    remember(turn, armed=True)
    _sound(turn, best)
    turn.decide("switch", "dwell_met", best.exhibit, best.zone.id)


# --- in silence ---


def _lapse(turn: Turn, found: Sequence[Candidate]) -> Waiting | None:
    """*Next* and the offer end when the visitor leaves them, or after a minute; what they have left is told.

    When the radio has fallen silent too, nobody knows whether *next* is still wanted.
    """
    waiting, offer = turn.waiting, turn.offer
    there, left = wanted(found), None
    if waiting is not None and (waiting.exhibit not in there or turn.radio_silent()):
        turn.waiting, left = None, waiting
    elif waiting is not None and turn.at - waiting.since >= millis(turn.rules.queue_timeout):
        _expire(turn, waiting)
    if offer is not None and offer.exhibit not in there:
        turn.offer, left = None, offer
    elif offer is not None and turn.at - offer.since >= OFFER_LIMIT_MS:
        decline(turn, offer, "queue_expired")
    return left


def _in_breath(turn: Turn) -> bool:
    return turn.breath_until is not None and turn.at < turn.breath_until


def _out_of_touch(turn: Turn) -> bool:
    """Nothing starts on a refused fix, nor when the last believed one is too old."""
    return turn.refused is not None or turn.where is None or turn.radio_silent()


def _open(turn: Turn, found: Sequence[Candidate]) -> None:
    """Start the best candidate, else offer one; what waited as *next* comes first. Who sets off is let go."""
    waiting = turn.waiting
    if turn.settled() or _in_breath(turn) or _out_of_touch(turn):
        return
    ready = [each for each in found if each.free and not sets_off(turn, each.presence)]
    if not ready:
        return
    ranked = sorted(ready, key=lambda each: waiting is None or each.exhibit != waiting.exhibit)
    sounding = _automatic(turn, ranked)
    offered = [each for each in ranked if each not in sounding]
    if sounding and all(each.zone.priority <= sounding[0].zone.priority for each in offered):
        each = sounding[0]
        _sound(turn, each)
        if each.memory.begun:
            turn.decide("resume", "resumed", each.exhibit, each.zone.id)
        else:
            turn.decide("start", "dwell_met", each.exhibit, each.zone.id)
    elif turn.offer is None:
        each = offered[0]
        turn.offer = Waiting(each.exhibit, each.zone.id, turn.at)
        turn.waiting = None
        turn.decide("offer", "dwell_met", each.exhibit, each.zone.id)


def _automatic(turn: Turn, found: Sequence[Candidate]) -> list[Candidate]:
    """What could start by itself, rather than be offered."""
    return [each for each in found if each.free and each.zone.mode == "auto"] if turn.mode == "auto" else []


def _sound(turn: Turn, each: Candidate) -> None:
    """Begin a candidate's narration where it was left, with its notices."""
    begin(turn, each.exhibit, each.zone.id, asked=False, from_ms=each.memory.resume_ms)
    tell(turn, each.exhibit, each.zone)
