"""What the rules of other systems share: zones about a fix, and the player that turns a choice of zone into sound.

Nearly all of them only say where somebody is; what sounds is left to the app. All get the same app here, a kind
one: it starts a zone's track when the rule says that the zone was entered, plays on when nothing is entered, and
never again what was heard to its end. What was cut begins anew, since none of them remembers the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import NamedTuple, Protocol

from guide.quality.kinds import Heard, World
from guide.quality.sounding import Sounding
from zones.geometry import near
from zones.model import Fix, Layout, Rules


class Choice(NamedTuple):
    """The zone that a rule holds the visitor to be in, and whether it was entered with this very fix."""

    zone: str | None
    entered: bool


class Rule(Protocol):
    """One visit under a rule: fixes go in, in order, and choices come out."""

    def choose(self, fix: Fix) -> Choice:
        """What the rule makes of the next fix."""


class Maker(Protocol):
    """Begins a visit under a rule."""

    def __call__(self, layout: Layout, rules: Rules) -> Rule:
        """A rule that knows the zones and the profile, and nothing yet of the visitor."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A system of somebody else: its name in the tables, its rule, and where the rule is published."""

    name: str
    make: Maker
    source: str

    def run(self, world: World, fixes: Sequence[Fix], rules: Rules) -> list[Heard]:
        """What a visitor hears with this rule and the kind app."""
        device, rule, heard = Sounding(world.cues), self.make(world.layout, rules), set[str]()
        for fix in fixes:
            device.advance(fix.at)
            if device.over is not None:
                heard.add(device.over)
            choice = rule.choose(fix)
            exhibit = exhibit_of(world.layout, choice.zone)
            silent = device.exhibit is None
            if (
                exhibit in world.cues
                and exhibit is not None
                and exhibit != device.exhibit
                and exhibit not in heard
                and (silent or choice.entered)
            ):
                device.start(fix.at, exhibit, why=choice.zone or "")
        return device.heard(fixes[-1].at) if fixes else []


def exhibit_of(layout: Layout, zone: str | None) -> str | None:
    """What is heard in a zone."""
    return None if zone is None else layout.zones[zone].exhibit


def depths(layout: Layout, fix: Fix, reach: float) -> dict[str, float]:
    """Metres inside each zone within reach, negative outside; zones that trigger nothing are left out."""
    close = near(layout, fix.level, fix.x, fix.y, reach)
    return {zone.id: inside for zone, inside in close if zone.exhibit is not None}


def to_centres(layout: Layout, fix: Fix) -> dict[str, float]:
    """Metres from the fix to the middle of each zone of its level."""
    return {
        name: hypot(fix.x - layout.places[name].centre[0], fix.y - layout.places[name].centre[1])
        for name, zone in layout.zones.items()
        if zone.exhibit is not None and fix.level in zone.levels
    }


def smallest(layout: Layout, zones: Sequence[str]) -> str | None:
    """The smallest of some zones, so that a nested one is found; ties go by id."""
    return min(zones, key=lambda name: (layout.places[name].area, name), default=None)


@dataclass(slots=True)
class Latest:
    """Of several zones entered one after the other, the one entered last that was not left since."""

    layout: Layout
    order: list[str] = field(default_factory=list)

    def choose(self, inside: set[str]) -> Choice:
        """The choice, given all zones that the visitor is held to be in after a fix."""
        self.order = [name for name in self.order if name in inside]
        entered = inside - set(self.order)
        # several at once: the smallest comes last, and so is chosen
        fresh = sorted(entered, key=lambda name: (self.layout.places[name].area, name), reverse=True)
        self.order += fresh
        return Choice(self.order[-1] if self.order else None, entered=bool(fresh))


@dataclass(slots=True)
class Change:
    """Where there is only one zone at a time: it is entered when it is another than before."""

    zone: str | None = None

    def choose(self, zone: str | None) -> Choice:
        """The choice, given the zone of this fix."""
        entered = zone is not None and zone != self.zone
        self.zone = zone
        return Choice(zone, entered)
