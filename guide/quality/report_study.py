"""The whole study behind `docs/accuracy.md`: what is run, and what is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

from guide.quality.fitting import Fit, fit_all
from guide.quality.kinds import System
from guide.quality.metrics import Counts, measure
from guide.quality.noise import BLE, NOISES, UWB, VARIANTS, NoiseModel
from guide.quality.ours import Ours
from guide.quality.recorded import Replayed, Walk, building_walk, mall_walks
from guide.quality.rivals import RIVALS
from guide.quality.run import Table, Told, run
from guide.quality.visits import roster
from zones.decision import ENGINE_VERSION
from zones.profiles import PROFILES

PERIODS_S: Final = (0.5, 1.0, 2.0, 5.0)
BESIDE: Final = 60
"""Visits for what is only shown beside the figures that must be reached: they need narrower bounds than the rest."""
USUAL_S: Final = 1.0
"""Where one period must do: one poll a second."""
REPLAYED: Final = (
    ("noise_uwb_building", "uwb"),
    ("noise_uwb_lab_fast", "uwb"),
    ("noise_ble_hall", "ble"),
    ("noise_rtt_canteen", "wifi-rtt"),
    ("mall_site1", "ble"),
)
COMPARED: Final = ("raw containment", "dwell 3 s", "omlox exit rules")
"""Of the rivals, those that are run on replayed errors too."""


@dataclass(frozen=True)
class Tried:
    """A system on recorded walks: what was counted, and on how many passages."""

    system: str
    counts: Counts
    passages: int
    hours: float


@dataclass(frozen=True)
class Study:
    """All that stands on the page."""

    seed: int
    visits: int
    ours: Table
    others: Table
    rivals: Table
    variants: Table
    replayed: Table | None = None
    mall: Sequence[Tried] = ()
    building: Sequence[Tried] = ()
    fits: Mapping[str, Fit] = field(default_factory=dict)
    usual_s: float = USUAL_S

    def as_json(self) -> dict[str, Any]:
        """The study for machines."""
        named = {
            "ours": self.ours,
            "other_profiles": self.others,
            "rivals": self.rivals,
            "variants": self.variants,
            "replayed": self.replayed,
        }
        return {
            "seed": self.seed,
            "visits": self.visits,
            "engine": ENGINE_VERSION,
            **{name: table.as_json()["rows"] for name, table in named.items() if table is not None},
            "mall": [_plain(each) for each in self.mall],
            "building": [_plain(each) for each in self.building],
            "fits": {name: _finite(asdict(fit)) for name, fit in self.fits.items()},
        }


def _finite(given: Mapping[str, float]) -> dict[str, float | None]:
    """Figures as JSON knows them: a gap that never came has none."""
    return {name: value if isfinite(value) else None for name, value in given.items()}


def _plain(tried: Tried) -> dict[str, Any]:
    counts = tried.counts
    return {
        "system": tried.system,
        "hours": round(tried.hours, 3),
        "passages": tried.passages,
        "starts": counts.starts,
        "wrong": counts.wrong,
        "false": counts.false,
        "cuts": counts.cuts,
    }


def study(
    *,
    visits: int,
    seed: int,
    noise_seed: int = 1,
    jobs: int = 1,
    walks: Path | None = None,
    periods_s: Sequence[float] = PERIODS_S,
    usual_s: float = USUAL_S,
    told: Told,
) -> Study:
    """Run everything that the page shows.

    Args:
        visits: For each figure that must be reached; all else is run on the first `BESIDE` of them.
        seed: Of the visits.
        noise_seed: Of the noise.
        jobs: Processes; the study does not depend on it.
        walks: The folder of recorded sets, where there is one.
        periods_s: Between two polls, for our engine.
        usual_s: The one of them for all that is run at one period only.
        told: Hears of the progress.

    Raises:
        Unreadable: The folder's sets are no sets.
    """
    booked = roster(visits, seed)
    fewer = booked[:BESIDE]
    ours: tuple[System, ...] = (Ours(),)

    def table(what: str, *given: Any, **options: Any) -> Table:  # noqa: ANN401 - those of `run`
        return run(
            *given,
            **options,
            seed=noise_seed,
            jobs=jobs,
            told=lambda _, done, total: told(what, done, total),
        )

    others = [noise for noise in NOISES.values() if noise not in (UWB, BLE)]
    recorded = None
    if walks is not None:
        replayed = [
            Replayed.of(walks / name, profile) for name, profile in REPLAYED if (walks / name).is_dir()
        ]
        systems = (*ours, *(rival for rival in RIVALS if rival.name in COMPARED))
        recorded = table("replayed errors", fewer, replayed, (usual_s,), systems)
    return Study(
        seed,
        visits,
        ours=table("our engine", booked, (UWB, BLE), periods_s, ours),
        others=table("other profiles", fewer, others, (usual_s,), ours),
        rivals=table("other systems", fewer, (UWB, BLE), (usual_s,), (*ours, *RIVALS)),
        variants=table("other noise", fewer, _beside_presets(), (usual_s,), ours),
        replayed=recorded,
        mall=_tried(mall_walks, walks, "mall_site1", told),
        building=_tried(lambda folder: [building_walk(folder)], walks, "noise_uwb_building", told),
        fits=fit_all(walks) if walks is not None else {},
        usual_s=usual_s,
    )


def _beside_presets() -> list[NoiseModel]:
    """Each preset with its variants after it."""
    return [
        each
        for preset in (UWB, BLE)
        for each in (preset, *(one for one in VARIANTS.values() if one.profile == preset.profile))
    ]


def _tried(read: Callable[[Path], Sequence[Walk]], walks: Path | None, name: str, told: Told) -> list[Tried]:
    """Every system on the recorded walks of one folder, if it is there."""
    if walks is None or not (walks / name).is_dir():
        return []
    recorded = [walk for walk in read(walks / name) if walk.fixes]
    passages, hours = sum(walk.passages for walk in recorded), sum(walk.visit.hours for walk in recorded)
    systems: tuple[System, ...] = (Ours(), *RIVALS)
    found = []
    for done, system in enumerate(systems, 1):
        counted = [_counted(system, walk) for walk in recorded]
        found.append(Tried(system.name, _sum(counted), passages, hours))
        told("recorded walks", done, len(systems))
    return found


def _counted(system: System, walk: Walk) -> Counts:
    heard = system.run(walk.visit.world, walk.fixes, PROFILES[walk.profile])
    return measure(walk.visit, heard, walk.fixes[-1].at)


def _sum(counted: Sequence[Counts]) -> Counts:
    names = ("visit_ms", "cuts", "starts", "wrong", "false", "repeats", "missable", "missed", "sounding_ms")
    return Counts(**{name: sum(getattr(each, name) for each in counted) for name in names})
