"""Visits with their truth: a plan walked out, in tenths of a second, the same for every system under test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import Final, NamedTuple

import numpy as np

from guide.quality.kinds import TRUTH_STEP_MS, Metres, Stay, Visit
from guide.quality.visitors import STYLES, Stop, stops
from guide.quality.walks import STEP_S, Place, smoothed, stroll, sway
from guide.quality.worlds import Museum, museum
from zones.geometry import near
from zones.model import Zone

ROUND: Final = (
    "tunnel",
    "hall",
    "rooms",
    "tunnel",
    "hall",
    "nested",
    "levels",
    "corridor",
    "border",
    "rooms",
)
"""Ten visits in a row go to these kinds of museums."""
VARIANTS: Final = 3
"""Museums in each place of the round: thirty in all."""
REACH: Final = 40.0
"""Metres within which zones are looked up."""


class Booking(NamedTuple):
    """All that a visit is made from."""

    kind: str
    variant: int
    style: str
    seed: int
    number: int


def roster(count: int, seed: int, first: int = 0) -> list[Booking]:
    """So many visits: kinds of museums, variants and styles mixed evenly.

    Args:
        count: How many.
        seed: Of the visitors; the museums do not depend on it.
        first: The first variant of each kind; from 6 on, all museums are others than from 0 on.
    """
    styles = tuple(STYLES)
    found = []
    for number in range(count):
        turn, place = divmod(number, len(ROUND))
        # the second tunnel, hall and rooms of a round are others than the first
        variant = first + turn % VARIANTS + VARIANTS * (ROUND[:place].count(ROUND[place]))
        style = styles[(number + turn) % len(styles)]
        found.append(Booking(ROUND[place], variant, style, seed, number))
    return found


@lru_cache(maxsize=512)
def visit(booking: Booking) -> Visit:
    """The visit of a booking; made once in each process."""
    place = museum(booking.kind, booking.variant)
    rng = np.random.default_rng([booking.seed, booking.number])
    style = STYLES[booking.style]
    walk = Walk(place, rng, pace=float(rng.uniform(*style.pace)))
    walk.stand(float(rng.uniform(2.0, 8.0)))
    for stop in stops(place.world, style, rng):
        walk.attend(stop)
    walk.go(place.floor.entrance)
    walk.stand(3.0)
    return walk.visit(booking)


@dataclass
class Walk:
    """A visitor on the move: where they are, and the path so far."""

    museum: Museum
    rng: np.random.Generator
    pace: float
    xs: list[Metres] = field(default_factory=list)
    ys: list[Metres] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    here: Place = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.museum.floor.entrance

    @property
    def now_ms(self) -> int:
        """The moment that the path has reached."""
        return len(self.levels) * TRUTH_STEP_MS

    def stand(self, seconds: float) -> None:
        """Stay where one is."""
        count = max(0, round(seconds / STEP_S))
        self._append(np.full(count, self.here.x), np.full(count, self.here.y), self.here.level)

    def go(self, goal: Place, pace: float | None = None, *, pauses: float = 0.0) -> None:
        """Walk there by the doors; a long leg is sometimes broken by a moment's pause.

        Args:
            goal: Where to.
            pace: Metres a second; the visitor's own where it is not given.
            pauses: How likely such a moment is.
        """
        way = self.museum.floor.way(self.here, goal)
        pace = self.pace * float(self.rng.uniform(0.9, 1.1)) if pace is None else pace
        leg: list[tuple[float, float]] = [(way[0].x, way[0].y)]
        for before, place in pairwise(way):
            if place.level != before.level:
                self._walk(leg, before.level, pace)
                self._ride(place)
                leg = [(place.x, place.y)]
                continue
            if hypot(place.x - before.x, place.y - before.y) > 6.0 and self.rng.random() < pauses:  # noqa: PLR2004 - long
                share = float(self.rng.uniform(0.2, 0.6))
                leg.append((before.x + share * (place.x - before.x), before.y + share * (place.y - before.y)))
                self._walk(leg, before.level, pace)
                self.stand(float(self.rng.uniform(0.5, 2.0)))
                leg = [leg[-1]]
            leg.append((place.x, place.y))
        self._walk(leg, goal.level, pace)

    def attend(self, stop: Stop) -> None:
        """Go to a spot of an exhibit and attend it: stand, sway, step about, wander off and come back."""
        spot = a_spot(self.museum, stop.exhibit, self.rng)
        self.go(spot, pauses=0.04)
        begin, end = self.now_ms, self.now_ms + round(stop.stay_s * 1000)
        for moment in stop.wanders_s:
            self._fidget(begin + round(moment * 1000), stop.exhibit, spot)
            self._wander(begin + round(stop.listens_s * 1000))
        self._fidget(end, stop.exhibit, spot)
        self.stays.append(Stay(stop.exhibit, begin, self.now_ms))

    def visit(self, booking: Booking) -> Visit:
        """The path as a visit: corners rounded, and never quite still."""
        count = len(self.levels)
        xs = smoothed(np.concatenate(self.xs)) + sway(count, self.rng)
        ys = smoothed(np.concatenate(self.ys)) + sway(count, self.rng)
        times = np.arange(count, dtype=np.int64) * TRUTH_STEP_MS
        return Visit(
            self.museum.world,
            booking.style,
            booking.number,
            times,
            xs,
            ys,
            tuple(self.levels),
            tuple(self.stays),
        )

    def _fidget(self, until_ms: int, exhibit: str, spot: Place) -> None:
        """Stand until a moment, with a small step now and then, never far from the spot."""
        while (left := (until_ms - self.now_ms) / 1000) >= STEP_S:
            self.stand(min(left, float(self.rng.uniform(6.0, 18.0))))
            if (until_ms - self.now_ms) / 1000 > 4.0:  # noqa: PLR2004 - a step takes up to three seconds
                near_by = _a_step(self.museum, self.here, exhibit, spot, self.rng)
                if near_by is not None:
                    self.go(near_by, 0.5)

    def _wander(self, end_ms: int) -> None:
        """Go 2 to 5 m off, perhaps stop there for some seconds, and come back before a moment; or stay."""
        spot = self.here
        goal = _somewhere(self.museum, spot, self.rng)
        pace, pause = float(self.rng.uniform(0.6, 1.0)), max(0.0, float(self.rng.uniform(-4.0, 6.0)))
        if goal is None:
            return
        way = self.museum.floor.way(spot, goal)
        length = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(way))
        needs_s = 2 * (length / pace + 1.5) + pause + 3.0
        if self.now_ms + needs_s * 1000 > end_ms or length > 7.0:  # noqa: PLR2004 - metres, by the doors
            return
        self.go(goal, pace)
        self.stand(pause)
        self.go(spot, pace)

    def _walk(self, leg: Sequence[tuple[float, float]], level: str, pace: float) -> None:
        xs, ys = stroll(leg, pace)
        self._append(xs, ys, level)
        self.here = Place(*leg[-1], level)

    def _ride(self, goal: Place) -> None:
        self.stand(float(self.rng.uniform(4.0, 18.0)))
        self.here = goal
        self.stand(float(self.rng.uniform(4.0, 8.0)))

    def _append(self, xs: Metres, ys: Metres, level: str) -> None:
        self.xs.append(xs)
        self.ys.append(ys)
        self.levels.extend([level] * len(xs))


# --- places ---


def depths(place: Museum, spot: Place) -> dict[str, float]:
    """How deep a spot lies in each exhibit's zone, metres; negative outside."""
    found = near(place.world.layout, spot.level, spot.x, spot.y, REACH)
    return {zone.id: inside for zone, inside in found}


def clearness(place: Museum, exhibit: str, spot: Place) -> float:
    """Metres by which a spot lies deeper in its exhibit's zone than in any that is as good an answer there.

    A zone of more than twice the area is none: the smaller, nested one is meant. At 0 and below, nobody could tell
    from the place alone which of the two is attended.
    """
    inside, places = depths(place, spot), place.world.layout.places
    rivals = [
        deep
        for name, deep in inside.items()
        if name != exhibit and places[name].area < 2 * places[exhibit].area
    ]
    return inside.get(exhibit, -REACH) - max(rivals, default=-REACH)


def a_spot(place: Museum, exhibit: str, rng: np.random.Generator) -> Place:
    """Where a visitor attends an exhibit: off-centre, half a metre or more inside its zone, mostly unambiguous.

    One spot in eight is taken as it comes, overlap or not. In a group it is at the border: less than a metre in.
    """
    zone, level = place.world.layout.zones[exhibit], place.world.layout.zones[exhibit].levels[0]
    wanted = 0.8 if rng.random() < 7 / 8 else -REACH
    best, score = None, -REACH
    deepest = 1.0 if place.group and rng.random() < 0.7 else REACH  # noqa: PLR2004 - seven in ten
    for _ in range(120):
        spot = _in_box(zone, level, rng)
        if place.floor.area_of(spot, 0.4) is None:
            continue
        deep = depths(place, spot).get(exhibit, -REACH)
        clear = clearness(place, exhibit, spot)
        if 0.5 <= deep <= deepest and clear >= wanted:  # noqa: PLR2004 - half a metre
            return spot
        if min(deep, clear) > score:
            best, score = spot, min(deep, clear)
    return best if best is not None else Place(*place.world.layout.places[exhibit].centre, level)


def _in_box(zone: Zone, level: str, rng: np.random.Generator) -> Place:
    xs, ys = zip(*zone.parts[0].outline, strict=True)
    return Place(float(rng.uniform(min(xs), max(xs))), float(rng.uniform(min(ys), max(ys))), level)


def _a_step(place: Museum, here: Place, exhibit: str, about: Place, rng: np.random.Generator) -> Place | None:
    """A small step that stays within the zone and within a metre of the spot."""
    turn, length = float(rng.uniform(0, 2 * pi)), float(rng.uniform(0.3, 0.8))
    spot = Place(here.x + length * cos(turn), here.y + length * sin(turn), here.level)
    if hypot(spot.x - about.x, spot.y - about.y) > 1.0:
        return None
    same_room = place.floor.area_of(spot, 0.3) == place.floor.area_of(here)
    return spot if same_room and depths(place, spot).get(exhibit, -1.0) >= 0.3 else None  # noqa: PLR2004 - metres


def _somewhere(place: Museum, here: Place, rng: np.random.Generator) -> Place | None:
    """A place 2 to 5 m off that the floor has."""
    for _ in range(20):
        turn, length = float(rng.uniform(0, 2 * pi)), float(rng.uniform(2.0, 5.0))
        spot = Place(here.x + length * cos(turn), here.y + length * sin(turn), here.level)
        if place.floor.area_of(spot, 0.3) is not None:
            return spot
    return None
