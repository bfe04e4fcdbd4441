"""The speed table: what is measured is what it says, and what fails on the way is told."""

from pathlib import Path

import pytest
import shapely

from guide.app import wire
from guide.bench import engine, pollers, uploads
from guide.bench.served import CallFailed, Served
from guide.bench.table import Row, as_json, as_markdown
from guide.clock import SystemClock
from guide.services.demo import FOLDER
from guide.services.messages import Poll
from guide.settings import Settings
from zones.geometry import build_layout, near


def test_a_figure_that_must_be_large() -> None:
    """A rate must be at least what is asked for, a time at most; what misses it stands out."""
    rows = [
        Row("replay", 42_000.0, "fixes/s", 30_000.0, at_least=True),
        Row("step", 41.0, "µs", 30.0, "an R-tree", 8.7),
    ]
    lines = as_markdown(rows, 0).splitlines()
    assert "| replay | 42,000 fixes/s | ≥ 30,000 fixes/s |  |" in lines
    assert "| step | 41 µs | ≤ 30 µs — **missed** | an R-tree: 8.7 µs |" in lines
    assert [row["reached"] for row in as_json(rows, 0)["rows"]] == [True, False]


def test_the_huge_museum_is_as_large_as_the_table_says() -> None:
    """20,000 zones on 40 levels, and 12 in the small one."""
    assert (len(engine.HUGE.levels()), len(engine.HUGE.zones())) == (40, 20_000)
    assert len(engine.SMALL.zones()) == 12


def test_the_r_tree_is_asked_for_what_the_engine_asks_for() -> None:
    """What a step is measured beside finds the same zones as the engine's own index, on one floor of several."""
    museum = engine.Museum(floors=3, columns=4, rows=2)
    levels, zones = museum.levels(), museum.zones()
    layout, tree = build_layout(levels, zones), engine._tree(levels, zones)
    for level in levels:
        place = shapely.Point(6.5 + engine.APART_M * level.ordinal, 2.0)
        found = {zones[n].id for n in tree.query(place, predicate="dwithin", distance=engine.REACH_M)}
        assert found == {zone.id for zone, _ in near(layout, level.id, 6.5, 2.0, engine.REACH_M)}


def test_a_walk_is_one_that_a_handheld_could_send() -> None:
    """The pollers' walks are sound polls, counted from one, within the tunnel."""
    walk = [Poll.model_validate(each) for each in pollers.polls(3)]
    assert [each.seq for each in walk] == list(range(1, pollers.STEPS + 1))
    assert all(each.x is not None and 9 <= each.x <= 74 for each in walk)


def test_polls_beside_uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A served demo, handhelds that poll, and uploads at once: every row has its figure in peace beside it."""
    monkeypatch.setattr(uploads, "AT_ONCE", 2)
    monkeypatch.setattr(uploads, "SOUND_S", 9)
    monkeypatch.setattr(uploads, "WARM_S", 0.5)
    monkeypatch.setattr(uploads, "CALM_S", 2.0)
    guide = wire(Settings.read(data=tmp_path / "data"), SystemClock())
    guide.catalogue.importing.run(FOLDER, who="bench", publish=True)
    guide.close()

    rows = list(uploads.upload_rows(tmp_path / "data"))

    *polls, took = rows
    assert {row.unit for row in polls} == {"ms"}
    assert all(row.value > 0 and row.beside_value for row in polls)
    assert [row.limit for row in polls if row.must] == ["≤ 20 ms"]
    assert took.unit == "s"


def test_a_refused_call_is_told_with_the_services_log(tmp_path: Path) -> None:
    """Whatever the service answers with a problem ends the measuring, with the answer and what the service said."""
    with Served(tmp_path / "data") as served, pytest.raises(CallFailed) as failed:
        served("GET", "/api/v1/jobs")
    assert "GET /api/v1/jobs: 401" in str(failed.value)
    assert "listening on http://" in str(failed.value)


def test_a_refused_poll_is_told_with_the_services_log(tmp_path: Path) -> None:
    """What a handheld is refused stands in the failure, word for word, and what the service said of it as well."""
    with Served(tmp_path / "data") as served, pytest.raises(CallFailed) as failed, served.polling("no key"):
        pass
    assert "ValueError: POST /api/v1/visits: 401" in str(failed.value)
    assert "listening on http://" in str(failed.value)
