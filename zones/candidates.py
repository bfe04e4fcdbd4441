"""What could start here and now: the zones whose dwell is met, the rules that hold each back, and their order."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from zones.attention import still_there
from zones.decision import Reason
from zones.evidence import SURE, needed_ms
from zones.model import Gap
from zones.state import recalled
from zones.turn import Candidate, Turn
from zones.units import millis

CLEAR_SHARE: Final = 0.9
"""Once in, an exhibit may be this much less likely than `enter_p` and still be clear."""
CLEARLY: Final = 2.0
"""So many times as likely, an exhibit explains clearly better why the visitor still stands where they stood."""
LONG: Final = 2.5
"""So many times its dwell is long enough for an exhibit that is not clear."""
LINGERS_MS: Final = 45_000
"""Who is still there so long after an end is no longer there for what they have heard: else two exhibits at one spot
would leave the second unheard for ever. People linger for half a minute."""


# --- rules that hold a trigger back, whatever else is going on ---


def is_gap(turn: Turn, each: Candidate) -> bool:
    """Nothing in the visitor's languages."""
    return isinstance(turn.layout.programme.get(each.exhibit), Gap)


def is_manual(_turn: Turn, each: Candidate) -> bool:
    """The zone never starts by itself."""
    return each.zone.mode in ("manual", "notice")


def is_quiet(turn: Turn, _each: Candidate) -> bool:
    """The visitor asked for quiet."""
    return turn.mode == "quiet"


def is_heard(_turn: Turn, each: Candidate) -> bool:
    """Heard is heard: it never starts by itself again in the visit."""
    return each.memory.heard


def is_skipped(_turn: Turn, each: Candidate) -> bool:
    """Skipped, and the visitor has not really gone since."""
    return each.memory.skipped_at is not None and not each.memory.armed


def is_cooling(turn: Turn, each: Candidate) -> bool:
    """Cut, and the visitor has not really gone since; or skipped less than the cool-down ago."""
    armed, skipped_at = each.memory.armed, each.memory.skipped_at
    if not armed or skipped_at is None:
        return not armed
    return turn.at - skipped_at < millis(turn.rules.within(each.zone).cool_down)


def is_faint(turn: Turn, each: Candidate) -> bool:
    """Nothing at all explains as well where the visitor stands: they are rather outside."""
    presence = each.presence
    return max(presence.inside, presence.probability) < _enough(turn, each)


def _enough(turn: Turn, each: Candidate) -> float:
    return CLEAR_SHARE * turn.rules.within(each.zone).enter_p


def is_unclear(turn: Turn, each: Candidate) -> bool:
    """Another exhibit explains as well or better where the visitor stands, and they have not stood here for long.

    Where two zones lie over one another, one of them starts at last; but nothing else while the visitor still stands
    before what they have just heard, unless it clearly explains that better, or the curator has ordered the two.
    """
    if _still_before_another(turn, each):
        return True
    presence, enough = each.presence, _enough(turn, each)
    if presence.probability >= enough or presence.inside >= SURE:
        return False
    return turn.dwelt.get(presence.zone, 0) < LONG * needed_ms(turn, each.zone)


def _still_before_another(turn: Turn, each: Candidate) -> bool:
    """Before what is over, which explains about as well why they stand here. An offer speaks to nobody: it may come."""
    if each.zone.mode == "offer":
        return False
    stood, where = turn.stood, turn.where
    if stood is None or where is None or stood.exhibit == each.exhibit or not still_there(stood, where):
        return False
    if turn.breath_until is not None and turn.at - turn.breath_until >= LINGERS_MS:
        return False
    theirs = max(
        (
            probability
            for zone, _, probability, _ in turn.seen.values()
            if zone.exhibit == stood.exhibit and zone.priority == each.zone.priority
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
    ("outside", is_faint),
    ("lost_to_nearer", is_unclear),
)
"""In this order; the first that holds is the reason."""


def order(turn: Turn, each: Candidate) -> tuple[float, bool, float, float, str]:
    """Overlaps: priority, unheard first, probability (near ties are ties), smaller area, id."""
    return (
        -each.zone.priority,
        each.memory.begun,
        -round(each.presence.probability, 1),
        turn.layout.places[each.zone.id].area,
        each.zone.id,
    )


def candidates(turn: Turn) -> tuple[Candidate, ...]:
    """The zones whose dwell is met and that are not left yet, best first, each with the rule that holds it."""
    zones, programme = turn.layout.zones, turn.layout.programme
    running = turn.narration.exhibit if turn.narration is not None else None
    found = []
    for presence in turn.presences:
        zone = zones.get(presence.zone) if presence.met else None
        exhibit = zone.exhibit if zone is not None else None
        if zone is None or exhibit is None or exhibit == running or exhibit not in programme:
            continue
        each = Candidate(zone, exhibit, presence, recalled(turn.memories, exhibit))
        each.held_by = _hold(turn, each)
        each.free = each.held_by is None and presence.out_since is None
        found.append(each)
    if len(found) > 1:
        found.sort(key=partial(order, turn))
    return tuple(found)


def _hold(turn: Turn, each: Candidate) -> Reason | None:
    for reason, holds in HOLDS:
        if holds(turn, each):
            return reason
    return None


def wanted(found: Iterable[Candidate]) -> frozenset[str]:
    """The exhibits that nothing holds back, and whose zone the visitor has not left for good."""
    return frozenset(each.exhibit for each in found if each.held_by in (None, "outside", "lost_to_nearer"))
