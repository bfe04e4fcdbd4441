"""Positioning systems as the harness knows them: what they make of a walk, with error, drop-outs and claims.

The error of a fix has three parts per axis, each a Gauss-Markov process: one that is new with every estimate
(white), one that forgets in seconds (quick), and a bias that forgets in a minute or so (drift). Now and then a
whole stretch of estimates is several times worse (rough). The figures are those that `guide.quality.fitting` finds
in recorded errors; what was assumed, because no recording shows it, is said beside each preset.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from guide.quality.kinds import TRUTH_STEP_MS, Visit
from zones.geometry import contains
from zones.model import Fix, Layout
from zones.units import Millis

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a device states as the accuracy of its fixes: `factor` times the whole size, off by `spread` (log σ)."""

    factor: float = 1.0
    spread: float = 0.0
    missing_share: float = 0.0


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """One positioning system.

    `size_m` is 1σ per axis of all but the rough estimates, which are `rough_ratio` times as bad. The quick and
    the drifting share are shares of the variance; what remains is white. An estimate is made every `refresh_s`
    and handed out until the next, so that a device that polls faster gets the same place again.
    """

    name: str
    profile: str
    size_m: float
    quick_share: float = 0.0
    quick_s: float = 3.0
    drift_share: float = 0.0
    drift_s: float = 60.0
    rough_share: float = 0.0
    rough_ratio: float = 1.0
    rough_s: float = 1.0
    missing_share: float = 0.0
    gap_every_s: float = np.inf
    gap_s: float = 0.0
    refresh_s: float = 0.2
    claim: Claim = Claim()
    level_slip_share: float = 0.0
    """Of the estimates with a floor above or below them: those that name that floor."""
    source: str = ""
    """What was fitted from which recording, and what was assumed."""

    @property
    def whole_m(self) -> float:
        """1σ per axis of all estimates, the rough ones with them."""
        return self.size_m * float(np.sqrt(1 + self.rough_share * (self.rough_ratio**2 - 1)))

    def fixes(self, visit: Visit, period_s: float, rng: np.random.Generator) -> list[Fix]:
        """The fixes of a device that polls every `period_s`; polls without an estimate have none."""
        polls = poll_times(visit, period_s)
        made_at, which = np.unique(_latest(polls, self.refresh_s), return_inverse=True)
        errors = self.errors(made_at / 1000, rng)
        claims = self._claims(len(made_at), rng)
        levels = self._levels(visit, made_at, rng)
        heard = ~self.silent(polls / 1000, rng)
        place = np.minimum(made_at // TRUTH_STEP_MS, len(visit.xs) - 1)
        xs, ys = visit.xs[place] + errors[:, 0], visit.ys[place] + errors[:, 1]
        return [
            Fix(
                Millis(int(at)),
                round(float(xs[n]), 3),
                round(float(ys[n]), 3),
                levels[n],
                None if np.isnan(claims[n]) else round(float(claims[n]), 3),
            )
            for at, n, received in zip(polls, which, heard, strict=True)
            if received
        ]

    def errors(self, times_s: Floats, rng: np.random.Generator) -> Floats:
        """The error at each moment, in metres: one row for each, x and y."""
        white = max(0.0, 1.0 - self.quick_share - self.drift_share)
        parts = np.sqrt(white) * rng.standard_normal((len(times_s), 2))
        parts += np.sqrt(self.quick_share) * gauss_markov(times_s, self.quick_s, rng)
        parts += np.sqrt(self.drift_share) * gauss_markov(times_s, self.drift_s, rng)
        rough = stretches(times_s, self.rough_share, self.rough_s, rng)
        errors: Floats = self.size_m * np.where(rough[:, None], self.rough_ratio, 1.0) * parts
        return errors

    def silent(self, times_s: Floats, rng: np.random.Generator) -> Flags:
        """Which polls get no estimate: single ones lost, and longer gaps."""
        lost: Flags = rng.random(len(times_s)) < self.missing_share
        if np.isfinite(self.gap_every_s):
            share = self.gap_s / (self.gap_s + self.gap_every_s)
            lost |= stretches(times_s, share, self.gap_s, rng)
        return lost

    def like(self, name: str, **changes: float | Claim) -> Self:
        """The same system but for some figures, under another name."""
        values: dict[str, object] = {"name": name, **changes}
        return replace(self, **values)  # type: ignore[arg-type]  # the fields are floats but for the claim

    def _claims(self, count: int, rng: np.random.Generator) -> Floats:
        said = self.claim.factor * self.whole_m * np.exp(self.claim.spread * rng.standard_normal(count))
        return np.where(rng.random(count) < self.claim.missing_share, np.nan, said)

    def _levels(self, visit: Visit, made_at: Times, rng: np.random.Generator) -> Sequence[str]:
        true = [visit.levels[min(at // TRUTH_STEP_MS, len(visit.levels) - 1)] for at in made_at.tolist()]
        for n in np.flatnonzero(rng.random(len(true)) < self.level_slip_share).tolist():
            place = min(int(made_at[n]) // TRUTH_STEP_MS, len(visit.xs) - 1)
            others = stacked(visit.world.layout, true[n], float(visit.xs[place]), float(visit.ys[place]))
            true[n] = others[int(rng.integers(len(others)))] if others else true[n]
        return true


@dataclass(frozen=True, slots=True)
class BeaconNoise:
    """One beacon in the middle of each zone: the device names the one it hears best, not a place.

    A beacon seems `exp(spread)` times nearer or farther than it is (shadowing), which forgets in `quick_s`;
    farther than `reach_m` none is heard, and the poll has no fix.
    """

    name: str
    spread: float = 0.35
    quick_s: float = 4.0
    reach_m: float = 12.0
    missing_share: float = 0.03
    profile: str = "beacon"
    source: str = ""

    def fixes(self, visit: Visit, period_s: float, rng: np.random.Generator) -> list[Fix]:
        """The nearest beacon at each poll, as a symbolic fix at the middle of its zone."""
        polls = poll_times(visit, period_s)
        layout = visit.world.layout
        names = [name for name in sorted(layout.zones) if layout.zones[name].exhibit is not None]
        shadow = np.hstack([gauss_markov(polls / 1000, self.quick_s, rng) for _ in names[::2]])[
            :, : len(names)
        ]
        lost = rng.random(len(polls)) < self.missing_share
        found = []
        for n, at in enumerate(polls.tolist()):
            place = min(at // TRUTH_STEP_MS, len(visit.xs) - 1)
            level = visit.levels[place]
            seems = [
                (float(np.exp(self.spread * shadow[n, k]) * _away(layout, name, visit, place)), name)
                for k, name in enumerate(names)
                if level in layout.zones[name].levels
            ]
            nearest, name = min(seems, default=(np.inf, ""))
            if nearest <= self.reach_m and not lost[n]:
                x, y = layout.places[name].centre
                found.append(Fix(Millis(at), round(x, 3), round(y, 3), level, zone=name))
        return found


def _away(layout: Layout, name: str, visit: Visit, place: int) -> float:
    x, y = layout.places[name].centre
    return float(np.hypot(visit.xs[place] - x, visit.ys[place] - y))


def poll_times(visit: Visit, period_s: float) -> Times:
    """The moments at which a device polls, in milliseconds from the beginning of the visit."""
    return np.arange(0, visit.end_ms + 1, round(period_s * 1000), dtype=np.int64)


def _latest(polls: Times, refresh_s: float) -> Times:
    """When the newest estimate at each poll was made."""
    refresh = max(1, round(refresh_s * 1000))
    return polls // refresh * refresh


def gauss_markov(times_s: Floats, forgets_s: float, rng: np.random.Generator) -> Floats:
    """Two independent Gauss-Markov processes of size 1, as columns, at moments that need not be even."""
    fresh = rng.standard_normal((len(times_s), 2))
    if not len(times_s):
        return fresh
    kept = np.exp(-np.diff(times_s) / forgets_s)
    added = np.sqrt(1 - kept * kept)
    for n in range(1, len(times_s)):
        fresh[n] = kept[n - 1] * fresh[n - 1] + added[n - 1] * fresh[n]
    return fresh


def stretches(times_s: Floats, share: float, length_s: float, rng: np.random.Generator) -> Flags:
    """Moments that fall into stretches of a mean length, which make up a share of the time."""
    chances = rng.random(len(times_s))
    inside = np.zeros(len(times_s), dtype=np.bool_)
    if share <= 0 or not len(times_s):
        return inside
    inside[0] = chances[0] < share
    keeps = np.exp(-np.diff(times_s) / (max(length_s, 1e-9) * (1 - share)))
    for n in range(1, len(times_s)):
        inside[n] = chances[n] < (inside[n - 1] - share) * keeps[n - 1] + share
    return inside


def stacked(layout: Layout, level: str, x: float, y: float) -> list[str]:
    """The levels next above and next below that have a floor over or under this place, by name."""
    if level not in layout.levels:
        return []
    here = layout.levels[level].ordinal
    return [
        other.id
        for other in layout.levels.values()
        if abs(other.ordinal - here) == 1 and (other.outline is None or contains(other.outline, x, y))
    ]


MALL_GAPS: Final = "longer gaps as in mall_site1 (assumed to be alike for every radio)"

UWB: Final = NoiseModel(
    name="uwb",
    profile="uwb",
    size_m=0.33,
    quick_share=0.69,
    quick_s=1.5,
    drift_share=0.31,
    drift_s=30.0,
    rough_share=0.01,
    rough_ratio=4.0,
    rough_s=2.0,
    missing_share=0.01,
    gap_every_s=1157.0,
    gap_s=10.4,
    refresh_s=0.18,
    claim=Claim(factor=0.64, spread=0.22),
    source="size and memory from noise_uwb_building, stated accuracy from noise_uwb_lab_fast; assumed: 1 % rough "
    "(neither set shows any: both have free sight), 1 % of polls without a fix; " + MALL_GAPS,
)
BLE: Final = NoiseModel(
    name="ble",
    profile="ble",
    size_m=0.99,
    quick_share=0.23,
    quick_s=3.0,
    drift_share=0.04,
    drift_s=20.0,
    rough_share=0.61,
    rough_ratio=2.39,
    rough_s=2.0,
    missing_share=0.014,
    gap_every_s=1157.0,
    gap_s=10.4,
    refresh_s=1.0,
    claim=Claim(factor=1.31, spread=0.42),
    level_slip_share=0.003,
    source="size, memory, rough stretches and stated accuracy from noise_ble_hall; single losses and "
    + MALL_GAPS
    + "; assumed: 0.3 % on the floor above or below",
)
WIFI_RTT: Final = NoiseModel(
    name="wifi-rtt",
    profile="wifi-rtt",
    size_m=1.44,
    quick_share=0.08,
    quick_s=1.0,
    drift_share=0.75,
    drift_s=90.0,
    missing_share=0.014,
    gap_every_s=1157.0,
    gap_s=10.4,
    refresh_s=1.0,
    claim=Claim(factor=1.04, spread=0.36),
    level_slip_share=0.003,
    source="size, memory and stated accuracy from noise_rtt_canteen; single losses and "
    + MALL_GAPS
    + "; assumed: 0.3 % on the floor above or below",
)
BLE_MALL: Final = NoiseModel(
    name="ble-mall",
    profile="ble",
    size_m=2.74,
    quick_share=0.55,
    quick_s=6.0,
    drift_share=0.43,
    drift_s=30.0,
    rough_share=0.38,
    rough_ratio=2.18,
    rough_s=9.4,
    missing_share=0.014,
    gap_every_s=1157.0,
    gap_s=10.4,
    refresh_s=2.04,
    claim=Claim(factor=0.95, spread=0.44),
    level_slip_share=0.003,
    source="all of mall_site1, a plain phone matching Wi-Fi and Bluetooth: the hard case; assumed: 0.3 % on the "
    "floor above or below",
)
EXACT: Final = NoiseModel(
    name="exact",
    profile="exact",
    size_m=0.05,
    claim=Claim(),
    source="assumed: 5 cm, new with every fix, nothing lost: what codes, infrared and tests come near to",
)
BEACON: Final = BeaconNoise(
    name="beacon",
    source="assumed: one beacon in the middle of each zone, apparent distances off by a factor of 1.4 (1σ) that "
    "forgets in 4 s, heard within 12 m, 3 % of polls without a fix",
)

NOISES: Final[dict[str, NoiseModel | BeaconNoise]] = {
    each.name: each for each in (UWB, BLE, WIFI_RTT, BEACON, EXACT, BLE_MALL)
}
"""The presets; the first five are named like the profile they run under."""

_ROUND: Final = {"rough_share": 0.0, "missing_share": 0.0, "gap_every_s": np.inf, "level_slip_share": 0.0}
_PLAIN_UWB: Final = UWB.like("uwb-quick", size_m=0.3, quick_share=1.0, quick_s=3.0, drift_share=0.0, **_ROUND)
_PLAIN_BLE: Final = BLE.like("ble-quick", size_m=2.5, quick_share=1.0, quick_s=4.0, drift_share=0.0, **_ROUND)

VARIANTS: Final[dict[str, NoiseModel]] = {
    each.name: each
    for each in (
        _PLAIN_UWB.like("uwb-quick", claim=Claim()),
        _PLAIN_UWB.like("uwb-white", quick_share=0.0, claim=Claim()),
        _PLAIN_UWB.like("uwb-slow", quick_share=0.0, drift_share=1.0, claim=Claim()),
        UWB.like("uwb-large", size_m=0.5),
        UWB.like("uwb-silent", claim=Claim(missing_share=1.0)),
        UWB.like("uwb-bold", claim=Claim(factor=0.25)),
        UWB.like("uwb-timid", claim=Claim(factor=3.0)),
        UWB.like("uwb-rough", rough_share=0.05, rough_ratio=6.0),
        UWB.like("uwb-gaps", missing_share=0.1, gap_every_s=120.0, gap_s=12.0),
        _PLAIN_BLE.like("ble-quick", claim=Claim()),
        _PLAIN_BLE.like("ble-smoothed", size_m=1.7, quick_s=2.5, claim=Claim()),
        _PLAIN_BLE.like("ble-white", quick_share=0.0, claim=Claim()),
        _PLAIN_BLE.like("ble-slow", quick_share=0.3, drift_share=0.7, drift_s=45.0, claim=Claim()),
        BLE.like("ble-silent", claim=Claim(missing_share=1.0)),
        BLE.like("ble-bold", claim=Claim(factor=0.3)),
        BLE.like("ble-timid", claim=Claim(factor=2.5)),
        BLE.like("ble-gaps", missing_share=0.1, gap_every_s=120.0, gap_s=20.0),
    )
}
"""What the engine was not fitted to: other memory, other size, accuracies that lie, a worse radio."""
