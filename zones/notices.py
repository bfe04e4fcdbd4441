"""What the visitor is told, and how often."""

from collections.abc import Iterable
from typing import Final

from zones.decision import Notice
from zones.model import Zone
from zones.turn import Candidate, Turn
from zones.units import millis

ONCE: Final = frozenset({"fallback", "text_only"})
"""Kinds of notice that are not repeated after the cool-down."""
LASTING: Final = ONCE | {"loudness", "age"}
"""Kinds that are remembered longest, because they are told once in a visit."""
NOTICES_KEPT: Final = 40
"""The newest: who meets so many others within a cool-down may be told again. It bounds the state."""


def notify(turn: Turn, found: Iterable[Candidate]) -> None:
    """What goes with a place: what to know before is told on entering, gaps and zones of mode `notice` at the dwell.

    The notices of a cue come when it starts.
    """
    _forewarn(turn)
    for each in found:
        if each.held_by == "gap_in_language" or each.zone.mode == "notice":
            tell(turn, each.exhibit, each.zone)


def _forewarn(turn: Turn) -> None:
    """Say what is loud, not for small children or not in the visitor's language before it begins."""
    zones, programme = turn.layout.zones, turn.layout.programme
    for presence in turn.presences:
        zone = zones.get(presence.zone)
        exhibit = zone.exhibit if zone is not None else None
        cue = programme.get(exhibit) if exhibit is not None else None
        if exhibit is not None and cue is not None and cue.before:
            _give(turn, exhibit, _first_time(turn, exhibit, cue.before))


def tell(turn: Turn, exhibit: str, zone: Zone | None) -> None:
    """Give an exhibit's notices, unless they were given less than the cool-down ago; those of a fallback once."""
    cue = turn.cue(exhibit)
    if cue is None:
        return
    cool_down = millis(turn.rules.within(zone).cool_down)
    given = {(each.kind, each.exhibit): each.at for each in turn.notices}
    fresh = tuple(
        kind
        for kind in cue.notices
        if (kind, exhibit) not in given or (kind not in ONCE and turn.at - given[kind, exhibit] >= cool_down)
    )
    _give(turn, exhibit, (*_first_time(turn, exhibit, cue.before), *fresh))


def _first_time(turn: Turn, exhibit: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    given = {each.kind for each in turn.notices if each.exhibit == exhibit}
    return tuple(kind for kind in kinds if kind not in given)


def _give(turn: Turn, exhibit: str, kinds: tuple[str, ...]) -> None:
    if not kinds:
        return
    fresh = tuple(Notice(kind, exhibit, turn.at) for kind in kinds)
    again = {(each.kind, each.exhibit) for each in fresh}
    kept = [each for each in turn.notices if (each.kind, each.exhibit) not in again]
    turn.notices = _newest([*kept, *fresh])
    turn.told += fresh


def _newest(notices: list[Notice]) -> tuple[Notice, ...]:
    """The newest; what is told once in a visit is forgotten last."""
    while len(notices) > NOTICES_KEPT:
        oldest = next((n for n, each in enumerate(notices) if each.kind not in LASTING), 0)
        del notices[oldest]
    return tuple(notices)
