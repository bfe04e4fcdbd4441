"""`coupole quality`: what it shows and writes, and how it ends."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from guide.quality import gate
from guide.quality.figures import METRICS
from guide.quality.noise import EXACT
from guide.quality.ours import Ours
from guide.quality.run import run
from guide.quality.visits import roster
from tests.guide.conftest import Told

Coupole = Callable[..., Told]
PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
ONE = ("quality", "--visits", "1", "--jobs", "1", "--period", "5")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which a row is a row."""
    monkeypatch.setenv("COLUMNS", "280")


def test_a_part_is_shown(coupole: Coupole) -> None:
    """A table with all figures and their bounds, and on how many visits they stand."""
    told = coupole(*ONE, "--noise", "exact", "--kinds")
    assert told.code == 0
    assert all(metric.title in told.out for metric in METRICS)
    assert "exact, 5 s" in told.out
    assert "Visits: 1, hours: 0.4, museums: 1." in told.out


def test_the_table_is_written_for_machines(coupole: Coupole, tmp_path: Path) -> None:
    """`--json` writes what the run found, to the last figure."""
    path = tmp_path / "quality.json"
    coupole(*ONE, "--profile", "exact", "--seed", "4", "--json", str(path))
    expected = run(roster(1, 4), (EXACT,), (5.0,), (Ours(),), seed=4).as_json()
    assert json.loads(path.read_text("utf-8")) == json.loads(json.dumps(expected))


def test_a_figure_that_must_be_better_fails(coupole: Coupole) -> None:
    """Rules under which nothing starts are told by exit 1, with what the figures must be."""
    told = coupole(*ONE, "--period", "1", "--noise", "uwb", "--rule", "dwell=600")
    assert told.code == 1
    assert "missed ≤ 1 % (aim 0.5)" in " ".join(told.out.split())


def test_failures_are_listed(coupole: Coupole) -> None:
    """Each moment that went wrong is a line of its own, with the truth of it; a kind may be asked for."""
    told = coupole(*ONE, "--noise", "ble", "--rivals", "--only", "cut")
    lines = [line for line in told.out.splitlines() if ": cut: " in line]
    assert lines
    assert all("attends" in line for line in lines)
    assert not [line for line in told.out.splitlines() if ": wrong: " in line]
    assert ": stale: " in coupole(*ONE, "--noise", "ble", "--rivals", "--failures").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--noise", "gps"), "there is no system gps; there are uwb, ble,"),
        (("--period", "0", "--period", "99"), "nobody polls every 0 or 99 s; give 0.1 to 60 s"),
        (("--rule", "dwell=x", "--rule", "age=2"), "dwell=x and age=2 sets no rule; write one of dwell,"),
        (("--rule", "dwell=inf"), "dwell=inf sets no rule"),
        (("--only", "cuts"), "no failure is called cuts; there are cut, wrong,"),
        (("--walks", "/nowhere"), "there is no folder /nowhere; give the one that holds the recorded sets"),
        (("--docs", "nothing.md"), "there is no page nothing.md"),
        (("--quick", "--noise", "uwb"), "choose one: parts of a run"),
        (("--renew",), "choose one: parts of a run"),
        (("--noise", "uwb", "--walks", "."), "choose one: parts of a run"),
        (("--visits", "0"), "Invalid value for '--visits'"),
    ],
)
def test_misuse_is_told(coupole: Coupole, arguments: tuple[str, ...], sentence: str) -> None:
    """What cannot be asked for is refused before anything runs, with what can; exit 2."""
    told = coupole("quality", *arguments)
    assert told.code == 2
    assert sentence in " ".join(told.err.split())


@pytest.mark.slow
def test_the_small_run_is_a_gate(coupole: Coupole, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Kept figures are held against the next run: as good is fine, worse fails with a sentence for each."""
    path = tmp_path / "baseline.json"
    monkeypatch.setattr(gate, "BASELINE", path)
    monkeypatch.setattr(gate, "VISITS", 1)
    assert coupole("quality", "--quick", "--renew", "--jobs", "1").code == 0
    assert coupole("quality", "--quick", "--jobs", "1").code == 0
    kept = json.loads(path.read_text("utf-8"))
    kept["rows"][0]["figures"]["latency_p95"] = -10.0
    path.write_text(json.dumps(kept), encoding="utf-8")
    told = coupole("quality", "--quick", "--jobs", "1")
    assert told.code == 1
    assert told.err.splitlines()[0] == "Narrations are triggered worse than before."
    assert told.err.splitlines()[1].startswith("uwb at 1 s: latency, 95th percentile is ")


@pytest.mark.slow
def test_a_full_run_writes_the_page(coupole: Coupole, tmp_path: Path) -> None:
    """Tables and picture go into the page between its marks, with the command that makes them anew."""
    page = tmp_path / "accuracy.md"
    shutil.copy(PAGE, page)
    told = coupole("quality", "--visits", "1", "--docs", str(page), "--json", str(tmp_path / "all.json"))
    text = page.read_text("utf-8")
    assert told.code in (0, 1)
    assert f"coupole quality --visits 1 --docs {page}" in text
    assert "raw containment" in told.out
    assert (tmp_path / "images" / "accuracy.svg").read_text("utf-8").startswith("<svg")
    assert {"ours", "rivals"} <= set(json.loads((tmp_path / "all.json").read_text("utf-8")))


def test_an_empty_folder_of_walks_is_no_use(coupole: Coupole, tmp_path: Path) -> None:
    """A folder in which no recorded set lies is refused before anything runs."""
    told = coupole("quality", "--visits", "1", "--walks", str(tmp_path))
    assert told.code == 2
    assert "none of the recorded sets" in " ".join(told.err.split())
