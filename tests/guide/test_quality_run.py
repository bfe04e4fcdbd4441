"""The harness: the device under test, our engine as a system, and tables that depend on nothing but the seed."""

from dataclasses import replace

import pytest

from guide.quality.figures import METRICS, Figure
from guide.quality.kinds import Heard, World
from guide.quality.noise import EXACT, NOISES, UWB, VARIANTS
from guide.quality.ours import Ours
from guide.quality.rivals import RIVALS
from guide.quality.run import Task, perform, run
from guide.quality.sounding import Sounding
from guide.quality.tables import goals, moments, table
from guide.quality.visits import roster, visit
from tests.zones.plans import floor_plan
from tests.zones.walks import told
from zones.model import Fix
from zones.profiles import PROFILES
from zones.units import Millis

HALL = World("row", "rooms", told(floor_plan("A A B B . . . .", cell=3.0), seconds=60.0, sentence=5.0))
OURS = (Ours(),)


def brief(heard: list[Heard]) -> list[tuple[str, float, float, bool]]:
    """Stretches in seconds: exhibit, from, to, whether the track came to its end."""
    return [(each.exhibit, each.started_ms / 1000, each.ended_ms / 1000, each.finished) for each in heard]


class TestSounding:
    """A device plays what it was told, between the fixes too."""

    def test_a_track_ends_between_two_fixes(self) -> None:
        """A track of a minute, started at 2 s, is over at 62 s, however late the next fix is."""
        device = Sounding(HALL.cues)
        device.start(2_000, "A")
        device.advance(65_000)
        assert (device.exhibit, device.over) == (None, "A")
        assert brief(device.heard(70_000)) == [("A", 2.0, 62.0, True)]

    def test_a_fade_is_a_position(self) -> None:
        """Told to fade at 30 s of the track, it falls silent then, by itself."""
        device = Sounding(HALL.cues)
        device.start(0, "A", 20_000)
        device.fade(30_000)
        device.advance(15_000)
        assert device.over is None
        assert brief(device.heard(20_000)) == [("A", 0.0, 10.0, False)]

    def test_a_fade_may_be_taken_back(self) -> None:
        """A fade that is called off before its time changes nothing."""
        device = Sounding(HALL.cues)
        device.start(0, "A")
        device.fade(30_000)
        device.advance(20_000)
        device.fade(None)
        device.advance(40_000)
        assert device.exhibit == "A"
        assert (device.position_ms(40_000), device.left_ms(40_000)) == (40_000, 20_000)

    def test_a_start_cuts_what_sounds(self) -> None:
        """One track at a time: the next cuts the one before."""
        device = Sounding(HALL.cues)
        device.start(0, "A")
        device.start(5_000, "B", 30_000)
        assert brief(device.heard(10_000)) == [("A", 0.0, 5.0, False), ("B", 5.0, 10.0, False)]

    def test_nothing_is_heard_of_a_start_that_is_undone_at_once(self) -> None:
        """Started and replaced in the same moment, a track was not heard."""
        device = Sounding(HALL.cues)
        device.start(0, "A")
        device.start(0, "B")
        assert brief(device.heard(1_000)) == [("B", 0.0, 1.0, False)]
        assert (device.exhibit, device.position_ms(1_000), device.left_ms(1_000)) == (None, 0, 0)


def walked(*way: tuple[float, float]) -> list[Fix]:
    """One exact fix a second: from which second on, at which x."""
    end = way[-1][0]
    places = [next(x for since, x in reversed(way) if since <= second) for second in range(round(end) + 1)]
    return [Fix(Millis(1000 * n), x, 1.5, "ground", 0.1) for n, x in enumerate(places)]


class TestOurs:
    def test_who_stays_hears_it_whole(self) -> None:
        """Somebody who stands in A hears A from its beginning to its end, once."""
        heard = Ours().run(HALL, walked((0, 3.0), (120, 3.0)), PROFILES["exact"])
        assert [(each.exhibit, each.to_position_ms, each.finished) for each in heard] == [("A", 60_000, True)]

    def test_who_leaves_is_released_at_a_sentence(self) -> None:
        """A is let go at the end of a sentence when the visitor has settled in B; there is no gap in the track."""
        heard = Ours().run(HALL, walked((0, 3.0), (20, 9.0), (120, 9.0)), PROFILES["exact"])
        assert [each.exhibit for each in heard] == ["A", "B"]
        assert heard[0].to_position_ms in HALL.cues["A"].gaps_ms
        assert heard[0].finished is False
        assert heard[1].started_ms - heard[0].ended_ms <= 1_000

    def test_no_fix_is_silence(self) -> None:
        """Without a position nothing is ever heard."""
        assert Ours().run(HALL, [], PROFILES["uwb"]) == []


class TestRun:
    def test_the_table_depends_on_the_seed_alone(self) -> None:
        """The same visits give the same table, in one process or two, today or tomorrow."""
        bookings = roster(3, seed=5)
        one, two = (run(bookings, (UWB,), (5.0,), OURS, seed=5, jobs=jobs).as_json() for jobs in (1, 2))
        assert one == two
        assert run(bookings, (UWB,), (5.0,), OURS, seed=6).as_json() != one

    def test_a_row_for_each_system_noise_and_period(self) -> None:
        """Rows stand in the order in which they were asked for, with visits, layouts and hours."""
        found = run(roster(2, seed=5), (UWB, EXACT), (5.0, 10.0), (Ours(), RIVALS[0]))
        rows = found.rows()
        assert [(row.noise, row.system, row.period_s) for row in rows] == [
            (noise, system, period)
            for noise in ("uwb", "exact")
            for period in (5.0, 10.0)
            for system in ("coupole", "raw containment")
        ]
        hours = sum(visit(each).hours for each in roster(2, seed=5))
        assert all((row.visits, row.layouts) == (2, 2) for row in rows)
        assert all(row.hours == pytest.approx(hours, abs=0.001) for row in rows)

    def test_kinds_of_museums_have_rows_of_their_own(self) -> None:
        """Asked for, a row for each kind of museum follows the row of all."""
        rows = run(roster(3, seed=5), (UWB,), (10.0,), OURS).rows(by_kind=True)
        assert [(row.kind, row.visits) for row in rows] == [
            ("all", 3),
            ("tunnel", 1),
            ("hall", 1),
            ("rooms", 1),
        ]

    def test_rules_may_be_set(self) -> None:
        """A dwell of ten minutes lets nothing begin."""
        found = run(roster(1, seed=5), (EXACT,), (5.0,), OURS, overrides={"dwell": 600.0})
        assert found.outcomes[0].counts.starts == 0
        assert found.outcomes[0].counts.missed > 5

    def test_a_recorded_visit_serves_as_well(self) -> None:
        """A walk that was recorded is run like one that was booked."""
        booking = roster(1, seed=5)[0]
        one, other = (
            perform(Task(each, (EXACT,), (5.0,), OURS, seed=5)) for each in (booking, visit(booking))
        )
        assert one == other

    def test_progress_is_told(self) -> None:
        """Whoever watches hears of each visit that is done."""
        heard: list[tuple[str, int, int]] = []
        run(roster(2, seed=5), (EXACT,), (10.0,), OURS, told=lambda *step: heard.append(step))
        assert heard == [("visits", 1, 2), ("visits", 2, 2)]

    def test_harder_noise_is_judged_by_nobody(self) -> None:
        """Goals are set for the two radios as recorded; variants of them are shown without a verdict."""
        (row,) = run(roster(1, seed=5), (VARIANTS["uwb-slow"],), (5.0,), OURS).rows()
        assert {row.verdict(key) for key in row.figures} == {""}
        assert row.reached

    def test_goals_are_set_for_both_radios(self) -> None:
        """At ultra-wideband and Bluetooth every figure has its verdict."""
        (row,) = run(roster(1, seed=5), (NOISES["ble"],), (5.0,), OURS).rows()
        assert {row.verdict(key) for key in row.figures} <= {"aim", "must", "missed", ""}
        assert row.verdict("repeats") == "aim"

    @pytest.mark.parametrize(
        ("key", "period_s", "held"),
        [("cuts", 1.0, "yes"), ("cuts", 2.0, "no"), ("latency_median", 5.0, "yes")],
    )
    def test_slow_polls_are_held_to_the_median_alone(self, key: str, period_s: float, held: str) -> None:
        """What is past its goal at one poll a second fails the run; at slower polls only the median does."""
        (found,) = run(roster(1, seed=5), (NOISES["uwb"],), (10.0,), OURS).rows()
        good = {metric.key: Figure(100.0 if metric.more_is_better else 0.0, 0.0, 100.0) for metric in METRICS}
        row = replace(found, period_s=period_s, figures={**good, key: Figure(99.0, 0.0, 100.0)})
        assert row.verdict(key) == "missed"
        assert row.reached is (held == "no")


class TestScreen:
    def test_failures_are_lines(self) -> None:
        """Each moment that went wrong is a line with world, visitor, moment, kind and the truth of it."""
        found = run(roster(1, seed=5), (NOISES["ble"],), (5.0,), (RIVALS[0],))
        lines = list(moments(found.outcomes, frozenset({"cut"})))
        assert len(lines) == found.outcomes[0].counts.cuts > 0
        assert lines[0].startswith("raw containment ble 5 s, tunnel-0, ant 0, at ")
        assert "s: cut: " in lines[0]
        assert "attends" in lines[0]
        assert len(list(moments(found.outcomes, frozenset()))) > len(lines)

    def test_the_table_has_a_column_for_each_figure(self) -> None:
        """The table on the screen has the eleven figures of each row."""
        shown = table(run(roster(1, seed=5), (UWB,), (10.0,), OURS).rows(by_kind=True))
        assert len(shown.columns) == 12
        assert shown.row_count == 2

    def test_goals_are_told(self) -> None:
        """Under the table stands what the figures are held to; nothing, where nothing is asked."""
        assert goals("uwb", 1.0).startswith("cuts ≤ 0.2 /h (aim 0); wrong starts ≤ 3 % (aim 2);")
        assert "heard whole ≥ 93 % (aim 97)" in goals("ble", 5.0)
        assert goals("beacon", 1.0) == ""
