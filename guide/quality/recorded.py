"""Recorded walks and recorded errors: what people really walked, seen as a real system saw them.

Three uses of the recorded sets, none of which needs a noise model of ours:

- the walks of `mall_site1` with the estimates made on these very walks, past exhibits laid along their ways. The
  walkers hardly ever stop, so this measures what starts for people who pass by, and little else;
- the person of `noise_uwb_building` who stands and steps about for minutes, seen by a commercial ultra-wideband
  system, in a zone among four others: here a cut is a cut;
- error series replayed on simulated visits, in blocks taken from the recordings at random.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, pi, sin
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from guide.quality.fitting import Recording, Unreadable, read
from guide.quality.kinds import TRUTH_STEP_MS, Metres, Stay, Visit, World
from guide.quality.noise import poll_times
from zones.geometry import build_layout, near
from zones.model import Cue, Fix, Level, Part, Zone
from zones.units import Millis, Point

RADIUS_M: Final = 3.5
SPACING_M: Final = 9.0
"""Exhibits in the mall: eight-cornered zones, of which no two touch."""
SHORTEST_WALK_S: Final = 60.0
STANDING_M_S: Final = 0.2
ATTENDING_MS: Final = 5_000
"""Who stands for so long in a zone is taken to attend it."""
BLOCK_S: Final = 45.0
NARRATION_MS: Final = 90_000
LONG_MS: Final = 180_000
SENTENCE_MS: Final = 6_500
BUILDING_M: Final = 1.5
"""Half the width of a zone about the person with the tag, who stays within a metre of its middle."""


@dataclass(frozen=True, eq=False)
class Walk:
    """A recorded walk with the fixes that a recorded system made of it, and the profile it runs under."""

    visit: Visit
    fixes: tuple[Fix, ...]
    profile: str

    @property
    def passages(self) -> int:
        """How often the walker enters a zone without attending its exhibit then."""
        return sum(
            not any(
                stay.exhibit == name and stay.from_ms < end and begin < stay.to_ms
                for stay in self.visit.stays
            )
            for name, begin, end in passages(self.visit)
        )


def mall_walks(folder: Path) -> list[Walk]:
    """The walks of `mall_site1` of a minute or more, with their own estimates, under `ble`.

    Raises:
        Unreadable: The folder lacks one of its files, or a column in one.
    """
    places = _by(folder / "trajectories.csv", "agent_id")
    estimates = _by(folder / "noise.csv", "tag_id")
    worlds = {
        level: mall_world(folder, level) for level in sorted({each[0]["level"] for each in places.values()})
    }
    return [
        Walk(visit, tuple(_estimated(estimates[name], visit)), "ble")
        for name, rows in sorted(places.items())
        if float(rows[-1]["t_s"]) >= SHORTEST_WALK_S and name in estimates
        for visit in (_visit(worlds[rows[0]["level"]], name, rows),)
    ]


def mall_world(folder: Path, level: str) -> World:
    """A floor of the mall with exhibits where people walk: at surveyed places, 9 m or more apart."""
    points: list[Point] = []
    for row in _by(folder / "waypoints.csv", "level").get(level, []):
        x, y = float(row["x_m"]), float(row["y_m"])
        if all(hypot(x - a, y - b) >= SPACING_M for a, b in points):
            points.append((x, y))
    return _world(f"mall-{level}", level, {f"e{n:03}": _octagon(x, y) for n, (x, y) in enumerate(points)})


def building_walk(folder: Path) -> Walk:
    """The person of `noise_uwb_building` in a zone of 3 m by 3 m with four more around it, under `uwb`.

    They stand and step about in a circle of 1.2 m for three minutes, and attend the middle zone all the time; its
    narration lasts as long.

    Raises:
        Unreadable: The folder lacks its file, or a column in it.
    """
    rows = next(iter(_by(folder / "noise.csv", "tag_id").values()))
    times = np.array([float(row["t_s"]) for row in rows])
    xs, ys = (np.array([float(row[f"{axis}_true_m"]) for row in rows]) for axis in "xy")
    x, y = float(np.median(xs)), float(np.median(ys))
    wide = 2 * BUILDING_M
    places = {
        "middle": (x, y),
        "left": (x - wide, y),
        "right": (x + wide, y),
        "below": (x, y - wide),
        "above": (x, y + wide),
    }
    world = _world("building", "floor", {name: _square(*place) for name, place in places.items()}, LONG_MS)
    end = int(times[-1] * 1000)
    grid = np.arange(0, end + 1, TRUTH_STEP_MS, dtype=np.int64)
    visit = Visit(
        world,
        "recorded",
        0,
        grid,
        np.interp(grid / 1000, times, xs),
        np.interp(grid / 1000, times, ys),
        ("floor",) * len(grid),
        (Stay("middle", 0, int(grid[-1])),),
    )
    fixes = [
        Fix(Millis(round(1000 * float(row["t_s"]))), float(row["x_est_m"]), float(row["y_est_m"]), "floor")
        for row in rows
    ]
    return Walk(visit, tuple(_every(fixes, 1000)), "uwb")


def _every(fixes: Sequence[Fix], period_ms: int) -> Iterator[Fix]:
    """The fixes that a device gets that asks once in a period."""
    due = 0
    for fix in fixes:
        if fix.at >= due:
            yield fix
            due = fix.at - fix.at % period_ms + period_ms


@dataclass(frozen=True, eq=False)
class Replayed:
    """Recorded errors as a noise model: blocks of 45 s, taken at random, one after the other.

    Within a block the error is as it was recorded, with what the device stated; it jumps between two blocks.
    """

    name: str
    profile: str
    recordings: tuple[Recording, ...]

    @classmethod
    def of(cls, folder: Path, profile: str) -> "Replayed":
        """The errors of a recorded set.

        Raises:
            Unreadable: The folder has no set.
        """
        return cls(f"{profile}, errors of {folder.name}", profile, tuple(read(folder / "noise.csv")))

    def fixes(self, visit: Visit, period_s: float, rng: np.random.Generator) -> list[Fix]:
        """One fix per period, with the newest recorded error; none where the recording has none for 3 s."""
        found = []
        block, begin = self._block(rng)
        until = BLOCK_S
        for at in poll_times(visit, period_s).tolist():
            if at / 1000 >= until:
                block, begin = self._block(rng)
                begin, until = begin - until, until + BLOCK_S
            moment = at / 1000 + begin
            newest = int(np.searchsorted(block.times_s, moment, side="right")) - 1
            if newest < 0 or moment - block.times_s[newest] > LONGEST_WAIT_S:
                continue
            place = min(at // TRUTH_STEP_MS, len(visit.xs) - 1)
            dx, dy = block.errors_m[newest].tolist()
            claim = float(block.claims_m[newest])
            x, y = round(float(visit.xs[place]) + dx, 3), round(float(visit.ys[place]) + dy, 3)
            found.append(Fix(Millis(at), x, y, visit.levels[place], None if np.isnan(claim) else claim))
        return found

    def _block(self, rng: np.random.Generator) -> tuple[Recording, float]:
        """A recording, by its length, and the moment in it that the block begins with."""
        lengths = np.array([max(1.0, each.times_s[-1] - each.times_s[0]) for each in self.recordings])
        chosen = self.recordings[int(rng.choice(len(lengths), p=lengths / lengths.sum()))]
        slack = max(0.0, float(chosen.times_s[-1] - chosen.times_s[0]) - BLOCK_S)
        return chosen, float(chosen.times_s[0]) + float(rng.uniform(0, slack))


LONGEST_WAIT_S: Final = 3.0


def passages(visit: Visit) -> list[tuple[str, int, int]]:
    """When the walker truly is in which zone: exhibit, from, to, in milliseconds."""
    found: list[tuple[str, int, int]] = []
    since: dict[str, int] = {}
    for at, x, y, level in zip(
        visit.times_ms.tolist(), visit.xs.tolist(), visit.ys.tolist(), visit.levels, strict=True
    ):
        here = {zone.exhibit for zone, _ in near(visit.world.layout, level, x, y, 0.0) if zone.exhibit}
        found += [(name, since.pop(name), at) for name in sorted(set(since) - here)]
        since = {name: since.get(name, at) for name in here}
    return found + [(name, begin, visit.end_ms) for name, begin in sorted(since.items())]


def _visit(world: World, name: str, rows: Sequence[dict[str, str]]) -> Visit:
    times = np.array([float(row["t_s"]) for row in rows])
    xs, ys = (np.array([float(row[f"{axis}_m"]) for row in rows]) for axis in "xy")
    grid = np.arange(0, int(times[-1] * 1000) + 1, TRUTH_STEP_MS, dtype=np.int64)
    fine_x, fine_y = np.interp(grid / 1000, times, xs), np.interp(grid / 1000, times, ys)
    level = rows[0]["level"]
    visit = Visit(world, "recorded", 0, grid, fine_x, fine_y, (level,) * len(grid), ())
    stays = tuple(_stays(visit, _standing(fine_x, fine_y)))
    return Visit(world, f"recorded {name}", 0, grid, fine_x, fine_y, (level,) * len(grid), stays)


def _standing(xs: Metres, ys: Metres) -> npt.NDArray[np.bool_]:
    """At which moments the walker stands, by the second around them."""
    second = 1000 // TRUTH_STEP_MS
    if len(xs) <= second:
        return np.zeros(len(xs), dtype=np.bool_)
    moved = np.hypot(xs[second:] - xs[:-second], ys[second:] - ys[:-second])
    padded = np.pad(moved, (second // 2, second - second // 2), mode="edge")
    still: npt.NDArray[np.bool_] = padded[: len(xs)] <= STANDING_M_S
    return still


def _stays(visit: Visit, still: npt.NDArray[np.bool_]) -> Iterator[Stay]:
    """The times of five seconds or more in which somebody stands in a zone."""
    for name, begin, end in passages(visit):
        since = None
        for n in range(begin // TRUTH_STEP_MS, end // TRUTH_STEP_MS + 1):
            stands = n < len(still) and bool(still[n]) and n < end // TRUTH_STEP_MS
            if stands and since is None:
                since = n
            elif not stands and since is not None:
                if (n - since) * TRUTH_STEP_MS >= ATTENDING_MS:
                    yield Stay(name, since * TRUTH_STEP_MS, n * TRUTH_STEP_MS)
                since = None


def _estimated(rows: Sequence[dict[str, str]], visit: Visit) -> Iterator[Fix]:
    last = -1
    for row in rows:
        at = round(1000 * float(row["t_s"]))
        if last < at <= visit.end_ms and row["x_est_m"]:
            x, y, accuracy = (float(row[name]) for name in ("x_est_m", "y_est_m", "accuracy_m"))
            yield Fix(Millis(at), x, y, row["level"], accuracy)
            last = at


@lru_cache(maxsize=64)
def _rows(path: Path) -> tuple[dict[str, str], ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(csv.DictReader(file))
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error


def _by(path: Path, column: str) -> dict[str, list[dict[str, str]]]:
    """The rows of a file by one of its columns."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(path):
        if column not in row:
            raise Unreadable(f"{path}: there is no column {column!r}")
        found[row[column]].append(row)
    return dict(found)


def _octagon(x: float, y: float) -> tuple[Point, ...]:
    turns = (2 * pi * (n + 0.5) / 8 for n in range(8))
    return tuple((round(x + RADIUS_M * cos(turn), 3), round(y + RADIUS_M * sin(turn), 3)) for turn in turns)


def _square(x: float, y: float) -> tuple[Point, ...]:
    left, right, low, high = x - BUILDING_M, x + BUILDING_M, y - BUILDING_M, y + BUILDING_M
    return ((left, low), (right, low), (right, high), (left, high))


def _world(
    name: str, level: str, outlines: dict[str, tuple[Point, ...]], length_ms: int = NARRATION_MS
) -> World:
    """A floor on which every exhibit has as much to tell, in sentences of 6.5 s."""
    zones = [Zone(each, each, (level,), (Part(outline),)) for each, outline in outlines.items()]
    gaps = tuple(range(SENTENCE_MS, length_ms - 2000, SENTENCE_MS))
    cues = {each: Cue(f"track-{each}", Millis(length_ms), gaps) for each in outlines}
    return World(name, "recorded", build_layout([Level(level, 0)], zones).for_visit(cues))
