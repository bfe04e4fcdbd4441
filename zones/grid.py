"""Which zones lie about a point, and how deep in each it is: the look-up that every fix makes.

An R-tree answers in 13 to 21 µs, most of what a whole step may take. Here each level has a few grids of
square cells, made once; a cell lists the zones that come within the grid's reach of it. A query is one look
into a dictionary and a loop over the edges of a handful of zones, in plain Python. shapely is the oracle in
the tests and is not called.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf, sqrt
from typing import Final, NamedTuple

from zones.errors import ZonesError
from zones.model import Layout, Ring, Zone
from zones.rings import Edge, edges

REACHES: Final = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Metres. Powers of two, so that a coordinate falls into the same cell however it is computed."""

CELLS_PER_ZONE: Final = 128
"""A grid that needs more on average is left out: zones of kilometres would fill the memory with cells."""


class Shape(NamedTuple):
    """A zone as numbers: its bounding box, and the edges of outlines and holes; none where the box is all.

    Most rooms are rectangles along the axes of the site, and a box is looked at in a third of the time.
    """

    min_x: float
    min_y: float
    max_x: float
    max_y: float
    edges: tuple[Edge, ...]
    zone: Zone


Row = tuple[float, float, float, float, tuple[Edge, ...], Zone]
"""A shape as a plain tuple: a named one is taken apart five times as slowly, and a query takes several."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The zones of one level by square cells of `reach` metres; good for queries up to that reach."""

    reach: float
    cells: Mapping[tuple[float, float], tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class LevelIndex:
    """All zones of one level in the order of their ids, and its grids from the finest to the coarsest."""

    shapes: tuple[Row, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The index of each level that has zones."""

    levels: Mapping[str, LevelIndex]


def shape_of(zone: Zone, rings: Iterable[Ring]) -> Shape:
    """The zone's shape, from rings of which no two run along each other."""
    taken = tuple(rings)
    xs = [float(x) for ring in taken for x, _ in ring]
    ys = [float(y) for ring in taken for _, y in ring]
    box = (min(xs), min(ys), max(xs), max(ys))
    if len(taken) == 1 and _is_box(taken[0], *box):
        return Shape(*box, (), zone)
    return Shape(*box, tuple(edge for ring in taken for edge in edges(ring)), zone)


def _is_box(ring: Ring, min_x: float, min_y: float, max_x: float, max_y: float) -> bool:
    """Whether a sound ring is its own bounding box: four corners, and they are the box's."""
    box = {(min_x, min_y), (max_x, min_y), (max_x, max_y), (min_x, max_y)}
    return len(ring) == len(box) and set(ring) == box


def index_of(shapes: Iterable[Shape]) -> SiteIndex:
    """The index of a site: linear in the zones, whatever their sizes."""
    by_level: defaultdict[str, list[Shape]] = defaultdict(list)
    for shape in sorted(shapes, key=lambda each: each.zone.id):
        for level in dict.fromkeys(shape.zone.levels):
            by_level[level].append(shape)
    return SiteIndex({level: _level_index(tuple(each)) for level, each in by_level.items()})


def _level_index(shapes: tuple[Shape, ...]) -> LevelIndex:
    rows = tuple(shape[:] for shape in shapes)
    grids = (_grid(rows, reach) for reach in REACHES)
    return LevelIndex(rows, tuple(grid for grid in grids if grid))


def _grid(shapes: Sequence[Row], reach: float) -> Grid | None:
    spans = [_span(shape, reach) for shape in shapes]
    if sum(len(columns) * len(rows) for columns, rows in spans) > CELLS_PER_ZONE * len(shapes):
        return None
    cells: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    for number, (columns, rows) in enumerate(spans):
        for column in columns:
            for row in rows:
                cells[float(column), float(row)].append(number)
    shared: dict[tuple[int, ...], tuple[Row, ...]] = {}
    return Grid(reach, {cell: _shared(shared, tuple(numbers), shapes) for cell, numbers in cells.items()})


def _span(shape: Row, reach: float) -> tuple[range, range]:
    """The columns and rows of cells from which the zone's bounding box is within reach."""
    min_x, min_y, max_x, max_y, _, _ = shape
    return (
        range(floor(min_x / reach) - 1, floor(max_x / reach) + 2),
        range(floor(min_y / reach) - 1, floor(max_y / reach) + 2),
    )


def _shared(
    shared: dict[tuple[int, ...], tuple[Row, ...]], numbers: tuple[int, ...], shapes: Sequence[Row]
) -> tuple[Row, ...]:
    """Neighbouring cells mostly list the same zones: one tuple serves them all."""
    found = shared.get(numbers)
    if found is None:
        found = shared[numbers] = tuple(shapes[number] for number in numbers)
    return found


def near(layout: Layout, level: str, x: float, y: float, reach: float) -> tuple[tuple[Zone, float], ...]:
    """The zones of a level within reach of a point, each with its depth there, in the order of their ids.

    Args:
        layout: Made by `build_layout`.
        level: An unknown level has no zones.
        x: Metres. A coordinate that is not a number is near nothing.
        y: Metres.
        reach: Metres; a zone counts whose border is no farther. 0 asks for the zones that hold the point.

    Returns:
        Pairs of zone and depth in metres, positive inside and negative outside; holes count as outside.

    Raises:
        ZonesError: The layout was put together by hand and has no index.
    """
    index = layout.index
    if not isinstance(index, SiteIndex):
        raise ZonesError("the layout has no index; make it with build_layout")
    if (there := index.levels.get(level)) is None:
        return ()
    shapes = there.shapes
    for grid in there.grids:
        if reach <= grid.reach:
            shapes = grid.cells.get((x // grid.reach, y // grid.reach), ())
            break
    left, right, low, high = x - reach, x + reach, y - reach, y + reach
    found: list[tuple[Zone, float]] = []
    for min_x, min_y, max_x, max_y, its_edges, zone in shapes:
        if not (right >= min_x and left <= max_x and high >= min_y and low <= max_y):
            continue  # so, and not the other way round: NaN compares false
        deep = _signed(its_edges, x, y) if its_edges else _in_box(min_x - x, x - max_x, min_y - y, y - max_y)
        if deep >= -reach:
            found.append((zone, deep))
    return tuple(found)


def depth(shape: Shape, x: float, y: float) -> float:
    """Metres from the point to the zone's border: positive inside, negative outside and in its holes."""
    if shape.edges:
        return _signed(shape.edges, x, y)
    return _in_box(shape.min_x - x, x - shape.max_x, shape.min_y - y, y - shape.max_y)


def _in_box(left: float, right: float, below: float, above: float) -> float:
    """The depth in a rectangle, from how far the point lies beyond each of its sides."""
    across = right if right > left else left
    along = above if above > below else below
    if across > 0.0 and along > 0.0:
        return -sqrt(across * across + along * along)
    return 0.0 - (along if along > across else across)  # on the border 0, never minus 0


def _signed(its_edges: tuple[Edge, ...], x: float, y: float) -> float:
    """The signed distance to closed rings, by the crossings of a ray and the nearest edge in one pass.

    A point before the start of an edge is passed over there: that corner is also the end of the edge before,
    at the same distance.
    """
    nearest = inf
    inside = False
    for x1, y1, y2, ux, uy, length in its_edges:
        px = x - x1
        py = y - y1
        across = px * uy - py * ux
        if y1 <= y:
            if y2 > y and across < 0:
                inside = not inside
        elif y2 <= y and across > 0:
            inside = not inside
        square = across * across
        if square < nearest:
            along = px * ux + py * uy
            if along > length:
                along -= length
                square += along * along
                if square < nearest:  # noqa: PLR1730 - min() costs 60 ns for every edge
                    nearest = square
            elif along >= 0:
                nearest = square
    return sqrt(nearest) if inside else 0.0 - sqrt(nearest)
