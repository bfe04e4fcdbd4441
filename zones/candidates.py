"""What could start here and now: the zones whose dwell is met, the rules that hold each back, and their order."""

from collections.abc import Callable, Iterable
from typing import Final

from zones.attention import still_there
from zones.decision import Reason
from zones.evidence import SURE, dwell_ms, needed_ms
from zones.model import Gap
from zones.turn import Candidate, Turn
from zones.units import millis

CLEAR_SHARE: Final = 0.9
"""Once in, an exhibit may be this much less likely than `enter_p` and still be clear."""
CLEARLY: Final = 2.0
"""So many times as likely, an exhibit explains clearly better why the visitor still stands where they stood."""
LONG: Final = 3.0
"""So many times its dwell is long enough for an exhibit that is not clear."""


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
    return memory.skipped_at is not None and not memory.armed


def is_cooling(turn: Turn, each: Candidate) -> bool:
    """Cut, and the visitor has not really gone since; or skipped less than the cool-down ago."""
    memory = turn.state.memory(each.exhibit)
    cool_down = millis(turn.rule(each.zone, "cool_down"))
    return not memory.armed or (memory.skipped_at is not None and turn.at - memory.skipped_at < cool_down)


def is_unclear(turn: Turn, each: Candidate) -> bool:
    """Another exhibit explains as well or better where the visitor stands, and they have not stood here for long.

    Where two zones lie over one another, one of them starts at last; but nothing else while the visitor still stands
    before what they have just heard, unless it clearly explains that better, or the curator has ordered the two.
    """
    if _still_before_another(turn, each):
        return True
    presence, enough = each.presence, CLEAR_SHARE * turn.rule(each.zone, "enter_p")
    if turn.state.where is None or presence.probability >= enough or presence.inside >= SURE:
        return False
    if presence.inside < enough:
        return True  # nothing at all explains it as well
    return dwell_ms(presence, turn.state.where) < LONG * needed_ms(turn, each.zone)


def _still_before_another(turn: Turn, each: Candidate) -> bool:
    """Before what is over, which explains about as well why they stand here. An offer speaks to nobody: it may come."""
    if each.zone.mode == "offer":
        return False
    stood, where = turn.state.stood, turn.state.where
    if stood is None or where is None or stood.exhibit == each.exhibit or not still_there(stood, where):
        return False
    theirs = max(
        (
            seen.probability
            for seen in turn.seen
            if seen.zone.exhibit == stood.exhibit and seen.zone.priority == each.zone.priority
        ),
        default=0.0,
    )
    return each.presence.probability < CLEARLY * theirs


Hold = Callable[[Turn, Candidate], bool]

HOLDS: Final[tuple[tuple[Reason, Hold], ...]] = (
    ("gap_in_language", is_gap),
    ("manual_only", is_manual),
    ("quiet", is_quiet),
    ("already_heard", is_heard),
    ("skipped", is_skipped),
    ("cooling_down", is_cooling),
    ("lost_to_nearer", is_unclear),
)
"""In this order; the first that holds is the reason."""


def order(turn: Turn, each: Candidate) -> tuple[float, bool, float, float, str]:
    """Overlaps: priority, unheard first, probability (near ties are ties), smaller area, id."""
    return (
        -each.zone.priority,
        turn.state.memory(each.exhibit).begun,
        -round(each.presence.probability, 1),
        turn.layout.places[each.zone.id].area,
        each.zone.id,
    )


def candidates(turn: Turn) -> tuple[Candidate, ...]:
    """The zones whose dwell is met and that are not left yet, best first, each with the rule that holds it."""
    where, running = turn.state.where, turn.state.narration
    found = []
    for presence in turn.state.presences:
        zone = turn.layout.zones.get(presence.zone)
        if where is None or zone is None or zone.exhibit is None:
            continue
        if turn.cue(zone.exhibit) is None or (running and running.exhibit == zone.exhibit):
            continue
        if presence.met or dwell_ms(presence, where) >= needed_ms(turn, zone):
            found.append(_judged(turn, Candidate(zone, zone.exhibit, presence)))
    return tuple(sorted(found, key=lambda each: order(turn, each)) if len(found) > 1 else found)


def _judged(turn: Turn, each: Candidate) -> Candidate:
    for reason, holds in HOLDS:
        if holds(turn, each):
            return each._replace(held_by=reason)
    return each


def wanted(found: Iterable[Candidate]) -> frozenset[str]:
    """The exhibits that nothing holds back, and whose zone the visitor has not left for good."""
    return frozenset(each.exhibit for each in found if each.held_by in (None, "lost_to_nearer"))
