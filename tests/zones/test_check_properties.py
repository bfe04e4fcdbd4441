"""What holds of the layout check whatever the site: no order, no turn and no mirror changes what is found."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.zones.plans import floor_plan
from tests.zones.strategies import Site, site_parts
from tests.zones.test_check import GOOD, REVIEWED
from tests.zones.test_check_changes import applied
from zones.check import check
from zones.check_found import CODES, Found
from zones.model import Connector, Layout, Level, Part, Ring, Rules, Zone
from zones.profiles import PROFILES
from zones.rings import mended
from zones.units import Millis, Point

Turn = Callable[[Point], Point]
TURNS: Final[dict[str, Turn]] = {
    "mirrored": lambda at: (-at[0], at[1]),
    "upside down": lambda at: (at[0], -at[1]),
    "turned": lambda at: (-at[1], at[0]),
    "far away": lambda at: (at[0] + 640.0, at[1] - 128.0),
}
RING: Final = floor_plan(
    """
    A A A A A . .
    A A A A A . .
    A A B A A C C
    A A A A A C C
    A A A A A . .
    """,
    cell=2.0,
)
LONG: Final = Millis(75_000)


def parts_of(layout: Layout) -> Site:
    """What a drawn plan is built of."""
    return list(layout.levels.values()), list(layout.zones.values()), list(layout.connectors)


def judged(site: Site, rules: Rules) -> tuple[Found, ...]:
    """What is found where every exhibit has a narration of 75 s."""
    levels, zones, connectors = site
    lengths = {zone.exhibit: LONG for zone in zones if zone.exhibit is not None}
    return check(levels, zones, connectors, rules, lengths)


def turned(site: Site, turn: Turn) -> Site:
    """The same site, seen otherwise."""

    def ring(corners: Ring) -> Ring:
        return tuple(turn(corner) for corner in corners)

    def part(given: Part) -> Part:
        return mended(Part(ring(given.outline), tuple(map(ring, given.holes))))[0]

    levels, zones, connectors = site
    return (
        [Level(each.id, each.ordinal, part(each.outline) if each.outline else None) for each in levels],
        [replace(zone, parts=tuple(map(part, zone.parts))) for zone in zones],
        [Connector(each.id, each.kind, each.levels, part(each.outline)) for each in connectors],
    )


def profiles() -> st.SearchStrategy[Rules]:
    """The rules of any profile."""
    return st.sampled_from(sorted(PROFILES)).map(PROFILES.__getitem__)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(site=site_parts(), rules=profiles(), chance=st.randoms())
def test_the_order_of_zones_changes_nothing(site: Site, rules: Rules, chance: Random) -> None:
    """Findings, places, figures and proposals are the same however the zones are listed."""
    levels, zones, connectors = site
    mixed: list[Zone] = list(zones)
    chance.shuffle(mixed)
    assert judged((levels[::-1], mixed, connectors[::-1]), rules) == judged(site, rules)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(site=site_parts(), rules=profiles())
def test_every_finding_is_whole(site: Site, rules: Rules) -> None:
    """Its kind is a known one, its zones and its level exist, its figure has broken its limit."""
    levels, zones, _ = site
    for found in judged(site, rules):
        assert found.code in CODES
        assert set(found.zones) <= {zone.id for zone in zones}
        assert found.level in {level.id for level in levels}
        fewer = found.code in {"narrations_too_close", "zone_too_small"}
        assert found.value <= found.limit if fewer else found.value >= found.limit
        if found.change is not None:
            assert {edit.zone for edit in found.change.edits} <= {zone.id for zone in zones}


@st.composite
def rows(draw: st.DrawFn) -> Site:
    """A tunnel of bays as the reviewer met it: of any length, overlapping, touching or apart, one above another."""
    zones, x = [], 0.0
    for n in range(draw(st.integers(2, 7))):
        width, depth = (draw(st.integers(8, 60)) / 10 for _ in range(2))
        outline = ((x, 0.0), (x + width, 0.0), (x + width, depth), (x, depth))
        priority = draw(st.sampled_from([0.0, 0.0, 0.0, 1.0]))
        zones.append(Zone(f"b{n}", f"b{n}", ("hall",), (Part(outline),), priority=priority))
        x = round(x + width - draw(st.integers(-30, 20)) / 10, 1)
    return [Level("hall", 0)], zones, []


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(site=rows() | site_parts(), rules=profiles())
def test_a_proposal_makes_its_finding_go_away(site: Site, rules: Rules) -> None:
    """Made as it says, nothing of the kind is found between its zones any more, and no new kind of finding."""
    levels, zones, connectors = site
    found = judged(site, rules)
    for each in found:
        if each.change is None:
            continue
        after = judged((levels, applied(zones, each.change), connectors), rules)
        alike = [one for one in after if one.code == each.code and len({*one.zones} & {*each.zones}) > 1]
        assert alike == []
        assert {one.code for one in after} <= {one.code for one in found}


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("profile", ["uwb", "ble"])
@pytest.mark.parametrize("hall", [REVIEWED, GOOD, RING], ids=["reviewed", "good", "ring"])
def test_a_turned_or_mirrored_site_is_judged_alike(hall: Layout, profile: str, turn: str) -> None:
    """Kinds, zones and figures do not depend on how the plan lies on the table."""
    rules = PROFILES[profile]
    before, after = (judged(each, rules) for each in (parts_of(hall), turned(parts_of(hall), TURNS[turn])))
    assert [each.code for each in after] == [each.code for each in before]
    for one, other in zip(before, after, strict=True):
        assert set(one.zones) == set(other.zones)
        assert other.value == pytest.approx(one.value, abs=0.02)
        assert other.limit == one.limit
