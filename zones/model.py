"""What the engine works on: levels, zones and connectors in metres, the programme, fixes and rules.

All values are frozen. Geometry is in one frame for the whole site (metres, x right, y up), so dome rooms lie
over tunnel rooms in plan and every zone and every fix names its level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Self

from zones.units import Metres, Millis, Point

Mode = Literal["auto", "offer", "manual", "notice"]
MODES: tuple[Mode, ...] = ("auto", "offer", "manual", "notice")

Ring = tuple[Point, ...]
"""The corners of a closed line, the first not repeated; counter-clockwise outside, clockwise for a hole."""


@dataclass(frozen=True, slots=True)
class Part:
    """One polygon: an outline and its holes."""

    outline: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One floor; `ordinal` is 0 on the ground and negative below it."""

    id: str
    ordinal: int
    outline: Part | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """Stairs or a lift: where a visitor may change between the levels it names."""

    id: str
    kind: str
    levels: tuple[str, ...]
    outline: Part


@dataclass(frozen=True, slots=True)
class Zone:
    """The place that triggers an exhibit, on one level or several.

    `rules` overrides the profile's rules here, by key: `{"dwell": 4.0}`.
    """

    id: str
    exhibit: str | None
    levels: tuple[str, ...]
    parts: tuple[Part, ...]
    priority: float = 0
    mode: Mode = "auto"
    rules: tuple[tuple[str, float], ...] = ()


class Cue(NamedTuple):
    """An exhibit that can be heard in this visit: the track, its length, and where it may be cut.

    `notices` are the kinds of notice that go with it (`fallback`, …). Those of `before` (`loudness`, `age`) are
    given as soon as the visitor enters its zone, ahead of any start, and once in a visit.
    """

    track: str
    duration_ms: Millis
    gaps_ms: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class Gap(NamedTuple):
    """An exhibit with nothing in the visitor's languages: it is told once, and never stands in the way."""

    notices: tuple[str, ...] = ("language_gap",)
    before: tuple[str, ...] = ()


Programme = Mapping[str, Cue | Gap]
"""What each exhibit is to this visit; an exhibit that is not named has nothing recorded at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one positioning profile, in seconds and metres, by the keys that site and zone use.

    Source: `docs/reference/rules.md`; the defaults per profile stand in `zones.profiles`.
    """

    profile: str
    default_sigma: float
    sigma_floor: float
    sigma_cap: float
    enter_p: float
    dwell: float
    exit_p: float
    exit_dwell: float
    smoothing: float
    exit_tolerance: float
    exit_delay: float
    tolerance_timeout: float
    radio_gap: float
    cool_down: float = 600.0
    breath: float = 2.0
    queue_timeout: float = 60.0
    releases: bool = True
    """False where the profile is too coarse to tell a departure: a narration always finishes."""
    correlation_cap: float = 0.0
    """At most this share of a fix's error is taken to be in the fix before already; 0 where errors are too small to
    matter: what is learnt of them would only cost time."""

    def with_overrides(self, overrides: Mapping[str, float]) -> Self:
        """The same rules with some keys set; a key that no rule has is an error of the caller."""
        values: dict[str, Any] = {key: float(value) for key, value in overrides.items()}
        return replace(self, **values)

    def within(self, zone: "Zone | None") -> "Rules":
        """The rules as they hold in a zone: its own before the profile's and the site's."""
        return _within(self, zone.rules) if zone is not None and zone.rules else self


@lru_cache(maxsize=4096)
def _within(rules: Rules, own: tuple[tuple[str, float], ...]) -> Rules:
    return rules.with_overrides(dict(own))


RULE_KEYS: tuple[str, ...] = (
    "dwell",
    "enter_p",
    "exit_p",
    "exit_dwell",
    "exit_tolerance",
    "exit_delay",
    "tolerance_timeout",
    "smoothing",
    "sigma_floor",
    "sigma_cap",
    "cool_down",
    "breath",
    "queue_timeout",
    "radio_gap",
)
"""The keys that a site, a zone or a request may set."""

if missing := set(RULE_KEYS) - {each.name for each in fields(Rules)}:  # pragma: no cover
    raise AssertionError(missing)


class Player(NamedTuple):
    """What the device says of its own playback."""

    state: Literal["idle", "loading", "playing", "paused", "ended", "failed"]
    track: str | None = None
    position_ms: int | None = None


class Fix(NamedTuple):
    """One position.

    `zone` is set for a symbolic fix, a code or a beacon that stands for a zone; `deliberate` where the visitor
    held the device to it (QR, NFC): that is their choice.
    """

    at: Millis
    x: float
    y: float
    level: str
    accuracy: float | None = None
    player: Player | None = None
    zone: str | None = None
    deliberate: bool = False


class Tick(NamedTuple):
    """A moment without a position: time passes, and the player may have something to say."""

    at: Millis
    player: Player | None = None


class Command(NamedTuple):
    """What the visitor asked for. It beats every rule."""

    at: Millis
    do: Literal["play", "pause", "resume", "skip", "replay", "stop"]
    exhibit: str | None = None


class ModeChange(NamedTuple):
    """The visit's own mode: `auto`, `offer` or `quiet`."""

    at: Millis
    mode: Literal["auto", "offer", "quiet"]


class Recast(NamedTuple):
    """The visit's languages or variant changed: a running narration follows at once when `now` is set."""

    at: Millis
    now: bool = False


class Played(NamedTuple):
    """The device played an exhibit to its end while it was offline: it counts as heard."""

    at: Millis
    exhibit: str


Event = Fix | Tick | Command | ModeChange | Recast | Played


class ZonePlace(NamedTuple):
    """What the engine needs to know of a zone's shape beyond its edges: metres and square metres."""

    area: float
    inradius: Metres
    centre: Point
    """The point deepest inside: where a code or a beacon that stands for the zone is taken to be."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Levels, zones and connectors of a release or a draft, with the programme of one visit.

    Made by `zones.geometry.build_layout`; `near` there finds the zones about a point.
    """

    levels: Mapping[str, Level]
    zones: Mapping[str, Zone]
    connectors: tuple[Connector, ...]
    places: Mapping[str, ZonePlace]
    index: object = field(repr=False, compare=False)
    programme: Programme = field(default_factory=dict)

    def for_visit(self, programme: Programme) -> Self:
        """The same layout with what each exhibit is to one visit; the geometry is shared."""
        return replace(self, programme=programme)
