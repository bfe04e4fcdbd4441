"""The end of a step: the reason for silence, the evidence with what held each zone back, and the episodes."""

from collections.abc import Mapping, Sequence

from zones.candidates import candidates
from zones.decision import CHANGES, Action, Decision, Episode, Evidence, Reason
from zones.evidence import about, needed_ms, sets_off
from zones.model import Fix, Tick
from zones.state import Narration, Presence, State
from zones.turn import Candidate, Turn
from zones.units import Millis, frozen

REFUSED_FIXES = ""
"""The zone of an episode that is about fixes, not about a zone."""


Runs = dict[tuple[str, Reason], str | None]
"""Episodes by zone and reason, each with its exhibit."""


def conclude(turn: Turn, before: State) -> tuple[State, Decision]:
    """Turn what the pipeline found into the decision, and keep the episodes."""
    # where nothing was decided, what the arbitration found still stands
    found = candidates(turn) if turn.settled() else turn.found
    for each in found:
        if each.held_by is None:
            each.held_by = _held_by(turn, each)
    evidence = _evidence(turn, found)
    action, reason, exhibit, zone = _verdict(turn, found)
    episodes = _episodes(turn, found, evidence)
    state = turn.state()
    narration = turn.narration
    return state, frozen(
        Decision,
        (
            turn.at,
            action,
            reason,
            exhibit,
            zone,
            _track(exhibit, narration, before.narration),
            narration.fade_at_ms if narration is not None else None,
            evidence,
            episodes,
            turn.told,
            action in CHANGES or _turned(before, turn),
        ),
    )


def _track(exhibit: str | None, now: Narration | None, before: Narration | None) -> str | None:
    """The track of an exhibit that is heard, or was until now."""
    if now is not None and now.exhibit == exhibit:
        return now.track
    return before.track if before is not None and before.exhibit == exhibit else None


def _turned(before: State, turn: Turn) -> bool:
    """Whether the queue, the offer or the release changed: rows too, although the sound goes on."""
    was, now = before.narration, turn.narration
    if was is not now and (was.fade_at_ms if was else None) != (now.fade_at_ms if now else None):
        return True
    return before.waiting != turn.waiting or before.offer != turn.offer


def _verdict(turn: Turn, found: Sequence[Candidate]) -> tuple[Action, Reason, str | None, str | None]:
    if turn.action is not None and turn.reason is not None:
        return turn.action, turn.reason, turn.exhibit, turn.zone
    narration = turn.narration
    if narration is not None:
        return turn.unchanged(), _while_playing(turn), narration.exhibit, narration.zone
    for each in found:
        if each.presence.out_since is None:
            return "none", _while_silent(turn, each.held_by or "dwell_met"), each.exhibit, each.zone.id
    reason, pending = _unmet(turn)
    told = _while_silent(turn, reason)
    zone = turn.layout.zones[pending] if pending is not None and told == reason else None
    return "none", told, zone.exhibit if zone is not None else None, zone.id if zone is not None else None


def _while_playing(turn: Turn) -> Reason:
    if turn.refused is not None:
        return turn.refused
    if turn.narration is not None and turn.narration.paused_at is not None:
        return "paused"
    if turn.narration is not None and turn.narration.fade_at_ms is not None:
        return "committed_departure"
    return "radio_silence" if turn.radio_silent() else "narration_continues"


def _while_silent(turn: Turn, held: Reason) -> Reason:
    if turn.refused is not None:
        return turn.refused
    if isinstance(turn.event, Tick):
        return "radio_silence" if turn.radio_silent() else "tick"
    if not isinstance(turn.event, Fix):
        return "visitor_asked"
    return held


def _unmet(turn: Turn) -> tuple[Reason, str | None]:
    """No dwell is met: the visitor dwells or passes by, and in which zone; or is in none at all."""
    reason: Reason = "outside"
    zone = None
    for each in turn.presences:
        if each.out_since is None and each.zone in turn.layout.zones:
            reason, zone = _pending(turn, each), each.zone
            if reason == "dwell_pending":
                break
    return reason, zone


def _pending(turn: Turn, mine: Presence) -> Reason:
    """Passing by: in the zone for longer than its dwell, and still on the move."""
    where, zone = turn.where, turn.layout.zones[mine.zone]
    if where is None or where.rest_since < where.at:
        return "dwell_pending"
    return "passing_by" if where.at - mine.since >= needed_ms(turn, zone) else "dwell_pending"


def _held_by(turn: Turn, each: Candidate) -> Reason | None:
    """What keeps a candidate from starting now that no rule holds back; None for what is on offer."""
    narration = turn.narration
    if narration is None:
        return _held_in_silence(turn, each)
    if narration.paused_at is not None:
        return "paused"
    if narration.started_at < turn.at or narration.asked:
        return "narration_playing"
    return "lost_to_priority" if narration.priority > each.zone.priority else "lost_to_nearer"


def _held_in_silence(turn: Turn, each: Candidate) -> Reason | None:
    if turn.breath_until is not None and turn.at < turn.breath_until:
        return "breath"
    if turn.offer is not None:
        return None if turn.offer.exhibit == each.exhibit else "lost_to_nearer"
    return "dwell_pending" if sets_off(turn, each.presence) else None


def _evidence(turn: Turn, found: Sequence[Candidate]) -> tuple[Evidence, ...]:
    """What is known of each zone about the fix, and what holds it back."""
    rules, present, rows, held = turn.rules, turn.present, [], {}
    for each in found:
        held[each.zone.id] = each.held_by
    heard = turn.narration.exhibit if turn.narration is not None else None
    seen = turn.seen
    if not seen and turn.action in CHANGES and turn.where is not None:
        seen = about(turn, turn.where)  # decided on a tick or a command, by what the last fix said
    for name, (zone, inside_m, probability, _) in seen.items():
        held_by: Reason | None = "outside"
        dwelt = 0.0
        if name in present:
            mine = present[name]
            dwelt = turn.dwelt[name] / 1000
            if heard is not None and heard == zone.exhibit:
                held_by = None
            elif mine.out_since is None:
                held_by = held.get(name) if mine.met else _pending(turn, mine)
        needed = rules.within(zone).dwell if zone.rules else rules.dwell
        rows.append(frozen(Evidence, (name, probability, inside_m, dwelt, needed, held_by)))
    return tuple(rows)


def _episodes(turn: Turn, found: Sequence[Candidate], evidence: Sequence[Evidence]) -> tuple[Episode, ...]:
    """The episodes that begin or end now; those under way stay with the visit."""
    now: Runs = {}
    for each in found:
        if each.held_by is not None and each.held_by != "dwell_pending":
            now[each.zone.id, each.held_by] = each.exhibit
    if turn.refused is not None:
        now[REFUSED_FIXES, turn.refused] = None
    if len(now) == len(turn.episodes):
        for run in turn.episodes:
            if (run.zone, run.reason) not in now:
                break
        else:  # nothing begins and nothing ends: nearly every step
            return _passed_by(turn) if turn.passed else ()
    return (*_turn_over(turn, now, evidence), *_passed_by(turn))


def _turn_over(turn: Turn, now: Runs, evidence: Sequence[Evidence]) -> list[Episode]:
    """Begin and end episodes; what begins stands with its evidence in its record only."""
    running = {(each.zone, each.reason): each for each in turn.episodes}
    _keep_what_cannot_end(turn, now, running)
    if now.keys() == running.keys():
        return []
    explained = {each.zone: each for each in evidence}
    over = [each._replace(until=turn.at) for key, each in running.items() if key not in now]
    begun = [
        Episode(zone, exhibit, reason, turn.at, None, explained.get(zone))
        for (zone, reason), exhibit in now.items()
        if (zone, reason) not in running
    ]
    kept = [each for key, each in running.items() if key in now]
    kept += [each._replace(evidence=None) for each in begun]
    turn.episodes = tuple(sorted(kept, key=lambda each: (each.zone, each.reason)))
    return begun + over


def _keep_what_cannot_end(turn: Turn, now: Runs, running: Mapping[tuple[str, Reason], Episode]) -> None:
    """Refused fixes go on until the next fix; an episode of no length could be had twice in one moment."""
    for (zone, reason), episode in running.items():
        no_news = zone == REFUSED_FIXES and not isinstance(turn.event, Fix)
        if no_news or episode.since == turn.at:
            now.setdefault((zone, reason), episode.exhibit)


def _passed_by(turn: Turn) -> tuple[Episode, ...]:
    """Zones crossed without a dwell, where something could have started: a record from first to last."""
    if not turn.passed:
        return ()
    return tuple(
        Episode(zone, turn.layout.zones[zone].exhibit, "passing_by", since, Millis(max(since, until)))
        for zone, since, until in turn.passed
        if zone in turn.layout.zones
        and turn.cue(turn.layout.zones[zone].exhibit) is not None
        and not turn.memory(turn.layout.zones[zone].exhibit or "").heard
    )
