"""The end of a step: the reason for silence, the evidence with what held each zone back, and the episodes."""

from zones.candidates import candidates
from zones.decision import CHANGES, Action, Decision, Episode, Evidence, Reason
from zones.evidence import dwell_ms, needed_ms, sets_off
from zones.model import Fix, Tick
from zones.state import Presence, State
from zones.turn import Candidate, Seen, Turn
from zones.units import Millis

REFUSED_FIXES = ""
"""The zone of an episode that is about fixes, not about a zone."""


def conclude(turn: Turn, before: State) -> tuple[State, Decision]:
    """Turn what the pipeline found into the decision, and keep the episodes."""
    # where nothing was decided, what the arbitration found still stands
    found = turn.found if turn.found is not None and not turn.settled else candidates(turn)
    held = {each.zone.id: _held_by(turn, each) for each in found}
    present = {each.zone: each for each in turn.state.presences}
    evidence = tuple(_explained(turn, each, present.get(each.zone.id), held) for each in turn.seen)
    action, reason, exhibit, zone = _verdict(turn, found, held)
    running, begun, over = _episodes(turn, found, held, {each.zone: each for each in evidence})
    state = turn.state._replace(episodes=running)
    narration = state.narration
    about = next((each for each in (narration, before.narration) if each and each.exhibit == exhibit), None)
    decision = Decision(
        turn.at,
        action,
        reason,
        exhibit,
        zone,
        track=about.track if about else None,
        fade_at_ms=narration.fade_at_ms if narration else None,
        changes=action in CHANGES or _turned(before, state),
        evidence=evidence,
        episodes=(*begun, *over),
        notices=turn.notices,
    )
    return state, decision


def _turned(before: State, after: State) -> bool:
    """Whether the queue, the offer or the release changed: rows too, although the sound goes on."""
    fades = [each.narration.fade_at_ms if each.narration else None for each in (before, after)]
    return before.waiting != after.waiting or before.offer != after.offer or fades[0] != fades[1]


def _verdict(
    turn: Turn, found: tuple[Candidate, ...], held: dict[str, Reason | None]
) -> tuple[Action, Reason, str | None, str | None]:
    if turn.action is not None and turn.reason is not None:
        return turn.action, turn.reason, turn.exhibit, turn.zone
    narration = turn.state.narration
    if narration is not None:
        return turn.unchanged, _while_playing(turn), narration.exhibit, narration.zone
    best = next((each for each in found if each.here), None)
    reason = _while_silent(turn, held[best.zone.id] or "dwell_met" if best else None)
    return "none", reason, best.exhibit if best else None, best.zone.id if best else None


def _while_playing(turn: Turn) -> Reason:
    if turn.refused is not None:
        return turn.refused
    if turn.state.narration is not None and turn.state.narration.paused_at is not None:
        return "paused"
    if turn.state.narration is not None and turn.state.narration.fade_at_ms is not None:
        return "committed_departure"
    return "radio_silence" if turn.radio_silent else "narration_continues"


def _while_silent(turn: Turn, held: Reason | None) -> Reason:
    if turn.refused is not None:
        return turn.refused
    if isinstance(turn.event, Tick):
        return "radio_silence" if turn.radio_silent else "tick"
    if not isinstance(turn.event, Fix):
        return "visitor_asked"
    return held or _unmet(turn)


def _unmet(turn: Turn) -> Reason:
    """No dwell is met: the visitor dwells, passes by, or is in no zone at all."""
    reasons = {_pending(turn, each) for each in turn.state.presences if each.out_since is None}
    if "dwell_pending" in reasons:
        return "dwell_pending"
    return "passing_by" if reasons else "outside"


def _pending(turn: Turn, mine: Presence) -> Reason:
    """Passing by: in the zone for longer than its dwell, and still on the move."""
    where, zone = turn.state.where, turn.layout.zones[mine.zone]
    if where is None or where.rest_since < where.at:
        return "dwell_pending"
    return "passing_by" if where.at - mine.since >= needed_ms(turn, zone) else "dwell_pending"


def _held_by(turn: Turn, each: Candidate) -> Reason | None:
    """The rule that keeps a candidate from starting now; None for what is on offer."""
    narration = turn.state.narration
    if each.held_by is not None:
        return each.held_by
    if narration is None:
        return _held_in_silence(turn, each)
    if narration.paused_at is not None:
        return "paused"
    if narration.started_at < turn.at or narration.asked:
        return "narration_playing"
    return "lost_to_priority" if narration.priority > each.zone.priority else "lost_to_nearer"


def _held_in_silence(turn: Turn, each: Candidate) -> Reason | None:
    offer = turn.state.offer
    if turn.state.breath_until is not None and turn.at < turn.state.breath_until:
        return "breath"
    if offer is not None:
        return None if offer.exhibit == each.exhibit else "lost_to_nearer"
    return "dwell_pending" if sets_off(turn, each.presence) else None


def _explained(turn: Turn, seen: Seen, mine: Presence | None, held: dict[str, Reason | None]) -> Evidence:
    """What is known of a zone about the fix, and what holds it back."""
    zone, inside_m, probability = seen.zone, seen.inside_m, seen.probability
    where, narration = turn.state.where, turn.state.narration
    dwelt = 0 if mine is None or where is None else dwell_ms(mine, where)
    held_by: Reason | None
    if narration is not None and narration.exhibit == zone.exhibit and mine is not None:
        held_by = None
    elif mine is None or mine.out_since is not None:
        held_by = "outside"
    else:
        held_by = held.get(zone.id) if mine.met else _pending(turn, mine)
    needed_s = turn.rule(zone, "dwell")
    return Evidence(zone.id, probability, round(inside_m, 3), dwelt / 1000, needed_s, held_by)


def _episodes(
    turn: Turn, found: tuple[Candidate, ...], held: dict[str, Reason | None], evidence: dict[str, Evidence]
) -> tuple[tuple[Episode, ...], tuple[Episode, ...], tuple[Episode, ...]]:
    """The episodes under way, those begun now, and those over now."""
    if not (found or turn.state.episodes or turn.passed or turn.refused):
        return (), (), ()
    now: dict[tuple[str, Reason], str | None] = {
        (each.zone.id, reason): each.exhibit
        for each in found
        if (reason := held[each.zone.id]) not in (None, "dwell_pending")
    }
    if turn.refused is not None:
        now[REFUSED_FIXES, turn.refused] = None
    running = {(each.zone, each.reason): each for each in turn.state.episodes}
    for (zone, reason), each in running.items():
        no_news = zone == REFUSED_FIXES and not isinstance(turn.event, Fix)
        if no_news or each.since == turn.at:  # an episode of no length could be had twice in one moment
            now.setdefault((zone, reason), each.exhibit)
    over = tuple(each._replace(until=turn.at) for key, each in running.items() if key not in now)
    begun = tuple(
        Episode(zone, exhibit, reason, turn.at, None, evidence.get(zone))
        for (zone, reason), exhibit in now.items()
        if (zone, reason) not in running
    )
    kept = [each for key, each in running.items() if key in now]
    kept += [each._replace(evidence=None) for each in begun]  # that stands in its record already
    return tuple(sorted(kept, key=lambda each: (each.zone, each.reason))), begun, (*over, *_passed_by(turn))


def _passed_by(turn: Turn) -> tuple[Episode, ...]:
    """Zones crossed without a dwell, where something could have started: a record from first to last."""
    return tuple(
        Episode(zone, turn.layout.zones[zone].exhibit, "passing_by", since, Millis(max(since, until)))
        for zone, since, until in turn.passed
        if zone in turn.layout.zones
        and turn.cue(turn.layout.zones[zone].exhibit) is not None
        and not turn.state.memory(turn.layout.zones[zone].exhibit or "").heard
    )
