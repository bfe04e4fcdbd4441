"""How people get about: a floor of rooms and doors, the way from place to place, and a human pace along it."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final, NamedTuple

import numpy as np

from guide.quality.kinds import TRUTH_STEP_MS, Metres

STEP_S: Final = TRUTH_STEP_MS / 1000
ACCELERATION: Final = 0.8
"""Metres a second, each second: from standing to walking pace in about a step and a half."""


class Place(NamedTuple):
    """A point on a level."""

    x: float
    y: float
    level: str


class Area(NamedTuple):
    """A rectangle that can be crossed in a straight line: a room, a stretch of a tunnel."""

    level: str
    left: float
    bottom: float
    right: float
    top: float

    def holds(self, place: Place, margin: float = 0.0) -> bool:
        """Whether a place is in it, at least so far from its walls."""
        across = self.left + margin <= place.x <= self.right - margin
        return place.level == self.level and across and self.bottom + margin <= place.y <= self.top - margin


class Door(NamedTuple):
    """Where one crosses from area to area, by their numbers; a lift leads from level to level."""

    one: int
    other: int
    x: float
    y: float

    def on(self, level: str) -> Place:
        """The door as a place."""
        return Place(self.x, self.y, level)


class Lost(Exception):
    """Raised when a floor has no way between two places."""


@dataclass(frozen=True)
class Floor:
    """Areas and the doors between them; the first area is where visitors come in."""

    areas: tuple[Area, ...]
    doors: tuple[Door, ...]

    @property
    def entrance(self) -> Place:
        """Where every visit begins and ends."""
        first = self.areas[0]
        return Place(first.left + 0.8, (first.bottom + first.top) / 2, first.level)

    def area_of(self, place: Place, margin: float = 0.0) -> int | None:
        """The number of the area that holds a place."""
        return next((n for n, area in enumerate(self.areas) if area.holds(place, margin)), None)

    def way(self, start: Place, goal: Place) -> list[Place]:
        """The shortest way by the doors: both places and the doors between them.

        A lift gives two places, one on each level.

        Raises:
            Lost: A place is in no area, or no doors lead from one to the other.
        """
        one, other = self.area_of(start), self.area_of(goal)
        if one is None or other is None:
            raise Lost(f"no area holds {start if one is None else goal}")
        doors = self._doors_between(one, other, start)
        way, here = [start], one
        for door in doors:
            there = door.other if door.one == here else door.one
            way.append(door.on(self.areas[here].level))
            if self.areas[there].level != self.areas[here].level:
                way.append(door.on(self.areas[there].level))
            here = there
        return [*way, goal]

    def _doors_between(self, one: int, other: int, start: Place) -> list[Door]:
        """Dijkstra over the areas; a place within an area is taken to be at the door that led there."""
        heap: list[tuple[float, int, float, float, list[Door]]] = [(0.0, one, start.x, start.y, [])]
        done: set[int] = set()
        while heap:
            length, here, x, y, doors = heapq.heappop(heap)
            if here == other:
                return doors
            if here in done:
                continue
            done.add(here)
            for door in self.doors:
                if here in (door.one, door.other):
                    there = door.other if door.one == here else door.one
                    further = length + hypot(door.x - x, door.y - y)
                    heapq.heappush(heap, (further, there, door.x, door.y, [*doors, door]))
        raise Lost(f"no doors lead from area {one} to area {other}")


def stroll(points: Sequence[tuple[float, float]], pace: float) -> tuple[Metres, Metres]:
    """Places every tenth of a second along straight lines, from rest to rest: gathering pace, slowing down.

    Args:
        points: Metres; the first is where the walker stands now.
        pace: Metres a second, once gathered.

    Returns:
        x and y in metres, without the first point; empty where there is nowhere to go.
    """
    corners = np.asarray(points, dtype=np.float64)
    legs = np.hypot(*np.diff(corners, axis=0).T)
    length = float(legs.sum())
    if length <= 0:
        return np.empty(0), np.empty(0)
    gathering = min(pace / ACCELERATION, (length / ACCELERATION) ** 0.5)
    cruise = ACCELERATION * gathering
    duration = 2 * gathering + max(0.0, length - cruise * gathering) / cruise
    times = np.arange(1, int(duration / STEP_S) + 2) * STEP_S
    left = np.clip(duration - times, 0.0, None)
    gone = np.where(
        times < gathering,
        ACCELERATION * times**2 / 2,
        np.where(left < gathering, length - ACCELERATION * left**2 / 2, cruise * (times - gathering / 2)),
    )
    along = np.concatenate([[0.0], np.cumsum(legs)])
    return np.interp(gone, along, corners[:, 0]), np.interp(gone, along, corners[:, 1])


def smoothed(values: Metres, window: int = 7) -> Metres:
    """A moving average: nobody turns a corner on the spot."""
    padded = np.pad(values, window // 2, mode="edge")
    return np.convolve(padded, np.ones(window) / window, mode="valid")


def sway(count: int, rng: np.random.Generator, size_m: float = 0.06, last_s: float = 1.5) -> Metres:
    """The unrest of somebody standing: a slow random walk about nought, in metres."""
    steps = int(6 * last_s / STEP_S)
    kernel = np.exp(-np.arange(steps) * STEP_S / last_s)
    kernel *= size_m / np.sqrt((kernel**2).sum())
    return np.convolve(rng.standard_normal(count + steps - 1), kernel, mode="valid")
