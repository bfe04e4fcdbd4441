"""The page of accuracy is written between its marks, from a run, and says the same each time."""

import re
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest

from guide.quality import report_tables as tables
from guide.quality.figures import METRICS, Figure
from guide.quality.fitting import Fit
from guide.quality.noise import BLE, EXACT, UWB, VARIANTS
from guide.quality.ours import Ours
from guide.quality.plot import HEIGHT, WIDTH, Panel, draw, spread
from guide.quality.report import PARTS, Unmarked, drawn, made, write
from guide.quality.report_study import Study, study
from guide.quality.rivals import RIVALS
from guide.quality.run import Row, run
from guide.quality.visits import roster
from tests.guide.test_quality_recorded import small_mall

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
COMMAND = "coupole quality --docs docs/accuracy.md"


@cache
def small_study() -> Study:
    """A study of one visit: enough to be written."""
    visits = roster(1, 4)
    return Study(
        seed=4,
        visits=1,
        ours=run(visits, (UWB, BLE), (1.0, 5.0), (Ours(),)),
        others=run(visits, (EXACT,), (1.0,), (Ours(),)),
        rivals=run(visits, (UWB, BLE), (1.0,), (Ours(), *RIVALS)),
        variants=run(visits, (VARIANTS["uwb-slow"],), (5.0,), (Ours(),)),
    )


def fit() -> Fit:
    """A recorded set without a gap, as fitted."""
    figures = {each.name: 0.0 for each in fields(Fit)} | {"whole_m": 0.4, "gap_every_s": inf}
    return Fit(**figures)  # type: ignore[arg-type]


def row(system: str, cuts: float, latency: float, **figures: Figure) -> Row:
    """A row with these figures, and nothing wrong otherwise."""
    fine = {metric.key: Figure(100.0 if metric.more_is_better else 0.0, 0.0, 100.0) for metric in METRICS}
    fine |= {"cuts": Figure(cuts, 0, 2 * cuts), "latency_median": Figure(latency, 0, 2 * latency), **figures}
    return Row(system, "uwb", "uwb", 1.0, "all", 60, 10, 20.0, fine)


class TestCells:
    """How a figure is written."""

    @pytest.mark.parametrize(
        ("figure", "text"),
        [
            (Figure(0.0, 0.0, 0.168), "0 (0–0.17)"),
            (Figure(4.25, 3.04, 12.7), "4.2 (3.0–13)"),
            (Figure(98.6, 97.2, 100.0), "99 (97–100)"),
            (Figure(float("nan"), float("nan"), float("nan")), "–"),
        ],
    )
    def test_digits(self, figure: Figure, text: str) -> None:
        """Two digits, with the bounds; where nothing was counted, a dash."""
        assert tables.shown(figure) == text

    def test_marks(self) -> None:
        """What misses stands out, what reaches the aim has a star, what others get has neither."""
        cuts = METRICS[0]
        assert tables.cell(row("coupole", 0.5, 3), cuts) == "**0.5 (0–1.0)**"
        assert tables.cell(row("coupole", 0.1, 3), cuts) == "0.1 (0–0.2)"
        assert tables.cell(row("coupole", 0.0, 3), cuts) == "0 (0–0) ★"
        assert tables.cell(row("raw containment", 50, 3), cuts) == "50 (0–100)"

    @pytest.mark.parametrize(
        ("cuts", "text"),
        [
            (0.2004, "**0.2004 (0–0.4)**"),
            (0.204, "**0.204 (0–0.41)**"),
            (0.25, "**0.25 (0–0.5)**"),
            (0.2, "0.2 (0–0.4)"),
        ],
    )
    def test_a_near_miss_reads_as_one(self, cuts: float, text: str) -> None:
        """What misses by a hair has the digits that say so."""
        assert tables.cell(row("coupole", cuts, 3), METRICS[0]) == text

    def test_what_is_not_reached(self) -> None:
        """By how much each figure misses what it must be and what is aimed at, at which period; others are left out.

        Slower polls than one a second are held to the median alone, and told of apart.
        """
        rows = [row("coupole", 0.5, 3.5), replace(row("coupole", 0.6, 8.0), period_s=5.0)]
        assert tables.short_of(rows).splitlines()[2:] == [
            "| cuts, an hour | 0.3 at 1 s | 0.4 at 5 s | 0.5 at 1 s; 0.6 at 5 s |",
            "| latency, median, s | reached |  | 0.5 at 1 s; 1.0 at 5 s |",
        ]
        assert tables.short_of([row("coupole", 0.0, 2.0)]).startswith("Every figure reaches its aim")


class TestPage:
    """The page as a whole."""

    def test_every_mark_is_filled(self, tmp_path: Path) -> None:
        """Each part of the page has its table, and each table its place on the page."""
        page, picture = tmp_path / "accuracy.md", tmp_path / "accuracy.svg"
        page.write_text(PAGE.read_text("utf-8"), encoding="utf-8")
        write(small_study(), page, picture, COMMAND)
        names = re.findall(r"<!-- quality: ([a-z-]+) -->", page.read_text("utf-8"))
        assert sorted(names) == sorted(PARTS) == sorted(made(small_study(), COMMAND))

    def test_written_twice_is_written_once(self, tmp_path: Path) -> None:
        """Writing the same study again changes nothing."""
        page, picture = tmp_path / "accuracy.md", tmp_path / "accuracy.svg"
        page.write_text(PAGE.read_text("utf-8"), encoding="utf-8")
        texts = []
        for _ in range(2):
            write(small_study(), page, picture, COMMAND)
            texts.append((page.read_text("utf-8"), picture.read_text("utf-8")))
        assert texts[0] == texts[1]

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            pytest.param("# No marks\n", "no mark like", id="no marks"),
            pytest.param(
                "<!-- quality: hope -->\n<!-- /quality -->\n", "marks of no table: hope", id="unknown"
            ),
        ],
    )
    def test_a_page_that_is_none(self, tmp_path: Path, text: str, complaint: str) -> None:
        """A page without marks, or with one that nothing belongs to, is left as it is and told of."""
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        with pytest.raises(Unmarked, match=complaint):
            write(small_study(), page, tmp_path / "images" / "picture.svg", COMMAND)
        assert page.read_text("utf-8") == text

    def test_all_ten_systems_stand_beside_each_other(self) -> None:
        """Ours and the nine others, under each radio."""
        parts = made(small_study(), COMMAND)
        for name in ("rivals-uwb", "rivals-ble"):
            assert parts[name].count("\n") == 2 + 10
            assert parts[name].splitlines()[2].startswith("| **coupole** |")

    def test_how_to_make_it_again(self) -> None:
        """The page says the command, the seed and how much was walked."""
        about = made(small_study(), COMMAND)["run"]
        assert f"`{COMMAND}`" in about
        assert "1 seeded visits (seed 4)" in about

    def test_what_was_not_run_is_said_so(self) -> None:
        """Without recorded data the page says that there was none."""
        parts = made(small_study(), COMMAND)
        assert parts["mall"] == parts["building"] == parts["replayed"] == tables.NONE_SHOWN

    def test_json(self) -> None:
        """The study for machines has every table, and no recorded ones where nothing was recorded."""
        found = small_study().as_json()
        assert {"ours", "other_profiles", "rivals", "variants", "mall", "building"} <= set(found)
        assert "replayed" not in found
        fitted = replace(small_study(), fits={"made_up": fit()}).as_json()["fits"]["made_up"]
        assert (fitted["whole_m"], fitted["gap_every_s"]) == (0.4, None)
        assert len([each for each in found["rivals"] if each["kind"] == "all"]) == 20

    @pytest.mark.slow
    def test_a_study_of_one_visit(self, tmp_path: Path) -> None:
        """The study runs every system, noise and recording that the page shows, and tells of it as it goes."""
        recorded_sets(tmp_path)
        told: list[str] = []
        found = study(
            visits=1,
            seed=0,
            walks=tmp_path,
            periods_s=(5.0, 10.0),
            usual_s=5.0,
            told=lambda what, _done, _total: told.append(what),
        )
        assert len(found.ours.rows()) == 4
        assert len(found.rivals.rows()) == 20
        assert {"our engine", "other profiles", "other systems", "other noise", "recorded walks"} <= set(told)
        assert [each.system for each in found.mall] == ["coupole", *(rival.name for rival in RIVALS)]
        assert {each.passages for each in found.mall} == {2}
        assert set(found.fits) == {"mall_site1", "noise_uwb_building"}
        parts = made(found, COMMAND)
        assert parts["mall"].count("\n") == parts["building"].count("\n") == 2 + 10
        assert parts["replayed"].count("\n") == 2 + 2 * 4
        assert "| `noise_uwb_building` | 600 |" in parts["noise"]


def recorded_sets(folder: Path) -> None:
    """Two small recorded sets: a way through a mall, and a person who stands."""
    (folder / "mall_site1").mkdir()
    small_mall(folder / "mall_site1")
    (folder / "noise_uwb_building").mkdir()
    rows = [f"{n / 5},tag,{(n * 7 % 11) / 20},{(n * 5 % 13) / 20},0,0" for n in range(600)]
    head = "t_s,tag_id,x_est_m,y_est_m,x_true_m,y_true_m"
    text = "\n".join([head, *rows]) + "\n"
    (folder / "noise_uwb_building" / "noise.csv").write_text(text, encoding="utf-8")


class TestPicture:
    """Cuts against latency."""

    def test_it_is_small_and_whole(self) -> None:
        """A sound SVG of a few kilobytes, with both radios, every system and words for those who cannot see it."""
        text = drawn(small_study())
        svg = ET.fromstring(text)  # noqa: S314 - our own drawing
        assert len(text.encode()) < 20_000
        assert "prefers-color-scheme: dark" in text
        words = " ".join(svg.itertext())
        assert all(rival.name in words for rival in RIVALS)
        assert "Ultra-wideband" in words
        assert "Bluetooth" in words

    def test_nought_is_on_it_and_too_much_at_its_end(self) -> None:
        """No cuts and no wait lie in the corner; what is off the scale lies at its end, inside the picture."""
        text = draw([Panel("test", [row("coupole", 0, 0), row("far off", 1e6, 1e6)])])
        dots = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', text)]
        assert dots[0][0] < dots[1][0] <= WIDTH
        assert HEIGHT > dots[0][1] > dots[1][1] >= 0

    def test_who_was_never_heard_has_no_dot(self) -> None:
        """A system that starts nothing has no latency to show."""
        mute = replace(
            row("mute", 0, 0),
            figures={**row("mute", 0, 0).figures, "latency_median": Figure(*[float("nan")] * 3)},
        )
        assert "<circle" not in draw([Panel("test", [mute])])

    def test_a_name_lies_on_no_other_dot(self) -> None:
        """Where the dot beside it would lie in its name, the name goes to the other side."""
        text = draw([Panel("test", [row("dwell 3 s", 6.3, 4.0), row("percentage contest", 6.0, 5.3)])])
        anchors = re.findall(r'text-anchor="(\w+)">(dwell 3 s|percentage contest)<', text)
        assert anchors == [("end", "dwell 3 s"), ("start", "percentage contest")]

    def test_labels_keep_apart(self) -> None:
        """However close the dots, the labels are a line apart and stay in the panel."""
        places = sorted(spread([90.0] * 5 + [10.0], 0.0, 100.0))
        assert all(b - a >= 15 for a, b in pairwise(places))
        assert places[-1] <= 100
