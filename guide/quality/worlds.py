"""Seeded museums of seven kinds: those that visitors complained of, and those that a trigger engine finds hard.

>>> reviewed = museum("tunnel", variant=0)
>>> reviewed.world.name, reviewed.world.layout == museum("tunnel", variant=0).world.layout
('tunnel-0', True)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import Final

import numpy as np

from guide.quality.kinds import World
from guide.quality.walks import Area, Door, Floor
from zones.geometry import build_layout
from zones.model import Connector, Cue, Level, Part, Zone
from zones.units import Millis

WORLD_SEED: Final = 71
"""Of the worlds alone: the same museums whatever the visits' seed is."""


@dataclass(frozen=True, eq=False)
class Museum:
    """A world and the floor under it."""

    world: World
    floor: Floor
    group: bool = False
    """Whether groups stand about in it, so that a listener finds a place only at the border of a zone."""


@dataclass(frozen=True)
class Draft:
    """Zones as corners by name, on levels, over a floor; what a kind of museum is made of."""

    outlines: Mapping[str, tuple[tuple[float, float], ...]]
    floor: Floor
    levels: Mapping[str, str]
    """The level of a zone that is not on the ground."""
    lift: tuple[float, float] | None = None


Rng = np.random.Generator
Outline = tuple[tuple[float, float], ...]


def box(left: float, bottom: float, right: float, top: float) -> Outline:
    """A rectangle, to the centimetre."""
    left, bottom, right, top = (round(float(each), 2) for each in (left, bottom, right, top))
    return ((left, bottom), (right, bottom), (right, top), (left, top))


def blob(x: float, y: float, radius: float, rng: Rng, *, round_: bool) -> Outline:
    """A circle of sixteen corners, or an irregular polygon of six to nine about a centre."""
    corners = 16 if round_ else int(rng.integers(6, 10))
    reaches = np.full(corners, radius) if round_ else radius * rng.uniform(0.78, 1.12, corners)
    turns = np.arange(corners) * 2 * pi / corners
    return tuple(
        (round(x + float(reach) * cos(turn), 2), round(y + float(reach) * sin(turn), 2))
        for reach, turn in zip(reaches, turns, strict=True)
    )


def bays(rng: Rng, count: int, bottom: float, width: float = 5.0) -> tuple[list[Outline], float]:
    """Bays of 3 to 6 m along a tunnel, each touching the next or overlapping it by 0.3 to 1 m; and its length."""
    found, left = [], 3.0
    for _ in range(count):
        right = left + float(rng.uniform(3.0, 6.0))
        found.append(box(left, bottom, right, bottom + width))
        left = right - (0.0 if rng.random() < 0.3 else float(rng.uniform(0.3, 1.0)))  # noqa: PLR2004 - three in ten
    return found, found[-1][1][0] + 3.0


def tunnel(rng: Rng) -> Draft:
    """Two tunnels side by side, full of short bays, joined at both ends: what the reviewer walked through."""
    lower, one = bays(rng, int(rng.integers(10, 13)), 0.0)
    upper, other = bays(rng, int(rng.integers(10, 13)), 8.0)
    length = max(one, other)
    areas = (
        Area("ground", -4.0, 0.0, 0.0, 13.0),
        Area("ground", 0.0, 0.0, length, 5.0),
        Area("ground", 0.0, 8.0, length, 13.0),
        Area("ground", length, 0.0, length + 4.0, 13.0),
    )
    doors = (Door(0, 1, 0.0, 2.5), Door(0, 2, 0.0, 10.5), Door(1, 3, length, 2.5), Door(2, 3, length, 10.5))
    named = {f"bay-{n:02d}": outline for n, outline in enumerate([*lower, *upper[::-1]], 1)}
    return Draft(named, Floor(areas, doors), {})


def scattered(rng: Rng, area: Area, count: int) -> list[Outline]:
    """Zones of 2.5 to 5 m radius strewn over a hall: each overlaps some neighbours, none is mostly covered."""
    placed: list[tuple[float, float, float]] = []
    for _ in range(4000):
        if len(placed) == count:
            break
        radius = float(rng.uniform(2.5, 5.0))
        x = float(rng.uniform(area.left + 0.6 * radius, area.right - 0.6 * radius))
        y = float(rng.uniform(area.bottom + 0.6 * radius, area.top - 0.6 * radius))
        if all(hypot(x - a, y - b) > 0.72 * (radius + other) for a, b, other in placed):
            placed.append((x, y, radius))
    return [blob(x, y, radius, rng, round_=rng.random() < 0.5) for x, y, radius in placed]  # noqa: PLR2004 - half


def hall(rng: Rng) -> Draft:
    """Two halls of 30 × 20 m with overlapping zones, irregular or round."""
    areas = (
        Area("ground", -9.0, 7.0, -5.0, 13.0),
        Area("ground", 0.0, 0.0, 30.0, 20.0),
        Area("ground", 30.5, 0.0, 60.5, 20.0),
        Area("ground", -5.0, 9.0, 0.0, 11.0),
    )
    doors = (Door(0, 3, -5.0, 10.0), Door(3, 1, 0.0, 10.0), Door(1, 2, 30.25, 10.0))
    outlines = [*scattered(rng, areas[1], 11), *scattered(rng, areas[2], 11)]
    named = {f"dome-{n:02d}": outline for n, outline in enumerate(outlines, 1)}
    return Draft(named, Floor(areas, doors), {})


def nested(rng: Rng) -> Draft:
    """Six rooms in a row, each a zone, with one or two vitrines in it that have their own."""
    named, areas, doors, left = {}, [Area("ground", -4.0, 0.0, 0.0, 6.0)], [], 0.0
    for room in range(1, 7):
        right, top = left + float(rng.uniform(9.0, 12.0)), float(rng.uniform(7.0, 9.0))
        named[f"room-{room}"] = box(left, 0.0, right, top)
        for side in range(1, int(rng.integers(2, 4))):
            radius = float(rng.uniform(1.3, 1.8))
            x = left + (0.22 if side == 1 else 0.78) * (right - left)
            y = radius + 0.2 if rng.random() < 0.5 else top - radius - 0.2  # noqa: PLR2004 - one wall or the other
            named[f"vitrine-{room}{side}"] = blob(x, y, radius, rng, round_=True)
        doors.append(Door(room - 1, room, left, 3.0))
        areas.append(Area("ground", left, 0.0, right, top))
        left = right
    return Draft(named, Floor(tuple(areas), tuple(doors)), {})


def levels(rng: Rng) -> Draft:
    """A tunnel, and a dome hall over it in plan; a lift is the only way from one to the other."""
    below, length = bays(rng, 9, 0.0)
    above = Area("dome", 0.0, -6.0, 28.0, 10.0)
    domes = scattered(rng, above, 9)
    named = {f"tunnel-{n:02d}": outline for n, outline in enumerate(below, 1)}
    named |= {f"dome-{n:02d}": outline for n, outline in enumerate(domes, 1)}
    areas = (
        Area("ground", -4.0, 0.0, 0.0, 5.0),
        Area("ground", 0.0, 0.0, length, 5.0),
        above,
        Area("dome", -4.0, 0.0, 0.0, 5.0),
    )
    doors = (Door(0, 1, 0.0, 2.5), Door(0, 3, -2.0, 2.5), Door(3, 2, 0.0, 2.5))
    on_top = {name: "dome" for name in named if name.startswith("dome")}
    return Draft(named, Floor(areas, doors), on_top, lift=(-2.0, 2.5))


def corridor(rng: Rng) -> Draft:
    """A corridor 3 m wide with alcoves on both sides, whose zones reach out into it: most people walk past most."""
    named, areas, doors = {}, [Area("ground", -5.0, 0.0, 52.0, 3.0)], []
    for side in ("left", "right"):
        left = 2.0
        for number in range(1, 9):
            right, deep = left + float(rng.uniform(4.0, 5.6)), float(rng.uniform(3.5, 5.0))
            out = float(rng.uniform(0.5, 1.2))
            low, high = (3.0 - out, 3.0 + deep) if side == "left" else (-deep, out)
            named[f"{side}-{number}"] = box(left, low, right, high)
            alcove = (left, 3.0, right, high) if side == "left" else (left, low, right, 0.0)
            doors.append(Door(0, len(areas), round((left + right) / 2, 2), 3.0 if side == "left" else 0.0))
            areas.append(Area("ground", *alcove))
            left = right + float(rng.uniform(0.2, 0.8))
    return Draft(named, Floor(tuple(areas), tuple(doors)), {})


def border(rng: Rng) -> Draft:
    """A hall divided into zones that touch, two rows of them."""
    named, top = {}, [float(rng.uniform(5.0, 7.0))]
    top.append(top[0] + float(rng.uniform(5.0, 7.0)))
    end = 0.0
    for row, (low, high) in enumerate(((0.0, top[0]), (top[0], top[1]))):
        left = 2.0
        for number in range(1, 9):
            right = left + float(rng.uniform(4.5, 7.0))
            named[f"{'ab'[row]}-{number}"] = box(left, low, right, high)
            left = right
        end = max(end, left)
    area = Area("ground", -5.0, 0.0, round(end + 2.0, 2), round(top[1], 2))
    return Draft(named, Floor((area,), ()), {})


def rooms(rng: Rng) -> Draft:
    """Twelve rooms of ordinary size with doors between neighbours; some have two zones with a gap between them."""
    widths, depths = rng.uniform(6.0, 10.0, 4), rng.uniform(6.0, 9.0, 3)
    lefts, bottoms = np.concatenate([[0.0], np.cumsum(widths)]), np.concatenate([[0.0], np.cumsum(depths)])
    named: dict[str, Outline] = {}
    areas: list[Area] = [Area("ground", -6.0, 1.0, 0.0, float(depths[0]) - 1.0)]
    doors: list[Door] = [Door(0, 1, 0.0, float(depths[0]) / 2)]
    for row in range(3):
        for column in range(4):
            left, right = float(lefts[column]), float(lefts[column + 1])
            low, high = float(bottoms[row]), float(bottoms[row + 1])
            here = len(areas)
            areas.append(Area("ground", left, low, right, high))
            if column:
                doors.append(Door(here - 1, here, left, (low + high) / 2))
            if row:
                doors.append(Door(here - 4, here, (left + right) / 2, low))
            name, middle = f"room-{row + 1}{column + 1}", (left + right) / 2
            if right - left > 8.0 and rng.random() < 0.6:  # noqa: PLR2004 - wide enough for two
                named[f"{name}a"] = box(left + 0.2, low + 0.2, middle - 0.5, high - 0.2)
                named[f"{name}b"] = box(middle + 0.5, low + 0.2, right - 0.2, high - 0.2)
            else:
                named[name] = box(left + 0.2, low + 0.2, right - 0.2, high - 0.2)
    return Draft(named, Floor(tuple(areas), tuple(doors)), {})


KINDS: Final[dict[str, Callable[[Rng], Draft]]] = {
    "tunnel": tunnel,
    "hall": hall,
    "nested": nested,
    "levels": levels,
    "corridor": corridor,
    "border": border,
    "rooms": rooms,
}


@lru_cache(maxsize=256)
def museum(kind: str, variant: int) -> Museum:
    """A museum of a kind; the variants of a kind differ in every measure."""
    rng = np.random.default_rng([WORLD_SEED, list(KINDS).index(kind), variant])
    draft = KINDS[kind](rng)
    names = dict.fromkeys(area.level for area in draft.floor.areas)
    zones = [
        Zone(name, name, (draft.levels.get(name, "ground"),), (Part(outline),))
        for name, outline in draft.outlines.items()
    ]
    layout = build_layout(
        [Level(name, n) for n, name in enumerate(names)], zones, _lifts(draft, tuple(names))
    )
    cues = {zone.id: narration(zone.id, rng) for zone in zones}
    return Museum(
        World(f"{kind}-{variant}", kind, layout.for_visit(cues)), draft.floor, group=kind == "border"
    )


def _lifts(draft: Draft, names: tuple[str, ...]) -> list[Connector]:
    if draft.lift is None:
        return []
    x, y = draft.lift
    return [Connector("lift", "lift", names, Part(box(x - 1.2, y - 1.2, x + 1.2, y + 1.2)))]


def narration(exhibit: str, rng: Rng) -> Cue:
    """A narration of 30 to 120 s in sentences of 4 to 9 s."""
    gaps: list[int] = []
    duration, at = int(rng.uniform(30, 120)) * 1000, 0
    while True:
        at += round(float(rng.uniform(4.0, 9.0)) * 10) * 100
        if at >= duration - 2000:
            return Cue(f"track-{exhibit}", Millis(duration), tuple(gaps))
        gaps.append(at)
