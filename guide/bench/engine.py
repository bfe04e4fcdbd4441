"""What is measured of the engine: a step in a small and in a huge museum beside an R-tree's query, loading, replay."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import shapely

from guide.bench.table import Row, median
from guide.services.ladder import climb
from guide.services.releases import ReleaseView
from zones.engine import replay, step
from zones.geometry import build_layout
from zones.model import Cue, Fix, Layout, Level, Part, Zone
from zones.profiles import PROFILES
from zones.state import State
from zones.units import Millis

STEPS: Final = 10_000
ROUNDS: Final = 10
"""What is compared takes turns so often, so that a machine that is busy for a while is busy for both."""
REACH_M: Final = 3.0
"""How far about a position the R-tree is asked for zones: three times the error of a position by UWB at its edge."""
APART_M: Final = 1_000.0
REPLAYED: Final = 30_000
STEP_MUST_US: Final = 30.0
HUGE_MUST: Final = 1.5
LOAD_MUST_S: Final = 3.0
REPLAY_MUST: Final = 30_000.0
BEGIN_MS: Final = 1_777_888_800_000
RTREE: Final = "shapely's R-tree, one `dwithin` query"
LONGEST_VISIT: Final = 3_000
TUNNEL: Final = ((9.0, 30.0), (14.2, 30.0), (73.8, 30.0), (76.5, 30.0))
"""Places in the demo's tunnel between which the measured visitor goes to and fro."""


@dataclass(frozen=True, slots=True)
class Museum:
    """Floors of square zones of 4 × 4 m, side by side in rows a metre apart, with a minute of narration each."""

    floors: int
    columns: int
    rows: int

    def levels(self) -> list[Level]:
        """The floors."""
        return [Level(f"floor{number:02d}", number) for number in range(self.floors)]

    def zones(self) -> list[Zone]:
        """The zones of all floors."""
        return [
            Zone(name := f"{level.id}-{column:02d}-{row:02d}", name, (level.id,), (_square(column, row),))
            for level in self.levels()
            for column in range(self.columns)
            for row in range(self.rows)
        ]


SMALL: Final = Museum(1, 6, 2)
HUGE: Final = Museum(40, 25, 20)


@dataclass(slots=True)
class _Strolls:
    """A visitor to and fro along the first row of the middle floor; the R-tree is asked for the same places."""

    layout: Layout
    floor: Level
    tree: shapely.STRtree
    state: State = field(default_factory=State)
    at: int = 0
    steps: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)

    def go_on(self, count: int) -> None:
        """So many steps, then so many queries; what they are given is made before, as it is not what is measured."""
        rules, fixes = PROFILES["uwb"], [self._fix(self.at + number) for number in range(1, count + 1)]
        places = [shapely.Point(fix.x + APART_M * self.floor.ordinal, fix.y) for fix in fixes]
        self.at += count
        for fix in fixes:
            began = time.perf_counter()
            self.state, _ = step(self.state, fix, self.layout, rules)
            self.steps.append((time.perf_counter() - began) * 1e6)
        for place in places:
            began = time.perf_counter()
            self.tree.query(place, predicate="dwithin", distance=REACH_M)
            self.queries.append((time.perf_counter() - began) * 1e6)

    def _fix(self, number: int) -> Fix:
        x = round(2.0 + abs((number * 0.3) % 40.0 - 20.0), 3)
        return Fix(Millis(BEGIN_MS + number * 1000), x, 2.0, self.floor.id, 0.3)


def engine_rows() -> Iterator[Row]:
    """A step, the loading of a layout, and each beside what shapely alone takes."""
    loading, planting = [], []
    for _ in range(3):
        loading.append(_seconds(partial(build_layout, HUGE.levels(), HUGE.zones())))
        planting.append(_seconds(partial(_tree, HUGE.levels(), HUGE.zones())))
    small, huge = _strolls(SMALL), _strolls(HUGE)
    for _ in range(ROUNDS):
        for each in (small, huge):
            each.go_on(STEPS // ROUNDS)
    yield _step_row("12 zones", small, STEP_MUST_US)
    yield _step_row("20,000 zones on 40 levels", huge, HUGE_MUST * median(small.steps))
    yield Row(
        "loading a layout of 20,000 zones on 40 levels, checked and indexed",
        median(loading),
        "s",
        LOAD_MUST_S,
        "the same zones into shapely's R-tree",
        median(planting),
    )


def _step_row(what: str, strolls: _Strolls, must: float) -> Row:
    return Row(
        f"engine step, {what}, median", median(strolls.steps), "µs", must, RTREE, median(strolls.queries)
    )


def _strolls(museum: Museum) -> _Strolls:
    zones, levels = museum.zones(), museum.levels()
    cues = {zone.id: Cue(zone.id, Millis(60_000), tuple(range(5_000, 60_000, 5_000))) for zone in zones}
    floor = levels[len(levels) // 2]
    return _Strolls(build_layout(levels, zones).for_visit(cues), floor, _tree(levels, zones))


def _square(column: int, row: int) -> Part:
    x, y = 4.0 * column, 5.0 * row
    return Part(((x, y), (x + 4, y), (x + 4, y + 4), (x, y + 4)))


def _tree(levels: Sequence[Level], zones: Sequence[Zone]) -> shapely.STRtree:
    """All zones in one tree, which knows no floors: they lie side by side in it."""
    ordinals = {level.id: level.ordinal for level in levels}
    moved = (
        [(x + APART_M * ordinals[zone.levels[0]], y) for x, y in zone.parts[0].outline] for zone in zones
    )
    return shapely.STRtree([shapely.Polygon(each) for each in moved])


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def replay_row(view: ReleaseView) -> Row:
    """Recorded visits through the published demo, run again on one core."""
    layout = climb(view, ("en",), "standard", accept_house=False).layout
    rules = view.rules["uwb"]
    visit = [Fix(Millis(BEGIN_MS + n * 1000), *place(n), "tunnels", 0.3) for n in range(LONGEST_VISIT)]
    taken = [_seconds(partial(replay, visit, layout, rules)) for _ in range(REPLAYED // LONGEST_VISIT)]
    return Row(
        f"replay of recorded visits to the demo ({len(view.content.zones)} zones), on one core",
        LONGEST_VISIT / median(taken),
        "fixes/s",
        REPLAY_MUST,
        at_least=True,
    )


def place(number: int) -> tuple[float, float]:
    """Where the measured visitor is at a poll: a minute from place to place, the last ten seconds of it at rest."""
    leg, share = divmod(number, 60)
    (x0, y0), (x1, y1) = TUNNEL[leg % len(TUNNEL)], TUNNEL[(leg + 1) % len(TUNNEL)]
    part = min(1.0, share / 50)
    return round(x0 + (x1 - x0) * part, 3), round(y0 + (y1 - y0) * part, 3)
