"""The gate: a small seeded run held against the figures of the last one that was kept, in `baseline.json`.

It is seeded, so that nothing but a change of the code moves it. The tolerances are for changes that are meant:
a figure may get a little worse where others get better, and then the baseline is renewed, by hand, with the
change that is the reason.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, Final

from guide.quality.figures import METRICS, Metric
from guide.quality.noise import BLE, UWB
from guide.quality.ours import Ours
from guide.quality.run import Row, Table, Told, run
from guide.quality.visits import roster
from zones.decision import ENGINE_VERSION

BASELINE: Final = Path(__file__).with_name("baseline.json")
VISITS: Final = 10
SEED: Final = 71
PERIODS_S: Final = (1.0, 5.0)
TOLERANCES: Final[Mapping[str, float]] = {
    "cuts": 0.3,
    "wrong": 1.5,
    "false": 1.0,
    "missed": 1.5,
    "whole": 2.5,
    "latency_median": 0.5,
    "latency_p95": 3.0,
    "stale": 1.0,
    "repeats": 0.0,
    "stale_all": 1.0,
    "arrival_p95": 4.0,
}
"""By how much a figure may worsen, in its own unit: one cut, start or stay of this small run, or a little more."""


@dataclass(frozen=True, slots=True)
class Worse:
    """A figure that is worse than it was by more than its tolerance."""

    noise: str
    period_s: float
    metric: Metric
    was: float
    now: float

    def __str__(self) -> str:
        """The finding as a sentence."""
        direction = "below" if self.metric.more_is_better else "above"
        return (
            f"{self.noise} at {self.period_s:g} s: {self.metric.title} is {self.now:.2f} {self.metric.unit}, more "
            f"than {TOLERANCES[self.metric.key]:g} {direction} the {self.was:.2f} that it was"
        )


def small_run(jobs: int = 1, told: Told = lambda _what, _done, _total: None) -> Table:
    """The run that the gate looks at: ours under `uwb` and `ble`, ten visits, at 1 s and at 5 s."""
    return run(roster(VISITS, SEED), (UWB, BLE), PERIODS_S, (Ours(),), seed=SEED, jobs=jobs, told=told)


def renew(table: Table, path: Path = BASELINE) -> None:
    """Keep the figures of a run as those to be held against."""
    rows = [
        {
            "noise": row.noise,
            "period_s": row.period_s,
            "figures": {key: _number(figure.value) for key, figure in row.figures.items()},
        }
        for row in table.rows()
    ]
    kept: dict[str, Any] = {
        "about": "made by `coupole quality --quick --renew`; see guide/quality/gate.py",
        "engine": ENGINE_VERSION,
        "visits": VISITS,
        "seed": SEED,
        "tolerances": dict(TOLERANCES),
        "rows": rows,
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _number(value: float) -> float | None:
    return None if isnan(value) else round(value, 4)


def compare(table: Table, path: Path = BASELINE) -> list[Worse]:
    """Every figure that worsened by more than its tolerance; none if all is as well as it was."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    was = {(row["noise"], row["period_s"]): row["figures"] for row in kept["rows"]}
    return [found for row in table.rows() for found in _worse(row, was[row.noise, row.period_s])]


def _worse(row: Row, was: Mapping[str, float | None]) -> Sequence[Worse]:
    found = []
    for metric in METRICS:
        before, now = was[metric.key], row.figures[metric.key].value
        if before is None or isnan(now):
            continue
        loss = before - now if metric.more_is_better else now - before
        if loss > TOLERANCES[metric.key] + 1e-6:
            found.append(Worse(row.noise, row.period_s, metric, before, now))
    return found
