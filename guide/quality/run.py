"""The harness at work: visits, fixes, systems and counts, in one process or several, always with the same table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final
from zlib import crc32

import numpy as np

from guide.quality.figures import METRICS, Figure, figures, must_be_reached, verdict
from guide.quality.kinds import Noise, System, Visit
from guide.quality.metrics import Counts, measure
from guide.quality.visits import Booking, visit
from zones.profiles import PROFILES

Told = Callable[[str, int, int], None]
"""Hears of the progress: what, how many are done, of how many."""

ALL: Final = "all"


@dataclass(frozen=True)
class Task:
    """One visit under some noises, periods and systems: what one process does at a time."""

    visit: Booking | Visit
    noises: tuple[Noise, ...]
    periods: tuple[float, ...]
    systems: tuple[System, ...]
    seed: int
    overrides: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of one visit under one noise, period and system."""

    system: str
    noise: str
    profile: str
    period_s: float
    world: str
    kind: str
    style: str
    number: int
    counts: Counts


@dataclass(frozen=True)
class Row:
    """A line of the table: a system under a noise at a poll period, over all worlds or those of a kind."""

    system: str
    noise: str
    profile: str
    period_s: float
    kind: str
    visits: int
    layouts: int
    hours: float
    figures: Mapping[str, Figure]

    def verdict(self, key: str) -> str:
        """What one figure reaches: `aim`, `must`, `missed`, or nothing where nothing is asked.

        Goals are set for the noise that is named like its profile, not for harder variants of it.
        """
        if self.noise != self.profile:
            return ""
        return verdict(self.figures[key], key, self.profile, self.period_s)

    @property
    def reached(self) -> bool:
        """Whether every figure that is held to its goal is as good as it must be."""
        held = (metric.key for metric in METRICS if must_be_reached(metric.key, self.period_s))
        return all(self.verdict(key) != "missed" for key in held)


@dataclass(frozen=True)
class Table:
    """All that a run found."""

    seed: int
    outcomes: tuple[Outcome, ...]

    def rows(self, *, by_kind: bool = False) -> list[Row]:
        """A row for each system, noise and period, in the order of the run; by kind of world too, if asked."""
        groups: dict[tuple[str, str, float, str], list[Outcome]] = {}
        for each in self.outcomes:
            for kind in (ALL, each.kind) if by_kind else (ALL,):
                groups.setdefault((each.noise, each.system, each.period_s, kind), []).append(each)
        return [_row(kind, group) for (*_, kind), group in groups.items()]

    def as_json(self) -> dict[str, Any]:
        """The table for machines; nothing in it depends on the machine or the clock."""
        return {"seed": self.seed, "rows": [_plain(row) for row in self.rows(by_kind=True)]}


def _row(kind: str, group: Sequence[Outcome]) -> Row:
    first, counts = group[0], [each.counts for each in group]
    return Row(
        first.system,
        first.noise,
        first.profile,
        first.period_s,
        kind,
        visits=len(group),
        layouts=len({each.world for each in group}),
        hours=round(sum(each.visit_ms for each in counts) / 3_600_000, 3),
        figures=figures(counts),
    )


def _plain(row: Row) -> dict[str, Any]:
    return {
        "system": row.system,
        "noise": row.noise,
        "profile": row.profile,
        "period_s": row.period_s,
        "kind": row.kind,
        "visits": row.visits,
        "layouts": row.layouts,
        "hours": row.hours,
        "figures": {
            key: {
                "value": _number(figure.value),
                "low": _number(figure.low),
                "high": _number(figure.high),
                "verdict": row.verdict(key),
            }
            for key, figure in row.figures.items()
        },
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 3)


def perform(task: Task) -> list[Outcome]:
    """One visit under everything that a task names."""
    walk = visit(task.visit) if isinstance(task.visit, Booking) else task.visit
    found = []
    for noise in task.noises:
        rules = PROFILES[noise.profile].with_overrides(task.overrides)
        for period in task.periods:
            rng = np.random.default_rng(
                [task.seed, walk.seed, crc32(noise.name.encode()), round(period * 1000)]
            )
            fixes = noise.fixes(walk, period, rng)
            end_ms = fixes[-1].at if fixes else 0
            for system in task.systems:
                counts = measure(walk, system.run(walk.world, fixes, rules), end_ms)
                found.append(
                    Outcome(
                        system.name,
                        noise.name,
                        noise.profile,
                        period,
                        walk.world.name,
                        walk.world.kind,
                        walk.style,
                        walk.seed,
                        counts,
                    )
                )
    return found


def run(
    visits: Sequence[Booking | Visit],
    noises: Sequence[Noise],
    periods: Sequence[float],
    systems: Sequence[System],
    *,
    seed: int = 1,
    jobs: int = 1,
    overrides: Mapping[str, float] | None = None,
    told: Told = lambda _what, _done, _total: None,
) -> Table:
    """Every visit under every noise, period and system.

    Args:
        visits: Bookings of `guide.quality.visits.roster`, or visits that were recorded.
        noises: Each runs under the rules of its own profile.
        periods: Seconds between two polls.
        systems: All get the same fixes.
        seed: Of the noise; that of the visits stands in their bookings.
        jobs: Processes. The table does not depend on it.
        overrides: Rules that are set for all profiles, by key; for tuning.
        told: Hears of each visit that is done.
    """
    tasks = [
        Task(each, (noise,), tuple(periods), tuple(systems), seed, overrides or {})
        for noise in noises
        for each in visits
    ]
    outcomes: list[Outcome] = []
    for done, found in enumerate(_performed(tasks, jobs), 1):
        outcomes += found
        told("visits", done, len(tasks))
    return Table(seed, tuple(outcomes))


def _performed(tasks: Sequence[Task], jobs: int) -> Iterator[list[Outcome]]:
    """The outcomes of the tasks, in their order.

    Fresh processes: a copy of this one would inherit its threads, those of linear algebra and of the bar.
    """
    if jobs <= 1:
        yield from map(perform, tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as crew:
        yield from crew.map(perform, tasks, chunksize=2)
