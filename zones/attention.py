"""What the visitor attends: how likely each exhibit about them is, and how likely it is none at all.

Containment alone cannot tell. With 2 m of error a zone of 3 m radius is never contained with 75 %, even from its
middle; and where zones overlap, both are. So every exhibit about the visitor is weighed against the others and
against none, by where the visitor has come to stand. Decision 0018 has the figures of what was tried.
"""

import math
from collections.abc import Iterable
from typing import Final

from zones.model import Cue, Layout, Zone
from zones.state import State, Stood, Whereabouts
from zones.turn import Seen, Turn

NONE: Final = 0.13
"""The weight of attending nothing: on the border of a lonely zone it leaves 4 to 1 for the zone."""
DEPTH_WEIGHT: Final = 4.0
"""People stand towards the middle of what they look at: e to the power of 4 from the border to the middle."""
USUAL_AREA: Final = 20.0
"""Square metres of an ordinary zone; a smaller one says more about who stands in it, by the root of its share."""
HEARD_BEFORE: Final = 0.3
"""Who comes back to where they have heard it all is less likely to attend it again than something new."""
STILL_THERE: Final = 1.0
"""Metres, and σ beside them, from where the visitor stood at its end: there, it is still what they attend."""


def containment(depth: float, error: float) -> float:
    """The probability of being inside a border, from the signed depth (m) and the error (m, 1σ per axis).

    Exact for a straight border and a Gaussian error; a good guide where the zone is wider than the error.

    >>> containment(0.0, 0.3)
    0.5
    """
    return 0.5 * (1 + math.erf(depth / (error * math.sqrt(2))))


def attended(turn: Turn, where: Whereabouts, close: Iterable[tuple[Zone, float]]) -> dict[str, Seen]:
    """The zones about the visitor, by id, each with what speaks for it.

    `inside` weighs a zone against none; `probability` against whatever else could start there too. A gap, a zone
    that never starts by itself and one of lower priority are no rivals: they never stand in another's way.
    """
    layout, error = turn.layout, where.error
    weighed = [(zone, depth, *_weights(turn.state, layout, zone, depth, where)) for zone, depth in close]
    rivals: dict[str | None, tuple[float, float]] = {}
    for zone, _, _, weight in weighed if len(weighed) > 1 else ():
        if zone.mode in ("auto", "offer") and isinstance(layout.programme.get(zone.exhibit or ""), Cue):
            before = rivals.get(zone.exhibit, (0.0, 0.0))
            rivals[zone.exhibit] = max(before, (weight, zone.priority))
    seen = {}
    for zone, depth, alone, weight in weighed:
        if zone.exhibit is None:
            inside = probability = round(containment(depth, error), 4)
        else:
            against = sum(
                other
                for exhibit, (other, priority) in rivals.items()
                if exhibit != zone.exhibit and priority >= zone.priority
            )
            inside = round(alone / (alone + NONE), 4)
            probability = round(weight / (weight + NONE + against), 4)
        seen[zone.id] = Seen(zone, depth, probability, inside)
    return seen


def _weights(
    state: State, layout: Layout, zone: Zone, depth: float, where: Whereabouts
) -> tuple[float, float]:
    """How well attending this zone explains that the visitor stands here: beside nothing, and beside other zones."""
    place = layout.places[zone.id]
    middle = min(max(depth / place.inradius, 0.0), 1.0)
    alone = containment(depth, where.error) * math.exp(DEPTH_WEIGHT * middle)
    exhibit, stood = zone.exhibit, state.stood
    if exhibit is not None and state.memory(exhibit).heard:
        there = stood is not None and stood.exhibit == exhibit and still_there(stood, where)
        alone *= 1.0 if there else HEARD_BEFORE
    return alone, alone * math.sqrt(USUAL_AREA / place.area)


def still_there(stood: Stood, where: Whereabouts) -> bool:
    """Whether the visitor stands where they stood when a narration was over."""
    return math.hypot(where.mean_x - stood.x, where.mean_y - stood.y) <= STILL_THERE + where.error
