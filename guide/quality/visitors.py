"""What visitors mean to do: which exhibits, in which order, for how long, and how restlessly.

Source of the styles: E. Véron and M. Levasseur, Ethnographie de l'exposition (1983): ants follow the order of the
place and take nearly everything in, fish glide through the middle and stop little, grasshoppers hop to what they
chose and stay, butterflies flutter to and fro between nearly all.
"""

from dataclasses import dataclass
from math import hypot
from typing import Final

import numpy as np

from guide.quality.kinds import World
from zones.geometry import near

SHORTEST_S: Final = 8.0
LONGEST_S: Final = 150.0


@dataclass(frozen=True, slots=True)
class Stop:
    """One stay that is meant: the exhibit, seconds, and when the listener wanders off and comes back."""

    exhibit: str
    stay_s: float
    wanders_s: tuple[float, ...]
    """Seconds into the stay. A listener wanders while there is something to listen to: who has heard it all and
    goes over to a neighbour attends the neighbour."""
    listens_s: float = 0.0
    """Seconds into the stay by which every wanderer is back: the length of the narration, or of the stay."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of visitor goes about: shares, and how stays end against the narration.

    `early`, `full` and `on` add up to 1: leave before the end, stay about as long as it takes, stay on after it.
    """

    share: float
    early: float
    full: float
    on: float
    flits: bool = False
    """Goes to one of the nearest rather than to the next."""
    pace: tuple[float, float] = (0.8, 1.2)
    returns: float = 0.08
    """How often, after a stop, an exhibit of before is seen again."""


STYLES: Final[dict[str, Style]] = {
    "ant": Style(share=0.95, early=0.2, full=0.35, on=0.45, pace=(0.7, 1.0)),
    "fish": Style(share=0.65, early=0.65, full=0.2, on=0.15, pace=(0.9, 1.4), returns=0.03),
    "grasshopper": Style(share=0.5, early=0.15, full=0.35, on=0.5, pace=(0.8, 1.3)),
    "butterfly": Style(share=0.85, early=0.35, full=0.3, on=0.35, flits=True, returns=0.12),
}

TAKES_THE_ROOM: Final = 0.85
WANDER_EVERY_S: Final = 60.0
BUDGET_S: Final = (1200.0, 2100.0)
"""Seconds of stays after which a visitor has had enough."""


def stops(world: World, style: Style, rng: np.random.Generator) -> list[Stop]:
    """The stays that a visitor means to make, in their order."""
    made: list[Stop] = []
    budget = float(rng.uniform(*BUDGET_S))
    for exhibit in itinerary(world, style, rng):
        made.append(_stop(world, exhibit, style, rng))
        earlier = [each for each in made[:-1] if each.exhibit != exhibit]
        if earlier and rng.random() < style.returns:
            made.append(_return(world, earlier[int(rng.integers(len(earlier)))], rng))
        if sum(each.stay_s for each in made) > budget:
            break
    return made


def itinerary(world: World, style: Style, rng: np.random.Generator) -> list[str]:
    """The exhibits in the order of the place, or fluttering; some are left out.

    A room comes before the vitrines in it, as people take them.
    """
    layout, rooms = world.layout, enclosing(world)
    names = [name for name in sorted(world.cues) if rng.random() < style.share]
    # who comes for a vitrine is in its room too, and mostly takes that in
    names += [
        room
        for room in sorted({rooms[name] for name in names if name in rooms} - set(names))
        if rng.random() < TAKES_THE_ROOM
    ]
    order: list[str] = []
    x, y, level = 0.0, 0.0, next(iter(layout.levels))
    while names:
        ranked = sorted(
            (name for name in names if rooms.get(name) not in names),
            key=lambda name: (*_distance(world, name, x, y, level), name),
        )
        reach = 4 if style.flits else 1
        chosen = ranked[int(rng.integers(min(reach, len(ranked))))]
        names.remove(chosen)
        order.append(chosen)
        (x, y), level = layout.places[chosen].centre, layout.zones[chosen].levels[0]
    return order


def enclosing(world: World) -> dict[str, str]:
    """For each exhibit that lies within a zone of more than twice its area: that zone."""
    layout, found = world.layout, {}
    for name, zone in layout.zones.items():
        place = layout.places[name]
        for other, inside in near(layout, zone.levels[0], *place.centre, 0.0):
            if layout.places[other.id].area > 2 * place.area and inside >= place.inradius:
                found[name] = other.id
    return found


def _distance(world: World, name: str, x: float, y: float, level: str) -> tuple[bool, float]:
    centre = world.layout.places[name].centre
    return world.layout.zones[name].levels[0] != level, hypot(centre[0] - x, centre[1] - y)


def _stop(world: World, exhibit: str, style: Style, rng: np.random.Generator) -> Stop:
    """How long: who leaves early seldom does so from a room to a vitrine in it, whose narration is another."""
    narration_s = world.cues[exhibit].duration_ms / 1000
    early = style.early * (0.2 if exhibit in enclosing(world).values() else 1.0)
    draw = rng.random() * (early + style.full + style.on)
    if draw < early:
        stay = narration_s * float(rng.uniform(0.1, 0.75))
    elif draw < early + style.full:
        stay = narration_s + float(rng.uniform(1.0, 8.0))
    else:
        stay = narration_s + float(rng.uniform(9.0, 30.0))
    stay = round(min(LONGEST_S, max(SHORTEST_S, stay)), 1)
    listens = min(stay, narration_s) - 10.0
    wanders = rng.uniform(6.0, max(6.0, listens), int(rng.poisson(stay / WANDER_EVERY_S)))
    moments = tuple(sorted(float(each) for each in wanders)) if listens > 6.0 else ()  # noqa: PLR2004 - seconds
    return Stop(exhibit, stay, moments, min(stay, narration_s))


def _return(world: World, before: Stop, rng: np.random.Generator) -> Stop:
    """Another look at an exhibit: for the rest of its narration where it was left early, else a short one."""
    left_s = world.cues[before.exhibit].duration_ms / 1000 - before.stay_s
    stay = max(0.0, left_s) + float(rng.uniform(8.0, 30.0))
    return Stop(before.exhibit, round(min(LONGEST_S, stay), 1), ())
