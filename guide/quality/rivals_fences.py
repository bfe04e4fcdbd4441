"""Six published rules that ask whether a position lies inside a fence: as it is, for how long, how often, how much."""

from collections import deque
from dataclasses import dataclass, field
from math import cos, hypot, pi, sin, sqrt
from typing import Final

from guide.quality.rivals_common import Change, Choice, Latest, depths, smallest
from zones.geometry import Shape, depth, shape_of_zone
from zones.model import Fix, Layout, Rules

RESPONSE_MS: Final = 3_000
"""The dwell that the comparison is about; Android lets the app choose."""
VOTES: Final = 3
BALLOTS: Final = 5
BIGGER_ENTER: Final = 0.85
BIGGER_EXIT: Final = 0.15
SMALLER_ENTER: Final = 0.75
SMALLER_EXIT: Final = 0.25
REACH: Final = 16.0
"""Metres: a visitor farther from a zone than this is outside of it by any rule here."""


@dataclass(slots=True)
class Containment:
    """Raw containment: the zone that the position is in, and another track as soon as it is another zone.

    Source: izi.TRAVEL, "City audio tour. Main terms": as soon as the tourist enters a trigger zone, its story
    starts; echoes.xyz, creator documentation, "Echoes": triggered when the position is within the boundary.
    Where zones overlap it is the smallest.
    """

    layout: Layout
    rules: Rules
    change: Change = field(default_factory=Change)

    def choose(self, fix: Fix) -> Choice:
        """The smallest zone that contains the fix."""
        inside = [name for name, depth in depths(self.layout, fix, 0.0).items() if depth >= 0]
        return self.change.choose(smallest(self.layout, inside))


@dataclass(slots=True)
class Dwell:
    """Dwell: entered after 3 s inside without a break, left with the first position outside.

    Source: Android, `Geofence.GEOFENCE_TRANSITION_DWELL` with `setLoiteringDelay`: the user enters and dwells for
    a given period.
    """

    layout: Layout
    rules: Rules
    since: dict[str, int] = field(default_factory=dict)
    latest: Latest = field(init=False)

    def __post_init__(self) -> None:
        self.latest = Latest(self.layout)

    def choose(self, fix: Fix) -> Choice:
        """The zone in which the dwell was met last."""
        inside = [name for name, depth in depths(self.layout, fix, 0.0).items() if depth >= 0]
        self.since = {name: self.since.get(name, fix.at) for name in inside}
        return self.latest.choose({name for name, at in self.since.items() if fix.at - at >= RESPONSE_MS})


@dataclass(slots=True)
class TwoFences:
    """Two fences: entered at the zone's border, left only beyond a second one around it.

    Source: the usual cure for flapping fences; as a product rule ArcGIS, `FenceEnterExitSpatialRelationship`:
    entered when the fence contains the circle of accuracy, left when they no longer touch. Here the outer fence
    is 1 m off under `uwb` and `exact` and 2 m under the coarser profiles; entering asks for the position alone,
    since under Bluetooth no zone of these layouts would ever contain the whole circle.
    """

    layout: Layout
    rules: Rules
    inside: set[str] = field(default_factory=set)
    latest: Latest = field(init=False)

    def __post_init__(self) -> None:
        self.latest = Latest(self.layout)

    def choose(self, fix: Fix) -> Choice:
        """The zone entered last, of those whose outer fence was not crossed since."""
        depth = depths(self.layout, fix, REACH)
        tolerance = tolerance_m(self.rules)
        stays = {name for name in self.inside if depth.get(name, -REACH) >= -tolerance}
        self.inside = stays | {name for name, inside in depth.items() if inside >= 0}
        return self.latest.choose(self.inside)


def tolerance_m(rules: Rules) -> float:
    """How far out the outer fence is, in metres: 1 where positions are good to half a metre, else 2."""
    return 1.0 if rules.profile in ("uwb", "exact") else 2.0


@dataclass(slots=True)
class Omlox:
    """The exit rules of omlox: a tolerance in metres, a delay, and a limit for who stays within the tolerance.

    Source: omlox hub API, schema `Fence`: a position stays inside while it is no farther out than
    `exit_tolerance`, but no longer than `tolerance_timeout`; an imminent exit waits for `exit_delay`, and another
    position may take it back. All three are 0 unless set, which is raw containment; here they are set as an
    integrator would for the profile: 1 m, 5 s and 30 s under `uwb` and `exact`, else 2 m, 15 s and 60 s.
    """

    layout: Layout
    rules: Rules
    outside_since: dict[str, int] = field(default_factory=dict)
    leaving_since: dict[str, int] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    latest: Latest = field(init=False)

    def __post_init__(self) -> None:
        self.latest = Latest(self.layout)

    def choose(self, fix: Fix) -> Choice:
        """The zone entered last, of those not left by the exit rules."""
        depth = depths(self.layout, fix, REACH)
        self.inside |= {name for name, inside in depth.items() if inside >= 0}
        self.inside -= {name for name in self.inside if self._exits(name, depth.get(name, -REACH), fix.at)}
        return self.latest.choose(self.inside)

    def _exits(self, name: str, depth: float, at: int) -> bool:
        tolerance = tolerance_m(self.rules)
        delay, timeout = (5_000, 30_000) if tolerance == 1.0 else (15_000, 60_000)
        self.outside_since = _since(self.outside_since, name, at, holds=depth < 0)
        self.leaving_since = _since(self.leaving_since, name, at, holds=depth < -tolerance)
        left = at - self.leaving_since.get(name, at) >= delay and name in self.leaving_since
        return left or (name in self.outside_since and at - self.outside_since[name] >= timeout)


def _since(known: dict[str, int], name: str, at: int, *, holds: bool) -> dict[str, int]:
    """Since when something holds of a zone without a break."""
    others = {key: value for key, value in known.items() if key != name}
    return others | {name: known.get(name, at)} if holds else others


@dataclass(slots=True)
class Votes:
    """N of M: entered when 3 of the last 5 positions were inside, left when 3 of them were outside.

    Source: the M-of-N logic by which radar confirms a track; as a product rule the zone `inertia` of Frigate,
    3 frames by default, counted up inside and down outside.
    """

    layout: Layout
    rules: Rules
    ballots: deque[frozenset[str]] = field(default_factory=lambda: deque(maxlen=BALLOTS))
    inside: set[str] = field(default_factory=set)
    latest: Latest = field(init=False)

    def __post_init__(self) -> None:
        self.latest = Latest(self.layout)

    def choose(self, fix: Fix) -> Choice:
        """The zone voted for last, of those not voted out since."""
        here = depths(self.layout, fix, 0.0)
        self.ballots.append(frozenset(name for name, depth in here.items() if depth >= 0))
        named = self.inside.union(*self.ballots)
        ayes = {name: sum(name in ballot for ballot in self.ballots) for name in named}
        stays = {name for name in self.inside if len(self.ballots) - ayes[name] < VOTES}
        self.inside = stays | {name for name, count in ayes.items() if count >= VOTES}
        return self.latest.choose(self.inside)


@dataclass(slots=True)
class OverlapRatio:
    """The overlap ratio of Android: how much of the circle of accuracy lies in the fence.

    Source: Google Play services since 3.2, as Radius Networks' Proximity Kit documents it
    (`ProximityKitGeofenceNotifier`): an entrance needs a ratio of at least 85 % for a bigger fence or 75 % for a
    smaller one, an exit 15 % or 25 %. What is big is not published: here a fence is bigger that has more area
    than the circle, and with a smaller one the ratio is of the fence, else it could never be reached. The circle
    has the 68 % radius that Android states, 1.5 times our accuracy per axis.
    """

    layout: Layout
    rules: Rules
    inside: set[str] = field(default_factory=set)
    shapes: dict[str, Shape] = field(default_factory=dict)
    samples: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    latest: Latest = field(init=False)

    def __post_init__(self) -> None:
        self.latest = Latest(self.layout)

    def choose(self, fix: Fix) -> Choice:
        """The zone whose overlap sufficed last, of those whose overlap still does."""
        radius = CIRCLE_68 * (fix.accuracy or self.rules.default_sigma)
        entered, stays = set[str](), set[str]()
        for name in depths(self.layout, fix, radius):
            bigger = self.layout.places[name].area >= pi * radius * radius
            ratio = self._of_circle(name, fix, radius) if bigger else self._of_zone(name, fix, radius)
            if ratio >= (BIGGER_ENTER if bigger else SMALLER_ENTER):
                entered.add(name)
            if ratio > (BIGGER_EXIT if bigger else SMALLER_EXIT):
                stays.add(name)
        self.inside = (self.inside & stays) | entered
        return self.latest.choose(self.inside)

    def _of_circle(self, name: str, fix: Fix, radius: float) -> float:
        """Which share of the circle lies in the zone."""
        shape = self._shape(name)
        held = sum(depth(shape, fix.x + radius * x, fix.y + radius * y) >= 0 for x, y in DISC)
        return held / len(DISC)

    def _of_zone(self, name: str, fix: Fix, radius: float) -> float:
        """Which share of the zone lies in the circle."""
        if name not in self.samples:
            self.samples[name] = _lattice(self._shape(name))
        points = self.samples[name]
        held = sum(hypot(x - fix.x, y - fix.y) <= radius for x, y in points)
        return held / max(1, len(points))

    def _shape(self, name: str) -> Shape:
        if name not in self.shapes:
            self.shapes[name] = shape_of_zone(self.layout.zones[name])
        return self.shapes[name]


CIRCLE_68: Final = sqrt(2.2789)
"""The radius of a circle that holds 68 % of a normal distribution in the plane, in its σ per axis."""
DISC: Final = tuple(
    (sqrt((ring + 0.5) / 5) * cos(turn), sqrt((ring + 0.5) / 5) * sin(turn))
    for ring in range(5)
    for turn in (2 * pi * (spoke + ring / 2) / 12 for spoke in range(12))
)
"""Sixty points, each for the same share of a disc of radius 1."""
LATTICE: Final = 15


def _lattice(shape: Shape) -> tuple[tuple[float, float], ...]:
    """Points spread evenly over a zone."""
    across = (shape.max_x - shape.min_x) / LATTICE
    along = (shape.max_y - shape.min_y) / LATTICE
    points = (
        (shape.min_x + (n + 0.5) * across, shape.min_y + (k + 0.5) * along)
        for n in range(LATTICE)
        for k in range(LATTICE)
    )
    return tuple((x, y) for x, y in points if depth(shape, x, y) >= 0)
