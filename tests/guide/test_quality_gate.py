"""The gate: a small run is as good as the one that was kept."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from guide.quality import gate
from guide.quality.figures import METRICS
from guide.quality.noise import UWB
from guide.quality.ours import Ours
from guide.quality.run import Table, run
from guide.quality.visits import roster


@cache
def one_visit() -> Table:
    """A run of one visit."""
    return run(roster(1, 3), (UWB,), (5.0,), (Ours(),))


def kept(folder: Path, **changes: float) -> Path:
    """A baseline of one visit, with some figures changed by so much."""
    path = folder / "baseline.json"
    gate.renew(one_visit(), path)
    body = json.loads(path.read_text("utf-8"))
    for key, change in changes.items():
        body["rows"][0]["figures"][key] += change
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


@pytest.mark.slow
def test_no_figure_has_worsened() -> None:
    """What visitors get is no worse than when the baseline was kept.

    Where a change is meant to make a figure worse, keep the new ones: `coupole quality --quick --renew`.
    """
    assert [str(each) for each in gate.compare(gate.small_run())] == []


def test_the_baseline_is_of_this_gate() -> None:
    """The baseline was kept with the visits, seeds, tolerances and figures that the gate has now."""
    body = json.loads(gate.BASELINE.read_text("utf-8"))
    assert (body["visits"], body["seed"], body["tolerances"]) == (
        gate.VISITS,
        gate.SEED,
        dict(gate.TOLERANCES),
    )
    assert {(row["noise"], row["period_s"]) for row in body["rows"]} == {
        (noise, period) for noise in ("uwb", "ble") for period in gate.PERIODS_S
    }
    assert all(set(row["figures"]) == {metric.key for metric in METRICS} for row in body["rows"])


def test_every_figure_has_its_tolerance() -> None:
    """Each figure has a tolerance, and repeats have none to spare."""
    assert set(gate.TOLERANCES) == {metric.key for metric in METRICS}
    assert gate.TOLERANCES["repeats"] == 0


def test_the_same_run_passes(tmp_path: Path) -> None:
    """A run held against itself is as good."""
    assert gate.compare(one_visit(), kept(tmp_path)) == []


@pytest.mark.parametrize(
    ("key", "change", "worse"),
    [
        pytest.param("wrong", -2.0, True, id="more wrong starts than tolerated"),
        pytest.param("wrong", -1.0, False, id="a few more"),
        pytest.param("wrong", 5.0, False, id="fewer"),
        pytest.param("whole", 3.0, True, id="less heard whole than tolerated"),
        pytest.param("whole", -3.0, False, id="more heard whole"),
        pytest.param("repeats", -0.1, True, id="any repeat at all"),
    ],
)
def test_worse_is_told(tmp_path: Path, key: str, change: float, worse: bool) -> None:  # noqa: FBT001 - a column
    """Only what worsens by more than its tolerance is told: a loss is a loss in the figure's own direction."""
    found = gate.compare(one_visit(), kept(tmp_path, **{key: change}))
    assert [each.metric.key for each in found] == [key] * worse
    if worse:
        assert "uwb at 5 s: " in str(found[0])


def test_a_figure_of_nothing_is_not_held_against_anything(tmp_path: Path) -> None:
    """Where nothing was counted, then or now, there is nothing to compare."""
    path = kept(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"missed": 0.0', '"missed": null'), encoding="utf-8")
    assert gate.compare(replace(one_visit(), outcomes=one_visit().outcomes), path) == []
