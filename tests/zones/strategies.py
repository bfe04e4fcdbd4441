"""Hypothesis strategies: shapes, layouts, walks and rules, as odd as museums and radios make them.

Shapes stand on whole decimetres, so that what a test finds can be read, and so that no test hangs on the last
digit of a float unless it means to.
"""

from math import cos, pi, sin
from typing import Final

from hypothesis import strategies as st

from zones.geometry import build_layout
from zones.model import (
    MODES,
    Command,
    Connector,
    Cue,
    Fix,
    Gap,
    Layout,
    Level,
    Part,
    Player,
    Programme,
    Rules,
    Tick,
    Zone,
)
from zones.profiles import PROFILES
from zones.rings import mended
from zones.rule_values import RULE_LIMITS
from zones.units import Millis, Point

SPAN: Final = 30.0
"""Metres across a drawn site: small, so that zones meet and overlap."""

MOMENT: Final = Millis(1_780_000_000_000)
"""When drawn walks begin."""

LEVEL_NAMES: Final = ("tunnels", "dome-1", "dome-2")


Site = tuple[list[Level], list[Zone], list[Connector]]
"""What a layout is built of."""


def metres(low: float = 0.0, high: float = SPAN) -> st.SearchStrategy[float]:
    """A length in whole decimetres."""
    return st.integers(round(low * 10), round(high * 10)).map(lambda tenths: tenths / 10)


def points() -> st.SearchStrategy[Point]:
    """A place on the site or a little outside it."""
    return st.tuples(metres(-5, SPAN + 5), metres(-5, SPAN + 5))


@st.composite
def rectangles(draw: st.DrawFn) -> Part:
    """A room along the axes."""
    x, y = draw(metres()), draw(metres())
    width, height = draw(metres(0.5, 12)), draw(metres(0.5, 12))
    return Part(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))


@st.composite
def stars(draw: st.DrawFn) -> Part:
    """A room of odd corners about a middle, often with a hole about the same middle.

    The corners go round in equal turns and the hole stays under the nearest edge, so the part is always sound.
    """
    x, y = draw(metres()), draw(metres())
    corners = draw(st.integers(3, 9))
    radii = draw(st.lists(metres(1, 8), min_size=corners, max_size=corners))
    turn = draw(st.floats(0, 1))
    outline = _ring(x, y, radii, turn)
    if not draw(st.booleans()):
        return Part(outline)
    # the nearest point of an edge between two corners 2π/n apart: no farther in than r cos(π/n), less for
    # unequal radii, where the shorter one times the sine of the angle bounds it
    inner = min(radii) * sin(pi / corners) * cos(pi / corners) * 0.8
    hole = _ring(x, y, [inner] * draw(st.integers(3, 6)), turn)
    return mended(Part(outline, (hole,)))[0]


def _ring(x: float, y: float, radii: list[float], turn: float) -> tuple[Point, ...]:
    step = 2 * pi / len(radii)
    return tuple(
        (round(x + radius * cos(turn + place * step), 3), round(y + radius * sin(turn + place * step), 3))
        for place, radius in enumerate(radii)
    )


def parts() -> st.SearchStrategy[Part]:
    """One sound polygon, with or without a hole."""
    return rectangles() | stars()


def zone_rules() -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    """A few rules that a zone overrides, within their limits, in the order in which they are kept."""
    one = st.sampled_from(["dwell", "exit_tolerance", "exit_delay", "cool_down", "breath"])
    values = one.flatmap(lambda key: st.tuples(st.just(key), _rule_value(key)))
    return st.lists(values, max_size=2, unique_by=lambda pair: pair[0]).map(
        lambda pairs: tuple(sorted(pairs))
    )


def _rule_value(key: str) -> st.SearchStrategy[float]:
    low, high, _ = RULE_LIMITS[key]
    return st.integers(round(low * 10), round(min(high, 60.0) * 10)).map(lambda tenths: tenths / 10)


def zones(zone_id: str, levels: tuple[str, ...] = LEVEL_NAMES) -> st.SearchStrategy[Zone]:
    """A zone on one level or several, of one part or several, which may touch and overlap."""
    return st.builds(
        Zone,
        id=st.just(zone_id),
        exhibit=st.just(zone_id) | st.just("shared") | st.none(),
        levels=st.lists(st.sampled_from(levels), min_size=1, max_size=len(levels), unique=True).map(tuple),
        parts=st.lists(parts(), min_size=1, max_size=2).map(tuple),
        priority=st.sampled_from([0, 0, 0, 1, -1, 2.5]),
        mode=st.sampled_from([*MODES, "auto", "auto", "auto"]),
        rules=zone_rules(),
    )


@st.composite
def site_parts(draw: st.DrawFn) -> Site:
    """Levels, zones that overlap in every way, and a lift: what a layout is built of."""
    levels = [Level(name, ordinal) for ordinal, name in enumerate(LEVEL_NAMES, -1)]
    count = draw(st.integers(0, 6))
    its_zones = [draw(zones(f"z{number}")) for number in range(count)]
    lift = Connector("lift", "lift", LEVEL_NAMES, draw(rectangles()))
    return levels, its_zones, [lift]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A site of three levels in which some exhibits can be heard, some are gaps and some have nothing."""
    layout = build_layout(*draw(site_parts()))
    exhibits = sorted({zone.exhibit for zone in layout.zones.values() if zone.exhibit is not None})
    return layout.for_visit(draw(programmes(exhibits)))


@st.composite
def programmes(draw: st.DrawFn, exhibits: list[str]) -> Programme:
    """What each exhibit is to a visit."""
    programme: dict[str, Cue | Gap] = {}
    for exhibit in exhibits:
        kind = draw(st.sampled_from(["cue", "cue", "cue", "gap", "nothing"]))
        if kind == "gap":
            programme[exhibit] = Gap()
        elif kind == "cue":
            duration = draw(st.integers(1, 120_000))
            gaps = draw(st.lists(st.integers(0, duration), max_size=5).map(sorted))
            programme[exhibit] = Cue(f"track-{exhibit}", Millis(duration), tuple(gaps))
    return programme


def accuracies() -> st.SearchStrategy[float | None]:
    """What devices say of their own error, the senseless included."""
    return st.one_of(
        st.none(),
        st.floats(0.05, 3.0),
        st.floats(3.0, 200.0),
        st.sampled_from([0.0, -1.0, float("nan"), float("inf")]),
    )


def players() -> st.SearchStrategy[Player | None]:
    """What devices say of their playback, wrong tracks and positions included."""
    states = st.sampled_from(["idle", "loading", "playing", "paused", "ended", "failed"])
    told = st.builds(
        Player,
        state=states,
        track=st.none() | st.sampled_from(["track-z0", "track-z1", "track-shared", "another"]),
        position_ms=st.none() | st.integers(0, 200_000),
    )
    return st.none() | told


@st.composite
def fixes(draw: st.DrawFn, at: Millis = MOMENT) -> Fix:
    """One position, on a level of the site or on one that nobody knows."""
    x, y = draw(points())
    level = draw(st.sampled_from([*LEVEL_NAMES, "attic"]))
    symbolic = draw(st.sampled_from([None, None, None, "z0", "nowhere"]))
    return Fix(at, x, y, level, draw(accuracies()), draw(players()), symbolic)


@st.composite
def walks(draw: st.DrawFn, longest: int = 40) -> list[Fix | Tick | Command]:
    """What a device sends: mostly strolling, sometimes a repeat, a jump, an old or a poor fix, a tick, a wish."""
    x, y = draw(points())
    level = draw(st.sampled_from(LEVEL_NAMES))
    at = MOMENT
    sent: list[Fix | Tick | Command] = []
    for _ in range(draw(st.integers(1, longest))):
        at = Millis(at + draw(st.sampled_from([200, 500, 1000, 1000, 2000, 5000, 40_000])))
        kind = draw(
            st.sampled_from(["step"] * 6 + ["repeat", "late", "poor", "odd", "level", "tick", "command"])
        )
        x, y = x + draw(metres(-1.5, 1.5)), y + draw(metres(-1.5, 1.5))
        match kind:
            case "repeat" if sent:
                sent.append(sent[-1])
            case "late":
                sent.append(Fix(Millis(at - draw(st.integers(1, 60_000))), x, y, level, 0.4))
            case "poor":
                sent.append(Fix(at, x, y, level, draw(st.floats(3.0, 500.0))))
            case "odd":
                sent.append(draw(fixes(at)))
            case "level":
                level = draw(st.sampled_from(LEVEL_NAMES))
                sent.append(Fix(at, x, y, level, 0.4))
            case "tick":
                sent.append(Tick(at, draw(players())))
            case "command":
                sent.append(draw(commands(at)))
            case _:
                sent.append(Fix(at, x, y, level, draw(st.none() | st.floats(0.1, 2.0)), draw(players())))
    return sent


def commands(at: Millis) -> st.SearchStrategy[Command]:
    """A wish of the visitor, for an exhibit that may not be there."""
    wishes = st.sampled_from(["play", "pause", "resume", "skip", "replay", "stop"])
    return st.builds(
        Command, at=st.just(at), do=wishes, exhibit=st.sampled_from([None, "z0", "z1", "shared", "nowhere"])
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """The rules of a profile, with a few set otherwise within their limits."""
    base = draw(st.sampled_from(sorted(PROFILES)).map(lambda name: PROFILES[name]))
    keys = draw(
        st.lists(st.sampled_from(["dwell", "exit_dwell", "exit_delay", "smoothing", "breath"]), max_size=2)
    )
    return base.with_overrides({key: draw(_rule_value(key)) for key in keys})
