"""Floor plans drawn in letters, for tests that read as a visitor would tell them."""

from collections import defaultdict
from collections.abc import Mapping
from textwrap import dedent
from typing import Any, Final

import shapely
from shapely import MultiPolygon, Polygon

from zones.geometry import build_layout
from zones.model import Connector, Cue, Layout, Level, Part, Zone
from zones.rings import mended
from zones.units import Millis

GROUND: Final = "ground"
FLOOR: Final = "."
STAIRS: Final = "="
NARRATION_MS: Final = Millis(90_000)

Cell = tuple[int, int]


def floor_plan(
    drawing: str | Mapping[str, str], *overlays: str, cell: float = 1.0, **zone_options: object
) -> Layout:
    """The layout that a drawing shows.

    Every letter is a zone of its own name, with an exhibit of that name and 90 s of narration; `.` is floor,
    `=` is stairs or a lift. The bottom row of the drawing lies at y from 0 to `cell`, the left column at x from
    0 to `cell`; blanks between the letters are for the eye.

    Args:
        drawing: One level, called `ground`; or several by name, the lowest first. A letter on several levels is
            one zone there, and must be drawn alike; stairs join the levels on which they are drawn.
        overlays: Further drawings of the ground level, for zones that overlap.
        cell: Metres across a letter.
        zone_options: Under a letter, the options of that zone; all else holds for every zone. Options are the
            fields of a zone; `rules` may be written as a dictionary.

    Returns:
        A layout in which every exhibit can be heard.

    >>> hall = floor_plan('''
    ...     . . A A
    ...     B B A A
    ... ''', cell=2.0, B={"priority": 1})
    >>> hall.places["A"].area, hall.zones["B"].priority
    (16.0, 1)
    """
    levels = dict(drawing) if isinstance(drawing, Mapping) else {GROUND: drawing}
    sheets = [(level, _cells(text)) for level, text in levels.items()]
    sheets += [(GROUND, _cells(text)) for text in overlays]
    where: defaultdict[str, dict[str, frozenset[Cell]]] = defaultdict(dict)
    for level, cells in sheets:
        for letter, its_cells in cells.items():
            where[letter][level] = where[letter].get(level, frozenset()) | its_cells
    stairs = where.pop(STAIRS, {})
    zones = [_zone(letter, by_level, cell, zone_options) for letter, by_level in where.items()]
    layout = build_layout([Level(name, n) for n, name in enumerate(levels)], zones, _connectors(stairs, cell))
    return layout.for_visit({zone.id: Cue(f"track-{zone.id}", NARRATION_MS) for zone in zones})


def parts_of(cells: frozenset[Cell], cell: float) -> tuple[Part, ...]:
    """The cells as polygons with holes; corners along a straight wall are left out."""
    squares = [shapely.box(x * cell, y * cell, (x + 1) * cell, (y + 1) * cell) for x, y in sorted(cells)]
    together = shapely.union_all(squares).simplify(0)
    pieces = together.geoms if isinstance(together, MultiPolygon) else [together]
    return tuple(_part(piece) for piece in pieces if isinstance(piece, Polygon))


def _part(piece: Polygon) -> Part:
    rings = [tuple((x, y) for x, y in ring.coords[:-1]) for ring in (piece.exterior, *piece.interiors)]
    return mended(Part(rings[0], tuple(rings[1:])))[0]


def _cells(text: str) -> dict[str, frozenset[Cell]]:
    rows = [line.replace(" ", "") for line in dedent(text).strip().splitlines()]
    found: defaultdict[str, set[Cell]] = defaultdict(set)
    for y, row in enumerate(reversed(rows)):
        for x, letter in enumerate(row):
            if letter != FLOOR:
                found[letter].add((x, y))
    return {letter: frozenset(cells) for letter, cells in found.items()}


def _zone(
    letter: str, by_level: Mapping[str, frozenset[Cell]], cell: float, options: Mapping[str, object]
) -> Zone:
    shapes = set(by_level.values())
    if len(shapes) > 1:
        raise ValueError(f"zone {letter} is drawn in different places on different levels")
    own = options.get(letter)
    chosen: dict[str, Any] = {key: value for key, value in options.items() if len(key) > 1}
    chosen |= own if isinstance(own, Mapping) else {}
    if isinstance(chosen.get("rules"), Mapping):
        chosen["rules"] = tuple(sorted(chosen["rules"].items()))
    fields: dict[str, Any] = {
        "exhibit": letter,
        "levels": tuple(by_level),
        "parts": parts_of(next(iter(shapes)), cell),
    }
    return Zone(id=letter, **(fields | chosen))


def _connectors(stairs: Mapping[str, frozenset[Cell]], cell: float) -> list[Connector]:
    """One connector for each separate patch of stairs, between all levels that have that patch."""
    patches: defaultdict[Part, list[str]] = defaultdict(list)
    for level, cells in stairs.items():
        for part in parts_of(cells, cell):
            patches[part].append(level)
    return [
        Connector(f"stairs-{n}", "stairs", tuple(levels), part)
        for n, (part, levels) in enumerate(patches.items(), 1)
    ]
