"""What the visitor is told, and how often."""

from collections.abc import Iterable
from typing import Final

from zones.candidates import Candidate
from zones.decision import Notice
from zones.model import Zone
from zones.turn import Turn
from zones.units import millis

ONCE: Final = frozenset({"fallback", "text_only"})
"""Kinds of notice that are not repeated after the cool-down."""
NOTICES_KEPT: Final = 12
"""The newest: who meets so many others within a cool-down may be told again. It bounds the state."""


def notify(turn: Turn, found: Iterable[Candidate]) -> Turn:
    """What goes with a place is told at its dwell: gaps, and zones of mode `notice`.

    The notices of a cue come when it starts.
    """
    for each in found:
        if each.held_by == "gap_in_language" or each.zone.mode == "notice":
            turn = tell(turn, each.exhibit, each.zone)
    return turn


def tell(turn: Turn, exhibit: str, zone: Zone | None) -> Turn:
    """Give an exhibit's notices, unless they were given less than the cool-down ago; those of a fallback once."""
    cue = turn.cue(exhibit)
    cool_down = millis(turn.rule(zone, "cool_down"))
    given = {(each.kind, each.exhibit): each.at for each in turn.state.notices}
    fresh = tuple(
        Notice(kind, exhibit, turn.at)
        for kind in (cue.notices if cue is not None else ())
        if (kind, exhibit) not in given or (kind not in ONCE and turn.at - given[kind, exhibit] >= cool_down)
    )
    if not fresh:
        return turn
    again = {(each.kind, each.exhibit) for each in fresh}
    kept = [each for each in turn.state.notices if (each.kind, each.exhibit) not in again]
    newest = (*kept, *fresh)[-NOTICES_KEPT:]
    return turn.having(notices=newest)._replace(notices=(*turn.notices, *fresh))
