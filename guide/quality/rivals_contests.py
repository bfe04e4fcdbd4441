"""Three published rules in which zones compete: the nearest, a contest by percentage, first come first finished."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from guide.quality.rivals_common import Change, Choice, depths, exhibit_of, smallest, to_centres
from zones.model import Fix, Layout, Rules

FARTHEST_M: Final = 16.0
CONTEST_RADIUS_M: Final = 20.0
CYCLE_MS: Final = 1_050
SAMPLES: Final = 20
HISTORY: Final = 5
"""Readings that the contest looks back on, and at least three of them."""
LEAST_HISTORY: Final = 3
CLEAR_LEAD: Final = 0.15
BARE_LEAD: Final = 0.18
FASTEST: Final = 3.0
AWAY_MS: Final = 30_000
BAN_MS: Final = 1_800_000


@dataclass(slots=True)
class NearestCentre:
    """Nearest centre: the zone whose middle is nearest, up to 16 m off, as far as a beacon is well heard.

    Source: Home Assistant, `mqtt_room`: the room of the reader with the shortest distance, as ESPresense reports
    them.
    """

    layout: Layout
    rules: Rules
    change: Change = field(default_factory=Change)

    def choose(self, fix: Fix) -> Choice:
        """The zone with the nearest middle."""
        away = to_centres(self.layout, fix)
        nearest = min(away, key=lambda name: (away[name], name), default=None)
        return self.change.choose(nearest if nearest and away[nearest] <= FARTHEST_M else None)


@dataclass(slots=True)
class Readings:
    """What Bermuda keeps of one reader: raw distances, the newest first, and the smoothed one."""

    raw: deque[float] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    smooth: float = float("inf")

    def take(self, distance: float, seconds: float) -> None:
        """One more reading; one that flees faster than 3 m/s is taken for the one before."""
        flees = bool(self.raw) and (distance - self.raw[0]) / max(seconds, 1e-3) > FASTEST
        self.raw.appendleft(self.raw[0] if flees else distance)
        lowest, total = distance, 0.0
        for each in self.raw:
            lowest = min(lowest, each)
            total += lowest
        self.smooth = min(distance, total / len(self.raw))


@dataclass(slots=True)
class PercentageContest:
    """The contest of Bermuda: a challenger must be nearer by a share of the distance, or lose to the incumbent.

    A reader stands in the middle of each zone. Distances are smoothed by an average of running minima over 20
    readings. A challenger that is nearer wins when its worst of the last 5 readings beats the incumbent's best
    and it leads by more than 0.15, or when it leads by at least 0.18; the lead is |a - b| / (a + b) / 2, as
    written there. One cycle takes 1.05 s; a reader that was not heard for 30 s is out.

    Source: agittins/bermuda, `coordinator.py` (`_refresh_area_by_min_distance`) and `bermuda_advert.py`
    (`calculate_data`), with the defaults of `const.py`.
    """

    layout: Layout
    rules: Rules
    readings: defaultdict[str, Readings] = field(default_factory=lambda: defaultdict(Readings))
    at: int | None = None
    level: str | None = None
    change: Change = field(default_factory=Change)

    def choose(self, fix: Fix) -> Choice:
        """The incumbent after the contest."""
        if self.at is not None and fix.at - self.at < CYCLE_MS and fix.level == self.level:
            return Choice(self.change.zone, entered=False)
        if self.at is not None and (fix.at - self.at > AWAY_MS or fix.level != self.level):
            self.readings.clear()
            self.change.zone = None
        seconds = (fix.at - self.at) / 1000 if self.at is not None else 1.0
        self.at, self.level = fix.at, fix.level
        away = to_centres(self.layout, fix)
        for name, distance in away.items():
            self.readings[name].take(distance, seconds)
        winner = self.change.zone
        for name in sorted(away):
            if name != winner and self._wins(name, winner):
                winner = name
        return self.change.choose(winner)

    def _wins(self, challenger: str, incumbent: str | None) -> bool:
        if incumbent is None:
            return True
        new, old = self.readings[challenger], self.readings[incumbent]
        if new.smooth > CONTEST_RADIUS_M or old.smooth < new.smooth:
            return False
        lead = abs(new.smooth - old.smooth) / max(new.smooth + old.smooth, 1e-9) / 2
        if len(new.raw) > LEAST_HISTORY:
            worst, best = max(list(new.raw)[:HISTORY]), min(list(old.raw)[:HISTORY])
            if worst < best and lead > CLEAR_LEAD:
                return True
        return lead >= BARE_LEAD


@dataclass(slots=True)
class FinishAndBan:
    """Roundware: what plays is always finished; what was played is banned while near, and for half an hour.

    Source: roundware/roundware-server, `recording_collection.py` (`banned_timeout`, `banned_proximity`) and
    `audiotrack.py` (a timer looks for the next recording only in silence), `BANNED_TIMEOUT_LIMIT` 1800 s. Its
    radius is the zone here; of several zones it takes the smallest, where Roundware shuffles.
    """

    layout: Layout
    rules: Rules
    until: int = 0
    banned_until: dict[str, int] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)

    def choose(self, fix: Fix) -> Choice:
        """In silence, the smallest zone here that is not banned; it is then banned itself."""
        here = {name for name, depth in depths(self.layout, fix, 0.0).items() if depth >= 0}
        self.near &= here
        if fix.at < self.until:
            return Choice(None, entered=False)
        free = [name for name in here if self.banned_until.get(name, 0) <= fix.at and name not in self.near]
        zone = smallest(self.layout, free)
        if zone is not None:
            self.banned_until[zone] = fix.at + BAN_MS
            self.near.add(zone)
            self.until = fix.at + self._length_ms(zone)
        return Choice(zone, entered=zone is not None)

    def _length_ms(self, zone: str) -> int:
        cue = self.layout.programme.get(exhibit_of(self.layout, zone) or "")
        return getattr(cue, "duration_ms", 0)
