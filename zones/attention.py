"""What the visitor attends: how likely each exhibit about them is, and how likely it is none at all.

Containment alone cannot tell. With 2 m of error a zone of 3 m radius is never contained with 75 %, even from its
middle; and where zones overlap, both are. So every exhibit about the visitor is weighed against the others and
against none, by where the visitor has come to stand. Decision 0018 has the figures of what was tried.
"""

import math
from collections.abc import Iterable
from typing import Final

from zones.model import Cue, Zone
from zones.state import Stood, Whereabouts, recalled
from zones.turn import Seen, Turn
from zones.units import fine

NONE: Final = 0.16
"""The weight of attending nothing: on the border of a lonely zone it leaves 4 to 1 for the zone."""
DEPTH_WEIGHT: Final = 5.0
"""People stand towards the middle of what they look at: e to the power of 4 from the border to the middle."""
USUAL_AREA: Final = 20.0
"""Square metres of an ordinary zone; a smaller one says more about who stands in it, by the root of its share."""
HEARD_BEFORE: Final = 0.3
"""Who comes back to where they have heard it all is less likely to attend it again than something new."""
ROOT_2: Final = math.sqrt(2)
STARTS: Final = frozenset({"auto", "offer"})
STILL_THERE: Final = 1.0
"""Metres, and σ beside them, from where the visitor stood at its end: there, it is still what they attend."""


Weighed = tuple[Zone, float, float, float]
"""A zone with the metres inside it, and its weights beside nothing and beside others."""


def containment(depth: float, error: float) -> float:
    """The probability of being inside a border, from the signed depth (m) and the error (m, 1σ per axis).

    Exact for a straight border and a Gaussian error; a good guide where the zone is wider than the error.

    >>> containment(0.0, 0.3)
    0.5
    """
    return 0.5 + 0.5 * math.erf(depth / (error * ROOT_2))


def attended(turn: Turn, where: Whereabouts, close: Iterable[tuple[Zone, float]]) -> dict[str, Seen]:
    """The zones about the visitor, by id, each with what speaks for it.

    `inside` weighs a zone against none; `probability` against whatever else could start there too. A gap, a zone
    that never starts by itself and one of lower priority are no rivals: they never stand in another's way.
    """
    weighed = _weighed(turn, where, close)
    rivals = _rivals(turn, weighed) if len(weighed) > 1 else ()
    seen: dict[str, Seen] = {}
    for zone, depth, alone, weight in weighed:
        exhibit, against = zone.exhibit, NONE
        if exhibit is None:
            inside = probability = fine(alone)
        else:
            for rival, other, priority in rivals:
                if rival != exhibit and priority >= zone.priority:
                    against += other
            inside, probability = fine(alone / (alone + NONE)), fine(weight / (weight + against))
        seen[zone.id] = (zone, depth, probability, inside)
    return seen


def _weighed(turn: Turn, where: Whereabouts, close: Iterable[tuple[Zone, float]]) -> list[Weighed]:
    """How well attending each zone explains that the visitor stands here: beside nothing, and beside other zones.

    A zone without an exhibit is only stood in.
    """
    places, memories, stood, weighed = turn.layout.places, turn.memories, turn.stood, []
    for zone, depth in close:
        exhibit, alone, weight = zone.exhibit, containment(depth, where.error), 0.0
        if exhibit is not None:
            place = places[zone.id]
            if depth > 0.0:
                depth_weight = (
                    DEPTH_WEIGHT * depth / place.inradius if depth < place.inradius else DEPTH_WEIGHT
                )
                alone *= math.exp(depth_weight)
            if memories and recalled(memories, exhibit).heard:
                there = stood is not None and stood.exhibit == exhibit and still_there(stood, where)
                alone *= 1.0 if there else HEARD_BEFORE
            weight = alone * math.sqrt(USUAL_AREA / place.area)
        weighed.append((zone, depth, alone, weight))
    return weighed


def _rivals(turn: Turn, weighed: Iterable[Weighed]) -> list[tuple[str, float, float]]:
    """What could start here too: the weight of each exhibit by its best zone, and that zone's priority."""
    programme = turn.layout.programme
    rivals: dict[str, tuple[str, float, float]] = {}
    for zone, _, _, weight in weighed:
        exhibit = zone.exhibit
        if exhibit is not None and zone.mode in STARTS and isinstance(programme.get(exhibit), Cue):
            mine = (exhibit, weight, zone.priority)
            if exhibit not in rivals or rivals[exhibit] < mine:
                rivals[exhibit] = mine
    return list(rivals.values())


def still_there(stood: Stood, where: Whereabouts) -> bool:
    """Whether the visitor stands where they stood when a narration was over."""
    return math.hypot(where.mean_x - stood.x, where.mean_y - stood.y) <= STILL_THERE + where.error
